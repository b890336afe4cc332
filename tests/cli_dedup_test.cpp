// SPDX-License-Identifier: Apache-2.0
// `dedup` through the program: what is asked of it, what survives byte for byte, and what is written beside it.
#include <algorithm>
#include <chrono>

#include "dedup_program.hpp"
#include "slowness.hpp"

TEST_CASE("help in two lengths") {
  const outcome brief = dedup("-h"), full = dedup("--help");
  CHECK(brief.code == 0);
  CHECK(full.code == 0);
  CHECK(brief.out.size() < full.out.size());
  for (const char* option : {"-o,--output", "--level",  "--threshold", "--keep",     "--verify", "--mark",      "--groups",
                             "--rejects",   "--memory", "--temp",      "--on-error", "--preset", "--shingle",   "--sketch",
                             "--slots",     "--recall", "--threads",   "--json",     "--quiet",  "--text-field"}) {
    CHECK_MESSAGE(has(brief.out, option), option);
    CHECK_MESSAGE(has(full.out, option), option);
  }
  CHECK_FALSE(has(full.out, "--html"));
  CHECK(has(full.out, "Examples:"));
  CHECK(has(run("-h").out, "dedup"));
}

TEST_CASE("wrong usage is named") {
  const folder f;
  const std::string in = in_shell(f.put("in.jsonl", record("a", bakery))) + ' ', at = f.str() + '/';
  f.put("data/part.jsonl", record("a", bakery));
  const std::pair<std::string, const char*> wrong[] = {
      {"", "IN"},
      {in + "--level story", "--level"},
      {in + "--threshold 0", "threshold 0 is out of range"},
      {in + "--threshold 1.5", "threshold 1.5 is out of range"},
      {in + "--threshold x", "--threshold: 'x' is no number"},
      {in + "--level exact --threshold 0.9", "--threshold has no meaning at level exact"},
      {in + "--level exact --verify sketch", "--verify has no meaning at level exact"},
      {in + "--level exact --preset web", "--preset has no meaning at level exact"},
      {in + "--memory 1M", "at least 64 MiB"},
      {in + "--memory lots", "memory takes a number of bytes such as 512M or 4G, not 'lots'"},
      {in + "--memory 4GB", "not '4GB'"},
      {in + "--memory 99999999999T", "not '99999999999T'"},
      {in + "--memory ''", "--memory: the value is empty"},
      {in + "--memory -1", "not '-1'"},
      {in + "--keep ''", "empty"},
      {in + "--on-error ignore", "--on-error"},
      {in + "--verify roughly", "--verify"},
      {in + "--recall 1", "recall 1 is out of range"},
      {in + "--slots 3", "slots"},
      {in + "--shingle word:0", "word:0"},
      {in + "--text-field ''", "--text-field: the value is empty"},
      {in + "-o ''", "empty"},
      {in + "--json -", "--output and --json would mix on standard output"},
      {in + "-o /dev/null --groups - --rejects -", "--groups and --rejects would mix"},
      {in + "-o " + at + "x --groups " + at + "./x", "--output and --groups name the same file"},
      {in + "-o " + at + "in.jsonl", "is an input"},
      {in + "-o " + at + "out --rejects " + at + "data/../in.jsonl", "is an input"},
      {"'" + at + "data' -o " + at + "data/kept.jsonl", "another run would read it"},
      {"'" + at + "data' -o " + at + "data/deeper/kept.NDJSON.gz", "another run would read it"},
      {in + "--html x", "--html"},
  };
  for (const auto& [arguments, said] : wrong) check_refused("dedup " + arguments, said);
  CHECK(slurp(f.path / "in.jsonl") == record("a", bakery));
  CHECK(names_in(f.path) == std::set<std::string>{"data", "in.jsonl"});
  fs::create_symlink("in.jsonl", f.path / "link");
  check_refused("dedup " + in + "-o " + at + "link", "is an input");
}

TEST_CASE("survivors are as they were read, in the order of the input") {
  const std::string lines[] = {
      "{\"id\":1,\"text\":\"" + lighthouse + "\"}\r\n",
      "  { \"text\" : \"" + bakery + "\" ,\t\"id\":\"b\", \"n\": 1.50E+2, \"deep\": {\"a\": [ ]} }  \n",
      "{\"id\":3,\"text\":\"" + lighthouse_edited + "\"}\n",
      "{\"id\":4,\"text\":\"Caf\xC3\xA9 \\u00e9t\\u00e9 \\ud83d\\ude00 \xE6\x97\xA5\xE6\x9C\xAC \\/ \\\" un deux trois\"}\n",
      "{\"id\":5,\"text\":\"" + bakery + "\"}\n",
      "{\"id\":6,\"text\":\"\"}\n",
      "{\"id\":7,\"text\":\"\"}\n",
      "{\"text\":\"no id here\"}",
  };
  std::string in, kept;
  for (const std::string& line : lines) in += line;
  for (const int i : {0, 1, 3, 5, 6, 7}) kept += lines[i];
  CHECK(survivors(in) == kept + '\n');
  CHECK(survivors(in + '\n') == kept + '\n');
  CHECK(survivors("\n\n" + in + "\n \n") == kept + '\n');  // lines that are blank are no records
  CHECK(survivors("\xEF\xBB\xBF" + in) == kept + '\n');
  CHECK(survivors("").empty());
  CHECK(survivors(lines[3]) == lines[3]);
}

TEST_CASE("exact and near, and where between them the threshold lies") {
  const std::string in = record("a", lighthouse) + record("b", lighthouse_edited) + record("c", bakery) +
                         record("d", "  " + lighthouse + "!!") + record("e", lighthouse + " And the wind blows.");
  CHECK(ids_of(survivors(in)) == "a c");
  CHECK(ids_of(survivors(in, "--level exact")) == "a b c e");
  CHECK(ids_of(survivors(in, "--threshold 0.999")) == "a b c e");
  CHECK(ids_of(survivors(in, "--threshold 0.5 --preset web")) == "a c");
  CHECK(ids_of(survivors(in, "--threshold 0.5 --verify sketch")) == "a c");
  CHECK(ids_of(survivors(in, "--threshold 0.5 --sketch simhash")) == "a c");
}

TEST_CASE("who stays: the first, the longest, the newest, the highest number") {
  const std::string in = record("a", lighthouse, {{"date", "2026-03-01"}, {"score", 5}}) +
                         record("b", lighthouse_edited + " More.", {{"date", "2026-01-09"}, {"score", -1.5}}) +
                         record("c", bakery) + record("d", lighthouse, {{"date", "2026-04-01T10:00:00Z"}, {"score", "high"}}) +
                         record("e", lighthouse, {{"score", 7.25}});
  CHECK(ids_of(survivors(in)) == "a c");
  CHECK(ids_of(survivors(in, "--keep first")) == "a c");
  CHECK(ids_of(survivors(in, "--keep longest")) == "b c");
  CHECK(ids_of(survivors(in, "--keep newest")) == "c d");
  CHECK(ids_of(survivors(in, "--keep score")) == "c e");
  CHECK(ids_of(survivors(in, "--keep nothing")) == "a c");
}

TEST_CASE("options from a file") {
  const folder f;
  const std::string in = in_shell(f.put("in.jsonl", record("a", lighthouse) + record("b", lighthouse_edited)));
  const std::string config = in_shell(f.put("c.toml", "[dedup]\nthreshold = 0.999\nkeep = \"longest\"\nmemory = \"1G\"\n"));
  CHECK(lines_of(dedup("-q " + in + " --config " + config).out).size() == 2);
  CHECK(lines_of(dedup("-q " + in + " --threshold 0.8 --config " + config).out).size() == 1);
  check_refused("dedup " + in + " --config " + in_shell(f.put("d.toml", "[dedup]\ntreshold = 1\n")), "unknown key 'treshold'");
}

TEST_CASE("a name that promises another format") {
  const folder f;
  const std::string in = in_shell(f.put("in.jsonl", record("a", bakery)));
  for (const char* name : {"out.jsonl.xz", "out.Parquet"}) {
    check_refused("dedup " + in + " -o " + in_shell(f.path / name), std::string(name) + ": it would be JSONL");
    check_refused("dedup " + in + " --rejects " + in_shell(f.path / name), std::string(name) + ": it would be JSONL");
    CHECK_FALSE(fs::exists(f.path / name));
  }
}

TEST_CASE("fields by other names") {
  const std::string in =
      json{{"key", "a"}, {"body", bakery}}.dump() + '\n' + json{{"key", "b"}, {"body", bakery}}.dump() + '\n';
  CHECK(survivors(in, "--text-field body --id-field key") == in.substr(0, in.find('\n') + 1));
  const folder f;
  const outcome o = dedup(in_shell(f.put("in.jsonl", in)));
  CHECK(o.code == 2);
  CHECK(o.out == in);
  CHECK(has(o.err, "no line of 2 has a text: "));
  CHECK(has(o.err, R"(in.jsonl:1: no field "text" and no field "title"; it has "body", "key"; --text-field names)"));
  const std::string out = in_shell(f.put("out.jsonl", "of yesterday"));
  const outcome to_file = dedup(in_shell(f.path / "in.jsonl") + " -o " + out);
  CHECK(to_file.code == 2);
  CHECK(has(to_file.err, "names the field that holds it; no file was replaced"));
  CHECK(slurp(f.path / "out.jsonl") == "of yesterday");
  const std::string titled = record("a", bakery, {{"title", "same"}}) + record("b", lighthouse, {{"title", "same"}});
  check_refused("dedup --text-field nope " + in_shell(f.put("titled.jsonl", titled)) + " -o " + out,
                "no record of 2 has a text in field \"nope\", only titles; name the field that holds it");
  CHECK(slurp(f.path / "out.jsonl") == "of yesterday");
}

TEST_CASE("a folder of other files is no empty input: what an earlier run wrote stays") {
  const folder f;
  fs::create_directory(f.path / "in");
  const std::string line = in_shell(f.path / "in") + " -o " + in_shell(f.put("out.jsonl", "of yesterday"));
  f.put("in/a.txt", "text"), f.put("in/b.parquet", "PAR1");
  const outcome o = dedup(line);
  CHECK(o.code == 3);
  CHECK(has(o.err,
            "in/b.parquet: not a kind that is read (and 1 other); .jsonl and .ndjson files are read, also .gz and .zst\n"));
  CHECK(slurp(f.path / "out.jsonl") == "of yesterday");
  CHECK(names_in(f.path) == std::set<std::string>{"in", "out.jsonl"});
  f.put("in/c.jsonl", "PAR1");
  CHECK(has(dedup(line).err, "in/c.jsonl: "));  // which says more
  CHECK(slurp(f.path / "out.jsonl") == "of yesterday");
  fs::remove_all(f.path / "in"), fs::create_directory(f.path / "in");
  CHECK(dedup(line).code == 0);  // of nothing comes nothing
  CHECK(slurp(f.path / "out.jsonl").empty());
}

TEST_CASE("--mark keeps all and says what each is; a mark that was there is replaced") {
  const folder f;
  const std::string in = record("a", lighthouse) + record("b", bakery) + record("c", lighthouse_edited) +
                         record("d", lighthouse, {{"retold", {{"status", "old"}}}}) + "no record\n";
  const outcome o = dedup(in_shell(f.put("in.jsonl", in)) + " --mark --groups " + in_shell(f.path / "groups.jsonl"));
  CHECK(o.code == 1);
  CHECK(has(o.err, "4 records, 2 kept, 1 exact and 1 near duplicates marked"));
  const std::vector<std::string> lines = lines_of(o.out);
  REQUIRE(lines.size() == 5);
  CHECK(lines[4] == "no record");
  const std::vector<json> expected = {
      {{"status", "kept"}, {"of", "a"}, {"group", 0}, {"size", 3}, {"similarity", 1}},
      {{"status", "kept"}, {"of", "b"}, {"group", nullptr}, {"size", 1}, {"similarity", 1}},
      {{"status", "near"}, {"of", "a"}, {"group", 0}, {"size", 3}},
      {{"status", "exact"}, {"of", "a"}, {"group", 0}, {"size", 3}, {"similarity", 1}},
  };
  const std::vector<json> before = parsed(in.substr(0, in.find("no record")));
  for (std::size_t i = 0; i < 4; ++i) {
    json got = json::parse(lines[i]);
    json mark = got["retold"];
    if (i == 2) {
      CHECK(mark["similarity"] > 0.8);
      CHECK(mark["similarity"] < 1);
      mark.erase("similarity");
    }
    CHECK(mark == expected[i]);
    got.erase("retold");
    json source = before[i];
    source.erase("retold");
    CHECK(got == source);
  }
  CHECK(lines[1].starts_with(record("b", bakery).substr(0, record("b", bakery).size() - 2)));
  const std::vector<json> groups = parsed(slurp(f.path / "groups.jsonl"));
  REQUIRE(groups.size() == 1);
  CHECK(groups[0]["group"] == 0);
  CHECK(groups[0]["keep"] == "a");
  CHECK(groups[0]["documents"] == json{"a", "c", "d"});
  CHECK(groups[0]["similarity"][0] == 1);
  CHECK(groups[0]["similarity"][1] == json::parse(lines[2])["retold"]["similarity"]);
  CHECK(groups[0]["similarity"][2] == 1);
}

TEST_CASE("output and rejects together are the input; groups and marks tell the same") {
  const folder f;
  const std::string in = made_up_records(3000, 1, 60), at = f.str() + '/';
  const std::string all = in_shell(f.put("in.jsonl", in)) + " -q --threshold 0.7 ";
  REQUIRE(dedup(all + "-o " + at + "out --rejects " + at + "rejects --groups " + at + "groups").code == 0);
  REQUIRE(dedup(all + "--mark -o " + at + "marked").code == 0);
  const std::vector<std::string> kept = lines_of(slurp(f.path / "out")), gone = lines_of(slurp(f.path / "rejects"));
  const std::vector<json> marked = parsed(slurp(f.path / "marked"));
  REQUIRE(marked.size() == 3000);
  std::size_t k = 0, g = 0, at_line = 0;
  std::map<std::size_t, std::vector<json>> by_group;
  for (const std::string& line : lines_of(in)) {
    const json& mark = marked[at_line++]["retold"];
    const bool stays = mark["status"] == "kept";
    const auto& side = stays ? kept : gone;
    std::size_t& next = stays ? k : g;
    REQUIRE(next < side.size());
    CHECK(side[next++] == line);
    if (mark["group"].is_null()) {
      CHECK(mark["size"] == 1);
      CHECK(stays);
    } else {
      by_group[mark["group"]].push_back(marked[at_line - 1]);
    }
  }
  CHECK(k == kept.size());
  CHECK(g == gone.size());
  CHECK(k > 500);
  CHECK(g > 500);
  const std::vector<json> groups = parsed(slurp(f.path / "groups"));
  REQUIRE(groups.size() == by_group.size());
  for (const json& group : groups) {
    const std::vector<json>& members = by_group[group["group"]];
    REQUIRE(group["documents"].size() == members.size());
    CHECK(members.size() > 1);
    for (std::size_t i = 0; i < members.size(); ++i) {
      const json& mark = members[i]["retold"];
      CHECK(group["documents"][i] == members[i]["id"]);
      CHECK(group["similarity"][i] == mark["similarity"]);
      CHECK(mark["of"] == group["keep"]);
      CHECK(mark["size"] == members.size());
      CHECK(mark["similarity"] >= 0.7);
      CHECK((mark["status"] == "kept") == (members[i]["id"] == group["keep"]));
    }
  }
}

TEST_CASE("survivors of survivors are themselves") {
  const std::string in = made_up_records(2000, 2, 50);
  for (const char* options : {"", "--level exact", "--threshold 0.6", "--keep longest"}) {
    const std::string once = survivors(in, options);
    CHECK(once.size() < in.size());
    CHECK_MESSAGE(survivors(once, options) == once, options);
  }
}

TEST_CASE("the same words again are exact: against a set of the texts seen") {
  std::mt19937 random(3);
  std::set<std::string> seen;
  std::string in, expected;
  for (int i = 0; i < 3000; ++i) {
    const std::string text = made_up_text(random, 1 + random() % 2), line = record(std::to_string(i), text);
    in += line;
    if (seen.insert(text).second) expected += line;
  }
  CHECK(survivors(in, "--level exact") == expected);
}

namespace {

using shingle_strings = std::set<std::string>;

shingle_strings three_words_each(const std::string& text) {
  std::vector<std::string> words;
  std::istringstream in(text);
  for (std::string word; in >> word;) words.push_back(word);
  shingle_strings out;
  for (std::size_t i = 0; i + 3 <= words.size(); ++i) out.insert(words[i] + ' ' + words[i + 1] + ' ' + words[i + 2]);
  return out;
}

double jaccard(const shingle_strings& a, const shingle_strings& b) {
  const auto common = std::count_if(a.begin(), a.end(), [&](const std::string& shingle) { return b.contains(shingle); });
  return static_cast<double>(common) / static_cast<double>(a.size() + b.size() - static_cast<std::size_t>(common));
}

// The rule as it is told: in order, each record is compared with all that are kept.
std::string survivors_the_slow_way(const std::string& records, double threshold, bool longest_first) {
  const std::vector<json> all = parsed(records);
  std::vector<std::size_t> order(all.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  const auto length = [&](std::size_t i) { return all[i]["text"].get_ref<const std::string&>().size(); };
  if (longest_first)
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return length(a) > length(b); });
  std::vector<std::pair<std::size_t, shingle_strings>> kept;
  for (const std::size_t i : order) {
    shingle_strings own = three_words_each(all[i]["text"]);
    if (std::none_of(kept.begin(), kept.end(), [&](const auto& k) { return jaccard(own, k.second) >= threshold; }))
      kept.emplace_back(i, std::move(own));
  }
  std::sort(kept.begin(), kept.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::string out;
  const std::vector<std::string> lines = lines_of(records);
  for (const auto& each : kept) out += lines[each.first] + '\n';
  return out;
}

}  // namespace

TEST_CASE("near-duplicates: against comparing each with all that are kept") {
  for (const unsigned words : {12u, 40u}) {
    const std::string in = made_up_records(slowness == 1 ? 700 : 250, words, words);
    for (const double threshold : {0.5, 0.7, 0.8}) {
      const std::string options = "--recall 0.99999 --slots 512 --threshold " + std::to_string(threshold);
      CHECK_MESSAGE(survivors(in, options) == survivors_the_slow_way(in, threshold, false), options);
      CHECK_MESSAGE(survivors(in, options + " --keep longest") == survivors_the_slow_way(in, threshold, true), options);
    }
  }
}

TEST_CASE("lines longer than anything that is read at once, and files that end without a line's end") {
  const folder f;
  std::mt19937 random(13);
  const std::string longest = record("long", made_up_text(random, 500'000)), shorter = made_up_records(300, 14, 20),
                    other = record("other", made_up_text(random, 200'000));
  f.put("data/1.jsonl", longest.substr(0, longest.size() - 1));
  f.put("data/2.jsonl", "\n" + shorter + other + longest + shorter.substr(0, shorter.size() - 1));
  CHECK(dedup("-q --level exact " + in_shell(f.path / "data")).out == longest + survivors(shorter, "--level exact") + other);
  f.put("data/3.jsonl.gz", "");  // of what is damaged, nothing or a part is read
  const outcome damaged = dedup("--level exact " + in_shell(f.path / "data"));
  CHECK(damaged.code == 1);
  CHECK(has(damaged.err, "3.jsonl.gz: truncated gzip data"));
  CHECK(damaged.out == longest + survivors(shorter, "--level exact") + other);
}

TEST_CASE("stdin to stdout, gzip and zstd on both sides, folders in their order") {
  const folder f;
  const std::string a = made_up_records(800, 4, 40), b = made_up_records(800, 5, 40), at = f.str() + '/';
  f.put("data/b.jsonl", b);
  f.put("data/a/a.ndjson", a);
  f.put("data/readme.txt", "Not to be read.");
  const std::string expected = survivors(a + b);
  CHECK(dedup("-q " + at + "data").out == expected);
  CHECK(dedup("-q " + at + "data " + at + "data/b.jsonl").out == expected);
  CHECK(has(dedup(at + "data").err, "1 input ignored (-v says why)"));
  CHECK(has(dedup("-v " + at + "data").err, "readme.txt: no JSONL"));
  CHECK(dedup("-q -", "cat " + at + "data/a/a.ndjson " + at + "data/b.jsonl |").out == expected);
  CHECK(dedup("-q -o /dev/stdout " + at + "data").out == expected);
  f.put("all.jsonl", a + b);
  for (const std::string ending : {"gz", "zst"}) {
    const std::string packed = at + "all.jsonl." + ending;
    REQUIRE(dedup("-q --level exact " + at + "all.jsonl -o " + packed).code == 0);
    CHECK(slurp(packed).starts_with(ending == "gz" ? "\x1F\x8B" : "\x28\xB5\x2F\xFD"));
    CHECK(slurp(packed).size() < survivors(a + b, "--level exact").size());
    CHECK(dedup("-q --level exact " + packed).out == survivors(a + b, "--level exact"));
    CHECK(dedup("-q " + packed).out == expected);
    const std::string groups = at + "groups." + ending, rejects = at + "rejects.jsonl." + ending;
    REQUIRE(dedup("-q " + at + "all.jsonl -o /dev/null --groups " + groups + " --rejects " + rejects).code == 0);
    CHECK(dedup("-q " + rejects + " -o /dev/null --threshold 1").code == 0);
    CHECK(slurp(groups).size() > 100);
  }
  REQUIRE(dedup("-q " + in_shell(f.put("none.jsonl", "")) + " -o " + at + "none.jsonl.gz").code == 0);
  const outcome empty = dedup(at + "none.jsonl.gz");
  CHECK(empty.code == 0);
  CHECK(has(empty.err, "no records"));
}

TEST_CASE("groups and rejects to standard output") {
  const folder f;
  const std::string in = in_shell(f.put("in.jsonl", record("a", bakery) + record("b", bakery)));
  CHECK(dedup("-q " + in + " -o /dev/null --rejects -").out == record("b", bakery));
  CHECK(json::parse(dedup("-q " + in + " -o /dev/null --groups -").out)["documents"] == json{"a", "b"});
  CHECK(json::parse(dedup("-q " + in + " -o /dev/null --json -").out)["kept"] == 1);
}

TEST_CASE("the working folder of a stream is in TMPDIR, and gone at the end") {
  const folder f;
  const std::string in = in_shell(f.put("in.jsonl", record("a", bakery) + record("b", bakery)));
  fs::create_directory(f.path / "room");
  const std::string room = in_shell(f.path / "room");
  CHECK(dedup("-q - --temp " + room, "cat " + in + " |").out == record("a", bakery));
  CHECK(dedup("-q - -o " + f.str() + "/out --temp " + room, "cat " + in + " |").code == 0);
  CHECK(dedup("-q " + in, "TMPDIR=" + room).out == record("a", bakery));
  CHECK(fs::is_empty(f.path / "room"));
  CHECK(names_in(f.path) == std::set<std::string>{"in.jsonl", "out", "room"});
  fs::remove(f.path / "room");
  const outcome none = dedup(in + " --temp " + room);
  CHECK(none.code == 3);
  CHECK(has(none.err, "room/retold-"));
}

TEST_CASE("the sample, as the README shows it") {
  const std::string sample = in_shell(std::string(RETOLD_SOURCE_DIR) + "/samples/feed.jsonl");
  const outcome o = dedup(sample + " --groups - -o /dev/null");
  CHECK(has(o.err, "5 records, 3 kept, 1 exact and 1 near duplicates removed"));
  std::ifstream readme(std::string(RETOLD_SOURCE_DIR) + "/README.md");
  const std::string shown{std::istreambuf_iterator<char>(readme), {}};
  CHECK(lines_of(o.out).size() == 2);
  for (const std::string& line : lines_of(o.out)) CHECK_MESSAGE(has(shown, line), line);
  CHECK(ids_of(dedup("-q " + sample + " --keep newest").out) == "morning-2 noon-1 night-1");
}

TEST_CASE("lines that are no records: passed on, left out, or the end") {
  const folder f;
  const std::string at = f.str() + '/';
  const std::string in =
      in_shell(f.put("in.jsonl", record("a", bakery) + "{\"id\": 2, \"text\"\n[1]\r\n" + record("b", bakery) + "{}"));
  const outcome pass = dedup(in), skip = dedup(in + " --on-error skip --rejects " + at + "rejects"),
                stop = dedup(in + " --on-error stop -o " + at + "out");
  CHECK(pass.code == 1);
  CHECK(pass.out == record("a", bakery) + "{\"id\": 2, \"text\"\n[1]\r\n{}\n");
  for (const outcome* o : {&pass, &skip}) {
    for (const char* said : {"in.jsonl:2: not JSON", "in.jsonl:3: not an object but an array", "in.jsonl:5: no field \"text\"",
                             "3 lines are no records", "2 records, 1 kept"})
      CHECK_MESSAGE(has(o->err, said), o->err);
  }
  CHECK(has(pass.err, "passed on"));
  CHECK(has(skip.err, "left out"));
  CHECK(skip.code == 1);
  CHECK(skip.out == record("a", bakery));
  CHECK(slurp(at + "rejects") == "{\"id\": 2, \"text\"\n[1]\r\n" + record("b", bakery) + "{}\n");
  CHECK(stop.code == 3);
  CHECK(has(stop.err, "in.jsonl:2: not JSON"));
  CHECK_FALSE(fs::exists(at + "out"));
  CHECK(dedup(in + " -q").err.size() > 10);  // what makes the exit code 1 is named even so
}

TEST_CASE("of many bad lines the first hundred are named") {
  const folder f;
  std::mt19937 random(12);
  std::string in;
  for (int i = 0; i < 250; ++i) in += "[]\n" + record(std::to_string(i), made_up_text(random, 20));
  const outcome o = dedup(in_shell(f.put("in.jsonl", in)));
  CHECK(o.code == 1);
  CHECK(o.out == in);
  CHECK(times(o.err, "not an object") == 100);
  CHECK(has(o.err, "in.jsonl:199:"));
  CHECK_FALSE(has(o.err, "in.jsonl:201:"));
  CHECK(has(o.err, "retold: and 150 more\n"));
  CHECK(has(o.err, "250 lines are no records"));
  CHECK(lines_of(dedup("-q " + in_shell(f.path / "in.jsonl")).err).back() == "retold: and 150 more");
}

TEST_CASE("an id that comes again: with the same text a copy, with another a record of its own") {
  const folder f;
  const outcome o = dedup(in_shell(f.put("in.jsonl", record("a", bakery) + record("a", lighthouse) + record("a", bakery))));
  CHECK(o.code == 0);
  CHECK(o.out == record("a", bakery) + record("a", lighthouse));
  CHECK(has(o.err, "1 id came again with another text"));
  const outcome none =
      dedup(in_shell(f.put("none.jsonl", json{{"text", bakery}}.dump() + '\n' + json{{"text", bakery}}.dump())) +
            " --groups - -o /dev/null");
  CHECK(json::parse(none.out)["documents"] == json{"none.jsonl:1", "none.jsonl:2"});
}
