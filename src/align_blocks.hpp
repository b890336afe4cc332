// SPDX-License-Identifier: Apache-2.0
#pragma once
// From scored sentence pairs to blocks: one sentence for one, one for several, several for one, up to three for three.
// Not part of the public interface.

#include "align_grid.hpp"

namespace retold::alignment {

struct block {
  std::uint32_t a_first = 0, a_last = 0;  // units [first, last)
  std::uint32_t b_first = 0, b_last = 0;
  double evidence = 0;    // of its strongest pair
  double path_score = 0;  // of the path it lies on
};

// Blocks of all paths with score >= least, and pairs of identical sentences that lie on none. Sorted by place in a, then b.
std::vector<block> find_blocks(const std::vector<sentence_pair>& pairs, const reading& a, const reading& b, double least);

}  // namespace retold::alignment
