// SPDX-License-Identifier: Apache-2.0
#pragma once
// Stage 7. A weighted set as 128 bits whose Hamming distance tells the angle between two sets (Charikar 2002).
//
//   std::vector<retold::weighted> features = {{hash_of("flood"), 2.3}, {hash_of("the"), 0.1}};
//   const retold::fingerprint f = retold::simhash(features);
//   retold::estimate(f, g);             // cosine: 0.91
//   retold::standard_error_cosine(0.91, 128);
//
// Weights are rounded to 1/1024 and summed as integers, so order does not matter and every machine gives the same bits.
// 64 bits on request: the first word alone. Use: a second opinion beside MinHash, and the smallest state per document. No
// features, or features that cancel out, give fingerprint{}: such prints are alike without meaning anything, leave them out.
//
// Cost: O(features), some 32 additions each. Never fails; thread-safe. docs/format.md specifies every bit, with known answers.

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace [[gnu::visibility("default")]] retold {

struct weighted {
  std::uint64_t hash = 0;
  double weight = 1;  // clamped to [-1e6, 1e6]; not a number counts 0
};

struct fingerprint {
  std::uint64_t low = 0, high = 0;
  friend bool operator==(const fingerprint&, const fingerprint&) = default;
};

fingerprint simhash(std::span<const weighted> features) noexcept;

unsigned hamming(const fingerprint& a, const fingerprint& b, unsigned bits = 128) noexcept;  // bits: 64 (low) or 128

// cos(π d / bits), and its standard error (delta method).
double estimate(const fingerprint& a, const fingerprint& b, unsigned bits = 128) noexcept;
double standard_error_cosine(double cosine, unsigned bits) noexcept;

// The least distance within which a pair of that cosine lies with probability `recall`: bits differ independently, each with
// probability acos(cosine) / π.
unsigned distance_for(double cosine, double recall, unsigned bits = 128) noexcept;

// All pairs (i < j) within `distance`, sorted: exact, by the pigeonhole principle on blocks of bits, or by brute force where
// that is cheaper. Cost: from O(n) to O(n²) as `distance` grows; and the pairs themselves, which are n²/2 where n prints are
// equal: pass one print of each value and let it speak for the others (retold::cluster does).
std::vector<std::pair<std::uint32_t, std::uint32_t>> hamming_pairs(std::span<const fingerprint> prints, unsigned distance,
                                                                   unsigned bits = 128);

}  // namespace retold
