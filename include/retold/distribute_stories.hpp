// SPDX-License-Identifier: Apache-2.0
#pragma once
// The steps of `cluster` at level story (or topic) one article, one bucket, one group at a time: for engines that hold the
// articles on several machines. As in distribute.hpp the engine numbers (in the order of the ids), joins, sorts and counts;
// python/retold/spark/stories.py is such an engine.
//
//   1. lines      article → what others must know of its lines                                   lines_of           per article
//   2. (engine)   lines that are another's title; lines that recur, with the articles that hold them: line_recurs   per line
//   3. read       article, its lines of 2 → words, bands, sets, sentences, terms                 article_reader     per article
//   4. near       bands → pairs (distribute.hpp: bucket_reader, with its hot buckets led by bucket_leaders), their Jaccard,
//                 connected components → stars: star_component                                   twice, for copies and rewrites
//   5. (engine)   in how many articles a term stands, and its place among all; the longest of a star leads it
//   6. weigh      the terms of a leader, counted → its vector, and the terms that propose pairs  vector_of          per leader
//   7. (engine)   how many leaders a term proposes; which may: choose_proposing
//   8. compare    two blocks of leaders → their scored pairs                                     score_blocks       per two
//   blocks
//   9. collapse   pairs as good as copies, by components → who leads whom; 5 to 8 again          collapse_component per
//   component
//  10. (engine)   how alike each leader is to its nearest (scale_of); components of the pairs that may let groups merge
//  (may_merge)
//  11. group      leaders and scored pairs of a component → stories                              group_component    per
//  component
//
// The answer is that of `cluster`, bit for bit: tests/distribute_stories_test.cpp goes these steps and compares.
//
// Numbers of articles ascend as their ids do. Each object is for one thread at a time. Throws error(option) for options out of
// range, and nothing else. Not for sketches by simhash.

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "retold/distribute.hpp"
#include "retold/pipeline.hpp"

namespace [[gnu::visibility("default")]] retold {

using key_list = std::vector<std::uint64_t>;

struct article_lines {
  std::uint64_t title = 0;    // another article's line that equals it is a teaser; 0: none is
  key_list teasers;           // of its lines that may be such: sorted, unique
  key_list recurring;         // of its lines that may recur: sorted, unique
  std::uint64_t content = 0;  // what the articles that hold a line are sorted by
  key_list distinct;          // what tells copies from others: sorted, unique
};
article_lines lines_of(const document& from);

// `holders`: the distinct lines of the first so many articles (line_holders) that hold it, sorted by content.
inline constexpr std::size_t line_holders = 32, least_line_holders = 3;  // fewer holders: it does not recur
bool line_recurs(std::span<const key_list> holders);

// What is known of an article once the lines that are not its own are.
struct article_sketch {
  text_key words;
  std::uint32_t length = 0;            // words that count
  std::optional<std::int64_t> day;     // of its date, since 1970-01-01
  key_list near_bands, rewrite_bands;  // as record_signer's keys; empty where there is nothing to compare
  shingle_set near, rewrite;
  key_list sentences;                 // articles with one in common share a sentence: sorted, unique
  key_list terms;                     // sorted, unique
  std::vector<std::uint32_t> counts;  // of the terms: how often, and of what kind, as vector_of wants it
};

class article_reader {
 public:
  explicit article_reader(const cluster_options& options);
  ~article_reader();
  article_reader(article_reader&&) noexcept;
  // `teasers`, `recurring`: those of its lines' keys that turned out to be so. Sorted.
  article_sketch operator()(const document& from, std::span<const std::uint64_t> teasers,
                            std::span<const std::uint64_t> recurring) const;

 private:
  struct state;
  std::unique_ptr<state> state_;
};

inline constexpr std::size_t story_bucket = 64;  // bucket_reader: a larger bucket is hot
inline constexpr double rewrite_threshold =
    0.5;  // Jaccard of rewrites; copies have the options', and rewrites no bands if that is no higher
inline constexpr std::size_t sentence_holders = 50;  // a sentence of more articles proposes no pairs

// A hot bucket's members in order: each is paired with the first leader that it is like, or leads.
class bucket_leaders {
 public:
  bucket_leaders(double threshold, unsigned slots);
  ~bucket_leaders();
  bucket_leaders(bucket_leaders&&) noexcept;
  // The leader of this one, if it has one.
  std::optional<std::int64_t> add(std::uint64_t bucket, std::int64_t article, std::span<const std::uint64_t> set);

 private:
  struct state;
  std::unique_ptr<state> state_;
};

// Of each article of a component: the one that stands for it, or itself.
struct membership {
  std::int64_t article = 0, of = 0;
};

// Pairs within the threshold → stars, as retold::stars makes them.
struct near_pair {
  std::int64_t a = 0, b = 0;
  double jaccard = 0;
};
std::vector<membership> star_component(std::span<const near_pair> pairs);

// A term of an article, as all articles know it.
struct counted_term {
  std::uint64_t key = 0;
  std::uint32_t count = 0;     // article_sketch::counts
  std::int64_t place = 0;      // among all terms of two or more articles, by the first article that holds it, then by key
  std::uint32_t articles = 0;  // that hold it: 1, this one alone, and its place is not asked for
  std::uint32_t leaders = 0;   // of them
};

// Terms by their places, ascending.
struct article_vector {
  std::vector<std::int64_t> places;
  std::vector<float> values, surprises;
  std::vector<std::int64_t> proposing;  // places of those that may propose pairs
};
article_vector vector_of(std::vector<counted_term> terms, std::uint64_t leaders);

// Terms by the number of leaders that they would propose to one another → which of them may. `counts`: how many terms have each
// number. Of the numbers up to `all` all terms may; of number `some` the first `of_some`, by their places.
struct proposing_terms {
  std::uint64_t all = 0, some = 0, of_some = 0;
};
struct number_count {
  std::uint64_t number = 0, terms = 0;
};
proposing_terms choose_proposing(std::vector<number_count> counts, std::uint64_t leaders);

// A leader, as step 8 wants it: its vector's `proposing` are those that may, its sentences those that may.
struct block_article {
  std::int64_t article = 0;
  std::optional<std::int64_t> day;
  std::uint32_t length = 0;
  bool second = false;  // of the second block
  article_vector vector;
  key_list sentences;
};

struct scored_articles {
  std::int64_t a = 0, b = 0;  // a < b
  double cosine = 0;
  float concentration = 0, surprise = 0;
  double evidence = 0;
  bool may_merge = false;  // groups that hold them may become one by it
};

// All pairs worth scoring within one block (`second` is nowhere set), or of one block with the other; within the window.
// `copies`: those that are as good as copies alone, which is step 9's question.
std::vector<scored_articles> score_blocks(std::vector<block_article> articles, bool copies, const cluster_options& options);

// Pairs as good as copies → every leader's leader.
struct copy_pair {
  std::int64_t a = 0, b = 0;
  double cosine = 0;
  std::uint32_t length_a = 0, length_b = 0;
};
std::vector<membership> collapse_component(std::span<const copy_pair> pairs);

// How alike a leader is to its own nearest, from the highest evidence of its pairs: of so many, or all where it has fewer.
// (Their sum, over the lower of that number and that of other leaders.)
inline constexpr std::size_t nearest_evidence = 3;
double scale_of(std::span<const double> highest_first, std::uint64_t leaders);

// Leaders of a component, and its pairs → for each the smallest of its story (or topic, where that is the level).
struct story_article {
  std::int64_t article = 0;
  std::uint32_t length = 0;
  double scale = 0;
  article_vector vector;
};
std::vector<membership> group_component(std::vector<story_article> articles, std::span<const scored_articles> pairs,
                                        std::uint64_t leaders, const cluster_options& options);

}  // namespace retold
