// SPDX-License-Identifier: Apache-2.0
#pragma once
// Stage 17. What a collection is like, whether sketches find what is alike in it, and with which parameters they should look.
//
//   retold::sampler sampler({.sample = 20000});
//   retold::read({"news.jsonl"}, {}, [&](retold::document&& d) { sampler.add(d); });
//   const retold::sample part = sampler.take();
//   std::cout << to_text(retold::measure_lsh(part, {.threshold = 0.8}));   // recall by similarity, beside theory
//   std::cout << to_text(retold::advise(part));                            // S-curve, threshold, bands, cost
//
// A sample is chosen by hash of the documents' ids, never by where they stand; all pairs in it are compared exactly, by an
// inverted index, without any sketch. Of a collection of n documents a sample of m shows a share of (m / n)² of the pairs, in
// the right proportions. Texts count as they are, but for what markup calls furniture. Of several with the same words
// one counts.
//
// Cost: texts of the sample in memory; the join of 20,000 news articles takes a second or two. Where more than two million
// pairs are alike (one template throughout), half of the sample is looked at instead, and again half, unless all is asked for;
// the results say so. Of fewer than two different texts there is nothing to tell. Throws error(option) for options that make
// no sense. Same sample in, same figures out, for every number of threads. A sampler is for one thread.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "retold/cluster.hpp"
#include "retold/dedup.hpp"
#include "retold/lsh.hpp"
#include "retold/report.hpp"
#include "retold/shingle.hpp"
#include "retold/types.hpp"

namespace [[gnu::visibility("default")]] retold {

// Every pair of sets whose Jaccard is `threshold` or more, found without any sketch: a < b, sorted, the score is the Jaccard.
// Empty sets are like nothing. Cost: grows with the pairs that share a rare element; far below n² where most are unlike.
std::vector<edge> exact_join(std::span<const shingle_set> sets, double threshold, unsigned threads = 0);

struct advise_options {
  std::size_t sample = 20000;  // documents; 0: the whole collection

  // What `cluster` and `dedup` are run with.
  double threshold = 0.8;
  shingle_options shingle = {};
  sketch_kind sketch = sketch_kind::minhash;
  unsigned slots = 128;
  double recall = 0.95;

  // Which of them advise() may choose anew; the others stay as they are. The sampler chooses the shingles.
  bool choose_threshold = true, choose_slots = true, choose_shingle = false;

  // Performance only. 0: all cores.
  unsigned threads = 0;

  void validate() const;  // throws error
};

struct sample {
  std::uint64_t collection = 0;      // documents in all
  std::uint64_t documents = 0;       // chosen
  std::uint64_t without_words = 0;   // of these: left out below
  std::uint64_t copies = 0;          // of these, with the same words as another chosen one: left out below
  shingle_options shingle;           // what the sets are made of
  std::vector<shingle_set> sets;     // of the rest, in order of the hashes of their ids
  std::vector<std::uint32_t> words;  // of each, how many
  std::uint32_t median_words() const;
};

class sampler {
 public:
  explicit sampler(const advise_options& options = {});
  void add(const document& one);
  sample take();  // once

 private:
  struct chosen {
    std::uint64_t rank = 0;
    std::string id, text;
    auto operator<=>(const chosen&) const = default;
  };
  advise_options options_;
  std::vector<chosen> chosen_;  // a heap, the highest rank on top
  std::uint64_t collection_ = 0;
};

// Pairs of some similarity.
struct similarity_band {
  double from = 0, to = 0;         // Jaccard: from ≤ j < to; the last one includes 1
  std::uint64_t pairs = 0;         // that there are
  std::uint64_t found = 0;         // that are candidates
  std::uint64_t led = 0;           // that are not, because a hot bucket of both was compared with its leaders only
  double expected = 0;             // that theory says are
  double variance = 0;             // of `found`, by theory, if pairs were independent
  double squared_error = 0;        // sum over pairs of (estimate − Jaccard)²
  double squared_stated = 0;       // and of the stated standard error, squared
  double recall() const noexcept;  // 1 where there are none
  double theory() const noexcept;  // likewise
  std::pair<double, double> interval() const noexcept;  // of the recall: Wilson's, 95 %; {0, 1} where there are none
  double error_ratio() const noexcept;  // root mean squared error of the estimates by the stated standard error; 0 where none
};

// What a result was found on.
struct looked_at {
  std::uint64_t collection = 0;     // documents in all
  std::uint64_t sampled = 0;        // of these, chosen
  std::uint64_t copies = 0;         // of these, with the same words as another chosen one
  std::uint64_t without_words = 0;  // and without any
  std::uint64_t documents = 0;      // of the rest, compared: all of them, or those that were left when so much was alike

  std::uint64_t distinct() const noexcept { return sampled - copies - without_words; }
};

struct lsh_report {
  advise_options options;
  looked_at seen;
  banding bands;                               // minhash
  unsigned distance = 0;                       // simhash: bits
  std::vector<similarity_band> by_similarity;  // the highest first
  similarity_band wanted;                      // all at or above the threshold
  std::uint64_t candidates = 0;                // pairs that are to be compared
  std::uint64_t hot_buckets = 0;               // whose members are compared with leaders only
};

lsh_report measure_lsh(const sample& of, const advise_options& options = {}, const progress& report = {});
std::string to_text(const lsh_report& of, const text_style& style = {});
std::string to_json(const lsh_report& of);

// One way to look for what is alike, and what it comes to on this collection.
struct banding_choice {
  unsigned slots = 0;
  banding bands;
  double recall = 0;            // expected share of the pairs at or above the threshold; as recall_at where there are none
  double recall_at = 0;         // of pairs right at it
  double comparisons = 0;       // for each document of the whole collection
  double false_candidates = 0;  // of these, below the threshold
  unsigned bytes = 0;           // for each document: signature and band keys
};

struct advice {
  advise_options options;  // as recommended
  looked_at seen;
  std::uint32_t median_words = 0;
  double from = 0.3;                    // what is less alike was not counted
  std::vector<std::uint64_t> pairs;     // of the sample by similarity, in twentieths from `from` on; the last includes 1
  std::vector<std::uint64_t> nearest;   // documents by the similarity of the one of the sample most like them, in the same bins
  std::uint64_t alone = 0;              // documents that are like none of the sample
  std::uint64_t wanted = 0;             // pairs at or above the threshold
  double valley = 0;                    // between versions and strangers; 0: there is none, or too few pairs to say
  std::vector<banding_choice> choices;  // none where there is nothing to compare
  std::size_t chosen = 0;               // of choices

  std::string command_options() const;  // "--threshold 0.6 --slots 256": what differs from the defaults, and the threshold
};

// For MinHash: throws error(option) where options ask for simhash, which has no bands.
advice advise(const sample& of, const advise_options& options = {}, const progress& report = {});
std::string to_text(const advice& of, const text_style& style = {});
std::string to_json(const advice& of);

}  // namespace retold
