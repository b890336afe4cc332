// SPDX-License-Identifier: Apache-2.0
#include "retold/verify.hpp"

#include <doctest/doctest.h>

#include <iterator>

#include "../src/processor.hpp"
#include "../src/verify_merge.hpp"
#include "random_sets.hpp"

using namespace retold;
using random_sets::generator;
using random_sets::set;

namespace {

std::size_t slow_intersection(const set& a, const set& b) {
  set common;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(common));
  return common.size();
}

// Sorted and unique, from a universe small enough for overlaps.
set subset(generator& random, std::size_t tries, std::uint64_t universe) {
  set result(tries);
  for (auto& number : result) number = random_sets::below(random, universe);
  std::sort(result.begin(), result.end());
  result.erase(std::unique(result.begin(), result.end()), result.end());
  return result;
}

// What this processor knows.
const std::vector<merge_function>& merge_ways() {
  static const auto ways = [] {
    std::vector<merge_function> known{merge_scalar, merge_galloping};
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2")) known.push_back(merge_avx2);
    if (has_avx512()) known.push_back(merge_avx512);
#endif
    return known;
  }();
  return ways;
}

void check_both_ways(const set& a, const set& b) {
  const std::size_t expected = slow_intersection(a, b);
  for (const merge_function merge : merge_ways()) {
    REQUIRE(merge(a, b) == expected);
    REQUIRE(merge(b, a) == expected);
  }
  REQUIRE(intersection(a, b) == expected);
  REQUIRE(intersection(b, a) == expected);
}

}  // namespace

TEST_CASE("all pairs of subsets of six numbers") {
  for (unsigned x = 0; x < 64; ++x)
    for (unsigned y = 0; y < 64; ++y) {
      set a, b;
      for (unsigned i = 0; i < 6; ++i) {
        if (x >> i & 1) a.push_back(i);
        if (y >> i & 1) b.push_back(i);
      }
      check_both_ways(a, b);
    }
}

TEST_CASE("runs of neighbours, shifted against one another, around the sizes of blocks") {
  for (std::uint64_t first = 0; first < 20; ++first)
    for (std::size_t few = 0; few < 35; ++few)
      for (std::uint64_t step = 1; step < 4; ++step) {
        set a, b;
        for (std::uint64_t i = 0; i < few; ++i) a.push_back(first + i * step);
        for (std::uint64_t i = 0; i < 33; ++i) b.push_back(i);
        check_both_ways(a, b);
        for (auto& number : b) number = ~number;  // the largest numbers there are
        std::reverse(b.begin(), b.end());
        check_both_ways(b, b);
        check_both_ways(a, b);
      }
}

TEST_CASE("random sets of all proportions") {
  generator random(1);
  for (int trial = 0; trial < 3000; ++trial) {
    const std::size_t few = random_sets::below(random, 30), many = random_sets::below(random, trial % 3 ? 60 : 4000);
    const std::uint64_t universe = 1 + random_sets::below(random, 6000);
    check_both_ways(subset(random, few, universe), subset(random, many, universe));
  }
}

TEST_CASE("far from equal sizes, at every place") {
  set many;
  for (std::uint64_t i = 0; i < 1000; ++i) many.push_back(2 * i + 1);
  for (std::uint64_t wanted = 0; wanted <= 2001; ++wanted) check_both_ways({wanted}, many);
  check_both_ways({0, ~std::uint64_t{0}}, many);
  check_both_ways({1, 1999}, many);
}

TEST_CASE("similarity is three shares of the common part") {
  const set a{1, 2, 3, 4}, b{3, 4, 5, 6, 7, 8};
  const similarity s = overlap(a, b);
  CHECK(s.jaccard == 2.0 / 8);
  CHECK(s.containment_a == 2.0 / 4);
  CHECK(s.containment_b == 2.0 / 6);
  CHECK(overlap(a, a).jaccard == 1);
  CHECK(overlap(a, set{}).jaccard == 0);
  CHECK(overlap(set{}, set{}).jaccard == 0);
  CHECK(overlap(set{}, set{}).containment_a == 0);
}
