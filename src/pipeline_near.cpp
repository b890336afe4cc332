// SPDX-License-Identifier: Apache-2.0
// Exact copies collapse before anything is sketched: they would fill the buckets, and one of them tells all.
#include "pipeline_near.hpp"

#include <algorithm>
#include <boost/unordered/unordered_flat_map.hpp>
#include <cmath>
#include <numeric>

#include "parallel.hpp"
#include "pipeline_progress.hpp"
#include "retold/cluster.hpp"
#include "retold/lsh.hpp"
#include "retold/simhash.hpp"
#include "retold/verify.hpp"

namespace retold {
namespace {

using indices = std::vector<std::uint32_t>;

bool same_words(const segmented& a, const segmented& b) {
  if (a.words.size() != b.words.size()) return false;
  for (std::size_t i = 0; i < a.words.size(); ++i)
    if (a.folded(i) != b.folded(i)) return false;
  return true;
}

// Equal keys are checked word for word: a collision of hashes must not make a copy.
indices same_texts(const std::vector<article>& articles, unsigned threads) {
  std::vector<std::uint64_t> keys(articles.size());
  parallel_for(articles.size(), threads, [&](std::size_t i) { keys[i] = exact_key(articles[i].text); });
  boost::unordered_flat_map<std::uint64_t, indices> firsts;
  indices out(articles.size());
  for (std::uint32_t i = 0; i < articles.size(); ++i) {
    out[i] = i;
    if (articles[i].text.words.empty()) continue;  // nothing is no copy of nothing
    indices& seen = firsts[keys[i]];
    const auto same = std::find_if(seen.begin(), seen.end(), [&](auto s) { return same_words(articles[s].text, articles[i].text); });
    if (same == seen.end()) seen.push_back(i);
    else out[i] = *same;
  }
  return out;
}

using similar = std::function<bool(std::uint32_t, std::uint32_t)>;

candidate_set by_minhash(const std::vector<const shingle_set*>& sets, const cluster_options& options, const similar& alike) {
  const minhasher sign{{.slots = options.slots}};
  std::vector<signature> signatures(sets.size());
  parallel_for(sets.size(), options.threads, [&](std::size_t i) { signatures[i] = sign(*sets[i]); });
  // In a hot bucket most pairs are far apart: their signatures say so before the sets are read. Five standard errors are safe.
  const double surely = options.near_threshold - 5 * standard_error(options.near_threshold, options.slots);
  const auto likely = [&](std::uint32_t a, std::uint32_t b) { return estimate(signatures[a], signatures[b]) >= surely && alike(a, b); };
  return candidates(signatures, choose_banding(options.near_threshold, options.recall, options.slots), likely);
}

// Shingles weigh more the fewer texts hold them. Of two sets of like size, Jaccard j means cosine 2j / (1 + j).
candidate_set by_simhash(const std::vector<const shingle_set*>& sets, const cluster_options& options) {
  boost::unordered_flat_map<std::uint64_t, std::uint32_t> frequency;
  for (const shingle_set* set : sets)
    for (const std::uint64_t s : *set) ++frequency[s];
  std::vector<fingerprint> prints(sets.size());
  std::vector<std::uint32_t> filled;
  for (std::uint32_t i = 0; i < sets.size(); ++i)
    if (!sets[i]->empty()) filled.push_back(i);
  const double n = static_cast<double>(sets.size());
  parallel_for(filled.size(), options.threads, [&](std::size_t i) {
    std::vector<weighted> features;
    for (const std::uint64_t s : *sets[filled[i]]) features.push_back({s, std::log(1 + n / frequency.find(s)->second)});
    prints[i] = simhash(features);
  });
  prints.resize(filled.size());
  const double cosine = 2 * options.near_threshold / (1 + options.near_threshold);
  candidate_set out;
  for (const auto& [a, b] : hamming_pairs(prints, distance_for(cosine, options.recall)))
    out.pairs.emplace_back(filled[a], filled[b]);
  return out;
}

}  // namespace

copies find_copies(const std::vector<article>& articles, const cluster_options& options, statistics& counts, const progress& report) {
  copies out;
  out.exact = same_texts(articles, options.threads);
  out.sets.resize(articles.size());
  counted_progress shingling(report, "shingle", articles.size());
  parallel_for(articles.size(), options.threads, [&](std::size_t i) {
    out.sets[i] = shingles(articles[i], options.shingle);
    shingling.step();
  });

  indices leaders;
  std::vector<const shingle_set*> sets;
  for (std::uint32_t i = 0; i < articles.size(); ++i)
    if (out.exact[i] == i) leaders.push_back(i), sets.push_back(&out.sets[i]);

  const auto alike = [&](std::uint32_t a, std::uint32_t b) { return overlap(*sets[a], *sets[b]).jaccard >= options.near_threshold; };
  const candidate_set found = options.sketch == sketch_kind::minhash ? by_minhash(sets, options, alike) : by_simhash(sets, options);
  counts.candidates += found.pairs.size();
  counts.hot_buckets += found.hot_buckets;
  counts.templates += found.templates;

  std::vector<edge> scored(found.pairs.size());
  counted_progress verifying(report, "verify", found.pairs.size());
  parallel_for(found.pairs.size(), options.threads, [&](std::size_t i) {
    const auto [a, b] = found.pairs[i];
    scored[i] = {a, b, overlap(*sets[a], *sets[b]).jaccard};
    verifying.step();
  });
  std::erase_if(scored, [&](const edge& e) { return e.score < options.near_threshold; });

  const indices centre = stars(static_cast<std::uint32_t>(leaders.size()), scored);
  out.near.resize(articles.size());
  for (std::size_t i = 0; i < leaders.size(); ++i) out.near[leaders[i]] = leaders[centre[i]];
  for (std::size_t i = 0; i < articles.size(); ++i) out.near[i] = out.near[out.exact[i]];
  return out;
}

}  // namespace retold
