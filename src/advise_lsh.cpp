// SPDX-License-Identifier: Apache-2.0
// What the bands propose, beside all pairs that are alike.
#include <algorithm>
#include <cmath>
#include <limits>

#include "advise_join.hpp"
#include "advise_sketches.hpp"
#include "retold/advise.hpp"

namespace retold {
namespace {

constexpr std::size_t most_pairs = 2'000'000;

std::vector<similarity_band> empty_bands(double from) {
  std::vector<similarity_band> out;
  for (int tenth = 9; tenth >= std::lround(from * 10); --tenth) {
    out.emplace_back();
    out.back().from = tenth / 10.0;
    out.back().to = (tenth + 1) / 10.0;
  }
  return out;
}

void count(similarity_band& in, const sketches& all, const edge& pair, bool found, bool led) {
  const double p = all.probability(pair), error = all.error(pair), stated = all.stated_error(pair);
  ++in.pairs;
  in.found += found;
  in.led += led;
  in.expected += p;
  in.variance += p * (1 - p);
  in.squared_error += error * error;
  in.squared_stated += stated * stated;
}

}  // namespace

double similarity_band::recall() const noexcept {
  return pairs == 0 ? 1 : static_cast<double>(found) / static_cast<double>(pairs);
}
double similarity_band::theory() const noexcept { return pairs == 0 ? 1 : expected / static_cast<double>(pairs); }

std::pair<double, double> similarity_band::interval() const noexcept {
  if (pairs == 0) return {0, 1};
  constexpr double z = 1.959964;
  const double n = static_cast<double>(pairs), p = recall();
  const double centre = (p + z * z / (2 * n)) / (1 + z * z / n);
  const double half = z / (1 + z * z / n) * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n));
  return {found == 0 ? 0 : centre - half, found == pairs ? 1 : centre + half};
}

double similarity_band::error_ratio() const noexcept {
  return squared_stated == 0 ? 0 : std::sqrt(squared_error / squared_stated);
}

double lowest_similarity(double threshold) {
  return std::clamp(std::floor(threshold * 10 + 1e-9) / 10 - 0.2, least_threshold, 0.3);
}

std::vector<edge> similar_pairs(sample& of, double from, const advise_options& options, const progress& report) {
  const std::size_t most = options.sample == 0 ? std::numeric_limits<std::size_t>::max() : most_pairs;
  for (;;) {
    if (auto found = join_at_most(of.sets, from, most, options.threads, report)) return *std::move(found);
    of.sets.resize(of.sets.size() / 2);  // those whose ids have the smaller hashes
    of.words.resize(of.sets.size());
  }
}

looked_at seen_of(const sample& of, std::size_t compared) {
  return {of.collection, of.documents, of.copies, of.without_words, compared};
}

lsh_report measure_lsh(const sample& of, const advise_options& options, const progress& report) {
  options.validate();
  sample compared = of;
  const double from = lowest_similarity(options.threshold);
  const std::vector<edge> pairs = similar_pairs(compared, from, options, report);
  const sketches all(compared.sets, options);
  const candidate_set found = all.propose();
  lsh_report out;
  out.options = options;
  out.options.shingle = of.shingle;
  out.bands = all.bands();
  out.distance = all.distance();
  out.seen = seen_of(of, compared.sets.size());
  out.candidates = found.pairs.size();
  out.hot_buckets = found.hot_buckets;
  out.by_similarity = empty_bands(from);
  out.wanted.from = options.threshold;
  out.wanted.to = 1;
  for (const edge& pair : pairs) {
    const bool is_found = std::binary_search(found.pairs.begin(), found.pairs.end(), document_pair(pair.a, pair.b));
    const bool is_led = !is_found && all.share_a_bucket(pair);
    const auto band = std::find_if(out.by_similarity.begin(), out.by_similarity.end(),
                                   [&](const similarity_band& b) { return pair.score >= b.from; });
    if (band != out.by_similarity.end()) count(*band, all, pair, is_found, is_led);
    if (pair.score >= options.threshold) count(out.wanted, all, pair, is_found, is_led);
  }
  return out;
}

}  // namespace retold
