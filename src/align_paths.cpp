// SPDX-License-Identifier: Apache-2.0
// Dynamic programming with a work list. Taking cells away only lowers values, so a cell must be computed again only if the cell
// its best path came through was.
#include "align_paths.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <queue>
#include <tuple>

namespace retold::alignment {
namespace {

struct step {
  std::uint32_t rows, columns;
};

// In the order in which they are preferred.
constexpr std::array<step, 11> steps{{{1, 1}, {0, 1}, {1, 0}, {1, 2}, {2, 1}, {2, 2}, {1, 3}, {3, 1}, {2, 3}, {3, 2}, {3, 3}}};

constexpr std::uint32_t none = ~std::uint32_t{0};

struct node {
  double value = 0;           // of the best path that ends here
  std::uint32_t back = none;  // the cell it came through
  bool taken = false;
};

std::vector<double> logarithms(const std::vector<std::uint32_t>& lengths) {
  std::vector<double> logs(lengths.size());
  std::transform(lengths.begin(), lengths.end(), logs.begin(), logarithm);
  return logs;
}

// For each length: that of it and the one before together.
std::vector<double> logarithms_of_two(const std::vector<std::uint32_t>& lengths) {
  std::vector<double> logs(lengths.size());
  for (std::size_t i = 1; i < lengths.size(); ++i) logs[i] = logarithm(lengths[i - 1] + lengths[i]);
  return logs;
}

class path_finder {
 public:
  path_finder(const grid& on, double least, const step_prices& prices);
  std::vector<path> run();

 private:
  std::uint32_t find(std::uint32_t row, std::uint32_t column) const;
  double bonus(const step& s, const cell& to) const;
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
  const step_prices& prices_;
  std::vector<double> row_logs_, column_logs_, two_rows_, two_columns_;
  bool full_ = false;  // every place of the grid has its cell
  std::vector<node> nodes_;
  std::vector<std::uint32_t> row_begin_, column_begin_, by_column_;
  std::vector<ending> endings_;  // a heap
  std::priority_queue<std::uint32_t, std::vector<std::uint32_t>, std::greater<>> disturbed_;
};

path_finder::path_finder(const grid& on, double least, const step_prices& prices)
    : cells_(on.cells),
      least_(least),
      prices_(prices),
      row_logs_(logarithms(on.row_lengths)),
      column_logs_(logarithms(on.column_lengths)),
      two_rows_(logarithms_of_two(on.row_lengths)),
      two_columns_(logarithms_of_two(on.column_lengths)),
      nodes_(on.cells.size()) {
  std::uint32_t rows = 0, columns = 0;
  for (const cell& c : cells_) rows = std::max(rows, c.row + 1), columns = std::max(columns, c.column + 1);
  full_ = cells_.size() == std::size_t{rows} * columns;
  row_begin_.assign(rows + 1, 0);
  column_begin_.assign(columns + 1, 0);
  for (const cell& c : cells_) ++row_begin_[c.row + 1], ++column_begin_[c.column + 1];
  for (std::uint32_t r = 0; r < rows; ++r) row_begin_[r + 1] += row_begin_[r];
  for (std::uint32_t c = 0; c < columns; ++c) column_begin_[c + 1] += column_begin_[c];
  by_column_.resize(cells_.size());
  std::vector<std::uint32_t> place(column_begin_.begin(), column_begin_.end());
  for (std::uint32_t i = 0; i < cells_.size(); ++i) by_column_[place[cells_[i].column]++] = i;
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

// Sentences that together are longer than the one they share hardly tell that one in pieces.
double path_finder::bonus(const step& s, const cell& to) const {
  if (s.rows + s.columns > 1) return prices_.straight - prices_.skipped * (s.rows + s.columns - 2);
  const double longer = s.rows == 0 ? two_columns_[to.column] - row_logs_[to.row] : two_rows_[to.row] - column_logs_[to.column];
  return prices_.side - prices_.crowded * std::max(0.0, longer);
}

void path_finder::compute(std::uint32_t at) {
  const cell& here = cells_[at];
  double best = 0;
  nodes_[at].back = none;
  for (const step& s : steps) {
    if (here.row < s.rows || here.column < s.columns) continue;
    const std::uint32_t from = find(here.row - s.rows, here.column - s.columns);
    if (from == none) continue;
    const double value = nodes_[from].value + bonus(s, here);
    if (value <= best) continue;
    best = value;
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
  path found{nodes_[end].value, {}, {}};
  for (std::uint32_t at = end; at != none; at = nodes_[at].back) {
    found.cells.push_back(cells_[at]);
    found.values.push_back(nodes_[at].value);
  }
  std::reverse(found.cells.begin(), found.cells.end());
  std::reverse(found.values.begin(), found.values.end());
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

double logarithm(std::uint32_t words) { return std::rint(std::log(words) * 0x1p20) * 0x1p-20; }

std::vector<path> best_paths(const grid& on, double least, const step_prices& prices) {
  return path_finder(on, least, prices).run();
}

}  // namespace retold::alignment
