// SPDX-License-Identifier: Apache-2.0
// From the similarities of a sample to parameters.
//
// Versions of a text are alike in much, strangers in little: where both are many, few pairs lie between, and there is the
// threshold. Each document counts once, however many it is like: a template of hundreds would else be all one sees.
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <iterator>

#include "advise_join.hpp"
#include "advise_sketches.hpp"
#include "retold/advise.hpp"
#include "retold/error.hpp"
#include "retold/verify.hpp"

namespace retold {
namespace {

constexpr int bins_of_one = 20;
constexpr double customary = 0.8;
constexpr double deepest_share = 0.8;  // of the lower of the two hills beside it, that a valley may be high
constexpr double significant = 2;      // standard deviations that it must lie below
constexpr double least_hill = 10;      // documents
constexpr std::array slot_choices{128u, 256u, 512u, 1024u};
constexpr double few_comparisons = 1;  // false ones, for each document
constexpr double worth_more = 0.9;     // of the false ones that are left with more slots, where many are left either way

std::size_t bin_of(double similarity, std::size_t first) {
  const auto bin = static_cast<std::size_t>(similarity * bins_of_one + 1e-9);
  return std::min<std::size_t>(bin, bins_of_one - 1) - first;
}

// For each bin how many documents have their likes there, those with likes in several bins in parts.
std::vector<double> documents_by_similarity(const std::vector<edge>& pairs, std::size_t documents, std::size_t first) {
  std::vector<std::uint32_t> degree(documents);
  for (const edge& p : pairs) ++degree[p.a], ++degree[p.b];
  std::vector<double> out(bins_of_one - first);
  for (const edge& p : pairs) out[bin_of(p.score, first)] += 1.0 / degree[p.a] + 1.0 / degree[p.b];
  return out;
}

std::vector<double> smoothed(const std::vector<double>& bins) {
  std::vector<double> out(bins.size());
  for (std::size_t i = 0; i < bins.size(); ++i)
    out[i] = (bins[i == 0 ? 0 : i - 1] + 4 * bins[i] + bins[std::min(i + 1, bins.size() - 1)]) / 6;
  return out;
}

// The middle of a valley's floor, which goes on as long as what rises may be chance.
std::size_t middle_of_floor(const std::vector<double>& height, std::size_t deepest) {
  const double floor = height[deepest] + std::sqrt(height[deepest] + 1);
  std::size_t left = deepest, right = deepest;
  while (left > 1 && height[left - 1] <= floor) --left;
  while (right + 2 < height.size() && height[right + 1] <= floor) ++right;
  return (left + right) / 2;
}

// The bin that lies deepest between two hills; 0 where none is deeper than chance makes one.
std::size_t valley_of(const std::vector<double>& bins) {
  const std::vector<double> height = smoothed(bins);
  std::size_t best = 0;
  double depth = deepest_share;
  for (std::size_t i = 1; i + 1 < height.size(); ++i) {
    const auto here = height.begin() + static_cast<std::ptrdiff_t>(i);
    const double hill = std::min(*std::max_element(height.begin(), here), *std::max_element(here + 1, height.end()));
    const double deviation = std::sqrt((hill + *here) / 2);  // smoothing leaves half of the variance
    if (hill < least_hill || *here >= depth * hill || hill - *here < significant * deviation) continue;
    depth = *here / hill;
    best = i;
  }
  return best == 0 ? 0 : middle_of_floor(height, best);
}

// `of_all`: how many distinct documents the collection has for each in the sample.
banding_choice choice_of(unsigned slots, const sample& of, double of_all, const std::vector<edge>& pairs,
                         advise_options options) {
  options.slots = slots;
  const sketches all(of.sets, options);
  banding_choice out;
  out.slots = slots;
  out.bands = all.bands();
  double expected = 0, wanted = 0;
  for (const edge& p : pairs)
    if (p.score >= options.threshold) expected += all.probability(p), ++wanted;
  out.recall_at = out.bands.probability(options.threshold);
  out.recall = wanted == 0 ? out.recall_at : expected / wanted;
  const candidate_set found = all.propose();
  std::size_t right = 0;
  for (const document_pair& p : found.pairs) right += overlap(of.sets[p.first], of.sets[p.second]).jaccard >= options.threshold;
  const double documents = std::max<double>(1, static_cast<double>(of.sets.size()));
  out.comparisons = static_cast<double>(found.pairs.size()) / documents * of_all;
  out.false_candidates = static_cast<double>(found.pairs.size() - right) / documents * of_all;
  out.bytes = static_cast<unsigned>(sizeof(std::uint64_t) * (slots + out.bands.bands));
  return out;
}

void count_similarities(const std::vector<edge>& pairs, std::size_t documents, std::size_t first, advice& out) {
  out.pairs.assign(bins_of_one - first, 0);
  out.nearest.assign(bins_of_one - first, 0);
  std::vector<double> nearest(documents);
  for (const edge& p : pairs) {
    ++out.pairs[bin_of(p.score, first)];
    nearest[p.a] = std::max(nearest[p.a], p.score);
    nearest[p.b] = std::max(nearest[p.b], p.score);
  }
  for (const double similarity : nearest) similarity == 0 ? ++out.alone : ++out.nearest[bin_of(similarity, first)];
}

void choose_slots(const sample& of, double of_all, const std::vector<edge>& pairs, advice& out) {
  const unsigned given = out.options.slots;
  if (!out.options.choose_slots) {
    out.choices.push_back(choice_of(given, of, of_all, pairs, out.options));
    return;
  }
  for (const unsigned slots : slot_choices) out.choices.push_back(choice_of(slots, of, of_all, pairs, out.options));
  // The fewest slots with few false candidates; if there are none, those beyond which more slots do not pay.
  for (std::size_t i = 1; i < out.choices.size() && out.choices[out.chosen].false_candidates > few_comparisons; ++i)
    if (out.choices[i].false_candidates < worth_more * out.choices[out.chosen].false_candidates) out.chosen = i;
  out.options.slots = out.choices[out.chosen].slots;
}

}  // namespace

advice advise(const sample& of, const advise_options& options, const progress& report) {
  options.validate();
  if (options.sketch == sketch_kind::simhash)
    throw error(error_kind::option, "simhash has no bands to advise on; it compares what is within a distance");
  sample compared = of;
  advice out;
  out.options = options;
  out.options.shingle = of.shingle;
  out.median_words = of.median_words();
  out.from = lowest_similarity(options.choose_threshold ? 1 : options.threshold);
  const auto first = static_cast<std::size_t>(std::lround(out.from * bins_of_one));
  const std::vector<edge> pairs = similar_pairs(compared, out.from, options, report);
  out.seen = seen_of(of, compared.sets.size());
  count_similarities(pairs, compared.sets.size(), first, out);
  const std::size_t valley =
      pairs.size() < enough_pairs ? 0 : valley_of(documents_by_similarity(pairs, compared.sets.size(), first));
  if (valley != 0) out.valley = static_cast<double>(valley + first) / bins_of_one;
  if (options.choose_threshold) out.options.threshold = valley != 0 ? out.valley : customary;
  for (const edge& p : pairs) out.wanted += p.score >= out.options.threshold;
  if (out.seen.documents < 2) return out;
  const auto real = [](std::uint64_t n) { return static_cast<double>(n); };
  const double distinct = real(of.collection) * real(of.sets.size()) / real(of.documents);
  choose_slots(compared, distinct / real(out.seen.documents), pairs, out);
  return out;
}

std::string advice::command_options() const {
  const dedup_options usual;
  const auto exact = [](double value) {
    char digits[32];
    return std::string(digits, std::to_chars(digits, std::end(digits), value).ptr);
  };
  std::string out = "--threshold " + exact(options.threshold);
  if (options.shingle.name() != usual.shingle.name()) out += " --shingle " + options.shingle.name();
  if (options.slots != usual.slots) out += " --slots " + std::to_string(options.slots);
  if (options.recall != usual.recall) out += " --recall " + exact(options.recall);
  return out;
}

}  // namespace retold
