// SPDX-License-Identifier: Apache-2.0
#include "retold/simhash.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <numbers>

#include "../src/hash.hpp"
#include "../src/simhash_near.hpp"
#include "../src/simhash_search.hpp"
#include "../src/simhash_sums.hpp"
#include "known_answers.hpp"
#include "random_sets.hpp"

using namespace retold;
using random_sets::generator;

namespace {

using pairs = std::vector<std::pair<std::uint32_t, std::uint32_t>>;

// Bit by bit, as the definition has it.
std::uint64_t slow_word(const std::vector<weighted>& features, std::uint64_t seed) {
  std::uint64_t word = 0;
  for (unsigned bit = 0; bit < 64; ++bit) {
    long long sum = 0;
    for (const weighted& f : features) {
      const double clamped = f.weight != f.weight ? 0 : std::min(1e6, std::max(-1e6, f.weight));
      const long long weight = std::llrint(clamped * 1024);
      sum += mix64(f.hash ^ seed) >> bit & 1 ? weight : -weight;
    }
    if (sum > 0) word |= std::uint64_t{1} << bit;
  }
  return word;
}

fingerprint slow_simhash(const std::vector<weighted>& features) {
  return {slow_word(features, 0x243F6A8885A308D3), slow_word(features, 0x13198A2E03707344)};
}

pairs slow_pairs(const std::vector<fingerprint>& prints, unsigned distance, unsigned bits) {
  pairs found;
  for (std::uint32_t i = 0; i < prints.size(); ++i)
    for (std::uint32_t j = i + 1; j < prints.size(); ++j)
      if (hamming(prints[i], prints[j], bits) <= distance) found.emplace_back(i, j);
  return found;
}

std::vector<fingerprint> random_prints(generator& random, std::size_t count) {
  std::vector<fingerprint> prints(count);
  for (auto& f : prints) f = {random(), random()};
  return prints;
}

// Groups of prints that differ from their group's first by a few bits.
std::vector<fingerprint> clustered_prints(generator& random, std::size_t count, std::size_t groups, unsigned most_flips) {
  const auto centres = random_prints(random, groups);
  std::vector<fingerprint> prints(count);
  for (auto& f : prints) {
    f = centres[random_sets::below(random, groups)];
    for (auto flips = random_sets::below(random, most_flips + 1); flips > 0; --flips)
      (random_sets::below(random, 2) ? f.low : f.high) ^= std::uint64_t{1} << random_sets::below(random, 64);
  }
  return prints;
}

std::vector<weighted> random_features(generator& random, std::size_t count) {
  std::vector<weighted> features(count);
  for (auto& f : features) f = {random(), 4 * random_sets::unit(random) - (random() % 4 == 0 ? 2 : 0)};
  return features;
}

}  // namespace

TEST_CASE("fingerprints equal the definition, bit by bit") {
  generator random(1);
  for (int trial = 0; trial < 500; ++trial) {
    auto features = random_features(random, random_sets::below(random, 60));
    REQUIRE(simhash(features) == slow_simhash(features));
    std::shuffle(features.begin(), features.end(), random);
    REQUIRE(simhash(features) == slow_simhash(features));
  }
}

TEST_CASE("every way of this processor gives the same prints, whatever the number of features and their weights") {
  std::vector<simhash_function> ways{simhash_scalar, choose_simhash()};
  generator random(8);
  for (std::size_t size = 0; size < 800; size += size < 40 ? 1 : 17)
    for (const double scale : {1.0, 1e-3, 2000.0, 1e5, 1e7}) {
      auto features = random_features(random, size);
      for (weighted& f : features)
        if (random() % 3 == 0) f.weight *= scale;
      const fingerprint expected = slow_simhash(features);
      for (const simhash_function way : ways) REQUIRE(way(features) == expected);
    }
  const std::vector<weighted> heaviest(5000, {42, 8191.9});  // as much as goes without 64 bits, all the time
  for (const simhash_function way : ways) CHECK(way(heaviest) == slow_simhash(heaviest));
}

TEST_CASE("every way of this processor finds the same neighbours") {
  std::vector<near_function> ways{near_scalar, choose_near()};
#if defined(__x86_64__)
  if (__builtin_cpu_supports("popcnt")) ways.push_back(near_popcnt);
#endif
  generator random(9);
  for (std::size_t size = 0; size < 70; ++size) {
    const auto prints = clustered_prints(random, size, 1 + size / 8, 30);
    const fingerprint f = size == 0 ? fingerprint{} : prints[size / 2];
    for (const int distance : {0, 1, 7, 20, 64, 127, 128}) {
      std::vector<std::uint32_t> expected;
      for (std::uint32_t i = 0; i < size; ++i)
        if (static_cast<int>(hamming(prints[i], f)) <= distance) expected.push_back(i);
      for (const near_function way : ways) {
        std::vector<std::uint32_t> found{7};  // what is there stays
        way(prints, f, distance, found);
        REQUIRE(std::vector(found.begin() + 1, found.end()) == expected);
      }
    }
  }
}

TEST_CASE("odd weights") {
  const double nan = std::numeric_limits<double>::quiet_NaN(), infinite = std::numeric_limits<double>::infinity();
  const std::vector<weighted> odd = {{1, nan}, {2, infinite}, {3, -infinite}, {4, 1e300}, {5, 0}, {6, 0.0004}};
  const std::vector<weighted> plain = {{2, 1e6}, {3, -1e6}, {4, 1e6}};
  CHECK(simhash(odd) == simhash(plain));
  CHECK(simhash({}) == fingerprint{});
  const std::vector<weighted> cancelled = {{7, 1.5}, {7, -1.5}};
  CHECK(simhash(cancelled) == fingerprint{});  // a tie is 0
}

TEST_CASE("distance and estimate") {
  const fingerprint none{}, all{~std::uint64_t{0}, ~std::uint64_t{0}}, half{~std::uint64_t{0}, 0};
  CHECK(hamming(none, all) == 128);
  CHECK(hamming(none, all, 64) == 64);
  CHECK(hamming(none, half) == 64);
  CHECK(hamming(half, all, 64) == 0);
  CHECK(estimate(none, none) == 1);
  CHECK(estimate(none, all) == -1);
  CHECK(estimate(none, half) == doctest::Approx(0).epsilon(1e-12));
}

TEST_CASE("the estimate is the cosine, within its standard error") {
  generator random(2);
  for (const double wanted : {0.5, 0.8, 0.95}) {
    constexpr int trials = 1500;
    double sum = 0, squares = 0, cosines = 0;
    for (int trial = 0; trial < trials; ++trial) {
      std::vector<weighted> a(200), b(200);
      for (std::size_t i = 0; i < a.size(); ++i) {
        a[i] = {random(), 1};
        b[i] = i < static_cast<std::size_t>(200 * wanted) ? a[i] : weighted{random(), 1};
      }
      const double e = estimate(simhash(a), simhash(b));
      sum += e / trials;
      squares += (e - wanted) * (e - wanted) / trials;
      cosines += std::floor(200 * wanted) / 200 / trials;
    }
    const double promised = standard_error_cosine(wanted, 128);
    CHECK(std::abs(sum - cosines) < 0.15 * promised + 0.01);  // the cosine of an unbiased angle: biased by second order
    CHECK(std::sqrt(squares) == doctest::Approx(promised).epsilon(0.12));
  }
  CHECK(standard_error_cosine(1, 128) == doctest::Approx(0));
  CHECK(standard_error_cosine(0.5, 64) == doctest::Approx(standard_error_cosine(0.5, 128) * std::numbers::sqrt2));
}

TEST_CASE("distance_for is the binomial quantile") {
  for (const unsigned bits : {64u, 128u})
    for (const double cosine : {-1.0, -0.9999, -0.5, 0.0, 0.1, 0.3, 0.7, 0.9, 0.95, 0.99, 0.999999, 1.0})
      for (const double recall : {1e-9, 0.01, 0.5, 0.9, 0.95, 0.999}) {
        const double p = std::acos(cosine) / std::numbers::pi;
        const auto chance = [&](unsigned d) {  // of exactly d differing bits
          long double ways = 1;
          for (unsigned i = 0; i < d; ++i) ways = ways * (bits - i) / (i + 1);
          return ways * std::pow(static_cast<long double>(p), d) * std::pow(1 - static_cast<long double>(p), bits - d);
        };
        long double within = 0;
        unsigned expected = 0;
        for (; expected <= bits; ++expected)
          if ((within += chance(expected)) >= recall - 1e-12) break;
        CHECK(distance_for(cosine, recall, bits) == std::min(expected, bits));
      }
  CHECK(distance_for(std::nan(""), 0.95) == 0);
  CHECK(distance_for(1, 0.95) == 0);
  CHECK(distance_for(0.95, 0.95) == 19);
}

TEST_CASE("pairs equal brute force at all distances") {
  generator random(3);
  for (const unsigned bits : {64u, 128u})
    for (unsigned distance = 0; distance <= 40; ++distance) {
      const auto spread = random_prints(random, 150);
      REQUIRE(hamming_pairs(spread, distance, bits) == slow_pairs(spread, distance, bits));
      const auto near = clustered_prints(random, 250, 1 + distance % 5, 24);
      REQUIRE(hamming_pairs(near, distance, bits) == slow_pairs(near, distance, bits));
    }
}

TEST_CASE("every number of blocks finds the same pairs") {
  generator random(4);
  for (const unsigned bits : {64u, 128u})
    for (const unsigned distance : {0u, 1u, 2u, 3u, 5u, 8u, 13u, 20u, 31u}) {
      auto prints = clustered_prints(random, 120, 6, 20);
      if (bits == 64)
        for (auto& f : prints) f.high = 0;
      const auto expected = slow_pairs(prints, distance, bits);
      for (unsigned blocks = bits / 64; blocks <= distance + 1; ++blocks) {
        if (distance / blocks > 3) continue;  // too many values to look up for a test
        auto found = hamming_search_in_blocks(prints, distance, bits, blocks);
        std::sort(found.begin(), found.end());
        REQUIRE(found == expected);
      }
      auto brute = hamming_search_in_blocks(prints, distance, bits, 0);
      CHECK(brute == expected);
    }
}

TEST_CASE("many prints: blocks are chosen, the answer stays exact") {
  generator random(5);
  const auto prints = clustered_prints(random, 12000, 6000, 12);
  for (const unsigned distance : {0u, 3u, 10u})
    for (const unsigned bits : {64u, 128u})
      REQUIRE(hamming_pairs(prints, distance, bits) == slow_pairs(prints, distance, bits));
}

TEST_CASE("few or extreme prints") {
  CHECK(hamming_pairs({}, 3).empty());
  const std::vector<fingerprint> one(1), same(3);
  CHECK(hamming_pairs(one, 128).empty());
  CHECK(hamming_pairs(same, 0) == pairs{{0, 1}, {0, 2}, {1, 2}});
  const std::vector<fingerprint> far = {{}, {~std::uint64_t{0}, ~std::uint64_t{0}}};
  CHECK(hamming_pairs(far, 127).empty());
  CHECK(hamming_pairs(far, 128).size() == 1);
  CHECK(hamming_pairs(far, 4000000000u).size() == 1);
  CHECK(hamming_pairs(far, 64, 64).size() == 1);
}

TEST_CASE("the known answers of docs/format.md") {
  for (const auto& row : known::answers("simhash")) {
    std::vector<weighted> features;
    for (const auto& feature : known::split(row[0], " "))
      if (const auto colon = feature.find(':'); colon != std::string::npos)
        features.push_back({known::number(feature.substr(0, colon)), std::stod(feature.substr(colon + 1))});
    const fingerprint f = simhash(features);
    CHECK(known::hex(f.low) == row[1]);
    CHECK(known::hex(f.high) == row[2]);
  }
  for (const auto& row : known::answers("hash")) CHECK(known::hex(hash_bytes(row[0])) == row[1]);
  for (const auto& row : known::answers("mix")) CHECK(known::hex(mix64(known::number(row[0]))) == row[1]);
  for (const auto& row : known::answers("stream"))
    CHECK(known::hex(stream64(known::number(row[0]), known::number(row[1]))) == row[2]);
}
