// SPDX-License-Identifier: Apache-2.0
#pragma once
// The steps of `dedup` one record, one bucket, one group at a time: for engines that hold the records on several machines, and
// join, sort and number them themselves. python/retold/spark/ is such an engine; docs/scale.md counts what it sends.
//
//   1. sign      each record → a key of its words, and keys of bands          record_signer        per record
//   2. (engine)  records with one key of words: the earliest leads, the others are its copies and go no further
//   3. pair      keys of bands, sorted → pairs to compare, or hot buckets      bucket_reader        per bucket
//   4. compare   the texts of a pair → Jaccard; what is below the threshold is forgotten          pair_comparer
//   5. (engine)  pairs, and members of a hot bucket with its first: connected components
//   6. decide    the pairs and hot buckets of a component → who joins whom     group_decider        per component
//
// Records are numbered in the order in which they are to be decided. The answer is that of `dedup` over the records in that
// order, bit for bit: tests/distribute_test.cpp goes these steps and compares. A component may chain; the decision inside it
// does not, as it is the rule of `dedup`: each record, in order, joins the earliest kept one within the threshold.
//
//   retold::record_signer sign({.threshold = 0.8});
//   std::vector<std::uint64_t> keys(sign.bands());
//   const auto words = sign("An article …", keys);      // words.any(): else it is nobody's duplicate
//
// Each is for one thread at a time. Costs are those of dedup; what a step holds in memory is said with it. Throws error(option)
// for options out of range; keep rules, sketches' verification and simhash are not for it.

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "retold/dedup.hpp"

namespace [[gnu::visibility("default")]] retold {

struct text_key {
  std::uint64_t high = 0;  // 0: there are no words
  std::uint32_t low = 0;
  bool any() const noexcept { return high != 0; }
  friend bool operator==(const text_key&, const text_key&) = default;
};

class record_signer {
 public:
  explicit record_signer(const dedup_options& options);
  ~record_signer();
  record_signer(record_signer&&) noexcept;

  unsigned bands() const noexcept;  // keys of a record; none at level exact

  // Fills `keys` (bands() of them, of 41 bits, none 0, in the order of the bands) where the record has words; else zeros.
  text_key operator()(std::string_view text, std::span<std::uint64_t> keys);

 private:
  struct state;
  std::unique_ptr<state> state_;
};

// What the buckets say, row by row. `bucket` 0: compare `first` with `second`, a later record. Else a hot bucket, whose first
// record and one of its records (the first too) the row names.
struct bucket_rows {
  std::vector<std::int64_t> first, second;
  std::vector<std::uint64_t> bucket;
};

// Takes (key, record) sorted by both, in any number of calls; what comes twice counts once. Holds one small bucket.
class bucket_reader {
 public:
  // A bucket of more records than `most` is hot: its pairs are not made, but its records are named one by one.
  explicit bucket_reader(std::size_t most = usual) : most_(most) {}
  static constexpr std::size_t usual = 16;

  void add(std::span<const std::uint64_t> keys, std::span<const std::int64_t> records, bucket_rows& out);
  void finish(bucket_rows& out);

 private:
  std::size_t most_;
  std::uint64_t key_ = 0;
  bool hot_ = false;
  std::int64_t last_ = 0;
  std::vector<std::int64_t> members_;  // of the bucket so far; once it is hot, the first alone
};

// The Jaccard similarity of two texts' shingles. Remembers the last of each side: sort the pairs by one.
class pair_comparer {
 public:
  explicit pair_comparer(const shingle_options& options);
  ~pair_comparer();
  pair_comparer(pair_comparer&&) noexcept;

  double operator()(std::int64_t first, std::string_view first_text, std::int64_t second, std::string_view second_text);

 private:
  struct state;
  std::unique_ptr<state> state_;
};

// A record that is not kept.
struct joined_record {
  std::int64_t record = 0, of = 0;
  double similarity = 0;
};

// Takes the rows of one component after the other, each sorted by record. Holds, of a component, the numbers of those that
// joined and the shingles of the kept ones of its hot buckets.
class group_decider {
 public:
  explicit group_decider(const dedup_options& options);
  ~group_decider();
  group_decider(group_decider&&) noexcept;

  void pair(std::int64_t component, std::int64_t record, std::int64_t earlier, double similarity);  // within the threshold
  void member(std::int64_t component, std::int64_t record, std::uint64_t bucket, std::string_view text);
  void finish();

  // What has been decided since the last call. A record is, when a later one, another component or finish() comes.
  std::vector<joined_record> take();

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace retold
