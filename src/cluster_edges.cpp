// SPDX-License-Identifier: Apache-2.0
#include "cluster_edges.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace retold {

std::int64_t integer_score(double score) noexcept {
  return std::isnan(score) ? -16'000'000'000 : std::llround(std::clamp(score, -16.0, 16.0) * score_unit);
}

std::vector<integer_edge> distinct_edges(std::uint32_t nodes, std::span<const edge> edges) {
  std::vector<integer_edge> result;
  result.reserve(edges.size());
  for (const edge& e : edges) {
    const auto [a, b] = std::minmax(e.a, e.b);
    const std::int64_t score = integer_score(e.score);
    if (a != b && b < nodes && score > 0) result.push_back({a, b, score});
  }
  const auto before = [](const integer_edge& x, const integer_edge& y) {
    return std::tie(x.a, x.b, y.score) < std::tie(y.a, y.b, x.score);
  };
  if (!std::is_sorted(result.begin(), result.end(), before)) std::sort(result.begin(), result.end(), before);
  const auto same_pair = [](const integer_edge& x, const integer_edge& y) { return x.a == y.a && x.b == y.b; };
  result.erase(std::unique(result.begin(), result.end(), same_pair), result.end());
  return result;
}

}  // namespace retold
