// SPDX-License-Identifier: Apache-2.0
// Word alignment of two sentences, and subsequences.
#include "align_words.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>
#include <tuple>

namespace retold::alignment {
namespace {

// They order what is about equally alike, and are no result of a fit: links of hand-aligned documents are within .001 of F1
// with none and with twice as much of either.
constexpr double weight_bonus = 0.05;
constexpr double distance_cost = 0.02;

// Words whose occurrences on the two sides multiply to more than this meet only near ones: 10,000 times the same word on both
// sides would be 10^8 candidates, of which greedy takes those on the diagonal anyway.
constexpr std::uint64_t crowd = 4096;
constexpr std::uint64_t crowd_window = 8;

}  // namespace

void word_aligner::set_b(std::span<const token> b) {
  for (const token& t : b_) in_b_[t.type] = {};
  b_ = b;
  places_.resize(b.size());
  std::iota(places_.begin(), places_.end(), 0);
  std::sort(places_.begin(), places_.end(),
            [b](std::uint32_t x, std::uint32_t y) { return b[x].type != b[y].type ? b[x].type < b[y].type : x < y; });
  for (std::uint32_t k = 0; k < places_.size(); ++k) {
    run& r = in_b_[b[places_[k]].type];
    if (r.size++ == 0) r.begin = k;
  }
}

// Which occurrences in b are near the rank-th occurrence in a. The window is the same seen from b.
word_aligner::run word_aligner::near(std::uint32_t rank, std::uint32_t type_a, std::uint32_t type_b) const noexcept {
  const run all = in_b_[type_b];
  const std::uint64_t of_a = in_a_[type_a], of_b = all.size;
  if (!crowded_ || of_a * of_b <= crowd) return all;
  const std::uint64_t at = rank * of_b, window = crowd_window * std::max(of_a, of_b);
  const std::uint64_t first = at <= window ? 0 : (at - window + of_a - 1) / of_a;
  const std::uint64_t last = std::min(of_b, (at + window) / of_a + 1);
  if (first >= last) return {};
  return {all.begin + static_cast<std::uint32_t>(first), static_cast<std::uint32_t>(last - first)};
}

void word_aligner::propose(std::uint32_t i, std::span<const token> a, const similar_word& like) {
  const run occurrences = near(seen_[a[i].type], a[i].type, like.type);
  if (occurrences.size == 0) return;
  const double least = std::min(words_[a[i].type].weight, words_[like.type].weight);
  const double strength = like.similarity * (1 + weight_bonus * least);
  const double here = static_cast<double>(i) / static_cast<double>(a.size());
  for (std::uint32_t k = occurrences.begin; k < occurrences.begin + occurrences.size; ++k) {
    const double apart = std::fabs(here - static_cast<double>(places_[k]) / static_cast<double>(b_.size()));
    candidates_.push_back({strength - distance_cost * apart, like.similarity, i, places_[k]});
  }
}

const std::vector<word_match>& word_aligner::align(std::span<const token> a) {
  candidates_.clear();
  matches_.clear();
  crowded_ = a.size() * b_.size() > crowd;
  if (crowded_) {
    for (const token& t : a) ++in_a_[t.type];
  }
  for (std::uint32_t i = 0; i < a.size(); ++i) {
    for (const similar_word& like : words_.similar(a[i].type)) propose(i, a, like);
    if (crowded_) ++seen_[a[i].type];
  }
  if (crowded_) {
    for (const token& t : a) seen_[t.type] = in_a_[t.type] = 0;
  }
  // Ties: nearer the beginning first, by a rule that reads the same from either side.
  std::sort(candidates_.begin(), candidates_.end(), [](const candidate& x, const candidate& y) {
    if (x.key != y.key) return x.key > y.key;
    return std::tuple(x.a + x.b, std::min(x.a, x.b), x.a) < std::tuple(y.a + y.b, std::min(y.a, y.b), y.a);
  });
  taken_a_.assign(a.size(), false);
  taken_b_.assign(b_.size(), false);
  for (const candidate& c : candidates_) {
    if (taken_a_[c.a] || taken_b_[c.b]) continue;
    taken_a_[c.a] = taken_b_[c.b] = true;
    matches_.push_back({c.a, c.b, c.similarity});
  }
  std::sort(matches_.begin(), matches_.end(), [](const word_match& x, const word_match& y) { return x.a < y.a; });
  return matches_;
}

std::size_t common_subsequence(std::span<const token> a, std::span<const token> b) {
  if (a.empty() || b.empty()) return 0;
  const std::size_t blocks = (a.size() + 63) / 64;
  boost::unordered_flat_map<std::uint32_t, std::vector<std::uint64_t>> places;
  for (std::size_t i = 0; i < a.size(); ++i) {
    auto& mask = places[a[i].type];
    mask.resize(blocks);
    mask[i / 64] |= std::uint64_t{1} << (i % 64);
  }
  std::vector<std::uint64_t> row(blocks, ~std::uint64_t{0});
  for (const token& t : b) {
    const auto found = places.find(t.type);
    if (found == places.end()) continue;
    std::uint64_t carry = 0;
    for (std::size_t k = 0; k < blocks; ++k) {
      const std::uint64_t hit = row[k] & found->second[k];
      const std::uint64_t sum = row[k] + hit;
      const std::uint64_t with = sum + carry;
      carry = (sum < row[k]) | (with < sum);
      row[k] = with | (row[k] & ~found->second[k]);
    }
  }
  std::size_t length = 0;
  for (std::size_t i = 0; i < a.size(); ++i) length += (row[i / 64] >> (i % 64) & 1) == 0;
  return length;
}

std::size_t common_run(std::span<const token> a, std::span<const token> b) {
  boost::unordered_flat_map<std::uint32_t, std::vector<std::uint32_t>> places;
  for (std::uint32_t j = 0; j < b.size(); ++j) places[b[j].type].push_back(j);
  std::vector<std::uint32_t> run(b.size() + 1);  // run[j + 1]: length of the run that ends at a[i], b[j]
  const std::vector<std::uint32_t>* before = nullptr;
  std::uint32_t longest = 0;
  for (const token& t : a) {
    const auto found = places.find(t.type);
    const auto* here = found == places.end() ? nullptr : &found->second;
    if (here != nullptr) {
      for (auto j = here->rbegin(); j != here->rend(); ++j) longest = std::max(longest, run[*j + 1] = run[*j] + 1);
    }
    if (before != nullptr && before != here) {
      for (const std::uint32_t j : *before) run[j + 1] = 0;
    }
    before = here;
  }
  return longest;
}

std::size_t longest_rise(std::span<const std::uint32_t> values) {
  std::vector<std::uint32_t> ends;  // the least last value of a rise of each length
  for (const std::uint32_t v : values) {
    const auto at = std::lower_bound(ends.begin(), ends.end(), v);
    if (at == ends.end()) {
      ends.push_back(v);
    } else {
      *at = v;
    }
  }
  return ends.size();
}

std::size_t longest_fall(std::span<const std::uint32_t> values) {
  const std::vector<std::uint32_t> reversed(values.rbegin(), values.rend());
  return longest_rise(reversed);
}

}  // namespace retold::alignment
