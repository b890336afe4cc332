// SPDX-License-Identifier: Apache-2.0
// The rule is sequential, the comparisons need not be. Candidates are taken in blocks. All of a block are first compared, side
// by side, with what earlier blocks kept. Among the rest, whoever shares no bucket with an undecided one before it is kept;
// those behind are compared with the newly kept, side by side; and so on until none is left. Who has found somebody to join
// holds up nobody, but may still find an earlier one. Blocks have one size, so the answer does not depend on the threads.
#include "dedup_decide.hpp"

#include <algorithm>
#include <atomic>

#include "parallel.hpp"
#include "pipeline_progress.hpp"
#include "radix_sort.hpp"

namespace retold {
namespace {

constexpr std::size_t block_size = 1024;
constexpr std::size_t worth_threads = 64;  // comparisons
constexpr std::uint32_t nobody = 0xFFFF'FFFF;
constexpr std::uint32_t hot = 64;

// For each bucket the candidates that were kept, ascending.
class kept_lists {
 public:
  explicit kept_lists(const candidates_to_decide& near) : near_(near), starts_(std::size_t{near.bucket_count} + 1) {
    for (const std::uint32_t bucket : near.buckets) ++starts_[bucket + 1];
    for (std::size_t b = 1; b < starts_.size(); ++b) starts_[b] += starts_[b - 1];
    sizes_.resize(near.bucket_count);
    members_.resize(near.buckets.size());
  }

  std::span<const std::uint32_t> buckets_of(std::uint32_t candidate) const {
    return std::span(near_.buckets).subspan(near_.starts[candidate], near_.starts[candidate + 1] - near_.starts[candidate]);
  }
  std::span<const std::uint32_t> of(std::uint32_t bucket) const {
    return std::span(members_).subspan(starts_[bucket], sizes_[bucket]);
  }
  void add(std::uint32_t candidate) {
    for (const std::uint32_t bucket : buckets_of(candidate)) members_[starts_[bucket] + sizes_[bucket]++] = candidate;
  }
  std::uint64_t count_hot() const {
    return static_cast<std::uint64_t>(std::count_if(sizes_.begin(), sizes_.end(), [](std::uint32_t n) { return n > hot; }));
  }

 private:
  const candidates_to_decide& near_;
  std::vector<std::uint64_t> starts_;
  std::vector<std::uint32_t> sizes_, members_;
};

class block_decider {
 public:
  block_decider(const candidates_to_decide& near, const find_similar& find, unsigned threads)
      : find_(find), threads_(threads), kept_(near), marks_(near.bucket_count) {
    out_.of.resize(near.entries.size(), {nobody, 1});
  }

  void decide(std::uint32_t begin, std::uint32_t end) {
    parallel_for(end - begin, threads_, [&](std::size_t i) {
      const auto candidate = static_cast<std::uint32_t>(begin + i);
      compare(candidate, [](std::span<const std::uint32_t> kept) { return kept; });
    });
    std::vector<std::uint32_t> waiting, joining;  // joining: has somebody of this block, and may find an earlier one
    for (std::uint32_t c = begin; c < end; ++c)
      if (out_.of[c].of == nobody) waiting.push_back(c);
    while (!waiting.empty()) {
      const std::vector<std::uint32_t> fresh = keep_the_free(waiting);
      // The newly kept share no bucket, so one of them is the last of its bucket.
      const auto the_fresh = [&](std::span<const std::uint32_t> kept) {
        const bool any = !kept.empty() && std::binary_search(fresh.begin(), fresh.end(), kept.back());
        return kept.last(any ? 1 : 0);
      };
      joining.insert(joining.end(), waiting.begin(), waiting.end());
      const unsigned threads = joining.size() < worth_threads ? 1 : threads_;
      parallel_for(joining.size(), threads, [&](std::size_t i) { compare(joining[i], the_fresh); });
      std::erase_if(waiting, [&](std::uint32_t c) { return out_.of[c].of != nobody; });
      std::erase_if(joining, [&](std::uint32_t c) { return out_.of[c].of == nobody; });
    }
  }

  decisions take() {
    out_.compared = compared_;
    out_.hot_buckets = kept_.count_hot();
    return std::move(out_);
  }

 private:
  // With those kept that share a bucket and stand before whom it joins now; `among` picks from a bucket's.
  template <class Among>
  void compare(std::uint32_t candidate, const Among& among) {
    decision& best = out_.of[candidate];
    std::vector<std::uint32_t> others;
    for (const std::uint32_t bucket : kept_.buckets_of(candidate))
      for (const std::uint32_t other : among(kept_.of(bucket)))
        if (other < best.of) others.push_back(other);
    if (others.empty()) return;
    radix_sort(others, [](std::uint32_t other) { return std::uint64_t{other}; });  // long where a template is hot
    others.erase(std::unique(others.begin(), others.end()), others.end());
    double similarity = 0;
    const std::size_t found = find_(candidate, others, similarity);
    compared_ += std::min(found + 1, others.size());
    if (found < others.size()) best = {others[found], similarity};
  }

  // Takes out of `waiting` those who share no bucket with one before them, and keeps them.
  std::vector<std::uint32_t> keep_the_free(std::vector<std::uint32_t>& waiting) {
    std::vector<std::uint32_t> fresh, held_up;
    ++round_;
    for (const std::uint32_t c : waiting) {
      const auto buckets = kept_.buckets_of(c);
      const bool free = std::none_of(buckets.begin(), buckets.end(), [&](std::uint32_t b) { return marks_[b] == round_; });
      for (const std::uint32_t b : buckets) marks_[b] = round_;
      (free ? fresh : held_up).push_back(c);
    }
    for (const std::uint32_t c : fresh) {
      out_.of[c] = {c, 1};
      kept_.add(c);
    }
    waiting = std::move(held_up);
    return fresh;
  }

  const find_similar& find_;
  unsigned threads_;
  kept_lists kept_;
  std::vector<std::uint32_t> marks_;  // bucket → the last round in which an undecided one stood in it
  std::uint32_t round_ = 0;
  std::atomic<std::uint64_t> compared_{0};
  decisions out_;
};

}  // namespace

decisions decide(const candidates_to_decide& near, const find_similar& find, unsigned threads, const progress& report) {
  block_decider decider(near, find, threads);
  const std::size_t count = near.entries.size();
  counted_progress verifying(report, "verify", count);
  for (std::size_t begin = 0; begin < count; begin += block_size) {
    const std::size_t end = std::min(begin + block_size, count);
    decider.decide(static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end));
    for (std::size_t i = begin; i < end; ++i) verifying.step();
  }
  return decider.take();
}

}  // namespace retold
