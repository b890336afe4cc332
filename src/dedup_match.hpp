// SPDX-License-Identifier: Apache-2.0
#pragma once
// Which records have the same words, and which share a bucket with another (part of dedup).

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "dedup_keys.hpp"
#include "dedup_sign.hpp"

namespace retold {

// Records that must be compared, in the order in which they are decided, and the buckets that say with whom.
struct candidates_to_decide {
  std::vector<std::uint32_t> entries;  // candidate → entry
  std::vector<std::uint64_t> starts;   // candidate → where its buckets begin in `buckets`; one more than candidates
  std::vector<std::uint32_t> buckets;
  std::uint32_t bucket_count = 0;
};

// The candidates in the order of the input: entries ascending, and which candidate each is.
struct candidate_order {
  std::vector<std::uint32_t> entries, which;
};
candidate_order by_entry(const candidates_to_decide& near);

struct matches {
  std::vector<std::uint32_t> leaders;  // entry → the one of its words that may stay: exact copies have one
  candidates_to_decide near;
  std::uint64_t ids = 0, changed_ids = 0;
};

// `ranks`: of the entries, empty where the first stays.
matches match(const key_store& keys, const sign_plan& plan, std::size_t entries, std::span<const double> ranks,
              std::span<const fingerprint> prints, const progress& report);

// Whether entry a is to be decided before b.
inline bool goes_first(std::span<const double> ranks, std::uint32_t a, std::uint32_t b) noexcept {
  if (!ranks.empty() && ranks[a] != ranks[b]) return ranks[a] > ranks[b];
  return a < b;
}

}  // namespace retold
