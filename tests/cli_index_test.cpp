// SPDX-License-Identifier: Apache-2.0
// What `filter` and `index` say to those who mistype a name, and of what they make.
#include <sys/stat.h>

#include "dedup_program.hpp"

namespace {

const std::string signatures =
    "so it tells near duplicates by their signatures, to some hundredths; one made with --store-text tells exactly\n";

// An index in a folder of its own.
struct indexed {
  folder f;
  std::string option = " --index '" + f.str() + "/index' ";
  fs::path path = f.path / "index";

  std::string put(const std::string& name, const std::string& records) const { return in_shell(f.put(name, records)); }
  outcome filter(const std::string& arguments) const { return run("filter" + option + arguments); }
  outcome index(const std::string& command, const std::string& arguments = "") const {
    return run("index " + command + option + arguments);
  }
};

}  // namespace

TEST_CASE("a new index is told of, with what it was made with; one that is there is not") {
  const indexed i;
  const std::string in = i.put("in.jsonl", record("a", lighthouse) + record("b", lighthouse_edited));
  const outcome first = i.filter(in);
  CHECK(first.code == 0);
  CHECK(first.err.starts_with("retold: made the index " + i.path.string() +
                              ": level near, threshold 0.8, word:3, 128 slots, recall 0.95, texts not stored\nretold: " +
                              signatures + "retold: 2 records: 1 new"));
  CHECK(i.filter(in).err.starts_with("retold: 2 records: "));
  fs::remove_all(i.path);
  CHECK(i.filter("-q " + in).err.empty());
  fs::remove_all(i.path);
  const outcome exactly = i.index("add", "--store-text --level story --window 0 " + in);
  CHECK(has(exactly.err,
            ": level story, threshold 0.8, word:3, 128 slots, recall 0.95, texts stored, window without limit, story threshold "
            "0.045\n"));
  CHECK_FALSE(has(exactly.err, signatures));
  const outcome merged = run("index merge --index '" + i.f.str() + "/other' '" + i.path.string() + "'");
  CHECK(merged.err.starts_with("retold: made the index " + i.f.str() + "/other: level story"));
  CHECK_FALSE(has(i.index("merge", "'" + i.f.str() + "/other'").err, "made"));
}

TEST_CASE("inputs are looked for before an index is made, or a scope") {
  const indexed i;
  const std::string in = i.put("in.jsonl", record("a", lighthouse)), folder = i.f.str() + "/", missing = folder + "missing";
  const std::string nowhere = i.f.str() + "/none/out";
  for (const std::string option : {"--json", "--metrics"}) {
    const outcome o = run("filter -q" + i.option + option + " '" + nowhere + "' " + in);
    CHECK(o.code == 3);
    CHECK(o.err == "retold: " + option + ' ' + nowhere + ": there is no folder " + i.f.str() + "/none\n");
    CHECK_FALSE(fs::exists(i.path));
  }
  for (const std::string command : {"filter", "index add"})
    for (const std::string& input : {in + " '" + missing + "'", in + " '" + folder + "'"}) {
      const outcome o = run(command + i.option + input);
      CHECK(o.code == 3);
      CHECK(o.out.empty());
      const bool none = has(input, "missing");
      CHECK(o.err == "retold: " + (none ? missing + ": cannot be read: No such file or directory\n"
                                        : folder + ": is a folder; give a file\n"));
      CHECK_FALSE(fs::exists(i.path));
    }
  CHECK(i.index("add", "-q " + in).code == 0);
  CHECK(i.filter("--scope other '" + missing + "'").code == 3);
  CHECK(json::parse(i.index("stats", "--json -").out)["scopes"].size() == 1);
  CHECK(i.index("query", "'" + folder + "'").err == "retold: " + folder + ": is a folder; give a file\n");
}

TEST_CASE("a named pipe is opened once") {
  const indexed i;
  const std::string pipe = i.f.str() + "/pipe";
  REQUIRE(mkfifo(pipe.c_str(), 0600) == 0);
  const std::string in = i.put("in.jsonl", made_up_records(2000, 5)), all = slurp(i.f.path / "in.jsonl");
  const outcome o = run("filter -q --action mark" + i.option + "'" + pipe + "'", "cat " + in + " >'" + pipe + "' & ");
  CHECK(o.code == 0);
  CHECK(lines_of(o.out).size() == lines_of(all).size());
}

TEST_CASE("a mistyped scope: what is asked or removed from must be there, what is added to is told of") {
  const indexed i;
  const std::string in = i.put("in.jsonl", record("a", lighthouse)), at = i.path.string();
  CHECK(i.index("add", "-q --scope archive " + in).code == 0);
  CHECK(i.index("add", "-q --scope prod " + in).code == 0);
  const std::string no = at + ": no scope \"prodd\"; there are archive, prod; see ";
  check_refused("index query --scope prodd --text x" + i.option, no);
  check_refused("index query --scope prod --scope prodd --text x" + i.option, no);
  check_refused("index remove --scope prodd a" + i.option, no);
  check_refused("index expire --scope prodd --before 2030-01-01" + i.option, no);
  CHECK(json::parse(i.index("stats", "--json -").out)["documents"] == 2);
  CHECK(i.index("query", "--scope archive --scope prod --text x").code == 0);

  check_refused("filter -q --scope prodd --search archive --search arhive " + in + i.option,
                at + ": no scope \"arhive\"; there are archive, prod; see ");
  CHECK(json::parse(i.index("stats", "--json -").out)["scopes"].size() == 2);  // before anything is written
  CHECK(i.filter("--scope prodd --search archive " + in)
            .err.starts_with("retold: " + at + ": made scope \"prodd\"; there were archive, prod\nretold: 1 record: "));
  CHECK_FALSE(has(i.filter("--scope prodd " + in).err, "scope"));
  CHECK_FALSE(has(i.filter("--scope fourth --search fourth " + in).err, "to search"));
  CHECK_FALSE(has(i.filter("-q --scope fifth " + in).err, "scope"));
  CHECK_FALSE(has(run("filter --scope first --index '" + i.f.str() + "/new' " + in).err, "scope"));
  const std::string crawls = i.f.str() + "/crawls", both = " --index '" + crawls + "' " + in;
  const outcome first = run("filter -q --scope a --search b" + both);  // the first of two that search each other
  CHECK(first.code == 0);
  CHECK(first.err == "retold: " + crawls + ": no scope \"b\" to search; there is none\n");
  CHECK(run("filter -q --scope b --search a" + both).err.empty());
  CHECK(i.index("add", "-q --scope sixth </dev/null").code == 0);  // made without a record
  CHECK(i.filter("-q --scope seventh --search sixth " + in).code == 0);
}

TEST_CASE("ids of no document are named, and records given for ids refused") {
  const indexed i;
  const std::string in = i.put("in.jsonl", record("a", lighthouse) + record("b", lighthouse_edited) + record("c", bakery) +
                                               record("{6F9619FF}", bakery + " And more of it, and more, and yet more."));
  CHECK(i.index("add", "-q " + in).code == 0);
  const outcome some = i.index("remove", "c b nobody nobody");
  CHECK(some.code == 1);
  CHECK(some.err == "retold: 1 document of 4 ids removed\nretold: 2 ids are of no document: b (a duplicate of a), nobody\n");
  CHECK(i.index("remove", "-q c").err == "retold: 1 id is of no document: c\n");
  CHECK(i.index("remove", "-q ' c' 'd ' e ''").err == "retold: 4 ids are of no document: \" c\", \"d \", e, \"\"\n");
  CHECK(i.index("remove", "-q --ids " + i.put("crlf", "x\t\n")).err == "retold: 1 id is of no document: \"x?\"\n");
  std::string many;
  for (int n = 1; n <= 15; ++n) many += "x" + std::to_string(n) + "\n";
  CHECK(has(i.index("remove", "--ids " + i.put("many", many)).err,
            "15 ids are of no document: x1, x2, x3, x4, x5, x6, x7, x8, x9, x10 and 5 more\n"));
  check_refused("index remove --ids " + in + i.option, "in.jsonl: line 1 is a record; give ids, one a line");
  check_refused("index remove --ids " + i.put("mixed", "a\n { \"id\": 1}\n") + i.option, "mixed: line 2 is a record");
  const outcome braces = i.index("remove", "--ids " + i.put("ids", "{6F9619FF}\na\n"));
  CHECK(braces.code == 0);
  CHECK(braces.err == "retold: 2 documents of 2 ids removed\n");
}

TEST_CASE("a text is asked about as of a date") {
  const indexed i;
  const std::string storm =
      "Hurricane Matilda flooded Porto Verde, mayor Quintela ordered eleven villages evacuated along the Sabor river.";
  CHECK(i.index("add", "-q --level story --window 3 " + i.put("in.jsonl", record("storm", storm, {{"date", "2026-11-12"}})))
            .code == 0);
  const std::string text =
      "--text 'Mayor Quintela of Porto Verde evacuated villages at the Sabor river, as hurricane Matilda came.'";
  const auto asked = [&](const std::string& date) {
    const outcome o = i.index("query", text + date);
    CHECK_MESSAGE(o.code == 0, o.err);
    return json::parse(o.out)["matches"];
  };
  CHECK(asked(" --date 2026-11-14").at(0)["status"] == "story");
  CHECK(asked(" --date 2026-11-14T12:00:00Z").size() == 1);
  CHECK(asked(" --date 2026-11-19").empty());
  CHECK(asked("").empty());  // as of when the last one came: today
  check_refused("index query --text x --date tomorrow" + i.option, "--date takes a date such as 2026-11-22, not 'tomorrow'");
  check_refused("index query --date 2026-11-22" + i.option, "--date goes with --text");
}

TEST_CASE("one question at a time, and none that is empty") {
  const indexed i;
  const std::string in = i.put("in.jsonl", record("a", lighthouse));
  CHECK(i.index("add", "-q " + in).code == 0);
  for (const std::string& arguments : {std::string("--text x --id a"), "--text x " + in, "--id a " + in})
    check_refused("index query " + arguments + i.option, "give one of IN, --text and --id");
  for (const char* arguments : {"query --text ''", "query --id ''", "query --scope ''", "remove --ids ''", "expire --before ''",
                                "add --scope ''", "stats --json ''"})
    check_refused("index " + std::string(arguments) + i.option, ": the value is empty");
  check_refused("filter --search ''" + i.option, "--search: the value is empty");
}

TEST_CASE("a text field that no record has: said with what they have, also where all else is quiet") {
  const indexed i;
  const std::string line = "{\"url\": \"x\", \"body\": \"Bread is dearer.\"}\n", in = i.put("in.jsonl", line + line);
  const std::string why = "no line of 2 has a text: " + i.f.str() +
                          "/in.jsonl:1: no field \"text\" and no field \"title\"; it has \"url\", \"body\"; --text-field names";
  for (const std::string command : {"filter", "index add", "index query"}) {
    const outcome o = run(command + " -q" + i.option + in);
    CHECK(o.code == 2);
    CHECK_MESSAGE(has(o.err, why), o.err);
  }
  CHECK(i.filter("-q " + in).out == line + line);
  CHECK(i.filter("-q --text-field body " + in).code == 0);
  CHECK(i.filter("-q " + in + ' ' + i.put("good.jsonl", record("a", bakery))).code == 1);  // some are as they should be
}

TEST_CASE("a text field that was named and no record has is refused also where there are titles") {
  const indexed i;
  const std::string in =
      i.put("in.jsonl", record("a", bakery, {{"title", "Bread"}}) + record("b", bakery, {{"title", "Milk"}}));
  for (const std::string command : {"filter -q", "index add -q"}) {
    const outcome o = run(command + i.option + "--text-field bdy " + in);
    CHECK(o.code == 2);
    CHECK(has(o.err,
              "retold: no record of 2 has a text in field \"bdy\": their titles were compared, and the index holds "
              "what was added; see retold "));
    CHECK(json::parse(i.index("stats", "--json -").out)["documents"] == 2);
  }
  const outcome asked = run("index query" + i.option + "--text-field bdy " + in);
  CHECK(asked.code == 2);
  CHECK(has(asked.err, "retold: 2 of 2 records have no text in field \"bdy\": their titles are compared\n"));
  CHECK(has(asked.err, "\"bdy\": their titles were compared; see retold "));
  CHECK(i.filter("-q --text-field title " + in).code == 0);
  const std::string no_date = i.filter("--date-field day --title-field headline " + in).err;
  CHECK(has(no_date, "retold: no record has a date in field \"day\": all count as without one\n"));
  CHECK(has(no_date, "retold: no record has a title in field \"headline\"\n"));
  const std::string dated = record("a", bakery, {{"headline", "Bread"}, {"day", "2026-11-01"}});
  CHECK_FALSE(has(i.filter("--date-field day --title-field headline " + i.put("dated.jsonl", dated)).err, "no record"));
  const std::string titles = i.put("titles.jsonl", "{\"id\": 1, \"title\": \"Snow in Torvik\"}\n");
  CHECK(i.filter("-q " + titles).code == 0);  // nothing was named
  CHECK(i.filter("-q --text-field text " + titles).code == 2);
  CHECK(i.filter("-q --text-field bdy " + titles + ' ' + i.put("one.jsonl", "{\"bdy\": \"Snow in Torvik again\"}\n")).code ==
        0);
}

TEST_CASE("an input that holds no record at all is the end of the job, an empty one is not") {
  const indexed i;
  const std::string page = i.put("page", "<!DOCTYPE html>\n<title>404</title>\n"),
                    array = i.put("array.json", "[\n {\n  \"id\": 1,\n  \"text\": \"x\"\n }\n]\n"),
                    xz = i.put("dump.xz", std::string("\xFD") + "7zXZ\x01\n\x02"), cut = i.put("cut.gz", "\x1F\x8B\x08"),
                    empty = i.put("empty.jsonl", ""), good = i.put("good.jsonl", record("a", bakery));
  CHECK(i.index("add", "-q " + empty).code == 0);  // to be asked below
  for (const std::string& command :
       {std::string("dedup"), "filter" + i.option, "index add" + i.option, "index query" + i.option}) {
    for (const std::string& in : {page, array, xz, cut, page + ' ' + cut, page + " --on-error skip"}) {
      const outcome o = run(command + " -q " + in);
      CHECK_MESSAGE(o.code == 3, command << ' ' << in);
      CHECK_MESSAGE(times(o.err, "retold: no record in the input: " + i.f.str()) == 1, o.err);
    }
    CHECK(has(run(command + ' ' + page).err, "page:1: not JSON; what is read is JSONL, one record a line\n"));
    CHECK(run(command + ' ' + page + ' ' + good).code == 1);
    for (const std::string& in : {empty, std::string("- </dev/null")}) CHECK(run(command + " -q " + in).code == 0);
  }
}

TEST_CASE("lines that are no records: the same three ways for all, and one way to say so") {
  const indexed i;
  const std::string in = i.put("in.jsonl", record("a", bakery) + "none\n"),
                    said = "retold: no record: " + i.f.str() + "/in.jsonl:2: ";
  for (const std::string& command :
       {std::string("dedup"), "filter" + i.option, "index add" + i.option, "index query" + i.option})
    for (const std::string way : {"pass", "skip", "stop"}) {
      const int code = way == "stop" ? 3 : 1;
      const outcome o = run(command + " --on-error " + way + ' ' + in);
      CHECK_MESSAGE(o.code == code, command << way);
      if (code == 1) CHECK_MESSAGE(has(o.err, said), o.err);
      for (const std::string& line : lines_of(o.err)) CHECK_MESSAGE(line.starts_with("retold: "), line);
    }
  CHECK(lines_of(i.index("query", "--on-error pass " + in).out).size() == 2);
  CHECK(lines_of(i.index("query", "--on-error skip " + in).out).size() == 1);
  std::string many = record("b", lighthouse);
  for (int n = 0; n < 3001; ++n) many += "none\n";
  const std::vector<std::string> named = lines_of(i.filter("-q " + i.put("many.jsonl", many)).err);
  REQUIRE(named.size() == 101);
  CHECK(named.back() == "retold: and 2,901 more");
  CHECK(has(i.filter(in).err, "1 line is no record: passed on unchanged\n"));
  CHECK(has(i.filter("--on-error skip " + in).err, "1 line is no record: left out\n"));
}

TEST_CASE("values are refused in the words of this program") {
  const indexed i;
  const std::pair<const char*, const char*> wrong[] = {
      {"--threads 5000", "--threads: 5000 is out of range: 0 to 1024; see"},
      {"--threads -1", "--threads: -1 is out of range: 0 to 1024; see"},
      {"--threads 1.5", "--threads: '1.5' is no number that it takes; see"},
      {"--action delete", "--action: 'delete' is not drop or mark; see"},
      {"--on-error x", "--on-error: 'x' is not pass, skip or stop; see"},
      {"--action", "--action: WHAT is missing; see"},
      {"--level near --level exact", "--level: given more than once; see"},
      {"--store-text=maybe", "--store-text takes no value; see"},
      {"--threshold 1.00001", "threshold 1.00001 is out of range: above 0, at most 1; see"},
      {"--recall 1", "recall 1 is out of range: above 0, below 1; see"},
  };
  for (const auto& [arguments, said] : wrong) check_refused("filter" + i.option + arguments, said);
  for (const std::string arguments :
       {"filter --index --quiet", "filter --index --version", "filter --scope --sync", "index query --text --id"})
    check_refused(arguments + (arguments.starts_with("filter --index") ? "" : i.option),
                  ": " + arguments.substr(arguments.rfind(' ') + 1) + " is an option, and not its value; see");
  for (const std::string date : {"yesterday", "2026-11-31", "2026-11-22T10:00+25:00", "2026-11-22T24:30", "2026-11-22 or so"})
    check_refused("index expire --before '" + date + "'" + i.option, "--before takes a date such as 2026-11-22, not '" + date);
  check_refused("index", "no command given; commands: add, query, ");
  CHECK_FALSE(fs::exists(i.path));
}

TEST_CASE("a document's share of the space is told with what the removed ones take") {
  const indexed i;
  std::string lines, ids;
  std::mt19937 random(4);
  for (int n = 0; n < 1100; ++n) lines += record(std::to_string(n), made_up_text(random, 12));
  for (int n = 0; n < 50; ++n) ids += std::to_string(n) + '\n';
  CHECK(i.index("add", "-q " + i.put("in.jsonl", lines)).code == 0);
  CHECK(has(i.index("stats").out, " bytes each)\n"));
  CHECK(i.index("remove", "-q --ids " + i.put("ids", ids)).code == 0);
  const outcome stats = i.index("stats");
  CHECK(has(stats.out, " bytes each, with the traces of 50 that were removed)\n"));
  CHECK(has(stats.out, "\n50 removed, whose traces take room until `retold index compact` sweeps them out\n"));
  CHECK(i.index("compact", "-q").code == 0);
  CHECK(has(i.index("stats").out, " bytes each)\n"));
}

TEST_CASE("help says what becomes of records without words, and they do") {
  const indexed i;
  CHECK(has(run("filter --help").out, "Records without words pass, and are not kept"));
  CHECK(has(run("filter --help").out, "Wait for the disk before a line goes out."));
  CHECK(has(run("index add --help").out, "Wait for the disk after each batch."));  // nothing goes out
  const std::string in = record("a", "") + record("b", "-- ...") + record("c", "");
  CHECK(i.filter("-q " + i.put("in.jsonl", in)).out == in);
  CHECK(json::parse(i.index("stats", "--json -").out)["documents"] == 0);
}
