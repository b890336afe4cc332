// SPDX-License-Identifier: Apache-2.0
#include "retold/lsh.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdlib>
#include <limits>
#include <map>
#include <set>

#include "../src/pipeline_near.hpp"
#include "known_answers.hpp"
#include "message_of.hpp"
#include "random_sets.hpp"
#include "retold/verify.hpp"

using namespace retold;
using random_sets::generator;

namespace {

const auto never = [](std::uint32_t, std::uint32_t) { return false; };
const auto always = [](std::uint32_t, std::uint32_t) { return true; };

// A table for each band, and all pairs of every bucket.
std::vector<document_pair> slow_candidates(const std::vector<signature>& signatures, const banding& bands) {
  std::set<document_pair> pairs;
  for (unsigned band = 0; band < bands.bands; ++band) {
    std::map<std::vector<std::uint64_t>, std::vector<std::uint32_t>> buckets;
    for (std::uint32_t i = 0; i < signatures.size(); ++i) {
      if (signatures[i].front() == ~std::uint64_t{0}) continue;
      const auto begin = signatures[i].begin() + band * bands.rows;
      buckets[{begin, begin + bands.rows}].push_back(i);
    }
    for (const auto& entry : buckets)
      for (const auto i : entry.second)
        for (const auto j : entry.second)
          if (i < j) pairs.emplace(i, j);
  }
  return {pairs.begin(), pairs.end()};
}

std::vector<random_sets::set> related_sets(generator& random, std::size_t count) {
  std::vector<random_sets::set> sets;
  for (std::size_t i = 0; i < count; ++i) {
    if (i > 0 && random() % 2) {
      sets.push_back(sets[random_sets::below(random, i)]);
      for (auto& element : sets.back())
        if (random() % 8 == 0) element = random();
    } else {
      sets.push_back(random_sets::numbers(random, random_sets::below(random, 60)));
    }
    std::sort(sets.back().begin(), sets.back().end());
  }
  return sets;
}

std::vector<signature> signed_sets(const std::vector<random_sets::set>& sets, const minhash_options& options = {}) {
  const minhasher sign(options);
  std::vector<signature> signatures;
  for (const auto& set : sets) signatures.push_back(sign(set));
  return signatures;
}

}  // namespace

TEST_CASE("bands and rows by recall") {
  const auto check = [](double threshold, unsigned slots, unsigned bands, unsigned rows) {
    const banding b = choose_banding(threshold, 0.95, slots);
    CHECK(b.bands == bands);
    CHECK(b.rows == rows);
    CHECK(b.probability(threshold) >= 0.95);
    CHECK(banding{slots / (rows + 1), rows + 1}.probability(threshold) < 0.95);
  };
  check(0.5, 128, 42, 3);
  check(0.6, 128, 32, 4);
  check(0.7, 128, 25, 5);
  check(0.8, 128, 18, 7);
  check(0.9, 128, 10, 12);
  check(0.4, 256, 85, 3);
  check(0.5, 256, 64, 4);
  check(0.6, 256, 51, 5);
  check(0.7, 256, 36, 7);
  check(0.8, 256, 28, 9);
  check(0.9, 256, 16, 16);
  const banding hopeless = choose_banding(0.001, 0.99, 16), equal = choose_banding(1, 0.95, 128);
  CHECK((hopeless.bands == 16 && hopeless.rows == 1));
  CHECK((equal.bands == 1 && equal.rows == 128));
}

TEST_CASE("the probability is the formula") {
  const banding b{18, 7};
  for (const double j : {0.0, 0.1, 0.5, 0.8, 0.99, 1.0})
    CHECK(b.probability(j) == doctest::Approx(1 - std::pow(1 - std::pow(j, 7), 18)).epsilon(1e-12));
  CHECK(b.probability(0.5) == doctest::Approx(0.13).epsilon(0.02));
  CHECK(banding{}.probability(0.5) == 0);
}

TEST_CASE("options out of range name themselves, the value and the range") {
  const auto message = [](double t, double r, unsigned k) { return message_of([=] { choose_banding(t, r, k); }); };
  CHECK(message(0, 0.95, 128) == "threshold 0 is out of range: above 0, at most 1");
  CHECK(message(1.5, 0.95, 128) == "threshold 1.5 is out of range: above 0, at most 1");
  CHECK(message(std::nan(""), 0.95, 128).find("threshold") == 0);
  CHECK(message(0.8, 0, 128) == "recall 0 is out of range: above 0, below 1");
  CHECK(message(0.8, 1, 128) == "recall 1 is out of range: above 0, below 1");
  CHECK(message(0.8, 0.95, 0) == "slots 0 is out of range: 1 to 4096");
  CHECK(message(0.8, 0.95, 4097) == "slots 4097 is out of range: 1 to 4096");
  CHECK(message(1e-9, 1e-9, 1) == "no error");
}

TEST_CASE("candidates equal a table's where no bucket is hot") {
  generator random(1);
  for (int trial = 0; trial < 40; ++trial) {
    const auto signatures = signed_sets(related_sets(random, 50), {.slots = 32});
    for (const banding bands : {banding{32, 1}, banding{16, 2}, banding{10, 3}, banding{4, 8}, banding{1, 32}, banding{0, 0}}) {
      const auto found = candidates(signatures, bands, never);
      REQUIRE(found.pairs == slow_candidates(signatures, bands));
      REQUIRE(found.hot_buckets == 0);
      REQUIRE(found.templates == 0);
    }
  }
}

TEST_CASE("empty sets are nobody's candidates, short signatures neither") {
  std::vector<signature> signatures = signed_sets({{}, {}, {1}, {1}});
  signatures.push_back({});
  signatures.push_back({1, 2, 3});
  CHECK(candidates(signatures, {16, 8}, always).pairs == std::vector<document_pair>{{2, 3}});
  CHECK(candidates({}, {16, 8}, always).pairs.empty());
}

TEST_CASE("a hot bucket: each member follows a leader it is similar to, or leads") {
  const std::vector<signature> signatures(300, signature(8, 7));  // all in one bucket
  std::size_t compared = 0;
  const auto same_class = [&](std::uint32_t i, std::uint32_t j) {
    ++compared;
    CHECK(i < j);
    return i % 3 == j % 3;
  };
  const auto found = candidates(signatures, {1, 8}, same_class);
  CHECK(found.hot_buckets == 1);
  CHECK(found.templates == 0);
  std::vector<document_pair> expected;
  for (std::uint32_t i = 3; i < 300; ++i) expected.emplace_back(i % 3, i);
  std::sort(expected.begin(), expected.end());
  CHECK(found.pairs == expected);
  CHECK(compared <= 900);

  compared = 0;
  const auto in_many_bands = candidates(signatures, {8, 1}, same_class);
  CHECK(in_many_bands.pairs == expected);
  CHECK(in_many_bands.hot_buckets == 8);
  CHECK(compared < 3000);  // 597 in the first band, 297 in each other: leaders ask again whom they refused. Else 8 × 597
}

TEST_CASE("strangers that share many hot buckets are compared once") {
  constexpr std::uint32_t strangers = 200;
  std::vector<signature> signatures(strangers, signature(8, 7));
  for (std::uint32_t i = 0; i < strangers; ++i) signatures[i][2] = i % 2;  // a band of two buckets, half of them in each
  std::map<document_pair, int> times;
  const auto unlike = [&](std::uint32_t i, std::uint32_t j) { return ++times[{i, j}], false; };
  const auto found = candidates(signatures, {8, 1}, unlike);
  CHECK(found.pairs.empty());
  CHECK(found.hot_buckets == 9);
  CHECK(times.size() == strangers * (strangers - 1) / 2);
  CHECK(std::all_of(times.begin(), times.end(), [](const auto& pair) { return pair.second == 1; }));
}

// The leader rule as the header has it: every member is compared, nothing is remembered.
std::vector<document_pair> slow_leader_pairs(const std::vector<signature>& signatures, unsigned bands,
                                             const std::function<bool(std::uint32_t, std::uint32_t)>& similar) {
  std::set<document_pair> pairs;
  for (unsigned band = 0; band < bands; ++band) {
    std::map<std::uint64_t, std::vector<std::uint32_t>> buckets;
    for (std::uint32_t i = 0; i < signatures.size(); ++i) buckets[signatures[i][band]].push_back(i);
    for (const auto& bucket : buckets) {
      REQUIRE(bucket.second.size() > 64);
      std::vector<std::uint32_t> leaders;
      for (const auto member : bucket.second) {
        const auto leader = std::find_if(leaders.begin(), leaders.end(), [&](auto l) { return similar(l, member); });
        if (leader == leaders.end())
          leaders.push_back(member);
        else
          pairs.emplace(*leader, member);
      }
    }
  }
  return {pairs.begin(), pairs.end()};
}

TEST_CASE("what is remembered from bucket to bucket changes no pair") {
  generator random(3);
  for (int trial = 0; trial < 20; ++trial) {
    std::vector<signature> signatures(300, signature(6));
    for (auto& s : signatures)
      for (auto& slot : s) slot = random() % 2;
    std::vector<bool> alike(300 * 300);
    for (std::size_t i = 0; i < alike.size(); ++i) alike[i] = random() % 16 < static_cast<unsigned>(trial);
    const auto similar = [&](std::uint32_t i, std::uint32_t j) -> bool { return alike[300 * i + j]; };
    REQUIRE(candidates(signatures, {6, 1}, similar).pairs == slow_leader_pairs(signatures, 6, similar));
  }
}

// A text that repeats itself has the shingles of a single turn, so these differ in length and have equal sketches.
TEST_CASE("equal sketches of either kind make a hot bucket, not n² pairs") {
  std::vector<article> articles(300);
  std::string chant;
  for (article& a : articles) a.text = segment(chant += "row the boat home ");
  for (const auto sketch : {sketch_kind::minhash, sketch_kind::simhash}) {
    statistics counts;
    const copies found = find_copies(articles, {.level = level::near, .sketch = sketch}, counts, {});
    CHECK(counts.hot_buckets >= 1);
    CHECK(counts.candidates < 310);  // the first turn alone has fewer shingles
    CHECK(std::count(found.near.begin(), found.near.end(), found.near[150]) >= 298);
  }
}

TEST_CASE("near prints pair those who stand for their buckets") {
  std::vector<article> articles(200);
  std::string one, texts[2];
  for (int i = 0; i < 40; ++i) (one += " w") += std::to_string(i);
  for (std::size_t i = 0; i < articles.size(); ++i) {
    texts[i % 2] += i % 2 == 0 ? one : one + " ashore";
    articles[i].text = segment(texts[i % 2]);
  }
  statistics counts;
  const copies found = find_copies(articles, {.level = level::near, .sketch = sketch_kind::simhash}, counts, {});
  CHECK(counts.hot_buckets == 2);
  CHECK(counts.candidates >= 198);  // 98 followers of each, and few pairs between the two
  CHECK(counts.candidates < 400);
  CHECK(std::count(found.near.begin(), found.near.end(), found.near[100]) >= 98);
}

TEST_CASE("sixty-four are not hot, sixty-five are") {
  const std::vector<signature> cool(64, signature(8, 7)), hot(65, signature(8, 7));
  CHECK(candidates(cool, {1, 8}, never).pairs.size() == 64 * 63 / 2);
  CHECK(candidates(cool, {1, 8}, never).hot_buckets == 0);
  CHECK(candidates(hot, {1, 8}, never).pairs.empty());
  CHECK(candidates(hot, {1, 8}, never).hot_buckets == 1);
  CHECK(candidates(hot, {1, 8}, always).pairs.size() == 64);
}

TEST_CASE("templates are counted and their members still paired") {
  const std::vector<signature> signatures(10001, signature(8, 7));
  const auto found = candidates(signatures, {1, 8}, always);
  CHECK(found.templates == 1);
  CHECK(found.hot_buckets == 1);
  CHECK(found.pairs.size() == 10000);
  const std::vector<signature> fewer(10000, signature(8, 7));
  CHECK(candidates(fewer, {1, 8}, always).templates == 0);
}

TEST_CASE("more pairs than are kept before duplicates are removed") {
  const std::size_t groups = 1200;  // of 60: 1770 pairs each, in every one of 4 bands
  std::vector<signature> signatures;
  for (std::size_t g = 0; g < groups; ++g) signatures.insert(signatures.end(), 60, signature(4, g));
  CHECK(candidates(signatures, {4, 1}, never).pairs.size() == groups * 1770);
}

// The measured share of pairs found is a binomial mean: five standard errors are no accident. fss slots of one signature hang
// together a little, which makes the curve slightly steeper than the formula: that is the second term.
TEST_CASE("recall follows the S-curve") {
  generator random(2);
  for (const double threshold : {0.5, 0.7, 0.8, 0.9}) {
    const banding bands = choose_banding(threshold, 0.95, 128);
    for (const std::size_t common : {20u, 40u, 60u, 80u, 90u, 95u}) {
      const std::size_t own = (100 - common) / 2;  // a union of about a hundred
      const double jaccard = static_cast<double>(common) / static_cast<double>(common + 2 * own);
      const minhasher sign;
      constexpr int trials = 2500;
      int found = 0;
      for (int trial = 0; trial < trials; ++trial) {
        const auto sets = random_sets::overlapping(random, common, own);
        const std::vector<signature> two = {sign(sets.a), sign(sets.b)};
        found += static_cast<int>(candidates(two, bands, never).pairs.size());
      }
      const double expected = bands.probability(jaccard), measured = static_cast<double>(found) / trials;
      if (std::getenv("RETOLD_TABLE"))
        MESSAGE("threshold " << threshold << " (" << bands.bands << "x" << bands.rows << ") J=" << jaccard << " found "
                             << measured << ", theory " << expected);
      CHECK(std::abs(measured - expected) < 5 * std::sqrt(expected * (1 - expected) / trials) + 0.04);
      if (jaccard >= threshold) CHECK(measured >= 0.94);
    }
  }
}

TEST_CASE("the known answers of docs/format.md") {
  for (const auto& row : known::answers("band_key"))
    CHECK(known::hex(band_key(known::numbers(row[1]), static_cast<unsigned>(known::number(row[0])))) == row[2]);
}

TEST_CASE("keys alone propose what signatures do") {
  random_sets::generator random(77);
  const retold::minhasher sign;
  const retold::banding bands{20, 4};
  std::vector<retold::signature> signatures;
  std::vector<std::uint64_t> keys;
  for (int i = 0; i < 300; ++i) {
    const auto pair = random_sets::overlapping(random, 25 + static_cast<std::size_t>(i % 10), static_cast<std::size_t>(i % 20));
    for (const auto& set : {pair.a, pair.b, random_sets::set{}}) {
      signatures.push_back(sign(set));
      keys.resize(keys.size() + bands.bands);
      retold::band_keys(signatures.back(), bands, std::span(keys).last(bands.bands));
      CHECK((keys.back() == 0) == set.empty());
    }
  }
  const auto never = [](std::uint32_t, std::uint32_t) { return false; };
  const auto pairs = retold::candidates(signatures, bands, never).pairs;
  CHECK(pairs.size() > 200);
  CHECK(retold::candidates(keys, bands.bands, never).pairs == pairs);
}
