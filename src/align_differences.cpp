// SPDX-License-Identifier: Apache-2.0
// Two runs pair up if both their neighbours answer one another; the ends of a statement are neighbours too.
#include "align_differences.hpp"

#include <algorithm>

namespace retold::alignment {
namespace {

constexpr std::int64_t nowhere = -2;

// Unmatched words [first, last), and the places on the other side of the matched words around them.
struct unmatched {
  std::uint32_t first = 0, last = 0;
  std::int64_t left = nowhere, right = nowhere;
  bool paired = false;
};

std::vector<std::int64_t> counterparts(std::size_t size, std::span<const word_match> matches, bool of_a) {
  std::vector<std::int64_t> other(size, nowhere);
  for (const word_match& m : matches) other[of_a ? m.a : m.b] = of_a ? m.b : m.a;
  return other;
}

std::vector<unmatched> unmatched_runs(const std::vector<std::int64_t>& other, std::size_t other_size) {
  std::vector<unmatched> runs;
  for (std::uint32_t i = 0; i < other.size(); ++i) {
    if (other[i] != nowhere) continue;
    if (runs.empty() || runs.back().last != i) runs.push_back({i, i, i == 0 ? -1 : other[i - 1], nowhere, false});
    runs.back().last = i + 1;
  }
  for (unmatched& r : runs) r.right = r.last == other.size() ? static_cast<std::int64_t>(other_size) : other[r.last];
  return runs;
}

slice slice_of(std::span<const token> tokens, const unmatched& run) {
  return {tokens[run.first].where.begin, tokens[run.last - 1].where.end};
}

// Where on the other side the words of a run are missing.
slice place_of(std::span<const token> other, const unmatched& run) {
  if (other.empty()) return {};
  const std::uint32_t at = run.left >= 0 ? other[static_cast<std::size_t>(run.left)].where.end : other.front().where.begin;
  return {at, at};
}

class pairing {
 public:
  pairing(std::span<const token> a, std::span<const token> b, std::vector<unmatched>& in_a, std::vector<unmatched>& in_b)
      : a_(a), b_(b), in_a_(in_a), in_b_(in_b) {
    for (std::uint32_t r = 0; r < in_b.size(); ++r) starts_[in_b[r].first] = r;
  }

  void pair_up() {
    for (unmatched& x : in_a_) {
      const auto at = starts_.find(x.left + 1);
      if (at == starts_.end()) continue;
      unmatched& y = in_b_[at->second];
      if (y.last != x.right) continue;
      x.paired = y.paired = true;
      found_.push_back({slice_of(a_, x), slice_of(b_, y)});
    }
  }

  std::vector<difference> finish() {
    for (const unmatched& x : in_a_) {
      if (!x.paired) found_.push_back({slice_of(a_, x), place_of(b_, x)});
    }
    for (const unmatched& y : in_b_) {
      if (!y.paired) found_.push_back({place_of(a_, y), slice_of(b_, y)});
    }
    std::sort(found_.begin(), found_.end(),
              [](const difference& x, const difference& y) { return x.a != y.a ? x.a < y.a : x.b < y.b; });
    return std::move(found_);
  }

 private:
  std::span<const token> a_, b_;
  std::vector<unmatched>& in_a_;
  std::vector<unmatched>& in_b_;
  boost::unordered_flat_map<std::int64_t, std::uint32_t> starts_;
  std::vector<difference> found_;
};

}  // namespace

std::vector<difference> find_differences(std::span<const token> a, std::span<const token> b,
                                         std::span<const word_match> matches) {
  std::vector<unmatched> in_a = unmatched_runs(counterparts(a.size(), matches, true), b.size());
  std::vector<unmatched> in_b = unmatched_runs(counterparts(b.size(), matches, false), a.size());
  pairing runs(a, b, in_a, in_b);
  runs.pair_up();
  return runs.finish();
}

}  // namespace retold::alignment
