// SPDX-License-Identifier: Apache-2.0
#include "retold/evaluate.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <random>
#include <set>

#include "message_of.hpp"

using namespace retold;

namespace {

using labels = std::vector<std::uint32_t>;

double mean_of(const std::vector<double>& values) {
  double sum = 0;
  for (const double v : values) sum += v;
  return sum / static_cast<double>(values.size());
}

std::set<std::size_t> group_of(const labels& all, std::size_t i) {
  std::set<std::size_t> out;
  for (std::size_t j = 0; j < all.size(); ++j)
    if (all[j] == all[i]) out.insert(j);
  return out;
}

bool share_a_tag(const document_tags& tags, std::size_t i, std::size_t j) {
  if (tags.empty()) return false;
  return std::any_of(tags[i].begin(), tags[i].end(),
                     [&](std::uint32_t t) { return std::count(tags[j].begin(), tags[j].end(), t) != 0; });
}

// By the definitions, document by document and pair by pair.
agreement slow_agree(const labels& gold, const labels& found, const document_tags& tags) {
  agreement out;
  const std::size_t n = gold.size();
  out.documents = n;
  out.gold_groups = std::set(gold.begin(), gold.end()).size();
  out.found_groups = std::set(found.begin(), found.end()).size();
  if (n == 0) return out;
  std::vector<double> precision, recall;
  double gold_entropy = 0, found_entropy = 0, joint_entropy = 0;
  double both = 0, in_gold = 0, in_found = 0, pairs = 0, left_out = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const auto g = group_of(gold, i), f = group_of(found, i);
    std::size_t common = 0;
    for (const std::size_t j : g) common += f.count(j);
    const auto share = [](std::size_t part, std::size_t whole) {
      return static_cast<double>(part) / static_cast<double>(whole);
    };
    precision.push_back(share(common, f.size()));
    recall.push_back(share(common, g.size()));
    gold_entropy -= std::log(share(g.size(), n)) / static_cast<double>(n);
    found_entropy -= std::log(share(f.size(), n)) / static_cast<double>(n);
    joint_entropy -= std::log(share(common, n)) / static_cast<double>(n);
    for (std::size_t j = 0; j < i; ++j) {
      const bool a = gold[i] == gold[j], b = found[i] == found[j];
      both += a && b, in_gold += a, in_found += b, ++pairs;
      left_out += !a && b && share_a_tag(tags, i, j);
    }
  }
  out.b_cubed = {mean_of(precision), mean_of(recall)};
  out.pairwise = {in_found == left_out ? 1 : both / (in_found - left_out), in_gold == 0 ? 1 : both / in_gold};
  const double expected = pairs == 0 ? 0 : in_gold * in_found / pairs;
  const bool trivial = std::abs((in_gold + in_found) / 2 - expected) < 1e-12;
  out.adjusted_rand = trivial ? 1 : (both - expected) / ((in_gold + in_found) / 2 - expected);
  out.homogeneity = gold_entropy == 0 ? 1 : 1 - (joint_entropy - found_entropy) / gold_entropy;
  out.completeness = found_entropy == 0 ? 1 : 1 - (joint_entropy - gold_entropy) / found_entropy;
  return out;
}

void check_both(const labels& gold, const labels& found, const document_tags& tags = {}) {
  const agreement fast = agree(gold, found, tags), slow = slow_agree(gold, found, tags);
  CHECK(fast.documents == slow.documents);
  CHECK(fast.gold_groups == slow.gold_groups);
  CHECK(fast.found_groups == slow.found_groups);
  const auto near = [](double value) { return doctest::Approx(value).epsilon(1e-9); };
  CHECK(fast.b_cubed.precision == near(slow.b_cubed.precision));
  CHECK(fast.b_cubed.recall == near(slow.b_cubed.recall));
  CHECK(fast.pairwise.precision == near(slow.pairwise.precision));
  CHECK(fast.pairwise.recall == near(slow.pairwise.recall));
  CHECK(fast.adjusted_rand == near(slow.adjusted_rand));
  CHECK(fast.homogeneity == near(slow.homogeneity));
  CHECK(fast.completeness == near(slow.completeness));
}

}  // namespace

TEST_CASE("every pair of groupings of up to five documents") {
  for (std::size_t n = 0; n <= 5; ++n) {
    std::vector<labels> all{{}};
    for (std::size_t i = 0; i < n; ++i) {
      std::vector<labels> longer;
      for (const labels& l : all) {
        const std::uint32_t fresh = l.empty() ? 0 : *std::max_element(l.begin(), l.end()) + 1;
        for (std::uint32_t name = 0; name <= fresh; ++name) longer.push_back(l), longer.back().push_back(name);
      }
      all = std::move(longer);
    }
    for (const labels& gold : all)
      for (const labels& found : all) check_both(gold, found);
  }
}

TEST_CASE("random groupings, with pairs that the gold cannot tell") {
  std::mt19937 random(1);
  for (int trial = 0; trial < 200; ++trial) {
    const std::size_t n = 1 + random() % 60;
    const std::uint32_t names = 1 + random() % 20;
    labels gold(n), found(n);
    for (std::size_t i = 0; i < n; ++i) gold[i] = random() % names, found[i] = random() % 3 ? gold[i] : random() % names;
    document_tags tags(n);  // up to three each, some twice
    const std::uint32_t kinds = 1 + random() % 6;
    for (auto& own : tags)
      while (own.size() < 3 && random() % 3 == 0) own.push_back(random() % kinds);
    check_both(gold, found, tags);
  }
}

// Manning, Raghavan and Schütze, Introduction to Information Retrieval, figure 16.4.
TEST_CASE("the textbook's three clusters of seventeen") {
  const labels found{1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3};
  const labels gold{1, 1, 1, 1, 1, 2, 1, 2, 2, 2, 2, 3, 1, 1, 3, 3, 3};
  const agreement a = agree(gold, found);
  CHECK(a.pairwise.precision == doctest::Approx(20.0 / 40));
  CHECK(a.pairwise.recall == doctest::Approx(20.0 / 44));
  CHECK(a.v_measure() == doctest::Approx(0.36).epsilon(0.02));
  CHECK(a.adjusted_rand == doctest::Approx((20 - 44.0 * 40 / 136) / (42 - 44.0 * 40 / 136)));
}

TEST_CASE("what the groups are called makes no difference, to the last bit") {
  std::mt19937 random(2);
  for (int trial = 0; trial < 50; ++trial) {
    labels gold(40), found(40);
    for (std::size_t i = 0; i < 40; ++i) gold[i] = random() % 12, found[i] = random() % 12;
    const agreement a = agree(gold, found);
    for (auto* of : {&gold, &found})
      for (std::uint32_t& name : *of) name = name * 2654435761u + 7;
    const agreement b = agree(gold, found);
    CHECK(a.b_cubed.precision == b.b_cubed.precision);
    CHECK(a.b_cubed.recall == b.b_cubed.recall);
    CHECK(a.adjusted_rand == b.adjusted_rand);
    CHECK(a.homogeneity == b.homogeneity);
    CHECK(a.completeness == b.completeness);
  }
}

TEST_CASE("a label missing is told") {
  CHECK(message_of([] { agree(labels{1, 2}, labels{1}); }) == "a label for each document on both sides: 2 and 1");
  CHECK(message_of([] {
          agree(labels{1}, labels{1}, {{}, {}});
        }) == "a label for each document on both sides: 1 and 1, tags of 2");
}

TEST_CASE("all alone, all together, nothing at all") {
  const labels alone{0, 1, 2, 3}, together{9, 9, 9, 9};
  for (const auto& [gold, found] : {std::pair(alone, alone), std::pair(together, together), std::pair(labels{}, labels{})}) {
    const agreement a = agree(gold, found);
    for (const double figure : {a.b_cubed.f1(), a.pairwise.f1(), a.adjusted_rand, a.v_measure()}) CHECK(figure == 1);
  }
  const agreement split = agree(together, alone), mixed = agree(alone, together);
  CHECK(split.b_cubed.precision == 1);
  CHECK(split.b_cubed.recall == 0.25);
  CHECK(split.pairwise.f1() == 0);
  CHECK(mixed.b_cubed.precision == 0.25);
  CHECK(mixed.pairwise.precision == 0);
  CHECK(mixed.adjusted_rand == 0);
  CHECK(mixed.homogeneity == 0);
  CHECK(agree(labels{5}, labels{7}).b_cubed.f1() == 1);
}

namespace {

namespace fs = std::filesystem;

struct file {
  explicit file(const std::string& bytes) {
    std::string name = (fs::temp_directory_path() / "retold-evaluate-XXXXXX").string();
    close(mkstemp(name.data()));
    path = name;
    std::ofstream(path, std::ios::binary) << bytes;
  }
  ~file() { fs::remove(path); }
  file(const file&) = delete;
  std::string path;
};

grouping gold_of(const std::string& bytes) { return read_gold(file(bytes).path); }
grouping groups_of(const std::string& bytes) { return read_groups(file(bytes).path); }

using names = std::vector<std::string>;

}  // namespace

TEST_CASE("gold by lines, and what is odd about some") {
  const grouping g = gold_of(
      "\xEF\xBB\xBF{\"id\": \"a\", \"story\": \"fire\", \"umbrella\": [\"heat\", \"May\"]}\r\n"
      "\n  \n"
      "{\"id\": 7, \"story\": 3, \"text\": \"long\"}\n"
      "{\"id\": \"b\", \"story\": \"fire\", \"umbrella\": null}\n"
      "no JSON\n[]\n{\"story\": \"fire\"}\n"
      "{\"id\": \"c\", \"story\": null}\n{\"id\": \"d\"}\n"
      "{\"id\": \"a\", \"story\": \"fire\"}\n"
      "{\"id\": \"\\u00e9\", \"story\": \"3\", \"umbrella\": [\"May\"]}");
  CHECK(g.documents == names{"a", "7", "b", "é"});
  CHECK(g.labels == labels{0, 1, 0, 1});
  CHECK(g.names == names{"fire", "3"});
  CHECK(g.tags == document_tags{{0, 1}, {}, {}, {1}});
  CHECK(g.without_story == 2);
  REQUIRE(g.skipped.size() == 3);
  CHECK(g.skipped[0].input.ends_with(":6"));
  CHECK(g.skipped[0].reason == "not JSON");
  CHECK(g.skipped[1].reason == "not a JSON object");
  CHECK(g.skipped[2].reason == "no field \"id\"");
}

TEST_CASE("gold as one object, and under other names") {
  CHECK(gold_of("{\"stories\": [[\"a\", \"b\"],\n [\"c\"]], \"note\": 1}").labels == labels{0, 0, 1});
  CHECK(gold_of("{\"groups\": [{\"documents\": [\"a\", \"b\"]}, {\"documents\": [\"c\"]}]}").labels == labels{0, 0, 1});
  const file other("{\"url\": \"u\", \"event\": \"e\"}\n");
  CHECK(read_gold(other.path, {.id = "url", .story = "event"}).documents == names{"u"});
  CHECK(message_of([&] { read_gold(other.path); }, error_kind::input).ends_with("no field \"id\""));
  CHECK(message_of([] { gold_of("{\"id\": 1}"); }, error_kind::input).ends_with("no record has a field \"story\""));
  CHECK(message_of([] { gold_of(""); }, error_kind::input).ends_with("no record has a field \"story\""));
}

TEST_CASE("groups as cluster and dedup write them") {
  const grouping cluster = groups_of(
      "{\"retold\": \"0.1.0\",\n \"groups\": [\n  {\"id\": 0, \"title\": \"Fire\", \"documents\": [\"a\", \"b\"], \"near\": "
      "[[\"a\", \"b\"]]},\n  {\"id\": 1, \"documents\": [3]}]}\n");
  CHECK(cluster.documents == names{"a", "b", "3"});
  CHECK(cluster.labels == labels{0, 0, 1});
  CHECK(cluster.names == names{"group 0: Fire", "group 1"});
  const std::string lines =
      "{\"group\": 0, \"keep\": \"b\", \"documents\": [\"a\", \"b\"], \"similarity\": [0.9, 1]}\n"
      "{\"documents\": [\"c\", \"c\"]}\n{\"group\": 2}\n";
  const grouping dedup = groups_of(lines);
  CHECK(dedup.documents == names{"a", "b", "c"});
  CHECK(dedup.names == names{"group 0", "group 1"});
  REQUIRE(dedup.skipped.size() == 1);
  CHECK(dedup.skipped[0].reason == "no list \"documents\"");
  CHECK(groups_of("").documents.empty());  // dedup found nothing
  CHECK(groups_of("{\"documents\": []}").documents.empty());
  CHECK(groups_of("{\"groups\": []}").documents.empty());
}

TEST_CASE("ids, stories and tags are strings or numbers, as the file has them; all else is skipped and named") {
  const auto reasons = [](const grouping& g) {
    std::string all;
    for (const skipped_input& s : g.skipped) all += s.input.substr(s.input.rfind(':')) + ' ' + s.reason + '\n';
    return all;
  };
  const grouping gold = gold_of(
      "{\"id\": null, \"story\": 1}\n{\"id\": true, \"story\": 1}\n{\"id\": [1], \"story\": 1}\n{\"id\": {}, \"story\": 1}\n"
      "{\"id\": \"\", \"story\": 1}\n{\"id\": \"a\", \"story\": [1]}\n{\"id\": \"a\", \"story\": false}\n{\"id\": \"a\", "
      "\"story\": \"\"}\n"
      "{\"id\": \"b\", \"story\": 1.50, \"umbrella\": [1, null, \"x\", {}, 1]}\n{\"id\": 1e3, \"story\": \"1.50\", "
      "\"umbrella\": \"x\"}\n"
      "{\"id\": 12345678901234567890123, \"story\": -0.0, \"id\": 12345678901234567890124}\n"
      "{\"id\": \"c\xFF\", \"story\": \"\\ud83d\"}\n");
  CHECK(gold.documents == names{"b", "1e3", "12345678901234567890124", "c\xEF\xBF\xBD"});
  CHECK(gold.labels == labels{0, 0, 1, 2});
  CHECK(gold.names == names{"1.50", "-0.0", "\xEF\xBF\xBD"});
  CHECK(gold.tags[0] == labels{0, 1, 0});
  CHECK(gold.without_story == 1);
  CHECK(reasons(gold) ==
        ":1 field \"id\" is neither string nor number\n:2 field \"id\" is neither string nor number\n"
        ":3 field \"id\" is neither string nor number\n:4 field \"id\" is neither string nor number\n:5 field \"id\" is empty\n"
        ":6 field \"story\" is neither string nor number\n:7 field \"story\" is neither string nor number\n"
        ":9 2 tags in \"umbrella\" are neither string nor number\n:10 field \"umbrella\" is no list of tags\n");
  const grouping lines =
      groups_of("{\"documents\": [\"a\", null, 7.0]}\n{\"documents\": [true, [], {}]}\n{\"documents\": 3}\n");
  CHECK(lines.documents == names{"a", "7.0"});
  CHECK(reasons(lines) ==
        ":1 1 id of 3 is neither string nor number\n:2 3 ids of 3 are neither string nor number\n:3 no list \"documents\"\n");
  const grouping whole = groups_of("{\"groups\":\n [{\"documents\": [1e3, false]}, 7, {}]}");
  CHECK(whole.documents == names{"1e3"});
  CHECK(reasons(whole) ==
        ": group 0 1 id of 2 is neither string nor number\n: group 1 not an object\n: group 2 no list \"documents\"\n");
  CHECK(reasons(gold_of("{\"stories\": [[null, \"a\"], 1]}")) ==
        ": story 0 1 id of 2 is neither string nor number\n: story 1 not a list of ids\n");
}

TEST_CASE("groups have the numbers that their file gives them") {
  CHECK(groups_of("{\"groups\": [{\"id\": 4, \"title\": \"Fire\", \"documents\": [1]},\n {\"id\": 4, \"documents\": [2]}]}")
            .names == names{"group 4: Fire", "group 4"});
  const grouping two =
      groups_of("{\"group\": 7, \"documents\": [1]}\n{\"documents\": [2]}\n{\"group\": 7, \"documents\": [3]}\n");
  CHECK(two.names == names{"group 7", "group 1", "group 7"});
  CHECK(two.labels == labels{0, 1, 2});
}

TEST_CASE("other JSON is no prediction; swapped files are guessed") {
  const auto refused = [](const std::string& bytes) { return message_of([&] { groups_of(bytes); }, error_kind::input); };
  const auto holds = [](const std::string& text, const char* part) { return text.find(part) != std::string::npos; };
  const std::string expected = "the JSON of cluster, the groups file of dedup, or lines {\"documents\": [id, …]} expected";
  const std::string comparison =
      refused("{\"retold\": \"0.1.0\", \"documents\": [{\"id\": \"a\"}, {\"id\": \"b\"}], \"passages\": []}\n");
  CHECK(holds(comparison, expected.c_str()));
  CHECK(holds(comparison, ":1: 2 ids of 2 are neither string nor number"));
  CHECK(holds(refused("{\"retold\": \"0.1.0\",\n \"documents\": 4, \"groups\": 3}\n"), "an object without groups"));
  CHECK_FALSE(holds(comparison, "swapped"));
  CHECK(holds(refused("{\"id\": 1, \"story\": 2}\n"), "no list \"documents\"; are the two files swapped? GOLD comes first"));
  CHECK(holds(message_of([] { gold_of("{\"group\": 0, \"documents\": [1, 2]}\n"); }, error_kind::input), "swapped"));
}

TEST_CASE("the order of the gold shows nowhere") {
  std::mt19937 random(3);
  for (int trial = 0; trial < 20; ++trial) {
    grouping gold, found;
    for (std::uint32_t i = 0; i < 60; ++i) {
      gold.documents.push_back("d" + std::to_string(i));
      gold.labels.push_back(random() % 9);
      gold.tags.push_back(random() % 3 ? labels{} : labels{static_cast<std::uint32_t>(random() % 2)});
      found.documents.push_back("d" + std::to_string(i + 5 + random() % 2 * 50));
      found.labels.push_back(random() % 9);
    }
    std::sort(found.documents.begin(), found.documents.end());
    found.documents.erase(std::unique(found.documents.begin(), found.documents.end()), found.documents.end());
    found.labels.resize(found.documents.size());
    for (int i = 0; i < 9; ++i) gold.names.push_back("s" + std::to_string(i)), found.names.push_back("g" + std::to_string(i));
    const evaluation first = evaluate(gold, found);
    std::vector<std::size_t> order(60);
    std::iota(order.begin(), order.end(), 0);
    std::shuffle(order.begin(), order.end(), random);
    grouping other;
    other.names = gold.names;
    for (const std::size_t i : order) {
      other.documents.push_back(gold.documents[i]);
      other.labels.push_back(gold.labels[i]);
      other.tags.push_back(gold.tags[i]);
    }
    CHECK(to_json(evaluate(other, found)) == to_json(first));
    CHECK(to_text(evaluate(other, found)) == to_text(first));
  }
}

TEST_CASE("an id in two groups is an error that names line and id") {
  const std::string twice =
      message_of([] { groups_of("{\"documents\": [\"a\", \"b\"]}\n{\"documents\": [\"b\"]}\n"); }, error_kind::input);
  CHECK(twice.ends_with(":2: id \"b\" is in two groups: \"group 0\" and \"group 1\""));
  CHECK(message_of([] { gold_of("{\"id\":1,\"story\":\"x\"}\n\n{\"id\":\"1\",\"story\":\"y\"}"); }, error_kind::input)
            .ends_with(":3: id \"1\" is in two groups: \"x\" and \"y\""));
  CHECK(message_of([] { groups_of("{\"groups\": [{\"documents\": [1]}, {\"documents\": [1]}]}"); }, error_kind::input)
            .ends_with(": group 1: id \"1\" is in two groups: \"group 0\" and \"group 1\""));
}

TEST_CASE("what is no grouping at all, and what cannot be read") {
  CHECK(message_of([] { groups_of("{\"groups\": [{\"documents\": [\"a\""); }, error_kind::input)
            .find("no grouping: the JSON of cluster, the groups file of dedup, or lines") != std::string::npos);
  CHECK(message_of([] { groups_of("\x01\xFF\x80 \n"); }, error_kind::input).find("not JSON") != std::string::npos);
  CHECK(message_of([] { read_groups("/nowhere/at/all"); }, error_kind::input) ==
        "/nowhere/at/all: cannot be read: No such file or directory");
}

TEST_CASE("documents are brought together by id; who is missing is alone") {
  grouping gold, found;
  gold.documents = {"a", "b", "c", "d"}, gold.labels = {0, 0, 1, 1}, gold.names = {"x", "y"};
  found.documents = {"z", "c", "a"}, found.labels = {0, 1, 1}, found.names = {"group 0", "group 1"};
  const evaluation e = evaluate(gold, found);
  CHECK(e.missing == 2);
  CHECK(e.missing_ids == names{"b", "d"});
  CHECK(e.unknown == 1);
  CHECK(e.unknown_ids == names{"z"});
  CHECK(e.figures.documents == 4);
  CHECK(e.figures.found_groups == 3);
  CHECK(e.figures.pairwise.precision == 0);
  CHECK(e.gold_sizes[1] == 2);
  CHECK(e.found_sizes[0] == 2);
  REQUIRE(e.split.size() == 2);
  CHECK(e.split[0].name == "x");
  CHECK(e.split[0].parts[0].name == "group 1");
  CHECK(e.split[0].parts[1].name.empty());
  CHECK(e.split[0].parts[1].examples == names{"b"});
  REQUIRE(e.mixed.size() == 1);
  CHECK(e.mixed[0].wrong_pairs == 1);
  CHECK(e.mixed[0].parts_in_all == 2);
  CHECK(evaluate(gold, found, 0).split.empty());
  CHECK(evaluate(gold, {}).missing == 4);
  CHECK(evaluate(gold, {}).missing_ids.size() == 3);
  found.documents = {"x/b", "x/a", "x/c"};
  CHECK(message_of([&] { evaluate(gold, found); }, error_kind::input) ==
        "GOLD and PREDICTION have no document in common: one has \"a\", the other \"x/a\"; are their ids the same?");
  CHECK(evaluate({}, found).unknown == 3);
}

TEST_CASE("the worst come first, and pairs of one umbrella are no mistakes") {
  grouping gold, found;
  for (std::uint32_t i = 0; i < 30; ++i) {
    gold.documents.push_back("d" + std::to_string(i));
    gold.labels.push_back(i / 6);                    // five stories of six
    found.labels.push_back(i < 18 ? i / 9 : i % 2);  // 0: 0–8 and the even ones, …
    gold.tags.push_back(i < 12 ? std::vector<std::uint32_t>{1} : std::vector<std::uint32_t>{});
  }
  found.documents = gold.documents;
  gold.names = {"a", "b", "c", "d", "e"};
  found.names = {"group 0", "group 1"};
  const evaluation e = evaluate(gold, found, 3);
  CHECK(e.ambiguous_pairs == 6 * 3);
  REQUIRE(e.split.size() == 3);
  CHECK(e.split[0].wrong_pairs == 9);
  CHECK(e.split[0].name == "b");
  REQUIRE(e.mixed.size() == 2);
  std::uint64_t wrong = 0;
  for (std::size_t i = 0; i < 30; ++i)
    for (std::size_t j = 0; j < i; ++j)
      wrong += found.labels[i] == found.labels[j] && gold.labels[i] != gold.labels[j] && !(i < 12 && j < 12);
  CHECK(e.mixed[0].wrong_pairs + e.mixed[1].wrong_pairs == wrong);
  CHECK(e.mixed[0].wrong_pairs >= e.mixed[1].wrong_pairs);
  CHECK(e.mixed[0].parts[0].examples.size() == 3);
  CHECK(to_text(e).find("Groups most mixed") != std::string::npos);
}

TEST_CASE("sizes are counted by class") {
  CHECK(size_class_name(0) == "1");
  CHECK(size_class_name(1) == "2");
  CHECK(size_class_name(2) == "3–5");
  CHECK(size_class_name(6) == "over 100");
  grouping gold;
  gold.names = {"all"};
  for (int i = 0; i < 101; ++i) gold.documents.push_back(std::to_string(i)), gold.labels.push_back(0);
  CHECK(evaluate(gold, {}).gold_sizes == std::vector<std::uint64_t>{0, 0, 0, 0, 0, 0, 1});
  CHECK(evaluate(gold, {}).found_sizes == std::vector<std::uint64_t>{101, 0, 0, 0, 0, 0, 0});
}
