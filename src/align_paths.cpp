// SPDX-License-Identifier: Apache-2.0
// Dynamic programming with a work list. Taking cells away only lowers values, so a cell must be computed again only if the cell
// its best path came through was.
#include "align_paths.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <queue>
#include <tuple>

namespace retold::alignment {
namespace {

struct step {
  std::uint32_t rows, columns;
  double bonus;
};

// In the order in which they are preferred.
constexpr std::array<step, 11> steps{{{1, 1, 0.8},
                                      {0, 1, 0.6},
                                      {1, 0, 0.6},
                                      {1, 2, 0.4},
                                      {2, 1, 0.4},
                                      {2, 2, 0.0},
                                      {1, 3, 0.0},
                                      {3, 1, 0.0},
                                      {2, 3, -0.4},
                                      {3, 2, -0.4},
                                      {3, 3, -0.8}}};

constexpr std::uint32_t none = ~std::uint32_t{0};

struct node {
  double value = 0;           // of the best path that ends here
  std::uint32_t back = none;  // the cell it came through
  bool taken = false;
};

class path_finder {
 public:
  path_finder(const std::vector<cell>& cells, double least);
  std::vector<path> run();

 private:
  std::uint32_t find(std::uint32_t row, std::uint32_t column) const;
  void compute(std::uint32_t at);
  void take_row_and_column(const cell& c);
  void take(std::uint32_t at);
  void disturb_followers(std::uint32_t at);
  void settle();
  path trace(std::uint32_t end) const;

  // A path that may end at `at`; stale if the node's value has changed since.
  struct ending {
    double value;
    std::uint32_t at;
  };
  bool weaker(const ending& x, const ending& y) const;

  const std::vector<cell>& cells_;
  double least_;
  bool full_ = false;  // every place of the grid has its cell
  std::vector<node> nodes_;
  std::vector<std::uint32_t> row_begin_, column_begin_, by_column_;
  std::vector<ending> endings_;  // a heap
  std::priority_queue<std::uint32_t, std::vector<std::uint32_t>, std::greater<>> disturbed_;
};

path_finder::path_finder(const std::vector<cell>& cells, double least) : cells_(cells), least_(least), nodes_(cells.size()) {
  std::uint32_t rows = 0, columns = 0;
  for (const cell& c : cells) rows = std::max(rows, c.row + 1), columns = std::max(columns, c.column + 1);
  full_ = cells.size() == std::size_t{rows} * columns;
  row_begin_.assign(rows + 1, 0);
  column_begin_.assign(columns + 1, 0);
  for (const cell& c : cells) ++row_begin_[c.row + 1], ++column_begin_[c.column + 1];
  for (std::uint32_t r = 0; r < rows; ++r) row_begin_[r + 1] += row_begin_[r];
  for (std::uint32_t c = 0; c < columns; ++c) column_begin_[c + 1] += column_begin_[c];
  by_column_.resize(cells.size());
  std::vector<std::uint32_t> place(column_begin_.begin(), column_begin_.end());
  for (std::uint32_t i = 0; i < cells.size(); ++i) by_column_[place[cells[i].column]++] = i;
}

std::uint32_t path_finder::find(std::uint32_t row, std::uint32_t column) const {
  if (row + 1 >= row_begin_.size() || column + 1 >= column_begin_.size()) return none;
  if (full_) {
    const std::uint32_t at = row_begin_[row] + column;
    return nodes_[at].taken ? none : at;
  }
  const auto begin = cells_.begin() + row_begin_[row], end = cells_.begin() + row_begin_[row + 1];
  const auto at = std::lower_bound(begin, end, column, [](const cell& c, std::uint32_t wanted) { return c.column < wanted; });
  if (at == end || at->column != column) return none;
  const auto found = static_cast<std::uint32_t>(at - cells_.begin());
  return nodes_[found].taken ? none : found;
}

void path_finder::compute(std::uint32_t at) {
  const cell& here = cells_[at];
  double best = 0;
  nodes_[at].back = none;
  for (const step& s : steps) {
    if (here.row < s.rows || here.column < s.columns) continue;
    const std::uint32_t from = find(here.row - s.rows, here.column - s.columns);
    if (from == none || nodes_[from].value + s.bonus <= best) continue;
    best = nodes_[from].value + s.bonus;
    nodes_[at].back = from;
  }
  nodes_[at].value = here.gain + best;
  if (nodes_[at].value < least_) return;
  endings_.push_back({nodes_[at].value, at});
  std::push_heap(endings_.begin(), endings_.end(), [this](const ending& x, const ending& y) { return weaker(x, y); });
}

bool path_finder::weaker(const ending& x, const ending& y) const {
  if (x.value != y.value) return x.value < y.value;
  const auto place = [this](const ending& e) {
    const cell& c = cells_[e.at];
    return std::tuple(c.row + c.column, std::min(c.row, c.column), c.row);
  };
  return place(x) > place(y);
}

void path_finder::disturb_followers(std::uint32_t at) {
  for (const step& s : steps) {
    const std::uint32_t to = find(cells_[at].row + s.rows, cells_[at].column + s.columns);
    if (to != none && nodes_[to].back == at) disturbed_.push(to);
  }
}

void path_finder::take(std::uint32_t at) {
  if (nodes_[at].taken) return;
  nodes_[at].taken = true;
  disturb_followers(at);
}

void path_finder::take_row_and_column(const cell& c) {
  for (std::uint32_t i = row_begin_[c.row]; i < row_begin_[c.row + 1]; ++i) take(i);
  for (std::uint32_t i = column_begin_[c.column]; i < column_begin_[c.column + 1]; ++i) take(by_column_[i]);
}

// Upper rows and left cells first, so that each cell is computed after all it may come through.
void path_finder::settle() {
  while (!disturbed_.empty()) {
    const std::uint32_t at = disturbed_.top();
    while (!disturbed_.empty() && disturbed_.top() == at) disturbed_.pop();
    if (nodes_[at].taken) continue;
    const double before = nodes_[at].value;
    compute(at);
    if (nodes_[at].value != before) disturb_followers(at);
  }
}

path path_finder::trace(std::uint32_t end) const {
  path found{nodes_[end].value, {}};
  for (std::uint32_t at = end; at != none; at = nodes_[at].back) found.cells.push_back(cells_[at]);
  std::reverse(found.cells.begin(), found.cells.end());
  return found;
}

std::vector<path> path_finder::run() {
  for (std::uint32_t i = 0; i < cells_.size(); ++i) compute(i);
  std::vector<path> paths;
  while (!endings_.empty()) {
    std::pop_heap(endings_.begin(), endings_.end(), [this](const ending& x, const ending& y) { return weaker(x, y); });
    const ending last = endings_.back();
    endings_.pop_back();
    if (nodes_[last.at].taken || nodes_[last.at].value != last.value) continue;
    paths.push_back(trace(last.at));
    for (const cell& c : paths.back().cells) take_row_and_column(c);
    settle();
  }
  return paths;
}

}  // namespace

std::vector<path> best_paths(const std::vector<cell>& cells, double least) { return path_finder(cells, least).run(); }

}  // namespace retold::alignment
