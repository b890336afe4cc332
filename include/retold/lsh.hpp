// SPDX-License-Identifier: Apache-2.0
#pragma once
// Stage 8. From signatures to the few pairs worth comparing: locality-sensitive hashing in bands of rows.
//
//   const auto bands = retold::choose_banding(0.8, 0.95, 128);   // 18 bands × 7 rows: finds 95 % of pairs at Jaccard 0.8
//   bands.probability(0.5);                                      // 0.13: how often a pair of that similarity is looked at
//   auto alike = [&](auto i, auto j) { return overlap(sets[i], sets[j]).jaccard >= 0.8; };
//   auto found = retold::candidates(signatures, bands, alike);
//
// A band key is XXH3-64 of the band's slots; equal keys are found by sorting (key, document) runs, so the result does not
// depend on a hash table's order. A bucket of more than 64 documents is hot: its members are compared, in order, with the
// bucket's leaders so far; a member is paired with the first leader it is similar to, and becomes a leader where there is none.
// So every member is compared, but followers are not paired with one another. Hot buckets are counted.
//
// Cost: O(documents × bands) keys (16 bytes each) and their sort, then the pairs; in hot buckets, members × leaders calls of
// `similar`, which should therefore begin with the cheapest test it has (the estimate from the signatures). Two leaders of one
// bucket are not compared again in another band, so n documents alike to none cost n²/2 calls in all; a follower is asked
// again, in every band, by those leaders that refused it. Never fails (choose_banding throws error(option)); thread-safe.

#include <cstdint>
#include <functional>
#include <span>
#include <utility>
#include <vector>

#include "retold/minhash.hpp"

namespace [[gnu::visibility("default")]] retold {

struct banding {
  unsigned bands = 0, rows = 0;
  double probability(double jaccard) const noexcept;  // 1 - (1 - j^rows)^bands
};

// The most rows (fewest false candidates) that still find a pair at `threshold` with probability `recall`; where no number of
// rows does, one row. All three in (0, 1], (0, 1), 1 … 4096.
banding choose_banding(double threshold, double recall, unsigned slots);

std::uint64_t band_key(std::span<const std::uint64_t> rows, unsigned band) noexcept;

// All keys of one signature (`into`: bands.bands of them), never 0 but for the empty set and for fewer than bands × rows slots.
void band_keys(std::span<const std::uint64_t> slots, const banding& bands, std::span<std::uint64_t> into) noexcept;

using document_pair = std::pair<std::uint32_t, std::uint32_t>;

struct candidate_set {
  std::vector<document_pair> pairs;  // first < second, sorted, unique
  std::uint64_t hot_buckets = 0;     // more than 64 documents
  std::uint64_t templates = 0;       // of those, more than 10,000
};

// Signatures of empty sets, and those with fewer than bands × rows slots, are left out. `similar(i, j)`, i < j, decides who
// follows a leader in a hot bucket; it is not called for others.
candidate_set candidates(std::span<const signature> signatures, const banding& bands,
                         const std::function<bool(std::uint32_t, std::uint32_t)>& similar);

// The same for those who keep no signatures: `bands` keys of each document, one after the other, as band_keys makes them.
candidate_set candidates(std::span<const std::uint64_t> keys, unsigned bands,
                         const std::function<bool(std::uint32_t, std::uint32_t)>& similar);

}  // namespace retold
