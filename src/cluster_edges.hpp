// SPDX-License-Identifier: Apache-2.0
#pragma once
// Edges as the clusterings use them: a < b, each pair once, scores as integers so that sums do not depend on their order.
// Private to cluster, and to stories, which has too many of them for copies.

#include <cstdint>
#include <span>
#include <vector>

#include "retold/cluster.hpp"

namespace retold {

// Scores are multiples of a billionth: decimals of up to nine digits, and cuts, stay what they were.
inline constexpr double score_unit = 1e9;

struct integer_edge {
  std::uint32_t a = 0, b = 0;
  std::int64_t score = 0;  // above 0
};

// Clamped to ±16, so that 2^28 of them can be summed; not a number gives the least.
std::int64_t integer_score(double score) noexcept;

// Sorted by (a, b). Of a pair given more than once the highest score counts; loops, scores that round to 0 or less and nodes
// out of range are left out.
std::vector<integer_edge> distinct_edges(std::uint32_t nodes, std::span<const edge> edges);

// What cluster.hpp says of it, for edges such as `distinct_edges` returns.
std::vector<merge_step> agglomerate(std::uint32_t nodes, std::vector<integer_edge>&& edges, double cut, const linkage& by);

}  // namespace retold
