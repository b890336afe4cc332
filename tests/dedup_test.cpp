// SPDX-License-Identifier: Apache-2.0
// Dedup from the outside: the rule against its obvious twin, files against texts in memory, and everything that must not make a
// difference: threads, memory, compression, an interruption.
#include "retold/dedup.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <random>
#include <set>

#include "message_of.hpp"
#include "random_sets.hpp"
#include "read_files.hpp"
#include "retold/verify.hpp"
#include "slowness.hpp"

using retold::dedup_files;
using retold::dedup_options;
using retold::dedup_report;
using retold::verdict;

namespace {

using texts = std::vector<std::string>;
struct stopped {};

std::vector<std::string_view> views(const texts& from) { return {from.begin(), from.end()}; }

std::string text_of(std::mt19937_64& random, std::size_t words, std::size_t vocabulary = 5000) {
  std::string out;
  for (std::size_t i = 0; i < words; ++i) out += 'w' + std::to_string(random_sets::below(random, vocabulary)) + ' ';
  return out;
}

std::string edited(const std::string& text, std::mt19937_64& random, std::uint64_t one_in) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find(' ', at) + 1;
    out +=
        random_sets::below(random, one_in) == 0 ? "other" + std::to_string(random() % 1000) + ' ' : text.substr(at, end - at);
    at = end;
  }
  return out;
}

// Families of edits of one text, mixed, with copies and texts without words among them.
texts collection(std::uint64_t seed, std::size_t families, std::size_t each) {
  std::mt19937_64 random(seed);
  texts out = {"", " ... ", "one", "one two", "ONE two", "two one"};
  for (std::size_t f = 0; f < families; ++f) {
    const std::string first = text_of(random, 20 + random_sets::below(random, 200));
    for (std::size_t i = 0; i < each; ++i) out.push_back(i % 5 == 4 ? first : edited(first, random, 10 + 30 * (i % 4)));
  }
  std::shuffle(out.begin(), out.end(), random);
  return out;
}

// The rule as it is written, all with all.
std::vector<verdict> twin(const texts& all, const dedup_options& options) {
  std::vector<retold::shingle_set> sets;
  std::vector<std::size_t> order;
  for (const std::string& text : all) {
    order.push_back(sets.size());
    sets.push_back(retold::shingles(text, options.shingle));
  }
  if (options.keep == retold::keep_rule::longest)
    std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return all[a].size() > all[b].size(); });
  std::vector<verdict> out(all.size());
  std::vector<std::size_t> kept;
  for (const std::size_t i : order) {
    out[i] = {static_cast<std::uint32_t>(i), 1, true};
    const auto found = std::find_if(kept.begin(), kept.end(), [&](std::size_t k) {
      return retold::overlap(sets[i], sets[k]).jaccard >= options.threshold;
    });
    if (found == kept.end()) {
      kept.push_back(i);
      continue;
    }
    const auto key = [&](std::size_t d) { return retold::exact_key(retold::segment(all[d])); };
    out[i] = {static_cast<std::uint32_t>(*found), retold::overlap(sets[i], sets[*found]).jaccard, key(i) == key(*found)};
  }
  return out;
}

void check_same(const std::vector<verdict>& a, const std::vector<verdict>& b) {
  REQUIRE(a.size() == b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    CAPTURE(i);
    CHECK(a[i].of == b[i].of);
    CHECK(a[i].similarity == doctest::Approx(b[i].similarity).epsilon(1e-12));
    CHECK(a[i].exact == b[i].exact);
  }
}

// Finds whatever there is to find, so that the twin's answer is the only right one.
dedup_options thorough(double threshold) { return {.threshold = threshold, .recall = 0.999999999}; }

std::string record(const std::string& id, const std::string& text) {
  return nlohmann::json{{"id", id}, {"text", text}}.dump() + '\n';
}

std::string jsonl(const texts& all) {
  std::string out;
  for (std::size_t i = 0; i < all.size(); ++i) out += record("d" + std::to_string(i), all[i]);
  return out;
}

struct run {
  dedup_report report;
  std::string output;
};

run run_on(const temporary_folder& folder, const std::vector<std::string>& inputs, const dedup_options& options = {},
           dedup_files files = {}) {
  files.inputs = inputs;
  files.output = folder.path("out.jsonl");
  run out;
  out.report = retold::dedup(files, options);
  out.output = contents(files.output);
  CHECK_FALSE(fs::exists(files.output + ".retold"));
  return out;
}

}  // namespace

TEST_CASE("the rule, against its twin") {
  for (std::uint64_t seed = 1; seed <= 6; ++seed)
    for (const double threshold : {0.3, 0.6, 0.8, 0.95, 1.0}) {
      CAPTURE(seed);
      CAPTURE(threshold);
      const texts all = collection(seed, 12, 12);
      const dedup_options options = thorough(threshold);
      check_same(retold::dedup(views(all), options), twin(all, options));
    }
}

TEST_CASE("the longest of a group stays when asked for") {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    const texts all = collection(seed, 10, 10);
    dedup_options options = thorough(0.7);
    options.keep = retold::keep_rule::longest;
    check_same(retold::dedup(views(all), options), twin(all, options));
  }
}

TEST_CASE("the highest rank stays, the first of equals, those without any last; progress is told, and may end the work") {
  const texts all = {"one and the same text", "One and the same TEXT", "one and the same text!", "another",
                     "one and the same text."};
  const double none = std::nan("");
  const std::vector<double> ranks = {none, 2, 7, 1, 7};
  const auto of = [&](const std::vector<double>& by, const retold::progress& report = {}) {
    std::vector<std::uint32_t> out;
    for (const verdict& v : retold::dedup(views(all), {.keep = retold::keep_rule::newest}, report, by)) out.push_back(v.of);
    return out;
  };
  CHECK(of(ranks) == std::vector<std::uint32_t>{2, 2, 2, 3, 2});
  CHECK(of(std::vector<double>(5, none)) == std::vector<std::uint32_t>{0, 0, 0, 3, 0});
  CHECK(message_of([&] { of({1, 2}); }).find("give ranks") != std::string::npos);
  std::map<std::string, std::size_t, std::less<>> told;
  of(ranks, [&](std::string_view stage, std::size_t done, std::size_t) { told[std::string(stage)] = done; });
  CHECK(told["sign"] == all.size());
  CHECK_THROWS_AS(of(ranks, [](std::string_view, std::size_t, std::size_t) { throw stopped{}; }), stopped);
}

TEST_CASE("shingles of five words, of characters, and of scripts without spaces") {
  texts all = collection(3, 6, 8);
  all.insert(all.end(), {"北京今天下雨了", "北京今天下雨了。", "北京昨天下雪了吗", "東京は今日も晴れ"});
  for (const char* shingle : {"word:5", "word:1", "char:5"}) {
    CAPTURE(shingle);
    dedup_options options = thorough(0.6);
    options.shingle = retold::shingle_options::parse(shingle);
    check_same(retold::dedup(views(all), options), twin(all, options));
  }
}

TEST_CASE("level exact: the same words in the same order, and nothing else") {
  const texts all = {"A dog barks.", "a DOG barks", "barks a dog", "", "", "a dog barks loudly"};
  const auto found = retold::dedup(views(all), {.level = retold::level::exact});
  std::vector<std::uint32_t> of;
  for (const verdict& v : found) of.push_back(v.of);
  CHECK(of == std::vector<std::uint32_t>{0, 0, 2, 3, 4, 5});
}

TEST_CASE("a hot template, one copy many times, and many leaders in one bucket") {
  std::mt19937_64 random(9);
  const std::string base = text_of(random, 100);
  texts all;
  for (int i = 0; i < 500; ++i) all.push_back(edited(base, random, 12));
  for (int i = 0; i < 500; ++i) all.push_back(base);
  for (const double threshold : {0.5, 0.75}) {
    dedup_options options = thorough(threshold);
    options.recall = 0.99999;
    check_same(retold::dedup(views(all), options), twin(all, options));
  }
}

TEST_CASE("groups do not chain, and recall is what was asked for") {
  const texts all = collection(5, 150, 8);
  const dedup_options options{.threshold = 0.8};
  const auto found = retold::dedup(views(all), options), right = twin(all, options);
  std::size_t removed = 0, wanted = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    wanted += right[i].of != i;
    if (found[i].of == i) continue;
    removed += right[i].of != i;
    CHECK(found[found[i].of].of == found[i].of);
    CHECK(retold::overlap(retold::shingles(all[i]), retold::shingles(all[found[i].of])).jaccard >= 0.8);
  }
  REQUIRE(wanted > 300);
  CHECK(static_cast<double>(removed) >= 0.95 * static_cast<double>(wanted));
}

TEST_CASE("sketches may decide, and fingerprints may propose") {
  const texts all = collection(6, 60, 6);
  const auto exact = retold::dedup(views(all), {.threshold = 0.8});
  for (const auto sketch : {retold::sketch_kind::minhash, retold::sketch_kind::simhash})
    for (const auto verify : {retold::verification::exact, retold::verification::sketch}) {
      const auto found = retold::dedup(views(all), {.threshold = 0.8, .sketch = sketch, .verify = verify});
      std::size_t agree = 0, wrong = 0;
      for (std::size_t i = 0; i < all.size(); ++i) {
        agree += (found[i].of == i) == (exact[i].of == i);
        if (found[i].of != i)
          wrong += retold::overlap(retold::shingles(all[i]), retold::shingles(all[found[i].of])).jaccard <
                   (verify == retold::verification::exact ? 0.8 : 0.55);
      }
      CHECK(static_cast<double>(agree) > 0.85 * static_cast<double>(all.size()));
      CHECK(wrong == 0);
    }
}

TEST_CASE("any number of threads, the same verdicts") {
  const texts all = collection(8, 80, 10);
  const auto once = retold::dedup(views(all), {.threads = 1});
  for (const unsigned threads : {2u, 3u, 7u}) check_same(retold::dedup(views(all), {.threads = threads}), once);
}

TEST_CASE("files: survivors byte for byte, and the verdicts of texts in memory") {
  const temporary_folder folder;
  const texts all = collection(10, 60, 8);
  const std::string input = folder.write("in.jsonl", jsonl(all));
  const auto verdicts = retold::dedup(views(all));
  std::string expected;
  for (std::size_t i = 0; i < all.size(); ++i)
    if (verdicts[i].of == i) expected += record("d" + std::to_string(i), all[i]);
  for (const unsigned threads : {1u, 2u, 5u}) {
    const run got = run_on(folder, {input}, {.threads = threads});
    CHECK(got.output == expected);
    CHECK(got.report.records == all.size());
    CHECK(got.report.kept + got.report.exact + got.report.near == all.size());
  }
}

TEST_CASE("files: what surrounds the records") {
  const temporary_folder folder;
  const std::string a = "{ \"id\" : 1, \"text\":\"a b c\" }\r\n", b = "{\"text\":\"\\u00e9 \xC3\xA8\",\"x\":[1,{}]}",
                    bad = "{\"text\":";
  const std::string first = folder.write("1.jsonl", "\xEF\xBB\xBF\n" + a + "  \r\n" + bad + "\n" + a + b);
  const std::string second = folder.write("2.jsonl", b + "\n");
  SUBCASE("passed on") {
    const run got = run_on(folder, {first, second});
    CHECK(got.output == a + bad + "\n" + b + "\n");
    CHECK(got.report.records == 4);
    CHECK(got.report.bad_lines == 1);
    REQUIRE(got.report.bad.size() == 1);
    CHECK(got.report.bad[0].input == first + ":4");
  }
  SUBCASE("rejected") {
    const run got = run_on(folder, {first, second}, {.on_bad = retold::bad_record::skip}, {.rejects = folder.path("no.jsonl")});
    CHECK(got.output == a + b + "\n");
    CHECK(contents(folder.path("no.jsonl")) == bad + "\n" + a + b + "\n");
  }
  SUBCASE("stopped by") {
    try {
      run_on(folder, {first, second}, {.on_bad = retold::bad_record::stop});
      FAIL("no error");
    } catch (const retold::error& e) {
      CHECK(e.kind() == retold::error_kind::input);
      CHECK(std::string(e.what()).starts_with(first + ":4: not JSON"));
    }
    CHECK_FALSE(fs::exists(folder.path("out.jsonl")));
    CHECK_FALSE(fs::exists(folder.path("out.jsonl.retold")));
  }
  SUBCASE("nothing else: an earlier output stays") {
    for (const std::string& input : {folder.write("3.jsonl", bad + "\n{}\n"), folder.write("4.jsonl", "<html></html>\n")}) {
      retold::dedup_files files{
          .inputs = {input}, .output = folder.write("out.jsonl", b), .groups = folder.path("groups.jsonl")};
      for (const retold::bad_record rule : {retold::bad_record::pass, retold::bad_record::skip}) {
        const retold::dedup_report report = retold::dedup(files, {.on_bad = rule});
        CHECK(report.records == 0);
        CHECK(report.bad_lines + report.skipped.size() != 0);
      }
      CHECK(contents(folder.path("out.jsonl")) == b);
      for (const char* none : {"groups.jsonl", "out.jsonl.retold"}) CHECK_FALSE(fs::exists(folder.path(none)));
      std::string passed;
      files.output.clear(), files.groups.clear(), files.sink = [&](std::string_view lines) { passed += lines; };
      retold::dedup(files);
      CHECK(passed == contents(input));
    }
  }
}

TEST_CASE("files: groups and marks") {
  const temporary_folder folder;
  const std::string input =
      folder.write("in.jsonl", record("a", "the cat sat on the mat and slept all day long") +
                                   record("b", "something else altogether happened in the town") +
                                   record("c", "The cat sat on the mat, and slept all day long!") +
                                   "{\"text\":\"the cat sat on the mat and slept all day long today\"}\n");
  const dedup_files files{.groups = folder.path("groups.jsonl")};
  run_on(folder, {input}, {.threshold = 0.7}, files);
  CHECK(contents(files.groups) ==
        "{\"group\": 0, \"keep\": \"a\", \"documents\": [\"a\", \"c\", \"in.jsonl:4\"], \"similarity\": [1, 1, 0.9]}\n");
  const run marked = run_on(folder, {input}, {.threshold = 0.7, .mark = true});
  std::vector<nlohmann::json> marks;
  std::istringstream lines(marked.output);
  for (std::string line; std::getline(lines, line);) marks.push_back(nlohmann::json::parse(line).at("retold"));
  REQUIRE(marks.size() == 4);
  CHECK(marks[0] == nlohmann::json{{"status", "kept"}, {"of", "a"}, {"group", 0}, {"size", 3}, {"similarity", 1}});
  CHECK(marks[1] == nlohmann::json{{"status", "kept"}, {"of", "b"}, {"group", nullptr}, {"size", 1}, {"similarity", 1}});
  CHECK(marks[2].at("status") == "exact");
  CHECK(marks[3].at("status") == "near");
  CHECK(marks[3].at("of") == "a");
}

TEST_CASE("files: the newest stays, or the highest of a field") {
  const temporary_folder folder;
  const auto line = [](const char* id, const char* date, const char* score) {
    return std::string("{\"id\":\"") + id + R"(","text":"one and the same text","date":")" + date + R"(","score":)" + score +
           "}\n";
  };
  const std::string input =
      folder.write("in.jsonl", line("a", "2026-01-01T10:00:00+02:00", "null") + line("b", "2026-01-01T09:00:00Z", "2") +
                                   line("c", "", "3.5") + line("d", "2026-01-01", "3.5"));
  CHECK(run_on(folder, {input}, {.keep = retold::keep_rule::newest}).output == line("b", "2026-01-01T09:00:00Z", "2"));
  CHECK(run_on(folder, {input}, {.keep = retold::keep_rule::field, .keep_field = "score"}).output == line("c", "", "3.5"));
}

TEST_CASE("files: ids that come again") {
  const temporary_folder folder;
  const std::string input = folder.write("in.jsonl", record("a", "one text here") + record("a", "one text here") +
                                                         record("a", "another text there") + record("b", "third of them"));
  const run got = run_on(folder, {input});
  CHECK(got.report.changed_ids == 1);
  CHECK(got.report.exact == 1);
  CHECK(got.report.kept == 3);
}

TEST_CASE("files: packed ones, several, and folders of them, are one stream") {
  const temporary_folder folder;
  const texts all = collection(11, 40, 6);
  const std::string whole = jsonl(all);
  const std::size_t cut = whole.find('\n', whole.size() / 2) + 1;
  const std::string plain = run_on(folder, {folder.write("in.jsonl", whole)}).output;
  folder.write("parts/1.jsonl.gz", gzip(whole.substr(0, cut)));
  folder.write("parts/2.jsonl.zst", zstd(whole.substr(cut)));
  folder.write("parts/readme.txt", "no records");
  const run got = run_on(folder, {folder.path("parts")});
  CHECK(got.output == plain);
  REQUIRE(got.report.ignored.size() == 1);
  CHECK(got.report.ignored[0].input == folder.path("parts/readme.txt"));
}

TEST_CASE("files: an output within the input folder is no input of the next run") {
  const temporary_folder folder;
  folder.write("1.jsonl", record("a", "some text or other") + record("b", "and quite another one"));
  const run first = run_on(folder, {folder.path()}), again = run_on(folder, {folder.path()});
  CHECK(again.output == first.output);
  CHECK(again.report.records == 2);
  REQUIRE(again.report.ignored.size() == 1);
  CHECK(again.report.ignored[0].input == folder.path("out.jsonl"));
  CHECK(again.report.ignored[0].reason == "an output of this run");
  const run named = run_on(folder, {folder.path("out.jsonl")});  // in place, when asked for by name
  CHECK(named.output == first.output);
}

TEST_CASE("files: packed outputs hold the same") {
  const temporary_folder folder;
  const texts all = collection(12, 40, 6);
  const std::string input = folder.write("in.jsonl", jsonl(all));
  const std::string plain = run_on(folder, {input}).output;
  for (const char* name : {"out.jsonl.gz", "out.jsonl.zst"}) {
    retold::dedup({.inputs = {input}, .output = folder.path(name)});
    const run again = run_on(folder, {folder.path(name)}, {.level = retold::level::exact});
    CHECK(again.output == plain);
  }
}

TEST_CASE("files: damaged ones give what they hold") {
  const temporary_folder folder;
  const std::string packed = gzip(record("a", "the first text of all") + record("b", "a second one follows"));
  const run got = run_on(folder, {folder.write("in.jsonl.gz", packed.substr(0, packed.size() - 9))});
  CHECK(got.output.starts_with(record("a", "the first text of all")));
  REQUIRE(got.report.skipped.size() == 1);
  CHECK(got.report.skipped[0].reason.starts_with("truncated gzip data; read up to byte "));
}

TEST_CASE("files: known by their first bytes where the name does not tell") {
  const temporary_folder folder;
  const std::string lines = record("a", "the first text of all") + record("b", "a second one follows");
  const run got =
      run_on(folder, {folder.write("1.jsonl", gzip(lines.substr(0, lines.find('\n') + 1))),
                      folder.write("2.jsonl", zstd(lines.substr(lines.find('\n') + 1))), folder.write("3.jsonl", "\xFF\xFE{"),
                      folder.write("4.jsonl", "BZh91AY"), folder.write("5", "")});
  CHECK(got.output == lines);
  REQUIRE(got.report.skipped.size() == 2);
  CHECK(got.report.skipped[0].reason == "JSONL in UTF-16; convert it to UTF-8");
  CHECK(got.report.skipped[1].reason.starts_with("compressed by bzip2"));
}

TEST_CASE("files: of one name in two places, records without ids are told apart") {
  const temporary_folder folder;
  const std::string line = "{\"text\":\"some words of a text\"}\n";
  const std::string one = folder.write("x/p.jsonl", line), two = folder.write("y/p.jsonl", line);
  const dedup_files files{.groups = folder.path("groups")};
  run_on(folder, {one, two}, {}, files);
  CHECK(nlohmann::json::parse(contents(files.groups)).at("documents") == nlohmann::json{one + ":1", two + ":1"});
}

TEST_CASE("files: a byte order mark alone, behind a file that had one") {
  const temporary_folder folder;
  const std::string mark = "\xEF\xBB\xBF", line = record("a", "some words of a text");
  const run got =
      run_on(folder, {folder.write("1.jsonl.gz", gzip(mark + line)), folder.write("2.jsonl.gz", gzip(mark.substr(0, 2)))},
             {.on_bad = retold::bad_record::skip, .threads = 1});
  CHECK(got.output == line);
}

TEST_CASE("a field's number counts also beside one beyond 64 bits") {
  const temporary_folder folder;
  const auto line = [](const char* score) {
    return std::string("{\"id\":123456789012345678901234,\"text\":\"one text\",\"score\":") + score + "}\n";
  };
  const std::string input = folder.write("in.jsonl", line("0.09342837465928374") + line("0.99342837465928374") + line("0.6"));
  CHECK(run_on(folder, {input}, {.keep = retold::keep_rule::field, .keep_field = "score"}).output ==
        line("0.99342837465928374"));
}

TEST_CASE("a rule that finds nothing to go by is told") {
  const temporary_folder folder;
  const std::string input = folder.write("in.jsonl", record("a", "some text"));
  const auto notes = [&](const dedup_options& options) { return run_on(folder, {input}, options).report.notes; };
  CHECK(notes({.keep = retold::keep_rule::field, .keep_field = "longst"}) ==
        std::vector<std::string>{"no record has a number in field \"longst\": the first ones stay"});
  CHECK(notes({.keep = retold::keep_rule::newest}) ==
        std::vector<std::string>{"no record has a date in field \"date\": the first ones stay"});
  CHECK(notes({.keep = retold::keep_rule::longest}).empty());
}

TEST_CASE("a field that was named for the ids and that no record has is told") {
  const temporary_folder folder;
  dedup_options by_url;
  by_url.fields.id_field = "url";
  const auto notes = [&](const std::string& lines) {
    return run_on(folder, {folder.write("in.jsonl", lines)}, by_url).report.notes;
  };
  CHECK(notes(record("a", "some text")) ==
        std::vector<std::string>{"no record has an id in field \"url\": they are called by their lines"});
  CHECK(notes(record("a", "some text") + "{\"url\": \"u\", \"text\": \"another\"}\n").empty());
  CHECK(notes("").empty());
  CHECK(notes("no record\n").empty());
}

TEST_CASE("marks leave the line's end as it is") {
  const temporary_folder folder;
  const run got = run_on(folder, {folder.write("in.jsonl", "{\"text\":\"a b\"}\r\n{\"text\":\"c d\"}")}, {.mark = true});
  const std::size_t first = got.output.find('\n');
  CHECK(got.output[first - 1] == '\r');
  CHECK(got.output.ends_with("}}\n"));
}

TEST_CASE("a sink in place of a file") {
  const temporary_folder folder;
  const texts all = collection(13, 20, 6);
  const std::string input = folder.write("in.jsonl", jsonl(all));
  std::string got;
  const dedup_files files{.inputs = {input}, .temp = folder.path(), .sink = [&](std::string_view lines) { got += lines; }};
  retold::dedup(files);
  CHECK(got == run_on(folder, {input}).output);
  CHECK(std::distance(fs::directory_iterator(folder.path()), {}) == 2);  // in.jsonl, out.jsonl
}

TEST_CASE("an interrupted run is gone on with, and gives the same bytes") {
  const temporary_folder folder;
  std::mt19937_64 random(14);
  texts all;
  for (int i = 0; i < 60000; ++i) all.push_back(i % 7 == 6 ? all[random() % all.size()] : text_of(random, 8, 100000));
  const std::string input = folder.write("in.jsonl", jsonl(all));
  const dedup_options options{.slots = 256, .recall = 0.999, .memory = std::uint64_t{64} << 20, .threads = 2};
  const std::string right = run_on(folder, {input}, options).output;
  {  // what another recall has left is of no use
    dedup_options other = options;
    other.recall = 0.9990001;
    const dedup_files files{.inputs = {input}, .output = folder.path("again.jsonl")};
    const auto stop = [&](std::string_view stage, std::size_t, std::size_t) {
      if (stage == "match") throw stopped{};
    };
    CHECK_THROWS_AS(retold::dedup(files, other, stop), stopped);
    CHECK(retold::dedup(files, options).resumed_bytes == 0);
    CHECK(contents(files.output) == right);
    fs::remove(files.output);
  }
  // Of the packed ones a part fits into memory; for the rest, gzip has copies in a file and Zstandard none.
  const std::string packed[] = {folder.write("in.jsonl.gz", gzip(jsonl(all))), folder.write("in.jsonl.zst", zstd(jsonl(all)))};
  REQUIRE(fs::file_size(input) > options.memory / 16);
  const std::vector<std::pair<std::string, std::string>> places = {
      {input, "sign"},      {input, "match"},     {input, "compare"},   {input, "verify"},   {input, "write"},
      {packed[0], "match"}, {packed[0], "write"}, {packed[1], "match"}, {packed[1], "write"}};
  for (std::size_t i = 0; i < places.size(); i += slowness == 1 ? 1 : 2) {
    const std::string &from = places[i].first, &at = places[i].second;
    CAPTURE(from);
    CAPTURE(at);
    const dedup_files files{.inputs = {from}, .output = folder.path("again.jsonl")};
    const auto stop = [&](std::string_view stage, std::size_t done, std::size_t total) {
      if (stage == at && done >= total * 9 / 10 && done > 0) throw stopped{};
    };
    CHECK_THROWS_AS(retold::dedup(files, options, stop), stopped);
    CHECK_FALSE(fs::exists(files.output));
    CHECK(fs::exists(files.output + ".retold"));
    const dedup_report report = retold::dedup(files, options);
    CHECK(report.resumed_bytes > 0);
    CHECK(contents(files.output) == right);
    CHECK_FALSE(fs::exists(files.output + ".retold"));
    fs::remove(files.output);
  }
}

TEST_CASE("options and files that make no sense") {
  const texts one = {"one"};
  const auto with = [&](const dedup_options& options) { return message_of([&] { retold::dedup(views(one), options); }); };
  CHECK(with({.level = retold::level::story}) == "the level of dedup is exact or near");
  CHECK(with({.threshold = 0}) == "threshold 0 is out of range: above 0, at most 1");
  CHECK(with({.recall = 1}) == "recall 1 is out of range: above 0, below 1");
  CHECK(with({.memory = 1}) == "memory 1 is out of range: at least 64 MiB");
  CHECK(with({.keep = retold::keep_rule::field}) == "the name of the field to keep by is empty; give one");
  CHECK(with({.keep = retold::keep_rule::newest}).find("keep the first or the longest") != std::string::npos);
  const auto on = [](const dedup_files& files) { return message_of([&] { retold::dedup(files); }); };
  CHECK(on({.output = "x"}) == "nothing to read; name JSONL files, folders of them, or -");
  CHECK(on({.inputs = {"x"}}) == "no output; name a file");
  CHECK(on({.inputs = {"x"}, .output = "y", .groups = "y"}) == "y: two outputs cannot be one file");
}

TEST_CASE("inputs that cannot be read, outputs that cannot be written") {
  const temporary_folder folder;
  const auto problem = [](const dedup_files& files) -> std::string {
    try {
      retold::dedup(files);
    } catch (const retold::error& e) {
      return (e.kind() == retold::error_kind::input ? "in: " : "out: ") + std::string(e.what());
    }
    return "no error";
  };
  const std::string out = folder.path("out.jsonl"), in = folder.write("in.jsonl", record("a", "some text"));
  CHECK(problem({.inputs = {folder.path("none")}, .output = out}) ==
        "in: " + folder.path("none") + ": cannot be read: No such file or directory");
  CHECK(problem({.inputs = {folder.write("a.txt", "text")}, .output = out}).find("dedup takes JSONL") != std::string::npos);
  CHECK(problem({.inputs = {in}, .output = folder.path("no/such/out")}).starts_with("out: "));
  folder.write("out.jsonl.retold/mine", "precious");
  CHECK(problem({.inputs = {in}, .output = out}).find("holds \"mine\"") != std::string::npos);
  CHECK(contents(folder.path("out.jsonl.retold/mine")) == "precious");
}

TEST_CASE("what a killed run without an output's name has left goes with the next, once it is old") {
  const temporary_folder folder;
  const std::string in = folder.write("in.jsonl", record("a", "some text"));
  const auto left = [&](const std::string& name, int hours, const std::string& job = "0123456789abcdef") {
    for (const char* file : {"/input-0", "/segment-3"}) folder.write("temp/" + name + file, "left");
    folder.write("temp/" + name + "/job", job);
    fs::last_write_time(folder.path("temp/" + name), fs::file_time_type::clock::now() - std::chrono::hours(hours));
  };
  left("retold-killed", 2);
  left("retold-fresh1", 0);
  left("retold-inuse1", 2);
  left("retold-0123456789abcdef", 2);  // of an output's name: its next run goes on with it
  left("retold-mine12", 2, "a job of mine");
  left("another-tool1", 2);
  left("retold-mixed1", 2);
  folder.write("temp/retold-mixed1/mine", "precious");
  fs::last_write_time(folder.path("temp/retold-mixed1"), fs::file_time_type::clock::now() - std::chrono::hours(2));
  const int held = ::open(folder.path("temp/retold-inuse1/job").c_str(), O_RDWR | O_CLOEXEC);
  REQUIRE(::flock(held, LOCK_EX | LOCK_NB) == 0);
  retold::dedup({.inputs = {in}, .temp = folder.path("temp"), .sink = [](std::string_view) {}});
  ::close(held);
  std::set<std::string> there;
  for (const auto& each : fs::directory_iterator(folder.path("temp"))) there.insert(each.path().filename().string());
  CHECK(there == std::set<std::string>{"retold-fresh1", "retold-inuse1", "retold-0123456789abcdef", "another-tool1",
                                       "retold-mine12", "retold-mixed1"});
  CHECK(fs::exists(folder.path("temp/retold-inuse1/input-0")));
  for (const char* kept : {"retold-mixed1/mine", "retold-mixed1/job"})
    CHECK(fs::exists(folder.path("temp/" + std::string(kept))));
}
