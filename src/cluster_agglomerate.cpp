// SPDX-License-Identifier: Apache-2.0
// Best-first average link on a sparse graph. Two clusters' score is sum / (size × size), pairs not given counting 0.
//
//   · Sums live in a table for each cluster; when two merge, the smaller table is poured into the larger.
//   · A merge changes the score of every neighbour, since a size changes. Touching them all would make a hub with n spokes
//     cost n². But the hub's size divides all its scores alike: ordered by sum / (neighbour's size), its neighbours stay in
//     order. So each pair is owned by one of its clusters, the one with more neighbours, in a heap ordered that way, and one
//     heap over all clusters holds each owner's best.
//   · An entry whose neighbour has grown since is too optimistic; it is corrected when it comes to the top. With scores above
//     0 no merge ever raises a score (average link is reducible), so the top of a corrected heap is the best there is.
//
// Comparisons are of exact fractions; ties go to the smaller labels, a cluster's label being its smallest node.
#include <algorithm>
#include <boost/unordered/unordered_flat_map.hpp>
#include <optional>
#include <tuple>
#include <utility>

#include "cluster_edges.hpp"

namespace retold {
namespace {

__extension__ using wide = unsigned __int128;

// sum / size, and which pair it is. Greater: to be merged earlier.
struct rank {
  std::int64_t sum = 0;
  std::uint64_t size = 1;
  std::uint32_t low = 0, high = 0;  // labels

  friend bool operator<(const rank& x, const rank& y) noexcept {
    const wide left = wide(x.sum) * y.size, right = wide(y.sum) * x.size;
    return left != right ? left < right : std::tie(y.low, y.high) < std::tie(x.low, x.high);
  }
};

// A neighbour in its owner's heap, as it was when it was put there.
struct candidate {
  std::int64_t sum = 0;
  std::uint32_t size = 1, label = 0, neighbour = 0;
  rank key() const noexcept { return {sum, size, label, 0}; }
  friend bool operator<(const candidate& x, const candidate& y) noexcept { return x.key() < y.key(); }
};

struct cluster {
  boost::unordered_flat_map<std::uint32_t, std::int64_t> sums;  // by neighbour
  std::vector<candidate> owned;                                 // heap
  std::uint32_t size = 1, label = 0;
  std::uint32_t bid = 0;  // number of its latest bid: the one that counts
  bool alive = true;
};

// An owner's best pair, in the heap over all clusters.
struct bid {
  rank key;
  std::uint32_t owner = 0, number = 0;
  friend bool operator<(const bid& x, const bid& y) noexcept { return x.key < y.key; }
};

template <class Entry>
void push(std::vector<Entry>& heap, const Entry& entry) {
  heap.push_back(entry);
  std::push_heap(heap.begin(), heap.end());
}

template <class Entry>
void pop(std::vector<Entry>& heap) {
  std::pop_heap(heap.begin(), heap.end());
  heap.pop_back();
}

class agglomeration {
 public:
  agglomeration(std::uint32_t nodes, std::span<const integer_edge> edges, std::int64_t cut) : cut_(cut), clusters_(nodes) {
    std::vector<std::uint32_t> degree(nodes);
    for (const integer_edge& e : edges) ++degree[e.a], ++degree[e.b];
    for (std::uint32_t i = 0; i < nodes; ++i) {
      clusters_[i].label = i;
      clusters_[i].sums.reserve(degree[i]);
    }
    for (const integer_edge& e : edges) clusters_[e.a].sums[e.b] = clusters_[e.b].sums[e.a] = e.score;
    for (const integer_edge& e : edges) {
      const auto [owner, other] = owner_first(e.a, e.b);
      clusters_[owner].owned.push_back({e.score, 1, other, other});
    }
    for (cluster& c : clusters_) std::make_heap(c.owned.begin(), c.owned.end());
    for (std::uint32_t i = 0; i < nodes; ++i) make_bid(i);
  }

  std::vector<merge_step> run() {
    std::vector<merge_step> steps;
    while (!bids_.empty()) {
      const bid best = bids_.front();
      pop(bids_);
      if (!clusters_[best.owner].alive || clusters_[best.owner].bid != best.number) continue;
      const std::optional<rank> now = best_of(best.owner);
      if (!now) continue;
      if (*now < best.key) {  // something grew since
        make_bid(best.owner);
        continue;
      }
      if (wide(now->sum) < wide(cut_) * now->size) break;
      steps.push_back({now->low, now->high, static_cast<double>(now->sum) / (static_cast<double>(now->size) * score_unit)});
      merge(best.owner, clusters_[best.owner].owned.front().neighbour);
    }
    return steps;
  }

 private:
  // The one with more neighbours first.
  std::pair<std::uint32_t, std::uint32_t> owner_first(std::uint32_t x, std::uint32_t y) const noexcept {
    const std::size_t of_x = clusters_[x].sums.size(), of_y = clusters_[y].sums.size();
    return of_x > of_y || (of_x == of_y && x < y) ? std::pair(x, y) : std::pair(y, x);
  }

  candidate candidate_of(std::uint32_t owner, std::uint32_t neighbour) const {
    const cluster& other = clusters_[neighbour];
    return {clusters_[owner].sums.at(neighbour), other.size, other.label, neighbour};
  }

  // The owner's best pair, once outdated entries have left the top of its heap.
  std::optional<rank> best_of(std::uint32_t owner) {
    cluster& c = clusters_[owner];
    while (!c.owned.empty()) {
      const candidate top = c.owned.front();
      const auto sum = c.sums.find(top.neighbour);
      const bool outdated = sum == c.sums.end() || sum->second != top.sum;  // merged away, or put anew with its new sum
      const cluster& other = clusters_[top.neighbour];
      if (!outdated && other.size == top.size) {
        const auto [low, high] = std::minmax(c.label, other.label);
        return rank{top.sum, std::uint64_t{c.size} * other.size, low, high};
      }
      pop(c.owned);
      if (!outdated) push(c.owned, candidate_of(owner, top.neighbour));
    }
    return std::nullopt;
  }

  void make_bid(std::uint32_t owner) {
    const std::uint32_t number = ++clusters_[owner].bid;
    if (const std::optional<rank> best = best_of(owner)) push(bids_, {*best, owner, number});
  }

  void merge(std::uint32_t x, std::uint32_t y) {
    const auto [into, from] = owner_first(x, y);
    cluster& kept = clusters_[into];
    cluster gone = std::exchange(clusters_[from], {});
    clusters_[from].alive = false;
    kept.size += gone.size;
    kept.label = std::min(kept.label, gone.label);
    kept.sums.erase(from);
    gone.sums.erase(into);
    for (const auto& [neighbour, sum] : gone.sums) join(into, from, neighbour, sum);
    for (const auto& entry : gone.sums) offer(into, entry.first);  // once all sums are known: owners are found by their number
    make_bid(into);
  }

  // What `from` had in common with a neighbour, `into` has now.
  void join(std::uint32_t into, std::uint32_t from, std::uint32_t neighbour, std::int64_t sum) {
    const std::int64_t total = clusters_[into].sums[neighbour] += sum;
    clusters_[neighbour].sums.erase(from);
    clusters_[neighbour].sums[into] = total;
  }

  void offer(std::uint32_t into, std::uint32_t neighbour) {
    const auto [owner, other] = owner_first(into, neighbour);
    push(clusters_[owner].owned, candidate_of(owner, other));
    if (owner != into) make_bid(owner);
  }

  const std::int64_t cut_;
  std::vector<cluster> clusters_;
  std::vector<bid> bids_;  // heap
};

}  // namespace

std::vector<merge_step> agglomerate(std::uint32_t nodes, std::span<const edge> edges, double cut) {
  return agglomeration(nodes, distinct_edges(nodes, edges), std::max<std::int64_t>(0, integer_score(cut))).run();
}

}  // namespace retold
