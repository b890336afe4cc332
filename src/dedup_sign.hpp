// SPDX-License-Identifier: Apache-2.0
#pragma once
// First pass: texts become keys that equal ones share (part of dedup).

#include <functional>
#include <limits>
#include <span>
#include <string_view>
#include <vector>

#include "dedup_keys.hpp"
#include "read_record.hpp"
#include "retold/dedup.hpp"
#include "retold/lsh.hpp"
#include "retold/minhash.hpp"
#include "shingle_stream.hpp"
#include "words_key.hpp"

namespace retold {

// As many as are asked for, and memory allows.
unsigned threads_of(const dedup_options& options) noexcept;

// What is the same for every text of a job.
struct sign_plan {
  const dedup_options& options;
  minhasher sign;
  banding bands;  // none at level exact, and with simhash

  explicit sign_plan(const dedup_options& options);
  bool wants_ranks() const noexcept { return options.keep != keep_rule::first; }
  bool near() const noexcept { return options.level == level::near; }
  bool by_prints() const noexcept { return near() && options.sketch == sketch_kind::simhash; }
  bool keeps_slots() const noexcept { return near() && !by_prints() && options.verify == verification::sketch; }
};

// Signs text after text into a segment; for one thread at a time.
class text_signer {
 public:
  explicit text_signer(const sign_plan& plan)
      : plan_(plan), stream_(plan.options.shingle), signature_(plan.options.slots), keys_(plan.bands.bands) {}

  // The keys that equal texts share. `bands` is empty where there is nothing to compare, and good until the next call.
  struct keys {
    words_key words;
    std::span<const std::uint64_t> bands;
  };
  keys keys_of(std::string_view text);

  // Appends what belongs to `entry`.
  words_key operator()(std::string_view text, std::uint32_t entry, key_segment& into);

  // The shingles of a text as a set; good until the next call.
  std::span<const std::uint64_t> set_of(std::string_view text) { return stream_.set(text); }

 private:
  const sign_plan& plan_;
  shingle_stream stream_;
  signature signature_;
  std::vector<std::uint64_t> keys_;          // of the bands
  std::span<const std::uint64_t> shingles_;  // of the last text, in its order
};

// Signs all chunks that `store` does not hold already into it, and puts those of packed inputs into `copies`. Returns the
// places of all chunks; of the report, sets `bytes`, `resumed_bytes` and `skipped`.
std::vector<chunk_place> sign_inputs(const std::vector<input_file>& files, const sign_plan& plan, key_store& store,
                                     chunk_copies& copies, const std::function<void(std::uint64_t)>& advanced,
                                     dedup_report& report);

// Signs texts in memory; their numbers are their entries. `ranks`: where the plan wants others than the texts' sizes. Returns
// places of which first_entry and entries alone are set.
std::vector<chunk_place> sign_texts(std::span<const std::string_view> texts, std::span<const double> ranks,
                                    const sign_plan& plan, key_store& store, const progress& report);

// How good a record is to keep, where a rule needs to know: the highest stays.
inline constexpr double nothing_to_rank_by = -std::numeric_limits<double>::infinity();
double rank_of(const record_parser::glance& record, keep_rule rule) noexcept;

}  // namespace retold
