// SPDX-License-Identifier: Apache-2.0
#pragma once
// Best paths on a sparse grid, found one after the other: local alignment in which each path, once found, takes its rows and
// columns with it (Waterman and Eggert 1987). So moved blocks are found in any order.
//
//   j − 1   j        A path goes on one down and right (+.8), right (+.6: a sentence was split), down (+.6: two were
//     ╲   │          merged), or leaps over up to two rows or columns (+.8 − .4 for each one skipped).
//      ╲  ▼
//   ───▶ (i, j)
//
// Cost: O(cells · 11 · log) for the first path, then only what lost its best path is computed again. Deterministic: ties go
// to the shorter leap and to the upper left. Not part of the public interface.

#include <cstdint>
#include <vector>

namespace retold::alignment {

struct cell {
  std::uint32_t row = 0, column = 0;
  double gain = 0;
};

struct path {
  double score = 0;         // of its cells and steps
  std::vector<cell> cells;  // in order
};

// `cells` sorted by row, then column, each place at most once. All disjoint best paths with score >= least, best first.
std::vector<path> best_paths(const std::vector<cell>& cells, double least);

}  // namespace retold::alignment
