// SPDX-License-Identifier: Apache-2.0
#pragma once
// The rule: each candidate, in order, joins the earliest kept one within the threshold, or is kept (part of dedup).

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "dedup_match.hpp"

namespace retold {

struct decision {
  std::uint32_t of = 0;  // candidate; its own number if it is kept
  double similarity = 1;
};

// The first of `others` (candidates, ascending) that candidate `of` is similar enough to, as an index into `others`; their
// number if there is none. Called from several threads.
using find_similar = std::function<std::size_t(std::uint32_t of, std::span<const std::uint32_t> others, double& similarity)>;

struct decisions {
  std::vector<decision> of;  // for each candidate
  std::uint64_t compared = 0;
  std::uint64_t hot_buckets = 0;
};

decisions decide(const candidates_to_decide& near, const find_similar& find, unsigned threads, const progress& report);

}  // namespace retold
