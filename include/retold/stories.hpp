// SPDX-License-Identifier: Apache-2.0
#pragma once
// Stage 11. Groups reworded coverage of the same event.
//
//   auto articles = …;                                  // prepared, boilerplate marked
//   std::vector<std::uint32_t> near = …;                // 0, 1, 2, … where no near-copies are known
//   const auto found = retold::group_stories(articles, near);
//   found.story[7];                                     // smallest index of an article of the same story
//
// Method: tf-idf of word stems and adjacent pairs, opening counted twice; near-copies collapse onto their longest. Groups are
// judged whole: their mean cosine, less what rests on a single term or on chance, beside how alike each is within itself. The
// best pair merges next; in the end an article stays in a story only while words in common tie it to the rest by more than
// chance. Only candidate pairs are scored: articles that share a heavy rare term or a sentence. docs/algorithms.md gives
// formulas and figures.
//
// Cost: about O(articles × words), then candidates × words; each merge asks for the scores of all neighbours of what merged.
// 100,000 articles of 300 words have 19 million candidates: one and a half minutes on two cores, 3.5 GB with the articles.
// Deterministic; ties go by the order of the articles, so sort them (as `cluster` does, by id) where the answer must not depend
// on it. Throws error for options out of range.

#include <cstdint>
#include <span>
#include <vector>

#include "retold/boilerplate.hpp"
#include "retold/cluster.hpp"

namespace [[gnu::visibility("default")]] retold {

struct story_options {
  // Score at or above which two groups are one story, one topic. 0 to 1; the topic cut must not be the higher.
  double story_cut = 0.255;
  double topic_cut = 0.02;

  // Articles further apart than so many days score 0 with each other; 0: no limit. A story that runs for weeks may still hold
  // both, through those between, and so may near-copies, which share a story whatever their dates. An article without a date
  // is compared with all.
  unsigned window_days = 0;

  unsigned threads = 0;  // 0: all cores. Does not affect the result.

  void validate() const;  // throws error
};

struct story_grouping {
  std::vector<std::uint32_t> story;   // for each article: the smallest index of its story
  std::vector<std::uint32_t> topic;   // the same for its topic
  std::vector<std::uint32_t> leader;  // for each article: the longest of its near-copies, which stands for them
  std::vector<edge> edges;            // pairs of leaders with a story score above 0, a < b, sorted
  std::uint64_t candidates = 0;       // pairs scored
  std::uint64_t hot_buckets = 0;      // terms or sentences too common to propose pairs
};

// `near` gives, for each article, the index of the near-copy that stands for it (as `stars` returns it): near-copies share a
// story. Throws error(option) where it does not fit the articles.
story_grouping group_stories(std::span<const article> articles, std::span<const std::uint32_t> near,
                             const story_options& options = {});

}  // namespace retold
