// SPDX-License-Identifier: Apache-2.0
#include "advise_join.hpp"

#include <algorithm>
#include <atomic>
#include <boost/unordered/unordered_flat_map.hpp>
#include <cmath>
#include <utility>

#include "parallel.hpp"
#include "pipeline_progress.hpp"
#include "radix_sort.hpp"
#include "runs.hpp"

namespace retold {
namespace {

using rank = std::uint32_t;

// The smallest whole number not below x, where x may be a rounding error above one.
std::size_t at_least(double x) { return static_cast<std::size_t>(std::ceil(x - 1e-9)); }

// For each element that several sets hold, its place in the order: the rarest first.
boost::unordered_flat_map<std::uint64_t, rank> ranks_of(std::span<const shingle_set> sets) {
  std::vector<std::uint64_t> all;
  std::size_t size = 0;
  for (const shingle_set& set : sets) size += set.size();
  all.reserve(size);
  for (const shingle_set& set : sets) all.insert(all.end(), set.begin(), set.end());
  radix_sort(all);
  std::vector<std::pair<std::uint32_t, std::uint64_t>> shared;  // how many sets hold it, and it
  const auto same = [](std::uint64_t a, std::uint64_t b) { return a == b; };
  each_run(std::span<const std::uint64_t>(all), 2, same, [&](std::span<const std::uint64_t> run) {
    shared.emplace_back(static_cast<std::uint32_t>(run.size()), run.front());
  });
  std::sort(shared.begin(), shared.end());
  boost::unordered_flat_map<std::uint64_t, rank> out;
  out.reserve(shared.size());
  for (const auto& [count, element] : shared) out.emplace(element, static_cast<rank>(out.size()));
  return out;
}

// A set as the join sees it: what it shares with others, by rank, and how many elements stand before these.
struct ranked_set {
  std::uint32_t document = 0;
  std::size_t size = 0;  // with what it shares with none
  std::vector<rank> shared;

  // How many of the first n elements are shared.
  std::size_t of_first(std::size_t n) const noexcept {
    const std::size_t own = size - shared.size();
    return std::min(shared.size(), n > own ? n - own : 0);
  }
};

// A set that has an element in front: which, and how many shared ones it has before it.
struct holder {
  std::uint32_t place = 0, position = 0;
};

class prefix_join {
 public:
  prefix_join(std::span<const shingle_set> sets, double threshold, unsigned threads) : threshold_(threshold) {
    const auto ranks = ranks_of(sets);
    all_.resize(sets.size());
    parallel_for(sets.size(), threads, [&](std::size_t i) {
      all_[i] = {static_cast<std::uint32_t>(i), sets[i].size(), {}};
      for (const std::uint64_t element : sets[i])
        if (const auto known = ranks.find(element); known != ranks.end()) all_[i].shared.push_back(known->second);
      std::sort(all_[i].shared.begin(), all_[i].shared.end());
    });
    std::sort(all_.begin(), all_.end(), [](const ranked_set& a, const ranked_set& b) {
      return std::pair(a.size, a.document) < std::pair(b.size, b.document);
    });
    holders_.resize(ranks.size());
    for (std::uint32_t i = 0; i < all_.size(); ++i)
      for (std::uint32_t k = 0; k < index_prefix(all_[i]); ++k) holders_[all_[i].shared[k]].push_back({i, k});
  }

  std::size_t size() const noexcept { return all_.size(); }

  // All pairs of the set at place `at`, by size, with smaller ones before it. `met` has a zero for each, and has so again.
  void find(std::uint32_t at, std::vector<std::uint8_t>& met, std::vector<edge>& out) const {
    const ranked_set& own = all_[at];
    const std::size_t least = at_least(threshold_ * static_cast<double>(own.size)), before = own.size - own.shared.size();
    std::vector<std::uint32_t> seen;
    for (std::uint32_t k = 0; k < probe_prefix(own); ++k) {
      const std::vector<holder>& holders = holders_[own.shared[k]];
      const std::size_t most = largest_partner(own.size, before + k);
      const auto begin =
          std::partition_point(holders.begin(), holders.end(), [&](const holder& h) { return all_[h.place].size < least; });
      for (auto h = begin; h != holders.end() && h->place < at && all_[h->place].size <= most; ++h) {
        if (std::exchange(met[h->place], std::uint8_t{1}) != 0) continue;
        seen.push_back(h->place);
        compare(own, k, all_[h->place], h->position, out);
      }
    }
    for (const std::uint32_t place : seen) met[place] = 0;
  }

 private:
  // Two sets this alike have t / (1 + t) of their sizes' sum in common: at least t of the larger, 2t / (1 + t) of the smaller.
  std::size_t probe_prefix(const ranked_set& s) const noexcept { return prefix(s, threshold_); }
  std::size_t index_prefix(const ranked_set& s) const noexcept { return prefix(s, 2 * threshold_ / (1 + threshold_)); }
  static std::size_t prefix(const ranked_set& s, double common) noexcept {
    return s.size == 0 ? 0 : s.of_first(s.size - at_least(common * static_cast<double>(s.size)) + 1);
  }

  // Of the sets that may first meet one of `size` elements at the element before which `passed` stand: the more there are in
  // both, the more they must have in common, and only what is not yet passed can be.
  std::size_t largest_partner(std::size_t size, std::size_t passed) const noexcept {
    const double left = static_cast<double>(size - passed);
    return static_cast<std::size_t>(std::max(0.0, (1 + threshold_) / threshold_ * left - static_cast<double>(size) + 1e-6));
  }

  // From the first element that both have, which stands at i and j. Whether what is left can still be enough is asked now and
  // then: mostly it cannot, from the beginning.
  void compare(const ranked_set& a, std::size_t i, const ranked_set& b, std::size_t j, std::vector<edge>& out) const {
    constexpr std::size_t stretch = 16;
    const std::size_t needed = at_least(threshold_ / (1 + threshold_) * static_cast<double>(a.size + b.size));
    std::size_t common = 0;
    for (;;) {
      const std::size_t left = std::min(a.shared.size() - i, b.shared.size() - j);
      if (common + left < needed) return;
      if (left == 0) break;
      for (std::size_t step = std::min(left, stretch); step > 0; --step) {
        const rank x = a.shared[i], y = b.shared[j];
        common += x == y;
        i += x <= y;
        j += y <= x;
      }
    }
    const double jaccard = static_cast<double>(common) / static_cast<double>(a.size + b.size - common);
    if (jaccard >= threshold_) out.push_back({std::min(a.document, b.document), std::max(a.document, b.document), jaccard});
  }

  double threshold_;
  std::vector<ranked_set> all_;               // by size
  std::vector<std::vector<holder>> holders_;  // for each rank, by place
};

}  // namespace

std::optional<std::vector<edge>> join_at_most(std::span<const shingle_set> sets, double threshold, std::size_t most,
                                              unsigned threads, const progress& report) {
  constexpr std::size_t block = 256;
  const prefix_join join(sets, threshold, threads);
  std::vector<std::vector<edge>> found(join.size() / block + 1);
  std::atomic<std::size_t> pairs{0};
  counted_progress joining(report, "join", found.size());
  parallel_for(found.size(), threads, [&](std::size_t b) {
    thread_local std::vector<std::uint8_t> met;
    met.assign(join.size(), 0);
    for (std::size_t i = b * block; i < std::min(join.size(), (b + 1) * block) && pairs <= most; ++i)
      join.find(static_cast<std::uint32_t>(i), met, found[b]);
    pairs += found[b].size();
    joining.step();
  });
  if (pairs > most) return std::nullopt;
  std::vector<edge> all;
  for (const auto& part : found) all.insert(all.end(), part.begin(), part.end());
  std::sort(all.begin(), all.end(), [](const edge& x, const edge& y) { return std::pair(x.a, x.b) < std::pair(y.a, y.b); });
  return all;
}

}  // namespace retold
