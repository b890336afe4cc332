// SPDX-License-Identifier: Apache-2.0
// Best-first agglomeration by a score of the caller's, of which nothing is known: a merge may raise the scores of what merged.
// So all of them are asked for anew, and those that reach the cut go into one heap; an entry of which a side has merged since
// is passed over. Sums between clusters are kept as for the average link, as integers; ties go to the smaller labels.
#include <algorithm>
#include <boost/unordered/unordered_flat_map.hpp>
#include <tuple>
#include <utility>

#include "cluster_edges.hpp"

namespace retold {
namespace {

struct cluster {
  boost::unordered_flat_map<std::uint32_t, std::int64_t> sums;  // by neighbour
  std::uint32_t size = 1;
  std::uint32_t merges = 0;  // so far; after it became part of another, one that no proposal knows
};

// Two clusters worth merging, as they were.
struct proposal {
  std::int64_t score = 0;
  std::uint32_t a = 0, b = 0, merges_a = 0, merges_b = 0;
  friend bool operator<(const proposal& x, const proposal& y) noexcept {  // less: to be merged later
    return x.score != y.score ? x.score < y.score : std::tie(y.a, y.b) < std::tie(x.a, x.b);
  }
};

class linked_agglomeration {
 public:
  linked_agglomeration(std::uint32_t nodes, std::span<const integer_edge> edges, std::int64_t cut, const linkage& by)
      : cut_(std::max<std::int64_t>(1, cut)), by_(by), clusters_(nodes) {
    for (const integer_edge& e : edges) clusters_[e.a].sums[e.b] = clusters_[e.b].sums[e.a] = e.score;
    for (const integer_edge& e : edges) propose(e.a, e.b, e.score);
  }

  std::vector<merge_step> run() {
    std::vector<merge_step> steps;
    while (!proposals_.empty()) {
      const proposal best = proposals_.front();
      std::pop_heap(proposals_.begin(), proposals_.end());
      proposals_.pop_back();
      if (clusters_[best.a].merges != best.merges_a || clusters_[best.b].merges != best.merges_b) continue;
      steps.push_back({best.a, best.b, static_cast<double>(best.score) / score_unit});
      merge(best.a, best.b);
    }
    return steps;
  }

 private:
  static constexpr std::uint32_t merged_away = ~0u;

  double mean(std::uint32_t x, std::uint32_t y, std::int64_t sum) const noexcept {
    return static_cast<double>(sum) /
           (score_unit * static_cast<double>(clusters_[x].size) * static_cast<double>(clusters_[y].size));
  }

  void propose(std::uint32_t x, std::uint32_t y, std::int64_t sum) {
    const auto [a, b] = std::minmax(x, y);
    const std::int64_t score = integer_score(by_.score(a, b, mean(a, b, sum)));
    if (score < cut_) return;
    proposals_.push_back({score, a, b, clusters_[a].merges, clusters_[b].merges});
    std::push_heap(proposals_.begin(), proposals_.end());
  }

  void merge(std::uint32_t a, std::uint32_t b) {
    by_.merge(a, b, mean(a, b, clusters_[a].sums.at(b)));
    cluster gone = std::exchange(clusters_[b], {});
    clusters_[b].merges = merged_away;
    cluster& kept = clusters_[a];
    kept.size += gone.size;
    ++kept.merges;
    kept.sums.erase(b);
    gone.sums.erase(a);
    for (const auto& [neighbour, sum] : gone.sums) {
      clusters_[neighbour].sums.erase(b);
      clusters_[neighbour].sums[a] = kept.sums[neighbour] += sum;
    }
    for (const auto& [neighbour, sum] : kept.sums) propose(a, neighbour, sum);
  }

  const std::int64_t cut_;
  const linkage& by_;
  std::vector<cluster> clusters_;
  std::vector<proposal> proposals_;  // heap
};

}  // namespace

std::vector<merge_step> agglomerate(std::uint32_t nodes, std::span<const edge> edges, double cut, const linkage& by) {
  linked_agglomeration clusters(nodes, distinct_edges(nodes, edges), integer_score(cut), by);  // the edges are gone after this
  return clusters.run();
}

}  // namespace retold
