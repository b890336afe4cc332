// SPDX-License-Identifier: Apache-2.0
// Star clustering, and what turns a merge sequence into groups. The agglomeration itself is in cluster_agglomerate.cpp.
#include "retold/cluster.hpp"

#include <algorithm>
#include <numeric>

#include "cluster_edges.hpp"

namespace retold {
namespace {

struct neighbour {
  std::uint32_t node = 0;
  std::int64_t score = 0;
};

// The neighbours of each node: those of i at [start[i], start[i + 1]).
struct adjacency {
  std::vector<std::size_t> start;
  std::vector<neighbour> neighbours;

  adjacency(std::uint32_t nodes, std::span<const integer_edge> edges)
      : start(std::size_t{nodes} + 2), neighbours(2 * edges.size()) {
    for (const integer_edge& e : edges) ++start[e.a + 2], ++start[e.b + 2];
    std::partial_sum(start.begin(), start.end(), start.begin());
    for (const integer_edge& e : edges) {  // start[i + 1] runs from where i begins to where it ends
      neighbours[start[e.a + 1]++] = {e.b, e.score};
      neighbours[start[e.b + 1]++] = {e.a, e.score};
    }
  }
  std::span<const neighbour> of(std::uint32_t node) const noexcept {
    return std::span(neighbours).subspan(start[node], degree(node));
  }
  std::size_t degree(std::uint32_t node) const noexcept { return start[node + 1] - start[node]; }
};

std::vector<std::uint32_t> by_degree(std::uint32_t nodes, const adjacency& graph) {
  std::vector<std::uint32_t> order(nodes);
  std::iota(order.begin(), order.end(), 0u);
  std::stable_sort(order.begin(), order.end(), [&](auto x, auto y) { return graph.degree(x) > graph.degree(y); });
  return order;
}

std::uint32_t best_centre(std::uint32_t member, const adjacency& graph, const std::vector<bool>& centre) {
  const neighbour* best = nullptr;
  for (const neighbour& n : graph.of(member)) {
    if (!centre[n.node]) continue;
    if (best == nullptr || n.score > best->score || (n.score == best->score && n.node < best->node)) best = &n;
  }
  return best->node;
}

}  // namespace

std::vector<std::uint32_t> stars(std::uint32_t nodes, std::span<const edge> edges) {
  const adjacency graph(nodes, distinct_edges(nodes, edges));
  std::vector<bool> centre(nodes), covered(nodes);
  for (const std::uint32_t node : by_degree(nodes, graph)) {
    if (covered[node]) continue;
    centre[node] = true;
    for (const neighbour& n : graph.of(node)) covered[n.node] = true;
  }
  std::vector<std::uint32_t> result(nodes);
  for (std::uint32_t node = 0; node < nodes; ++node) result[node] = centre[node] ? node : best_centre(node, graph, centre);
  return result;
}

std::vector<std::uint32_t> average_link(std::uint32_t nodes, std::span<const edge> edges, double cut) {
  std::vector<std::uint32_t> label(nodes);
  std::iota(label.begin(), label.end(), 0u);
  for (const merge_step& step : agglomerate(nodes, edges, cut)) label[step.b] = step.a;  // b is nobody's label from here on
  for (std::uint32_t& smallest : label) smallest = label[smallest];                      // a < b: what stands before is final
  return label;
}

}  // namespace retold
