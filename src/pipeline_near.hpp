// SPDX-License-Identifier: Apache-2.0
#pragma once
// Exact and near-duplicate groups of articles: shingle, sign, bucket, verify, star (part of the pipeline).

#include <cstdint>
#include <span>
#include <vector>

#include "retold/pipeline.hpp"
#include "retold/simhash.hpp"

namespace retold {

struct copies {
  std::vector<std::uint32_t> exact;    // for each article: the smallest index of those with the same words
  std::vector<std::uint32_t> near;     // for each article: the centre of its star; exact copies share it
  std::vector<std::uint32_t> rewrite;  // the same for lighter likeness (half the shingles), for stories; holds whole near stars
  std::vector<shingle_set> sets;       // for each article, without furniture; none at level exact
};

// Texts of some length that share half their shingles tell one story, however common its words are in the collection.
inline constexpr double rewrite_jaccard = 0.5;
inline constexpr std::size_t rewrite_shingles = 60;

// In a hot bucket most pairs are far apart: their signatures' estimates, below this, say so before the sets are read. Five
// standard errors are safe.
inline double surely_alike(double threshold, unsigned slots) noexcept {
  return threshold - 5 * standard_error(threshold, slots);
}

// The fingerprint of a set whose elements all weigh the same: only then does Jaccard j mean cosine 2j / (1 + j), for sets of
// like size. (Weighted by rarity, the few words in which many copies differ outweigh all they share.)
fingerprint print_of(std::span<const std::uint64_t> set);

copies find_copies(const std::vector<article>& articles, const cluster_options& options, statistics& counts,
                   const progress& report);

}  // namespace retold
