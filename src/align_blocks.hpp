// SPDX-License-Identifier: Apache-2.0
#pragma once
// From scored sentence pairs to blocks: one sentence for one, one for several, several for one, up to three for three.
// Not part of the public interface.

#include "align_grid.hpp"
#include "align_paths.hpp"

namespace retold::alignment {

struct block {
  std::uint32_t a_first = 0, a_last = 0;  // units [first, last)
  std::uint32_t b_first = 0, b_last = 0;
  double logit = 0;        // of its surest link
  bool identical = false;  // one sentence and the same
};

// A link above this logit is told as a paraphrase, one above the next as related. The best F1 is reached by telling what has a
// probability of half of it or more: what is added below costs more wrong links than it finds right ones
// (bench/quality/fit_links.py). Related is what has the probability from which isolated pairs are related, 0.13. A block has
// links of one kind.
inline constexpr double told_logit = -0.65, related_logit = -1.9;

// Blocks of all paths with score >= least, and pairs of identical sentences that lie on none. Sorted by place in a, then b.
std::vector<block> find_blocks(const std::vector<sentence_pair>& pairs, const reading& a, const reading& b, double least);

// One link of a path, and what decides how sure it is.
struct link_on_path {
  std::uint32_t a = 0, b = 0;    // units
  double evidence = 0;           // its own
  double before = 0, after = 0;  // score of the path up to it, and from it on, without itself
  std::uint32_t words = 1;       // of the shorter side
  double choice = 0;             // logarithm of how many sentences there are to choose from, mean of both sides
  bool identical = false;
  double logit() const noexcept;  // that both state the same
};

// What a linked pair is worth to its path, and the steps from one to the next. Chosen by bench/quality/fit_links.py.
struct path_prices {
  double linked = 2.4;  // added to its evidence: worth keeping among good neighbours, though not alone
  step_prices steps;
};

// The links of each path with score >= least, best path first.
std::vector<std::vector<link_on_path>> find_links(const std::vector<sentence_pair>& pairs, const reading& a, const reading& b,
                                                  double least, const path_prices& prices = {});

}  // namespace retold::alignment
