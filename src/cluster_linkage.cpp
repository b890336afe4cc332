// SPDX-License-Identifier: Apache-2.0
// Best-first agglomeration by a score of the caller's, of which nothing is known: a merge may raise the scores of what merged.
// So all of them are asked for anew, and those that reach the cut go into one heap; an entry of which a side has merged since
// is passed over. Sums between clusters are kept as for the average link, as integers; ties go to the smaller labels.
//
// Most nodes of a large graph never merge: theirs are the edges as they came. What a cluster has grown to knows its neighbours
// by the names they had when it last merged itself; nobody else's list is touched by a merge.
#include <algorithm>
#include <tuple>

#include "cluster_edges.hpp"
#include "partition.hpp"

namespace retold {
namespace {

struct neighbour {
  std::uint32_t node = 0;
  std::int64_t sum = 0;
};

// Two clusters worth merging, as they were.
struct proposal {
  std::int64_t score = 0;
  std::uint32_t a = 0, b = 0, merges_a = 0, merges_b = 0;
  friend bool operator<(const proposal& x, const proposal& y) noexcept {  // less: to be merged later
    return x.score != y.score ? x.score < y.score : std::tie(y.a, y.b) < std::tie(x.a, x.b);
  }
};

// Edges by either end: sorted by the smaller, numbered by the larger.
class two_way_edges {
 public:
  two_way_edges(std::uint32_t nodes, std::vector<integer_edge>&& edges)
      : edges_(std::move(edges)), by_a_(nodes + std::size_t{1}), by_b_(nodes + std::size_t{1}), back_(edges_.size()) {
    for (const integer_edge& e : edges_) ++by_a_[e.a + 1], ++by_b_[e.b + 1];
    for (std::uint32_t i = 0; i < nodes; ++i) by_a_[i + 1] += by_a_[i], by_b_[i + 1] += by_b_[i];
    std::vector<std::size_t> next(by_b_.begin(), by_b_.end() - 1);
    for (std::size_t i = 0; i < edges_.size(); ++i) back_[next[edges_[i].b]++] = static_cast<std::uint32_t>(i);
  }

  std::span<const integer_edge> all() const noexcept { return edges_; }

  void each_of(std::uint32_t node, const auto& visit) const {
    for (std::size_t i = by_a_[node]; i < by_a_[node + 1]; ++i) visit(neighbour{edges_[i].b, edges_[i].score});
    for (std::size_t i = by_b_[node]; i < by_b_[node + 1]; ++i) visit(neighbour{edges_[back_[i]].a, edges_[back_[i]].score});
  }

 private:
  std::vector<integer_edge> edges_;
  std::vector<std::size_t> by_a_, by_b_;  // by node: where its edges begin
  std::vector<std::uint32_t> back_;       // edges by their b
};

class linked_agglomeration {
 public:
  linked_agglomeration(std::uint32_t nodes, std::vector<integer_edge>&& edges, std::int64_t cut, const linkage& by)
      : cut_(std::max<std::int64_t>(1, cut)),
        by_(by),
        edges_(nodes, std::move(edges)),
        clusters_(nodes),
        names_(nodes),
        sums_(nodes) {
    for (const integer_edge& e : edges_.all()) propose(e.a, e.b, e.score);
  }

  std::vector<merge_step> run() {
    std::vector<merge_step> steps;
    while (!proposals_.empty()) {
      const proposal best = proposals_.front();
      std::pop_heap(proposals_.begin(), proposals_.end());
      proposals_.pop_back();
      if (outdated(best)) continue;
      steps.push_back({best.a, best.b, static_cast<double>(best.score) / score_unit});
      merge(best.a, best.b);
      if (proposals_.size() >= 2 * kept_) purge();
    }
    return steps;
  }

 private:
  struct cluster {
    std::uint32_t size = 1;
    std::uint32_t merges = 0;           // so far; one more when it became part of another
    std::vector<neighbour> neighbours;  // once it has grown
  };

  bool outdated(const proposal& p) const noexcept {
    return clusters_[p.a].merges != p.merges_a || clusters_[p.b].merges != p.merges_b;
  }

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

  void purge() {
    std::erase_if(proposals_, [&](const proposal& p) { return outdated(p); });
    std::make_heap(proposals_.begin(), proposals_.end());
    kept_ = std::max(least_kept, proposals_.size());
  }

  // Adds up what ties a cluster to those around it, by the names they have now.
  void gather(std::uint32_t x) {
    const auto add = [&](const neighbour& n) {
      const std::uint32_t now = names_.root(n.node);
      if (sums_[now] == 0) met_.push_back(now);
      sums_[now] += n.sum;
    };
    if (clusters_[x].merges == 0) return edges_.each_of(x, add);
    std::for_each(clusters_[x].neighbours.begin(), clusters_[x].neighbours.end(), add);
  }

  void merge(std::uint32_t a, std::uint32_t b) {
    gather(a);
    by_.merge(a, b, mean(a, b, sums_[b]));
    gather(b);
    cluster &kept = clusters_[a], &gone = clusters_[b];
    kept.size += gone.size;
    ++kept.merges, ++gone.merges;
    names_.join(a, b);
    gone.neighbours = {};
    kept.neighbours.clear();
    kept.neighbours.reserve(met_.size() - 2);  // each met the other
    for (const std::uint32_t node : met_) {
      if (node != a && node != b) kept.neighbours.push_back({node, sums_[node]});
      sums_[node] = 0;
    }
    met_.clear();
    for (const neighbour& n : kept.neighbours) propose(a, n.node, n.sum);
  }

  static constexpr std::size_t least_kept = 1024;

  const std::int64_t cut_;
  const linkage& by_;
  const two_way_edges edges_;
  std::vector<cluster> clusters_;
  partition names_;                  // of the clusters that the nodes have become part of
  std::vector<proposal> proposals_;  // heap
  std::size_t kept_ = least_kept;    // proposals after the last purge
  std::vector<std::int64_t> sums_;   // all 0 between merges
  std::vector<std::uint32_t> met_;   // where they are not
};

}  // namespace

std::vector<merge_step> agglomerate(std::uint32_t nodes, std::vector<integer_edge>&& edges, double cut, const linkage& by) {
  return linked_agglomeration(nodes, std::move(edges), integer_score(cut), by).run();
}

std::vector<merge_step> agglomerate(std::uint32_t nodes, std::span<const edge> edges, double cut, const linkage& by) {
  return agglomerate(nodes, distinct_edges(nodes, edges), cut, by);
}

}  // namespace retold
