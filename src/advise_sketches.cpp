// SPDX-License-Identifier: Apache-2.0
#include "advise_sketches.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "parallel.hpp"
#include "pipeline_near.hpp"
#include "retold/verify.hpp"

namespace retold {
namespace {

constexpr unsigned print_bits = 128;

// The probability that of `n` independent bits, each with probability p, at most `most` are set.
double at_most(unsigned most, unsigned n, double p) {
  if (p <= 0) return 1;
  if (p >= 1) return most >= n ? 1 : 0;
  double term = std::pow(1 - p, n), sum = term;
  for (unsigned i = 1; i <= most; ++i) sum += term *= p / (1 - p) * (n - i + 1) / i;
  return std::min(1.0, sum);
}

}  // namespace

sketches::sketches(std::span<const shingle_set> sets, const advise_options& options) : sets_(sets), options_(options) {
  if (simhash()) {
    distance_ = distance_for(2 * options.threshold / (1 + options.threshold), options.recall);
    prints_.resize(sets.size());
    parallel_for(sets.size(), options.threads, [&](std::size_t i) { prints_[i] = print_of(sets[i]); });
    return;
  }
  bands_ = choose_banding(options.threshold, options.recall, options.slots);
  signatures_.resize(sets.size());
  const minhasher sign{{.slots = options.slots}};
  parallel_for(sets.size(), options.threads, [&](std::size_t i) { signatures_[i] = sign(sets[i]); });
}

candidate_set sketches::propose() const {
  if (simhash()) return {hamming_pairs(prints_, distance_), 0, 0};
  const double surely = options_.threshold - 5 * standard_error(options_.threshold, options_.slots);
  return candidates(signatures_, bands_, [&](std::uint32_t a, std::uint32_t b) {
    return estimate(signatures_[a], signatures_[b]) >= surely && overlap(sets_[a], sets_[b]).jaccard >= options_.threshold;
  });
}

bool sketches::share_a_bucket(const edge& pair) const {
  if (simhash()) return hamming(prints_[pair.a], prints_[pair.b]) <= distance_;
  const signature &a = signatures_[pair.a], &b = signatures_[pair.b];
  for (unsigned band = 0; band < bands_.bands; ++band) {
    const auto from = a.begin() + band * bands_.rows;
    if (std::equal(from, from + bands_.rows, b.begin() + band * bands_.rows)) return true;
  }
  return false;
}

// Of sets whose elements weigh the same.
double sketches::cosine(const edge& pair) const {
  const double a = static_cast<double>(sets_[pair.a].size()), b = static_cast<double>(sets_[pair.b].size());
  return pair.score / (1 + pair.score) * (a + b) / std::sqrt(a * b);
}

double sketches::probability(const edge& pair) const {
  if (!simhash()) return bands_.probability(pair.score);
  return at_most(distance_, print_bits, std::acos(std::min(1.0, cosine(pair))) / std::numbers::pi);
}

double sketches::error(const edge& pair) const {
  if (simhash()) return estimate(prints_[pair.a], prints_[pair.b]) - cosine(pair);
  return estimate(signatures_[pair.a], signatures_[pair.b]) - pair.score;
}

double sketches::stated_error(const edge& pair) const {
  return simhash() ? standard_error_cosine(cosine(pair), print_bits) : standard_error(pair.score, options_.slots);
}

}  // namespace retold
