// SPDX-License-Identifier: Apache-2.0
// `dedup` through the program: what survives, byte for byte; what is written beside it; what happens when things go wrong.
#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <map>
#include <random>
#include <thread>

#include "program.hpp"

namespace {

const std::string lighthouse =
    "The lighthouse of Brannoch will be sold at auction in May. Its last keeper left in 1988 and the tower has been empty "
    "since, "
    "though the lamp still turns every night by clockwork and the harbour master climbs the stairs on Sundays to wind it.";
const std::string lighthouse_edited =  // one word of it is another
    "The lighthouse of Brannoch will be sold at auction in June. Its last keeper left in 1988 and the tower has been empty "
    "since, "
    "though the lamp still turns every night by clockwork and the harbour master climbs the stairs on Sundays to wind it.";
const std::string bakery =
    "Bread is dearer in Mirefleurs from Monday on: the bakers of the town blame the price of flour, the millers that of "
    "diesel, and "
    "the farmers the hail of last July, which took a third of the wheat between the river and the old railway line.";

std::string record(const std::string& id, const std::string& text, const json& more = json::object()) {
  json r = {{"id", id}, {"text", text}};
  r.update(more);
  return r.dump() + '\n';
}

std::string made_up_text(std::mt19937& random, unsigned words) {
  static const char* syllables[] = {"ba",  "ro", "ti",  "mel", "an",  "dor", "ki", "su",
                                    "pre", "lo", "gan", "vi",  "est", "ne",  "fu"};
  std::string text;
  for (unsigned i = 0; i < words; ++i) {
    if (i != 0) text += ' ';
    for (int s = 0; s < 3; ++s) text += syllables[random() % std::size(syllables)];
  }
  return text;
}

// Records of which about half are copies or light edits of others.
std::string made_up_records(unsigned count, unsigned seed, unsigned words = 120) {
  std::mt19937 random(seed);
  std::vector<std::string> texts;
  std::string lines;
  for (unsigned i = 0; i < count; ++i) {
    std::string text = texts.empty() || random() % 2 == 0 ? made_up_text(random, words) : texts[random() % texts.size()];
    if (random() % 3 == 0) text += ' ' + made_up_text(random, 2);
    texts.push_back(text);
    lines += record(std::to_string(i), text);
  }
  return lines;
}

std::string in_shell(const fs::path& path) { return '\'' + path.string() + '\''; }

outcome dedup(const std::string& arguments, const std::string& before = "") { return run("dedup " + arguments, before); }

// The survivors of these records, by way of files.
std::string survivors(const std::string& records, const std::string& options = "") {
  const folder f;
  const outcome o = dedup(in_shell(f.put("in.jsonl", records)) + " -q -o " + in_shell(f.path / "out.jsonl") + ' ' + options);
  CHECK_MESSAGE(o.code == 0, o.err);
  return slurp(f.path / "out.jsonl");
}

std::set<std::string> names_in(const fs::path& path) {
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(path)) names.insert(entry.path().filename().string());
  return names;
}

std::vector<json> parsed(const std::string& lines) {
  std::vector<json> out;
  for (const std::string& line : lines_of(lines)) out.push_back(json::parse(line));
  return out;
}

std::string ids_of(const std::string& lines) {
  std::string ids;
  for (const json& r : parsed(lines)) ids += (ids.empty() ? "" : " ") + r["id"].get<std::string>();
  return ids;
}

}  // namespace

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
      {in + "--memory 1M", "at least 64 MiB"},
      {in + "--memory lots", "--memory takes a number of bytes such as 512M or 4G, not 'lots'"},
      {in + "--memory 4GB", "not '4GB'"},
      {in + "--memory 99999999999T", "not '99999999999T'"},
      {in + "--memory ''", "not ''"},
      {in + "--memory -1", "not '-1'"},
      {in + "--keep ''", "empty"},
      {in + "--on-error ignore", "--on-error"},
      {in + "--verify roughly", "--verify"},
      {in + "--recall 1", "recall 1 is out of range"},
      {in + "--slots 3", "slots"},
      {in + "--shingle word:0", "word:0"},
      {in + "--text-field ''", "text field is empty"},
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

TEST_CASE("fields by other names") {
  const std::string in =
      json{{"key", "a"}, {"body", bakery}}.dump() + '\n' + json{{"key", "b"}, {"body", bakery}}.dump() + '\n';
  CHECK(survivors(in, "--text-field body --id-field key") == in.substr(0, in.find('\n') + 1));
  const folder f;
  const outcome o = dedup(in_shell(f.put("in.jsonl", in)));
  CHECK(o.code == 1);
  CHECK(o.out == in);
  CHECK(has(o.err, "in.jsonl:1"));
  CHECK(has(o.err, "no field \"text\""));
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

TEST_CASE("stdin to stdout, gzip and zstd on both sides, folders in their order") {
  const folder f;
  const std::string a = made_up_records(800, 4, 40), b = made_up_records(800, 5, 40), at = f.str() + '/';
  f.put("data/b.jsonl", b);
  f.put("data/a/a.ndjson", a);
  f.put("data/readme.txt", "Not to be read.");
  const std::string expected = survivors(a + b);
  CHECK(dedup("-q " + at + "data").out == expected);
  CHECK(dedup("-q " + at + "data " + at + "data/b.jsonl").out == expected);
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
  std::string in;
  for (int i = 0; i < 250; ++i) in += "[]\n" + record(std::to_string(i), made_up_text(*std::make_unique<std::mt19937>(i), 20));
  const outcome o = dedup(in_shell(f.put("in.jsonl", in)));
  CHECK(o.code == 1);
  CHECK(o.out == in);
  CHECK(times(o.err, "not an object") == 100);
  CHECK(has(o.err, "in.jsonl:199:"));
  CHECK_FALSE(has(o.err, "in.jsonl:201:"));
  CHECK(has(o.err, "250 lines are no records"));
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

TEST_CASE("inputs that cannot be read, outputs that cannot be written") {
  const folder f;
  const std::string at = f.str() + '/', in = in_shell(f.put("in.jsonl", made_up_records(200, 6)));
  const outcome missing = dedup(at + "nothing.jsonl -o " + at + "out");
  CHECK(missing.code == 3);
  CHECK(has(missing.err, "nothing.jsonl: "));
  CHECK(dedup(in + ' ' + at + "nothing.jsonl -o " + at + "out").code == 3);  // half of the input is not what was asked for
  const outcome nowhere = dedup(in + " -o " + at + "no/such/out");
  CHECK(nowhere.code == 3);
  CHECK(has(nowhere.err, "no/such/out"));
  const outcome text = dedup(in_shell(f.put("page.html", "<p>x")) + " -o " + at + "out");
  CHECK(text.code == 3);
  CHECK(has(text.err, "JSONL"));
  if (fs::exists("/dev/full")) {
    for (const char* output : {"-o", "--groups", "--rejects"}) {
      const outcome full = dedup(in + " -q " + output + " /dev/full >/dev/null");
      CHECK_MESSAGE(full.code == 3, output);
      CHECK_MESSAGE(full.err == "retold: /dev/full: cannot be written: No space left on device\n", full.err);
    }
    CHECK(dedup(in + " -q 2>" + at + "said >/dev/full; exit $?; true").code == 3);
    CHECK(slurp(at + "said") == "retold: standard output: cannot be written: No space left on device\n");
    fs::remove(at + "said");
  }
  CHECK(names_in(f.path) == std::set<std::string>{"in.jsonl", "page.html"});
}

TEST_CASE("a reader that goes away ends it quietly") {
  const folder f;
  const std::string in = in_shell(f.put("in.jsonl", made_up_records(3000, 7))), code = f.str() + "/code",
                    said = f.str() + "/said";
  for (const char* to : {"", "-o /dev/null --rejects -"}) {
    const std::string line = "{ '" + program + "' dedup " + in + ' ' + to + " 2>'" + said + "'; echo $? >'" + code + "'; }";
    (void)!std::system((line + " | head -c 10 >/dev/null").c_str());
    CHECK_MESSAGE(slurp(code) == "0\n", to);
    CHECK_MESSAGE(slurp(said).empty(), slurp(said));
  }
}

TEST_CASE("the old output stays until the new one is whole, with its permissions, behind its link") {
  const folder f;
  const std::string at = f.str() + '/', in = in_shell(f.put("in.jsonl", record("a", bakery) + record("b", bakery)));
  fs::permissions(f.put("real", "old"), fs::perms::owner_read | fs::perms::owner_write);
  fs::create_symlink("real", f.path / "link");
  CHECK(dedup(in + " nothing -o " + at + "link").code == 3);
  CHECK(slurp(f.path / "real") == "old");
  CHECK(dedup(in + " -o " + at + "link").code == 0);
  CHECK(slurp(f.path / "real") == record("a", bakery));
  CHECK(fs::is_symlink(f.path / "link"));
  CHECK(fs::status(f.path / "real").permissions() == (fs::perms::owner_read | fs::perms::owner_write));
  CHECK(names_in(f.path) == std::set<std::string>{"in.jsonl", "link", "real"});
}

TEST_CASE("the same bytes for every number of threads and amount of memory; the summary names neither") {
  const folder f;
  const std::string in = in_shell(f.put("in.jsonl", made_up_records(20'000, 8, 80))), at = f.str() + '/';
  std::vector<std::string> first;
  for (const char* options :
       {"--threads 1", "--threads 2", "--threads 3", "--threads 7 --memory 64M", "--memory 4G", "--memory 65536K"}) {
    const std::string files = " -o " + at + "out --groups " + at + "groups --rejects " + at + "rejects --json " + at + "json ";
    REQUIRE(dedup("-q " + in + files + options + " --temp " + at).code == 0);
    const std::vector<std::string> now = {slurp(at + "out"), slurp(at + "groups"), slurp(at + "rejects"), slurp(at + "json")};
    if (first.empty()) first = now;
    CHECK_MESSAGE(now == first, options);
  }
  const json summary = json::parse(first[3]);
  CHECK(summary["records"] == 20'000);
  CHECK(summary["kept"] == lines_of(first[0]).size());
  CHECK(summary["groups"] == lines_of(first[1]).size());
  CHECK(summary["exact"].get<std::size_t>() + summary["near"].get<std::size_t>() == lines_of(first[2]).size());
  CHECK(summary["options"]["threshold"] == 0.8);
  CHECK_FALSE(has(first[3], f.str()));
  CHECK(names_in(f.path) == std::set<std::string>{"groups", "in.jsonl", "json", "out", "rejects"});
}

TEST_CASE("progress on a terminal, none elsewhere") {
  const folder f;
  const std::string in = in_shell(f.put("in.jsonl", made_up_records(2000, 9))) + " -o " + f.str() + "/out ";
  CHECK_FALSE(has(dedup(in).err, "\r"));
  if (!has_terminals()) return;
  const std::string shown = on_terminal("dedup " + in, 100);
  CHECK(has(shown, "sign  "));
  CHECK(has(shown, "MB"));
  CHECK(has(shown, "2,000 records"));
  CHECK(on_terminal("dedup -q " + in, 100).empty());
}

// A run that is killed after a random part of `longest`; whether it was, or done before.
bool run_and_kill(const std::vector<std::string>& arguments, std::chrono::microseconds longest, std::mt19937& random) {
  std::vector<char*> raw;
  for (const std::string& each : arguments) raw.push_back(const_cast<char*>(each.c_str()));
  raw.push_back(nullptr);
  const auto moment = longest * static_cast<int>(random() % 1000) / 1000;
  const pid_t child = fork();
  if (child == 0) {
    execv(program.c_str(), raw.data());
    _exit(127);
  }
  std::this_thread::sleep_for(moment);
  kill(child, SIGKILL);
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  return WIFSIGNALED(status);
}

TEST_CASE("killed at any moment: no half output, the next run gives the same, and nothing is left behind") {
  using clock = std::chrono::steady_clock;
  const folder f;
  const std::string in = f.put("in.jsonl", made_up_records(60'000, 10, 30)), out = f.str() + "/out.jsonl";
  // With little memory and many keys for each record, parts are put aside early.
  const std::vector<std::string> arguments = {program, "dedup", in, "-o", out, "--threshold", "0.5", "--memory", "64M", "-q"};
  const std::string line = in_shell(in) + " -o " + in_shell(out) + " --threshold 0.5 --memory 64M";
  const auto began = clock::now();
  REQUIRE(dedup(line).code == 0);
  const auto whole_run = std::chrono::duration_cast<std::chrono::microseconds>(clock::now() - began);
  const std::string expected = slurp(out);
  std::mt19937 random(11);
  int killed = 0, gone_on = 0;
  for (int round = 0; round < 8; ++round) {
    fs::remove(out);
    for (int runs = 0; runs < 3; ++runs) {
      killed += run_and_kill(arguments, whole_run, random);
      if (fs::exists(out)) REQUIRE(slurp(out) == expected);
    }
    const outcome o = dedup(line);
    REQUIRE(o.code == 0);
    gone_on += has(o.err, "went on from an interrupted run");
    REQUIRE(slurp(out) == expected);
    CHECK(names_in(f.path) == std::set<std::string>{"in.jsonl", "out.jsonl"});
  }
  CHECK(killed > 4);
  CHECK(gone_on > 0);
}

TEST_CASE("two runs for one output at once: the second is refused, the first is whole") {
  const folder f;
  const std::string out = f.str() + "/out.jsonl";
  REQUIRE(mkfifo((f.path / "slow").c_str(), 0600) == 0);
  outcome first;
  std::thread running([&] { first = dedup("-q " + f.str() + "/slow -o " + out); });
  std::ofstream feed(f.path / "slow");  // opens once the first run reads
  feed << record("a", bakery) << std::flush;
  const outcome second = dedup("-q " + in_shell(f.put("in.jsonl", record("b", bakery))) + " -o " + out);
  CHECK(second.code == 3);
  CHECK(has(second.err, "another run is using it"));
  feed.close();
  running.join();
  CHECK(first.code == 0);
  CHECK(slurp(out) == record("a", bakery));
}
