// SPDX-License-Identifier: Apache-2.0
#include "retold/minhash.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdlib>
#include <set>

#include "../src/minhash_fss.hpp"
#include "../src/minhash_kmins.hpp"
#include "known_answers.hpp"
#include "message_of.hpp"
#include "random_sets.hpp"

using namespace retold;
using random_sets::generator;

namespace {

constexpr std::uint64_t all_ones = ~std::uint64_t{0};

// The mixer and the stream, once more, so that the twins below share no line with the library.
std::uint64_t mixed(std::uint64_t x) {
  x ^= x >> 30;
  x *= 0xBF58476D1CE4E5B9;
  x ^= x >> 27;
  x *= 0x94D049BB133111EB;
  x ^= x >> 31;
  return x;
}
std::uint64_t stream(std::uint64_t seed, std::uint64_t i) { return mixed(seed + (i + 1) * 0x9E3779B97F4A7C15); }

// Fast Similarity Sketching as the paper's algorithm 1 has it.
signature textbook_fss(const std::vector<std::uint64_t>& elements, unsigned slots, std::uint64_t seed) {
  signature bins(slots, all_ones);
  unsigned filled = 0;
  if (elements.empty()) return bins;
  for (std::uint64_t round = 0; round < 2 * slots; ++round) {
    for (const std::uint64_t element : elements) {
      const std::uint64_t hash = mixed(element ^ stream(seed, round));
      const std::uint64_t bin = round < slots ? (hash >> 32) * slots / 4294967296 : round - slots;
      if (bins[bin] == all_ones) ++filled;
      bins[bin] = std::min(bins[bin], (round << 51) + hash % (std::uint64_t{1} << 51));
    }
    if (filled == slots) break;
  }
  return bins;
}

signature textbook_kmins(const std::vector<std::uint64_t>& elements, unsigned slots, std::uint64_t seed) {
  signature least(slots, all_ones);
  for (unsigned slot = 0; slot < slots; ++slot) {
    const std::uint64_t parameters = stream(seed, slot);
    const std::uint64_t a = (parameters % 4294967296) | 1, b = parameters / 4294967296;
    for (const std::uint64_t element : elements)
      least[slot] = std::min(least[slot], (a * (mixed(element) / 4294967296) + b) % 4294967296);
  }
  return least;
}

signature textbook(const std::vector<std::uint64_t>& elements, const minhash_options& o) {
  return o.scheme == minhash_scheme::fss ? textbook_fss(elements, o.slots, o.seed) : textbook_kmins(elements, o.slots, o.seed);
}

struct moments {
  double bias = 0, mean_square = 0;
};

moments errors(minhash_scheme scheme, std::size_t common, std::size_t own, int trials) {
  const minhasher sign({.slots = 128, .scheme = scheme});
  const double jaccard = static_cast<double>(common) / static_cast<double>(common + 2 * own);
  generator random(2017);
  moments m;
  for (int trial = 0; trial < trials; ++trial) {
    const auto sets = random_sets::overlapping(random, common, own);
    const double error = estimate(sign(sets.a), sign(sets.b)) - jaccard;
    m.bias += error / trials;
    m.mean_square += error * error / trials;
  }
  return m;
}

}  // namespace

TEST_CASE("signatures equal the textbook's, bit for bit") {
  generator random(1);
  for (const auto scheme : {minhash_scheme::fss, minhash_scheme::kmins})
    for (const unsigned slots : {8u, 13u, 31u, 32u, 33u, 128u, 1000u})
      for (const std::size_t size : {0u, 1u, 2u, 3u, 7u, 40u, 300u, 3000u}) {
        if (slots == 1000 && size > 300) continue;
        const minhash_options options{slots, scheme, random()};
        const auto elements = random_sets::numbers(random, size);
        CHECK(minhasher(options)(elements) == textbook(elements, options));
      }
}

TEST_CASE("every way of this processor gives the textbook's signatures") {
  std::vector<fss_throw_function> throws{fss_throw_scalar};
  std::vector<minimise_function> minimise{minimise_scalar};
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2")) minimise.push_back(minimise_avx2);
  if (has_avx512()) minimise.push_back(minimise_avx512), throws.push_back(fss_throw_avx512);
#endif
  generator random(11);
  for (const unsigned slots : {8u, 31u, 32u, 33u, 64u, 128u, 257u})
    for (std::size_t size = 1; size < 1200; size += size < 20 ? 1 : size / 3) {
      const std::uint64_t seed = random();
      auto elements = random_sets::numbers(random, size);
      for (auto& element : elements) element = random() % 8 == 0 ? elements[0] : element;  // repeated
      std::vector<std::uint64_t> seeds(2 * slots);
      for (std::size_t i = 0; i < seeds.size(); ++i) seeds[i] = stream(seed, i);
      signature found(slots);
      for (const fss_throw_function way : throws) {
        fss_sketch(elements, seeds, found, way);
        REQUIRE(found == textbook_fss(elements, slots, seed));
      }
      for (const minimise_function way : minimise) {
        kmins_sketch(elements, std::span(seeds).first(slots), found, way);
        REQUIRE(found == textbook_kmins(elements, slots, seed));
      }
    }
}

TEST_CASE("signatures into a place of one's own") {
  generator random(12);
  const auto elements = random_sets::numbers(random, 100);
  for (const auto scheme : {minhash_scheme::fss, minhash_scheme::kmins}) {
    const minhasher sign({.slots = 16, .scheme = scheme});
    std::vector<std::uint64_t> row(48, 7);
    sign(elements, std::span(row).subspan(16, 16));
    CHECK(signature(row.begin() + 16, row.begin() + 32) == sign(elements));
    CHECK(std::count(row.begin(), row.begin() + 16, 7) == 16);
    CHECK(std::count(row.begin() + 32, row.end(), 7) == 16);
    sign({}, std::span(row).first(16));
    CHECK(std::count(row.begin(), row.begin() + 16, all_ones) == 16);
    CHECK(message_of([&] { sign(elements, row); }) == "a signature of 16 slots does not fit into 48");
  }
}

TEST_CASE("elements that are no hashes do as well") {
  for (const auto scheme : {minhash_scheme::fss, minhash_scheme::kmins}) {
    const minhasher sign({.slots = 1024, .scheme = scheme});
    std::vector<std::uint64_t> a(600), b(600);  // 0 … 599 and 300 … 899: Jaccard 1/3
    for (std::uint64_t i = 0; i < 600; ++i) a[i] = i, b[i] = i + 300;
    CHECK(estimate(sign(a), sign(b)) == doctest::Approx(1.0 / 3).epsilon(0.15));
    for (std::uint64_t i = 0; i < 600; ++i) a[i] <<= 48, b[i] <<= 48;
    CHECK(estimate(sign(a), sign(b)) == doctest::Approx(1.0 / 3).epsilon(0.15));
  }
}

TEST_CASE("the most slots: rounds still fit above the values") {
  const minhasher sign({.slots = 4096});
  const std::vector<std::uint64_t> one{42}, two{42, 43};
  const signature a = sign(one), b = sign(two);
  CHECK(std::count(a.begin(), a.end(), all_ones) == 0);
  CHECK(a == textbook_fss(one, 4096, 0));
  CHECK(estimate(a, b) == doctest::Approx(0.5).epsilon(0.05));
}

TEST_CASE("order and repetition do not matter, the seed does") {
  generator random(3);
  for (const auto scheme : {minhash_scheme::fss, minhash_scheme::kmins}) {
    const minhasher sign({.slots = 64, .scheme = scheme});
    for (int trial = 0; trial < 200; ++trial) {
      auto elements = random_sets::numbers(random, 1 + random_sets::below(random, 80));
      const signature expected = sign(elements);
      elements.insert(elements.end(), elements.begin(), elements.begin() + static_cast<std::ptrdiff_t>(elements.size() / 2));
      std::shuffle(elements.begin(), elements.end(), random);
      REQUIRE(sign(elements) == expected);
    }
    const auto elements = random_sets::numbers(random, 50);
    const signature other = minhasher({.slots = 64, .scheme = scheme, .seed = 1})(elements);
    CHECK(estimate(sign(elements), other) < 0.1);
  }
}

TEST_CASE("merge gives the signature of the union, exactly") {
  generator random(4);
  for (const auto scheme : {minhash_scheme::fss, minhash_scheme::kmins})
    for (const unsigned slots : {8u, 32u, 100u, 128u}) {
      const minhasher sign({.slots = slots, .scheme = scheme});
      for (int trial = 0; trial < 1000; ++trial) {
        auto a = random_sets::numbers(random, random_sets::below(random, slots + 2));
        const auto b = random_sets::numbers(random, random_sets::below(random, trial % 10 == 0 ? 2000 : slots));
        const signature merged = merge(sign(a), sign(b));
        a.insert(a.end(), b.begin(), b.end());
        REQUIRE(merged == sign(a));
      }
    }
}

TEST_CASE("the empty set is like nothing") {
  const minhasher sign;
  const signature none = sign({}), some = sign(std::vector<std::uint64_t>{1, 2, 3});
  CHECK(none == signature(128, all_ones));
  CHECK(estimate(none, none) == 0);
  CHECK(estimate(none, some) == 0);
  CHECK(estimate(compact(none), compact(none)) == 0);
  CHECK(estimate(compact(some), compact(none)) == 0);
  CHECK(merge(none, some) == some);
  CHECK(merge(none, none) == none);
  CHECK(estimate(signature{}, signature{}) == 0);
}

TEST_CASE("signatures of different sizes have nothing to say to one another") {
  const std::vector<std::uint64_t> set{1, 2, 3};
  const signature small = minhasher({.slots = 8})(set), large = minhasher({.slots = 16})(set);
  CHECK(estimate(small, large) == 0);
  CHECK(estimate(compact(small), compact(large)) == 0);
  CHECK(merge(small, large).empty());
}

TEST_CASE("equal sets are estimated 1, disjoint sets about 0") {
  generator random(5);
  const minhasher sign;
  for (const std::size_t size : {1u, 5u, 100u, 2000u}) {
    const auto a = random_sets::numbers(random, size), b = random_sets::numbers(random, size);
    CHECK(estimate(sign(a), sign(a)) == 1);
    CHECK(estimate(compact(sign(a)), compact(sign(a))) == 1);
    CHECK(estimate(sign(a), sign(b)) == 0);
    CHECK(estimate(compact(sign(a)), compact(sign(b))) < 0.05);
  }
}

// Over `trials` independent pairs the mean error has the standard error sqrt(variance / trials), and the mean square of nearly
// normal errors the relative one sqrt(2 / trials): five of either are a failure that chance does not produce.
TEST_CASE("estimates are unbiased and as sharp as promised") {
  constexpr int trials = 4000;
  const double slack = 5 * std::sqrt(2.0 / trials);
  struct point {
    std::size_t common, own;
    double most_relative;  // fss, as a share of the k-mins variance
  };
  // Sizes 15, 40 and 300 at Jaccard .3, .5 and .77: common = 2 n J / (1 + J).
  const point points[] = {{7, 8, .6},  {10, 5, .6},     {13, 2, .6},     {18, 22, .6},  {27, 13, .6},
                          {35, 5, .6}, {138, 162, .85}, {200, 100, .85}, {261, 39, .85}};
  for (const point& p : points) {
    const double jaccard = static_cast<double>(p.common) / static_cast<double>(p.common + 2 * p.own);
    const double variance = jaccard * (1 - jaccard) / 128;
    const moments fss = errors(minhash_scheme::fss, p.common, p.own, trials);
    const moments kmins = errors(minhash_scheme::kmins, p.common, p.own, trials);
    if (std::getenv("RETOLD_TABLE"))
      MESSAGE("n=" << p.common + p.own << " J=" << jaccard << " relative MSE: fss " << fss.mean_square / variance << ", kmins "
                   << kmins.mean_square / variance);
    CHECK(std::abs(fss.bias) < 5 * std::sqrt(variance / trials));
    CHECK(std::abs(kmins.bias) < 5 * std::sqrt(variance / trials));
    CHECK(fss.mean_square < p.most_relative * variance);
    CHECK(std::abs(kmins.mean_square / variance - 1) < slack);
  }
}

TEST_CASE("eight bits a slot lose almost nothing") {
  generator random(6);
  const minhasher sign;
  double bias = 0, square = 0;
  constexpr int trials = 2000;
  for (int trial = 0; trial < trials; ++trial) {
    const auto sets = random_sets::overlapping(random, 20, 10);
    const auto a = sign(sets.a), b = sign(sets.b);
    bias += (estimate(compact(a), compact(b)) - estimate(a, b)) / trials;
    square += std::pow(estimate(compact(a), compact(b)) - 0.5, 2) / trials;
  }
  CHECK(std::abs(bias) < 0.001);
  CHECK(square < standard_error(0.5, 128) * standard_error(0.5, 128));
}

TEST_CASE("standard error") {
  CHECK(standard_error(0.5, 128) == doctest::Approx(0.0442).epsilon(0.001));
  CHECK(standard_error(0.83, 128) == doctest::Approx(0.0332).epsilon(0.01));
  CHECK(standard_error(0, 128) == 0);
  CHECK(standard_error(1, 128) == 0);
}

TEST_CASE("options out of range name themselves, the value and the range") {
  const auto message = [](unsigned slots) { return message_of([=] { minhasher({.slots = slots}); }); };
  CHECK(message(7) == "slots 7 is out of range: 8 to 4096");
  CHECK(message(4097) == "slots 4097 is out of range: 8 to 4096");
  CHECK(message(8) == "no error");
  CHECK(message(4096) == "no error");
}

TEST_CASE("the known answers of docs/format.md") {
  const auto check = [](const std::string& name, minhash_scheme scheme) {
    for (const auto& row : known::answers(name)) {
      const minhasher sign({static_cast<unsigned>(known::number(row[0])), scheme, known::number(row[1])});
      CHECK(sign(known::numbers(row[2])) == known::numbers(row[3]));
    }
  };
  check("fss", minhash_scheme::fss);
  check("kmins", minhash_scheme::kmins);
  for (const auto& row : known::answers("compact")) {
    const auto low = compact(known::numbers(row[0]));
    const auto expected = known::numbers(row[1]);
    CHECK(std::vector<std::uint64_t>(low.begin(), low.end()) == expected);
  }
}
