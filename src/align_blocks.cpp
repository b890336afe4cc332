// SPDX-License-Identifier: Apache-2.0
// A path's cells in one row or column next to one another are one statement told in several sentences.
#include "align_blocks.hpp"

#include <algorithm>
#include <boost/unordered/unordered_flat_set.hpp>
#include <tuple>

namespace retold::alignment {
namespace {

// How sure a link is: its own evidence; what its path holds before and behind it, up to a point; its length, because short
// sentences meet by chance; and how many others it was chosen from, because among many one is like by chance. Fitted by
// bench/quality/fit_links.py.
constexpr double intercept = 0.7, per_evidence = 0.67, per_support = 0.39, per_length = 0.26, per_choice = -0.3;
constexpr double most_support = 3.0;
constexpr std::uint32_t usual_length = 15, usual_choice = 20;

// Of sentences that are identical, wherever they stand: a probability of 0.99, as isolated ones have.
constexpr double certain_logit = 4.6;

constexpr std::uint32_t most_sentences = 3;

using pairs_view = const std::vector<sentence_pair>&;

std::vector<std::uint32_t> lengths(const reading& of) {
  std::vector<std::uint32_t> words;
  for (const unit& u : of.units) words.push_back(std::max(1u, u.length()));
  return words;
}

std::uint32_t shorter(const reading& a, std::uint32_t i, const reading& b, std::uint32_t j) {
  return std::max(1u, std::min(a.units[i].length(), b.units[j].length()));
}

grid grid_of(pairs_view pairs, const reading& a, const reading& b, double linked) {
  grid made{{}, lengths(a), lengths(b)};
  made.cells.reserve(pairs.size());
  for (const sentence_pair& p : pairs) made.cells.push_back({p.a, p.b, p.evidence + linked});
  return made;
}

// Whether the unit before `next` is the sentence before it.
bool goes_on(const reading& in, std::uint32_t next) { return in.units[next - 1].stretch == in.units[next].stretch; }

// Whether a link says more of the block's statement rather than the next one.
bool extends(const block& so_far, const link_on_path& link, const reading& a, const reading& b) {
  const bool right = link.a + 1 == so_far.a_last && link.b == so_far.b_last;
  const bool down = link.b + 1 == so_far.b_last && link.a == so_far.a_last;
  if (right) return link.b - so_far.b_first < most_sentences && goes_on(b, link.b);
  return down && link.a - so_far.a_first < most_sentences && goes_on(a, link.a);
}

// What is told word for word is told in full: it is no part of a larger statement.
bool may_join(const block& so_far, const link_on_path& link, double logit) {
  return !so_far.identical && !link.identical && (so_far.logit >= told_logit) == (logit >= told_logit);
}

const sentence_pair& pair_at(pairs_view pairs, std::uint32_t a, std::uint32_t b) {
  return *std::lower_bound(
      pairs.begin(), pairs.end(), std::pair(a, b),
      [](const sentence_pair& p, const std::pair<std::uint32_t, std::uint32_t>& at) { return std::pair(p.a, p.b) < at; });
}

void cut_into_blocks(const std::vector<link_on_path>& path, const reading& a, const reading& b, std::vector<block>& into) {
  const std::size_t before = into.size();
  for (const link_on_path& link : path) {
    const double logit = link.identical ? certain_logit : link.logit();
    if (logit < related_logit) continue;
    if (into.size() > before && may_join(into.back(), link, logit) && extends(into.back(), link, a, b)) {
      into.back().a_last = link.a + 1;
      into.back().b_last = link.b + 1;
      into.back().logit = std::max(into.back().logit, logit);
    } else {
      into.push_back({link.a, link.a + 1, link.b, link.b + 1, logit, link.identical});
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
      into.push_back({p.a, p.a + 1, p.b, p.b + 1, certain_logit, true});
      note(p);
    }
  }
}

}  // namespace

double link_on_path::logit() const noexcept {
  const double support = std::min(before, most_support) + std::min(after, most_support);
  const double longer = logarithm(words) - logarithm(usual_length), wider = choice - logarithm(usual_choice);
  return intercept + per_evidence * evidence + per_support * support + per_length * longer + per_choice * wider;
}

std::vector<std::vector<link_on_path>> find_links(pairs_view pairs, const reading& a, const reading& b, double least,
                                                  const path_prices& prices) {
  std::vector<std::vector<link_on_path>> found;
  if (pairs.empty()) return found;
  const auto sentences = [](const reading& of) { return logarithm(static_cast<std::uint32_t>(of.units.size())); };
  const double choice = (sentences(a) + sentences(b)) / 2;
  for (const path& each : best_paths(grid_of(pairs, a, b, prices.linked), least, prices.steps)) {
    std::vector<link_on_path>& links = found.emplace_back();
    for (std::size_t k = 0; k < each.cells.size(); ++k) {
      const cell& c = each.cells[k];
      links.push_back({c.row, c.column, c.gain - prices.linked, each.values[k] - c.gain, each.score - each.values[k],
                       shorter(a, c.row, b, c.column), choice, pair_at(pairs, c.row, c.column).identical});
    }
  }
  return found;
}

std::vector<block> find_blocks(pairs_view pairs, const reading& a, const reading& b, double least) {
  std::vector<block> blocks;
  for (const auto& path : find_links(pairs, a, b, least)) cut_into_blocks(path, a, b, blocks);
  add_identical(pairs, blocks);
  std::sort(blocks.begin(), blocks.end(), [](const block& x, const block& y) {
    return std::tuple(x.a_first, x.b_first, x.a_last, x.b_last) < std::tuple(y.a_first, y.b_first, y.a_last, y.b_last);
  });
  return blocks;
}

}  // namespace retold::alignment
