// SPDX-License-Identifier: Apache-2.0
// For each word the longest run that ends there, from the runs that ended at the word before.
#include "align_copied.hpp"

#include <algorithm>

namespace retold::alignment {
namespace {

constexpr std::uint32_t least_run = 8;  // in half words

using places = boost::unordered_flat_map<std::uint32_t, std::vector<std::uint32_t>>;

places places_of(std::span<const token> side) {
  places of;
  for (std::uint32_t j = 0; j < side.size(); ++j) of[side[j].type].push_back(j);
  return of;
}

// For each word of `side`: words in the longest run that ends with it and stands on the other side too.
std::vector<std::uint32_t> runs_that_end(std::span<const token> side, std::span<const token> other) {
  const places in_other = places_of(other);
  std::vector<std::uint32_t> longest(side.size()), before(other.size() + 1), now(other.size() + 1);
  const std::vector<std::uint32_t>* filled = nullptr;
  for (std::size_t i = 0; i < side.size(); ++i) {
    const auto found = in_other.find(side[i].type);
    const std::vector<std::uint32_t>* here = found == in_other.end() ? nullptr : &found->second;
    if (here != nullptr) {
      for (const std::uint32_t j : *here) longest[i] = std::max(longest[i], now[j + 1] = before[j] + 1);
    }
    if (filled != nullptr) {
      for (const std::uint32_t j : *filled) before[j + 1] = 0;
    }
    std::swap(before, now);
    filled = here;
  }
  return longest;
}

double share_in_runs(std::span<const token> side, std::span<const token> other, const lexicon& words) {
  const std::vector<std::uint32_t> runs = runs_that_end(side, other);
  const auto halves = [&](std::size_t i) { return words[side[i].type].single ? 1u : 2u; };
  std::vector<std::uint32_t> sums(side.size() + 1);
  for (std::size_t i = 0; i < side.size(); ++i) sums[i + 1] = sums[i] + halves(i);
  std::size_t reached = side.size();  // words from here on are counted
  std::uint32_t in_runs = 0;
  for (std::size_t end = side.size(); end > 0; --end) {
    const std::size_t begin = end - runs[end - 1];
    if (begin >= reached || sums[end] - sums[begin] < least_run) continue;
    in_runs += sums[std::min(end, reached)] - sums[begin];
    reached = begin;
  }
  return static_cast<double>(in_runs) / static_cast<double>(sums.back());
}

}  // namespace

double copied(std::span<const token> a, std::span<const token> b, const lexicon& words) {
  if (a.empty() || b.empty()) return 0;
  return share_in_runs(a, b, words) * share_in_runs(b, a, words);
}

}  // namespace retold::alignment
