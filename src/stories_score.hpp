// SPDX-License-Identifier: Apache-2.0
#pragma once
// When two groups of articles are one story (part of the stories stage). docs/algorithms.md has the formulas.

#include <cstdint>
#include <span>
#include <vector>

#include "retold/stories.hpp"
#include "stories_likeness.hpp"

namespace retold {

// Chosen by bench/quality/choose_stories.py.
struct score_constants {
  double concentration = 1;        // of the agreement: that much of it is no evidence. 1: one common term alone is none
  double scale_concentration = 2;  // the same where an article's own scale is measured, which is a choice of its best
  double expected = 0.0012;        // chance agreement of long texts: times the root of the mean length
  double length = 0.5;             // what chance adds between short ones: over the mean length of all that is compared
  double floor = 0.07;             // added to every scale
  double prior = 2;                // pairs that the scale of its articles counts for, beside those within a group
  double grown = 0.8;              // for two groups of several articles each: both stood well without the other
  double surplus = -2;             // nats above what chance gives the luckiest pair, without which two articles are no story
};

// Words of each article.
using word_counts = std::span<const std::uint32_t>;

// How alike each article is to its own three nearest.
std::vector<double> local_scales(std::span<const scored_pair> pairs, word_counts words, std::size_t leaders,
                                 const score_constants& constants);

// Scores of single articles with one another, above 0, in the order of the pairs.
std::vector<edge> pair_scores(std::span<const scored_pair> pairs, word_counts words, std::span<const double> scales,
                              const score_constants& constants);

// Merges down to the cut, in order. Pairs and vectors are used up: they are most of what a large collection takes in memory.
std::vector<merge_step> merge_stories(std::vector<scored_pair>&& pairs, std::vector<std::vector<weight>>&& vectors,
                                      word_counts words, std::span<const double> scales, double cut,
                                      const score_constants& constants);

// What group_stories does, with other constants than the chosen ones and for several cuts: the merges down to the topic cut,
// everything but the groups in `out`; then the topics, the stories of a cut.
struct story_tree {
  std::vector<merge_step> steps;
  std::vector<float> surprise;  // for each edge of story_grouping: nats in common
  std::size_t leaders = 0;
};
story_tree story_merges(std::span<const article> articles, std::span<const std::uint32_t> near, const story_options& options,
                        const score_constants& constants, story_grouping& out);
std::vector<std::uint32_t> topics_of(const story_tree& tree, double cut, const story_grouping& found);
std::vector<std::uint32_t> stories_of(const story_tree& tree, double cut, const story_grouping& found,
                                      const score_constants& constants);

}  // namespace retold
