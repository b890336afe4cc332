// SPDX-License-Identifier: Apache-2.0
// A path's cells in one row or column next to one another are one statement told in several sentences.
#include "align_blocks.hpp"

#include <algorithm>
#include <boost/unordered/unordered_flat_set.hpp>
#include <cmath>
#include <tuple>

#include "align_paths.hpp"

namespace retold::alignment {
namespace {

// What a linked pair adds to its path: its evidence above that of a pair that is worth keeping among good neighbours.
constexpr double gain_over_evidence = 2.2;

// Pairs with less hold a path together but are not told: two sentences in the same place need not state the same.
constexpr double least_evidence = -3.5;

// Short sentences meet by chance, long ones do not: a path is worth more or less by the length of its longest pair.
constexpr double usual_length = 10.0, least_bonus = -1.5, most_bonus = 0.9;

constexpr std::uint32_t most_sentences = 3;

using pairs_view = const std::vector<sentence_pair>&;

std::vector<cell> cells_of(pairs_view pairs) {
  std::vector<cell> cells;
  cells.reserve(pairs.size());
  for (const sentence_pair& p : pairs) cells.push_back({p.a, p.b, p.evidence + gain_over_evidence});
  return cells;
}

double length_bonus(const path& of, const reading& a, const reading& b) {
  std::uint32_t longest = 1;
  for (const cell& c : of.cells) longest = std::max(longest, std::min(a.units[c.row].length(), b.units[c.column].length()));
  return std::clamp(std::log(longest / usual_length), least_bonus, most_bonus);
}

// Whether the unit before `next` is the sentence before it.
bool goes_on(const reading& in, std::uint32_t next) { return in.units[next - 1].stretch == in.units[next].stretch; }

// Whether a cell says more of the block's statement rather than the next one.
bool extends(const block& so_far, const cell& c, const reading& a, const reading& b) {
  const bool right = c.row + 1 == so_far.a_last && c.column == so_far.b_last;
  const bool down = c.column + 1 == so_far.b_last && c.row == so_far.a_last;
  if (right) return c.column - so_far.b_first < most_sentences && goes_on(b, c.column);
  return down && c.row - so_far.a_first < most_sentences && goes_on(a, c.row);
}

const sentence_pair& pair_at(pairs_view pairs, std::uint32_t a, std::uint32_t b) {
  return *std::lower_bound(
      pairs.begin(), pairs.end(), std::pair(a, b),
      [](const sentence_pair& p, const std::pair<std::uint32_t, std::uint32_t>& at) { return std::pair(p.a, p.b) < at; });
}

void cut_into_blocks(const path& from, pairs_view pairs, const reading& a, const reading& b, std::vector<block>& into) {
  const std::size_t before = into.size();
  for (const cell& c : from.cells) {
    const double evidence = pair_at(pairs, c.row, c.column).evidence;
    if (evidence < least_evidence) continue;
    if (into.size() > before && extends(into.back(), c, a, b)) {
      into.back().a_last = c.row + 1;
      into.back().b_last = c.column + 1;
      into.back().evidence = std::max(into.back().evidence, evidence);
    } else {
      into.push_back({c.row, c.row + 1, c.column, c.column + 1, evidence, from.score});
    }
  }
}

std::uint64_t place(std::uint32_t a, std::uint32_t b) { return std::uint64_t{a} << 32 | b; }

boost::unordered_flat_set<std::uint64_t> places_in(const std::vector<block>& blocks) {
  boost::unordered_flat_set<std::uint64_t> places;
  for (const block& x : blocks) {
    for (std::uint32_t a = x.a_first; a < x.a_last; ++a) {
      for (std::uint32_t b = x.b_first; b < x.b_last; ++b) places.insert(place(a, b));
    }
  }
  return places;
}

// Identical sentences belong together wherever they stand: each gets one partner, if it has none yet.
void add_identical(pairs_view pairs, std::vector<block>& into) {
  std::vector<bool> has_a, has_b;
  const auto note = [&](const sentence_pair& p) {
    has_a.resize(std::max<std::size_t>(has_a.size(), p.a + 1));
    has_b.resize(std::max<std::size_t>(has_b.size(), p.b + 1));
    has_a[p.a] = has_b[p.b] = true;
  };
  std::vector<sentence_pair> identical;
  std::copy_if(pairs.begin(), pairs.end(), std::back_inserter(identical), [](const sentence_pair& p) { return p.identical; });
  const auto told = places_in(into);
  for (const sentence_pair& p : identical) {
    if (told.contains(place(p.a, p.b))) note(p);
  }
  const auto missing = [](const std::vector<bool>& has, std::uint32_t at) { return at >= has.size() || !has[at]; };
  for (const bool both : {true, false}) {
    for (const sentence_pair& p : identical) {
      const bool lacks_a = missing(has_a, p.a), lacks_b = missing(has_b, p.b);
      if (both ? !(lacks_a && lacks_b) : !(lacks_a || lacks_b)) continue;
      into.push_back({p.a, p.a + 1, p.b, p.b + 1, p.evidence, p.evidence + gain_over_evidence});
      note(p);
    }
  }
}

}  // namespace

std::vector<block> find_blocks(pairs_view pairs, const reading& a, const reading& b, double least) {
  std::vector<block> blocks;
  for (path found : best_paths(cells_of(pairs), least - most_bonus)) {
    found.score += length_bonus(found, a, b);
    if (found.score >= least) cut_into_blocks(found, pairs, a, b, blocks);
  }
  add_identical(pairs, blocks);
  std::sort(blocks.begin(), blocks.end(), [](const block& x, const block& y) {
    return std::tuple(x.a_first, x.b_first, x.a_last, x.b_last) < std::tuple(y.a_first, y.b_first, y.a_last, y.b_last);
  });
  return blocks;
}

}  // namespace retold::alignment
