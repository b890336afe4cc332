// SPDX-License-Identifier: Apache-2.0
// A run is long enough if it holds a window that is just long enough, and it is covered by such windows: those that begin at a
// word of it, and those that end at one. So windows are hashed and looked up, which is linear however often words recur.
#include "align_copied.hpp"

#include <algorithm>

#include <boost/unordered/unordered_flat_set.hpp>

#include "hash.hpp"

namespace retold::alignment {
namespace {

constexpr std::uint32_t least_run = 8;  // in half words

using words_view = std::span<const counted_word>;
using window_set = boost::unordered_flat_set<std::uint64_t>;

// Half words before each word, and behind the last.
std::vector<std::uint32_t> sums_of(words_view side) {
  std::vector<std::uint32_t> sums(side.size() + 1);
  for (std::size_t i = 0; i < side.size(); ++i) sums[i + 1] = sums[i] + (side[i].single ? 1 : 2);
  return sums;
}

// Calls visit(begin, end, hash) for the shortest windows of least_run half words from each word on, and up to each word.
template <class Visit>
void each_window(words_view side, const std::vector<std::uint32_t>& sums, const Visit& visit) {
  const auto hashed = [&](std::size_t begin, std::size_t end) {
    std::uint64_t hash = 0;
    for (std::size_t i = begin; i < end; ++i) hash = mix64(hash + side[i].word + 1);
    visit(begin, end, hash);
  };
  for (std::size_t begin = 0, end = 0; begin < side.size(); ++begin) {
    while (end < side.size() && sums[end] - sums[begin] < least_run) ++end;
    if (sums[end] - sums[begin] >= least_run) hashed(begin, end);
  }
  for (std::size_t begin = 0, end = 1; end <= side.size(); ++end) {
    if (sums[end] - sums[begin] < least_run) continue;
    while (sums[end] - sums[begin + 1] >= least_run) ++begin;
    hashed(begin, end);
  }
}

window_set windows_of(words_view side) {
  window_set found;
  each_window(side, sums_of(side), [&](std::size_t, std::size_t, std::uint64_t hash) { found.insert(hash); });
  return found;
}

double share_in_runs(words_view side, words_view other) {
  const std::vector<std::uint32_t> sums = sums_of(side);
  const window_set windows = windows_of(other);
  std::vector<bool> in_run(side.size());
  each_window(side, sums, [&](std::size_t begin, std::size_t end, std::uint64_t hash) {
    if (windows.contains(hash))
      std::fill(in_run.begin() + static_cast<std::ptrdiff_t>(begin), in_run.begin() + static_cast<std::ptrdiff_t>(end), true);
  });
  std::uint32_t in_runs = 0;
  for (std::size_t i = 0; i < side.size(); ++i)
    if (in_run[i]) in_runs += sums[i + 1] - sums[i];
  return static_cast<double>(in_runs) / static_cast<double>(sums.back());
}

std::vector<counted_word> counted(std::span<const token> side, const lexicon& words) {
  std::vector<counted_word> all;
  all.reserve(side.size());
  for (const token& t : side) all.push_back({t.type, words[t.type].single});
  return all;
}

}  // namespace

double copied(words_view a, words_view b) { return a.empty() || b.empty() ? 0 : share_in_runs(a, b) * share_in_runs(b, a); }

double copied(std::span<const token> a, std::span<const token> b, const lexicon& words) {
  return copied(counted(a, words), counted(b, words));
}

}  // namespace retold::alignment
