// SPDX-License-Identifier: Apache-2.0
#pragma once
// What becomes of documents that share a bucket, whichever sketch brought them together (bands here, equal fingerprints in the
// pipeline). Private to the library.

#include <boost/unordered/unordered_flat_set.hpp>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "retold/lsh.hpp"

namespace retold {

inline constexpr std::size_t hot_size = 64;  // documents; more are compared with leaders instead of all with all

class bucket_pairs {
 public:
  // `similar(i, j)`, i < j, decides who follows a leader in a hot bucket. It must outlive this.
  explicit bucket_pairs(const std::function<bool(std::uint32_t, std::uint32_t)>& similar) : similar_(similar) {}

  // Pairs the members, which ascend: all with all, or in a hot bucket each with the first leader it is similar to. Returns
  // those who stand for the bucket, all or the leaders; valid until the next call.
  std::span<const std::uint32_t> add(std::span<const std::uint32_t> members);

  void add_pair(std::uint32_t first, std::uint32_t second) {
    pairs_.push_back(packed(first, second));
    if (pairs_.size() >= limit_) tidy();
  }

  candidate_set take();

 private:
  static std::uint64_t packed(std::uint32_t first, std::uint32_t second) noexcept {
    return std::uint64_t{first} << 32 | second;
  }
  bool follows_one_leader(std::uint32_t document);
  bool led_together(std::uint32_t first, std::uint32_t second) const noexcept;
  void tidy();

  const std::function<bool(std::uint32_t, std::uint32_t)>& similar_;
  candidate_set found_;
  std::vector<std::uint64_t> pairs_;
  std::size_t limit_ = std::size_t{1} << 20;
  std::vector<std::uint32_t> leaders_;  // of the bucket at hand

  // Documents that share one bucket often share many. What a comparison said is kept for the next: who follows whom, and for
  // each document the hot buckets it led, by number, since two that led one bucket were compared there and found unlike.
  boost::unordered_flat_set<std::uint64_t> follows_;
  std::vector<std::vector<std::uint32_t>> led_;
};

}  // namespace retold
