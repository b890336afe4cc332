// SPDX-License-Identifier: Apache-2.0
#include "retold/advise.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <random>

#include "../src/advise_join.hpp"
#include "message_of.hpp"
#include "random_sets.hpp"
#include "retold/verify.hpp"
#include "slowness.hpp"

using namespace retold;
using random_sets::generator;

namespace {

bool same_pairs(const std::vector<edge>& a, const std::vector<edge>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const edge& x, const edge& y) { return x.a == y.a && x.b == y.b && x.score == y.score; });
}

// All with all.
std::vector<edge> slow_join(const std::vector<shingle_set>& sets, double threshold) {
  std::vector<edge> out;
  for (std::uint32_t i = 0; i < sets.size(); ++i)
    for (std::uint32_t j = i + 1; j < sets.size(); ++j)
      if (const double jaccard = overlap(sets[i], sets[j]).jaccard; jaccard >= threshold && !sets[i].empty())
        out.push_back({i, j, jaccard});
  return out;
}

std::vector<shingle_set> related_sets(generator& random, std::size_t count, std::size_t most, std::uint64_t universe) {
  std::vector<shingle_set> sets;
  for (std::size_t i = 0; i < count; ++i) {
    shingle_set set;
    if (i > 0 && random() % 2) set = sets[random_sets::below(random, i)];
    const std::uint64_t edits = random_sets::below(random, most);
    for (std::uint64_t e = 0; e < edits; ++e) {
      if (!set.empty() && random() % 2)
        set.erase(set.begin() + static_cast<std::ptrdiff_t>(random_sets::below(random, set.size())));
      else
        set.push_back(random_sets::below(random, universe));
    }
    std::sort(set.begin(), set.end());
    set.erase(std::unique(set.begin(), set.end()), set.end());
    sets.push_back(std::move(set));
  }
  return sets;
}

document text(std::string id, std::string body) {
  document d;
  d.id = std::move(id);
  d.text = std::move(body);
  return d;
}

std::string made_up(generator& random, int words) {
  std::string out;
  for (int i = 0; i < words; ++i) out += "w" + std::to_string(random() % 5000) + ' ';
  return out;
}

// `changed` of a hundred words are others.
std::string edited(generator& random, const std::string& body, unsigned changed) {
  std::string out;
  for (std::size_t at = 0, end = 0; (end = body.find(' ', at)) != body.npos; at = end + 1)
    out += (random() % 100 < changed ? "x" + std::to_string(random() % 100000) : body.substr(at, end - at)) + ' ';
  return out;
}

// Texts of which every other has a version in which so many of a hundred words are changed.
std::vector<document> collection(std::size_t texts, unsigned changed, int words = 120) {
  generator random(7);
  std::vector<document> out;
  for (std::size_t i = 0; i < texts; ++i) {
    out.push_back(text("t" + std::to_string(i), made_up(random, words)));
    if (i % 2 == 0) out.push_back(text("v" + std::to_string(i), edited(random, out.back().text, changed)));
  }
  return out;
}

sample sample_of(const std::vector<document>& documents, const advise_options& options = {}) {
  sampler chosen(options);
  for (const document& d : documents) chosen.add(d);
  return chosen.take();
}

}  // namespace

TEST_CASE("the join equals all with all") {
  generator random(1);
  for (int trial = 0; trial < 60; ++trial) {
    const auto sets = related_sets(random, 60, 1 + trial, trial % 2 ? 40 : 100000);
    for (const double threshold : {0.01, 0.1, 0.3, 0.5, 2.0 / 3, 0.8, 0.95, 1.0})
      REQUIRE(same_pairs(exact_join(sets, threshold, 1 + trial % 3), slow_join(sets, threshold)));
  }
}

TEST_CASE("the join of all sets of up to four elements") {
  std::vector<shingle_set> sets;
  for (unsigned bits = 0; bits < 64; ++bits) {
    sets.emplace_back();
    for (std::uint64_t e = 0; e < 6; ++e)
      if (bits >> e & 1) sets.back().push_back(e * e * 7919);
    sets.push_back(sets.back());  // twice
  }
  for (int percent = 1; percent <= 100; ++percent)
    REQUIRE(same_pairs(exact_join(sets, percent / 100.0), slow_join(sets, percent / 100.0)));
}

TEST_CASE("the join of nothing, of one, of large sets among small ones, and with an end to patience") {
  CHECK(exact_join({}, 0.5).empty());
  CHECK(exact_join(std::vector<shingle_set>{{}, {}, {1}}, 0.1).empty());
  generator random(2);
  std::vector<shingle_set> sets = related_sets(random, 40, 10, 500);
  for (const std::size_t size : {3000u, 20000u}) {
    sets.push_back(random_sets::numbers(random, size));
    std::sort(sets.back().begin(), sets.back().end());
    sets.push_back(sets.back());
    sets.back().resize(size / 2);
  }
  CHECK(same_pairs(exact_join(sets, 0.4), slow_join(sets, 0.4)));
  const std::vector<shingle_set> alike(100, shingle_set{1, 2, 3});
  CHECK(exact_join(alike, 0.9).size() == 4950);
  CHECK_FALSE(join_at_most(alike, 0.9, 4949, 1, {}).has_value());
  CHECK(join_at_most(alike, 0.9, 4950, 1, {}).has_value());
}

TEST_CASE("a sample is the same in any order, and a part of the larger one") {
  std::vector<document> documents = collection(400, 10);
  const sample whole = sample_of(documents, {.sample = 0});
  CHECK(whole.documents == 600);
  CHECK(whole.sets.size() == 600);
  const sample part = sample_of(documents, {.sample = 150});
  CHECK(part.collection == 600);
  CHECK(part.documents == 150);
  CHECK(std::equal(part.sets.begin(), part.sets.end(), whole.sets.begin()));
  generator random(3);
  std::shuffle(documents.begin(), documents.end(), random);
  CHECK(sample_of(documents, {.sample = 150}).sets == part.sets);
  CHECK(sample_of(documents, {.sample = 150, .threads = 3}).words == part.words);
  CHECK(sample_of(documents, {.sample = 10000}).sets == whole.sets);
}

TEST_CASE("copies count once, and what has no words not at all") {
  const sample s = sample_of({text("a", "One two three four."), text("b", "one, TWO; three four"), text("c", "..."),
                              text("d", ""), text("e", "four three two one"), text("e", "four three two")});
  CHECK(s.collection == 6);
  CHECK(s.documents == 6);
  CHECK(s.without_words == 2);
  CHECK(s.copies == 1);
  CHECK(s.sets.size() == 3);
  CHECK(s.median_words() == 4);
  CHECK(sample_of({}).sets.empty());
  CHECK(sample_of({}).median_words() == 0);
}

TEST_CASE("short texts are compared by characters, if the choice is free") {
  generator random(4);
  std::vector<document> titles;
  for (int i = 0; i < 20; ++i) titles.push_back(text(std::to_string(i), made_up(random, 8)));
  CHECK(sample_of(titles, {.choose_shingle = true}).shingle.name() == "char:5");
  CHECK(sample_of(titles).shingle.name() == "word:3");
  CHECK(sample_of(collection(20, 5), {.choose_shingle = true}).shingle.name() == "word:3");
}

TEST_CASE("recall is what a table of all pairs says") {
  const auto documents = collection(300, 6);
  for (const sketch_kind sketch : {sketch_kind::minhash, sketch_kind::simhash})
    for (const double threshold : {0.4, 0.7, 0.9}) {
      advise_options options;
      options.sketch = sketch;
      options.threshold = threshold;
      const sample s = sample_of(documents, options);
      const lsh_report found = measure_lsh(s, options);
      const double from = found.by_similarity.back().from;
      std::uint64_t wanted = 0, all = 0, counted = 0;
      for (const edge& e : slow_join(s.sets, from)) ++all, wanted += e.score >= threshold;
      for (const similarity_band& b : found.by_similarity) {
        counted += b.pairs;
        CHECK(b.found <= b.pairs);
        const auto [low, high] = b.interval();
        CHECK(low <= b.recall());
        CHECK(b.recall() <= high);
        if (b.pairs > 30) CHECK(std::abs(b.recall() - b.theory()) < 0.2);
      }
      CHECK(counted == all);
      CHECK(found.wanted.pairs == wanted);
      CHECK(found.wanted.recall() >= 0.9);
      CHECK(found.wanted.error_ratio() < 1.3);
      CHECK(found.by_similarity.front().to == 1);
    }
}

TEST_CASE("found means: proposed by the bands that cluster and dedup use") {
  const advise_options options{.threshold = 0.7};
  const sample s = sample_of(collection(200, 6), options);
  const lsh_report report = measure_lsh(s, options);
  const minhasher sign;
  std::vector<signature> signatures;
  for (const auto& set : s.sets) signatures.push_back(sign(set));
  const auto pairs = candidates(signatures, choose_banding(0.7, 0.95, 128), [](auto, auto) { return false; }).pairs;
  std::uint64_t found = 0;
  for (const edge& e : slow_join(s.sets, 0.7)) found += std::binary_search(pairs.begin(), pairs.end(), document_pair(e.a, e.b));
  CHECK(report.candidates == pairs.size());
  CHECK(report.wanted.found == found);
  CHECK(report.wanted.from == 0.7);
}

TEST_CASE("a template of hundreds: followers are not compared with one another, and the report says so") {
  generator random(5);
  const std::string base = made_up(random, 300);
  std::vector<document> documents;
  for (int i = 0; i < 90; ++i) documents.push_back(text(std::to_string(i), base + "number" + std::to_string(i)));
  const lsh_report found = measure_lsh(sample_of(documents));
  CHECK(found.wanted.pairs == 90 * 89 / 2);
  CHECK(found.hot_buckets > 0);
  CHECK(found.wanted.found + found.wanted.led == found.wanted.pairs);
  CHECK(to_text(found).find("of more than 64") != std::string::npos);
}

TEST_CASE("Wilson's interval") {
  similarity_band b;
  CHECK(b.recall() == 1);
  CHECK(b.interval() == std::pair(0.0, 1.0));
  b.pairs = 100, b.found = 95;
  CHECK(b.interval().first == doctest::Approx(0.8883).epsilon(0.001));
  CHECK(b.interval().second == doctest::Approx(0.9785).epsilon(0.001));
  b.found = 100;
  CHECK(b.interval().second == 1);
}

TEST_CASE("the threshold lies in the valley between versions and strangers") {
  generator random(6);
  std::vector<document> documents;
  for (int i = 0; i < 200; ++i) {  // versions (0.84 and so), and pairs of which one holds the other (0.66)
    const std::string a = made_up(random, 150), b = made_up(random, 150);
    documents.push_back(text("a" + std::to_string(i), a));
    documents.push_back(text("b" + std::to_string(i), edited(random, a, 3)));
    documents.push_back(text("c" + std::to_string(i), b));
    documents.push_back(text("d" + std::to_string(i), b + a.substr(0, a.size() / 2)));
    documents.push_back(text("e" + std::to_string(i), made_up(random, 150) + a.substr(0, a.size() / 2)));
  }
  const sample s = sample_of(documents);
  const advice found = advise(s);
  CHECK(found.valley >= 0.7);
  CHECK(found.valley <= 0.8);
  CHECK(found.options.threshold == found.valley);
  CHECK(found.choices[found.chosen].recall >= 0.95);
  std::uint64_t pairs = 0, documents_counted = found.alone;
  for (const auto n : found.pairs) pairs += n;
  for (const auto n : found.nearest) documents_counted += n;
  CHECK(pairs == slow_join(s.sets, 0.3).size());
  CHECK(documents_counted == s.sets.size());
  CHECK(found.wanted == slow_join(s.sets, found.valley).size());
  CHECK(found.command_options().starts_with("--threshold 0."));
  CHECK(advise(s, {.threshold = 0.9, .choose_threshold = false}).options.threshold == 0.9);
}

TEST_CASE("where there is no valley, or too few pairs to see one, the advice says so") {
  const auto told = [](std::size_t texts) {
    const advice found = advise(sample_of(collection(texts, 3)));
    CHECK(found.valley == 0);
    CHECK(found.options.threshold == 0.8);
    CHECK(found.command_options() == "--threshold 0.8");
    return to_text(found, {.width = 200});
  };
  CHECK(told(500).find("no valley") != std::string::npos);
  CHECK(told(100).find("customary; too few pairs (50) to choose one by") != std::string::npos);
}

TEST_CASE("of a sample the advice says that likeness is counted within it") {
  const auto documents = collection(100, 3);
  const auto told = [&](std::size_t sampled) {
    return to_text(advise(sample_of(documents, {.sample = sampled})), {.width = 400});
  };
  const std::string hint = " (within the sample; in the whole collection it can only be more)\n";
  CHECK(told(40).find(hint) != std::string::npos);
  CHECK(told(documents.size()).find("(within") == std::string::npos);
  CHECK(told(0).find("(within") == std::string::npos);
}

TEST_CASE("a valley among few pairs is chance") {
  generator random(9);
  std::vector<document> documents;
  for (int i = 0; i < 160; ++i) {  // two hills, at 0.75 and 0.3
    const std::string a = made_up(random, 150);
    documents.push_back(text("a" + std::to_string(i), a));
    documents.push_back(text("b" + std::to_string(i), edited(random, a, i % 2 ? 2 : 18)));
  }
  CHECK(advise(sample_of(documents)).valley == 0);
  for (int i = 0; i < 200; ++i) {
    const std::string a = made_up(random, 150);
    documents.push_back(text("c" + std::to_string(i), a));
    documents.push_back(text("d" + std::to_string(i), edited(random, a, i % 2 ? 2 : 18)));
  }
  CHECK(advise(sample_of(documents)).valley > 0);
}

TEST_CASE("nothing to compare: no documents, none with words, one, copies of one") {
  const std::string words = "one two three four";
  const std::pair<std::vector<document>, const char*> cases[] = {
      {{}, "0 documents\nno words: there is nothing to compare\n"},
      {{text("a", ""), text("b", "...")}, "2 documents; 2 without words\nno words: there is nothing to compare\n"},
      {{text("a", words)}, "1 document\none text alone: there is nothing to compare\n"},
      {{text("a", words), text("b", words), text("c", "!")},
       "3 documents; 1 copy of others left out; 1 without words\none text alone: there is nothing to compare\n"}};
  for (const auto& [documents, said] : cases) {
    const sample s = sample_of(documents);
    CHECK(to_text(advise(s)) == said);
    CHECK(to_text(measure_lsh(s)) == said);
    const auto advised = nlohmann::json::parse(to_json(advise(s))), lsh = nlohmann::json::parse(to_json(measure_lsh(s)));
    CHECK(advised["choices"].empty());
    CHECK(advised["chosen"].is_null());
    CHECK(advised["curve"].empty());
    CHECK(advised["command_options"].is_null());
    for (const auto& band : lsh["by_similarity"])
      for (const char* share : {"recall", "interval", "theory", "error_ratio"}) CHECK(band[share].is_null());
    CHECK(lsh["at_threshold"]["recall"].is_null());
  }
}

TEST_CASE("a sample too small to compare anything asks for a larger one") {
  const std::vector<document> two = {text("a", "one two three four"), text("b", "five six seven eight")};
  CHECK(to_text(advise(sample_of(two, {.sample = 1}))) ==
        "1 document of 2, chosen by hash of their ids\none text alone: there is nothing to compare; take a larger --sample\n");
}

TEST_CASE("of bands without pairs there is no recall") {
  const sample s = sample_of({text("a", "one two three four five six seven"), text("b", "one two three four five six eight")});
  const auto lsh = nlohmann::json::parse(to_json(measure_lsh(s)));
  for (const auto& band : lsh["by_similarity"]) CHECK(band["recall"].is_null() == (band["pairs"] == 0));
  CHECK(lsh["at_threshold"]["theory"].is_null());
  const std::string drawn = to_text(measure_lsh(s));
  CHECK(drawn.find("0.9 – 1             0          0        -                 -       -      -\n") != std::string::npos);
  const advice found = advise(s);
  CHECK(found.wanted == 0);
  CHECK(nlohmann::json::parse(to_json(found))["chosen"]["recall"].is_null());
  CHECK(to_text(found).find("18 × 7         -        0.98") != std::string::npos);
}

TEST_CASE("where so much is alike that only a part is compared, the figures are told for what they are") {
  generator random(10);
  const std::string base = made_up(random, 80);
  std::vector<document> documents;
  for (int i = 0; i < 2300; ++i) documents.push_back(text(std::to_string(i), base + "number" + std::to_string(i)));
  documents.push_back(text("copy", documents[0].text));
  documents.push_back(text("empty", ""));
  const advice part = advise(sample_of(documents));
  CHECK(part.seen.sampled == 2302);
  CHECK(part.seen.distinct() == 2300);
  CHECK(part.seen.documents == 1150);
  CHECK(to_text(part, {.width = 200})
            .starts_with("2,302 documents; 1 copy of others left out; 1 without words; of the other 2,300 only "
                         "1,150 compared, as so many pairs are alike (--sample 0: all)\n"));
  const auto figures = nlohmann::json::parse(to_json(part));
  CHECK(figures["sampled"] == 2302);
  CHECK(figures["documents"] == 1150);
  if (slowness > 1) return;
  const advice whole = advise(sample_of(documents, {.sample = 0}), {.sample = 0});
  CHECK(whole.seen.documents == 2300);
  CHECK(to_text(whole, {.width = 200}).starts_with("2,302 documents; 1 copy of others left out; 1 without words\n"));
}

TEST_CASE("more slots where fewer propose too much; the user's own are kept") {
  auto documents = collection(200, 4);
  generator random(8);
  const std::string everywhere = made_up(random, 20);  // a tenth of every text
  for (document& d : documents) d.text += everywhere;
  const sample s = sample_of(documents);
  const advice low = advise(s, {.threshold = 0.2, .choose_threshold = false});
  CHECK(low.choices.size() == 4);
  CHECK(low.chosen > 0);  // at 0.2 any number of slots means bands of a row or two
  for (const advice& found : {low, advise(s, {.threshold = 0.1, .choose_threshold = false}), advise(s)}) {
    const banding_choice& chosen = found.choices[found.chosen];
    CHECK(found.options.slots == chosen.slots);
    for (const banding_choice& other : found.choices) {
      CHECK_FALSE((other.slots < chosen.slots && other.false_candidates <= chosen.false_candidates));
      if (chosen.false_candidates > 1) CHECK(other.false_candidates >= 0.9 * chosen.false_candidates);
    }
  }
  const advice own = advise(s, {.slots = 64, .choose_slots = false});
  CHECK(own.choices.size() == 1);
  CHECK(own.options.slots == 64);
  CHECK(own.command_options() == "--threshold 0.8 --slots 64");
  for (const banding_choice& c : advise(s).choices) {
    CHECK(c.bands.bands * c.bands.rows <= c.slots);
    CHECK(c.recall_at >= 0.95);
    CHECK(c.false_candidates <= c.comparisons);
  }
}

TEST_CASE("of a part of a collection, the cost is told for the whole") {
  const auto documents = collection(600, 4);
  const auto whole = advise(sample_of(documents, {.sample = 0})), part = advise(sample_of(documents, {.sample = 450}));
  const double all = whole.choices[0].comparisons, guessed = part.choices[0].comparisons;
  CHECK(guessed > all / 1.5);
  CHECK(guessed < all * 1.5);
}

TEST_CASE("options that make no sense") {
  CHECK(message_of([] { measure_lsh({}, {.threshold = 0}); }).find("threshold 0 is out of range") == 0);
  CHECK(message_of([] { measure_lsh({}, {.threshold = 0.05}); }).find("threshold 0.05 is out of range") == 0);
  CHECK(message_of([] { exact_join({}, 0); }).find("threshold 0 is out of range") == 0);
  CHECK(message_of([] { sampler({.slots = 3}); }).find("slots") == 0);
  CHECK(message_of([] { advise({}, {.sketch = sketch_kind::simhash}); }).find("simhash has no bands") == 0);
}

TEST_CASE("the same figures for every number of threads; JSON and text of them") {
  const auto documents = collection(150, 6);
  const auto json_of = [&](unsigned threads) {
    advise_options options;
    options.threads = threads;
    const sample s = sample_of(documents, options);
    return to_json(measure_lsh(s, options)) + to_json(advise(s, options));
  };
  CHECK(json_of(1) == json_of(4));
  const sample s = sample_of(documents);
  const auto lsh = nlohmann::json::parse(to_json(measure_lsh(s)));
  CHECK(lsh["by_similarity"].size() == 7);
  CHECK(lsh["at_threshold"]["from"] == 0.8);
  CHECK(lsh["bands"] == 18);
  const auto advised = nlohmann::json::parse(to_json(advise(s)));
  CHECK(advised["curve"].size() == 21);
  CHECK(advised["chosen"]["rows"] == 7);
  CHECK(advised["valley"].is_null());
  for (const int width : {20, 40, 80, 200}) {
    const std::string drawn = to_text(advise(s), {.width = width});
    CHECK(drawn.find("100 %") != std::string::npos);
    CHECK(drawn.find("▶   128") != std::string::npos);
  }
}
