// SPDX-License-Identifier: Apache-2.0
#pragma once
// All pairs of sets that are alike, found without any sketch (part of advise).
//
// Prefix filter (Chaudhuri, Ganti and Kaushik 2006) with the elements in order of how many sets hold them, the rarest first
// (Bayardo, Ma and Srikant 2007): of two sets that alike, the first few elements of one meet the first few of the other. What
// only one set holds meets nothing and is not even kept; most sets have nothing else at their beginning.

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "retold/advise.hpp"

namespace retold {

// Nothing if there are more than `most`. Pairs a < b, sorted, with their Jaccard.
std::optional<std::vector<edge>> join_at_most(std::span<const shingle_set> sets, double threshold, std::size_t most,
                                              unsigned threads, const progress& report);

// Below, a sample has so many similar pairs that joining it exactly is no longer quick.
inline constexpr double least_threshold = 0.1;

// Fewer pairs put a threshold anywhere: of texts of laws in many versions 57 and 101 pairs put it at 0.7, 218 at 0.5, all
// 17,609 at 0.4.
inline constexpr std::size_t enough_pairs = 200;

// Where to begin counting: from 0.3 on, or somewhat below the threshold where that is lower.
double lowest_similarity(double threshold);

// What of a sample is compared, if that many of its sets are.
looked_at seen_of(const sample& of, std::size_t compared);

// All pairs of the sample, of which, unless all is asked for, as much is cut off as needs be. The sets that stay are the first.
std::vector<edge> similar_pairs(sample& of, double from, const advise_options& options, const progress& report);

}  // namespace retold
