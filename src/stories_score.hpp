// SPDX-License-Identifier: Apache-2.0
#pragma once
// When two groups of articles are one story (part of the stories stage). docs/algorithms.md has the formulas.

#include <cstdint>
#include <span>
#include <vector>

#include "retold/stories.hpp"
#include "stories_likeness.hpp"

namespace retold {

// Round numbers, about which little changes; the cut is what matters, and bench/quality/choose_stories.py chooses it. Some are
// there only to show what a signal brings.
struct score_constants {
  double expected = 0.0016;  // chance agreement: times the root of the mean length
  double floor = 0.04;       // added to every scale
  double grown = 0.85;       // for two groups of several articles each: both stood well without the other
  double concentration = 1;  // of the agreement: that much of it is no evidence. 1: one common term alone is none
  double prior = 2;          // pairs that the scale of its articles counts for, beside those within a group
  double eased = 1;          // of their cosine: what two articles that are alike need less to be tied
  double surplus = 0;        // nats above what chance gives the luckiest pair, without which two articles are not tied
  friend bool operator==(const score_constants&, const score_constants&) = default;
};

inline constexpr double copy_cosine = 0.70;  // two articles as alike as this: one stands for the other

// What two groups of articles of so many words have in common by chance: words that are common in the language, more of them
// the longer the articles.
double chance(double words_a, double words_b, const score_constants& c);

// Of n articles, the luckiest of the n² / 2 pairs has some 2 ln n nats of words in common by chance: two are tied by more. The
// nearer they are (√(1 − cosine) is their distance, 1 between strangers), the less of it can be chance.
bool tied(const likeness& two, double luckiest, const score_constants& constants);

// Words of each article.
using word_counts = std::span<const std::uint32_t>;

// What one pair of articles has in common beyond chance and a single term.
double evidence(const scored_pair& p, word_counts words, const score_constants& constants);

inline constexpr std::size_t nearest_articles = 3;

// How alike each article is to its own nearest.
std::vector<double> local_scales(std::span<const scored_pair> pairs, word_counts words, std::size_t leaders,
                                 const score_constants& constants);

// Scores of single articles with one another, above 0, in the order of the pairs; what each rests on goes into `between`.
std::vector<edge> pair_scores(std::span<const scored_pair> pairs, word_counts words, std::span<const double> scales,
                              const score_constants& constants, std::vector<likeness>& between);

// Merges down to the cut, in order. Pairs and vectors are used up: they are most of what a large collection takes in memory.
std::vector<merge_step> merge_stories(std::vector<scored_pair>&& pairs, std::vector<std::vector<weight>>&& vectors,
                                      word_counts words, std::span<const double> scales, double cut,
                                      const score_constants& constants);

// group_stories in two parts, for those who try other constants and cuts: what does not depend on them, then the merges down to
// the cut. Everything but the groups in `out`.
struct compared_articles {
  term_space space;
  std::vector<std::uint32_t> length;  // words
  std::size_t leaders = 0;
  std::vector<scored_pair> pairs;
};
compared_articles compare_articles(std::span<const article> articles, std::span<const std::uint32_t> near,
                                   const story_options& options, story_grouping& out);

// Longest first: each leader joins the most similar leader that is longer and as good as a copy.
void collapse_copies(std::span<const scored_pair> pairs, word_counts length, std::vector<std::uint32_t>& leader);
inline constexpr std::size_t copy_terms = 3;  // of their heaviest, that such articles have in common

struct story_tree {
  std::vector<merge_step> steps;
  std::vector<likeness> between;  // for each edge of story_grouping
  std::size_t leaders = 0;
};
story_tree story_merges(compared_articles&& of, double cut, const score_constants& constants, story_grouping& out);
std::vector<std::uint32_t> topics_of(const story_tree& tree, double cut, const story_grouping& found);
std::vector<std::uint32_t> stories_of(const story_tree& tree, double cut, const story_grouping& found,
                                      const score_constants& constants);

}  // namespace retold
