// SPDX-License-Identifier: Apache-2.0
#pragma once
// Best paths on a sparse grid, found one after the other: local alignment in which each path, once found, takes its rows and
// columns with it (Waterman and Eggert 1987). So moved blocks are found in any order.
//
//   j − 1   j        A path goes on one down and right, right (a sentence was split), down (two were merged), or leaps over
//     ╲   │          up to two rows or columns.
//      ╲  ▼
//   ───▶ (i, j)
//
// Cost: O(cells · 11 · log) for the first path, then only what lost its best path is computed again. Deterministic: ties go
// to the shorter leap and to the upper left. Not part of the public interface.

#include <cstdint>
#include <vector>

namespace retold::alignment {

// Natural, as a multiple of 2^-20: so no libm shows in what it is added to. `words` at least 1.
double logarithm(std::uint32_t words);

struct cell {
  std::uint32_t row = 0, column = 0;
  double gain = 0;
};

// What a step is worth. Chosen by bench/quality/fit_links.py.
struct step_prices {
  double straight = 0.8;  // down and right
  double side = 0.8;      // right or down: both cells share a row or a column
  double skipped = 0.9;   // off for each row or column passed over
  double crowded = 1.0;   // off a step to the side, times the logarithm of how much longer the two are than what they share
};

// `cells` sorted by row, then column, each place at most once.
struct grid {
  std::vector<cell> cells;
  std::vector<std::uint32_t> row_lengths, column_lengths;  // in words, at least 1
};

struct path {
  double score = 0;            // of its cells and steps
  std::vector<cell> cells;     // in order
  std::vector<double> values;  // for each cell: score of the path so far
};

// All disjoint best paths with score >= least, best first.
std::vector<path> best_paths(const grid& on, double least, const step_prices& prices = {});

}  // namespace retold::alignment
