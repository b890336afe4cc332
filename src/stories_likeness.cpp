// SPDX-License-Identifier: Apache-2.0
#include "stories_likeness.hpp"

#include <algorithm>
#include <cmath>

#include "parallel.hpp"

namespace retold {

void spread_vector::spread(std::span<const weight> vector, std::size_t terms) {
  values_.resize(std::max(values_.size(), terms));
  ids_.clear();
  for (const weight& w : vector) {
    values_[w.id] = w.value;
    ids_.push_back(w.id);
  }
}

void spread_vector::clear() {
  for (const std::uint32_t id : ids_) values_[id] = 0;
  ids_.clear();
}

likeness spread_vector::with(std::span<const weight> other) const {
  double sum = 0, squares = 0;
  for (const weight& w : other) {
    const double product = static_cast<double>(values_[w.id]) * static_cast<double>(w.value);
    sum += product;
    squares += product * product;
  }
  return {sum, std::sqrt(squares)};
}

std::vector<scored_pair> compare(std::span<const document_pair> pairs, const term_space& space, unsigned threads) {
  std::vector<scored_pair> out(pairs.size());
  std::vector<std::size_t> runs;
  for (std::size_t i = 0; i < pairs.size(); ++i)
    if (i == 0 || pairs[i].first != pairs[i - 1].first) runs.push_back(i);
  runs.push_back(pairs.size());
  parallel_for(runs.size() - 1, threads, [&](std::size_t r) {
    thread_local spread_vector first;
    first.spread(space.vectors[pairs[runs[r]].first], space.frequency.size());
    for (std::size_t i = runs[r]; i < runs[r + 1]; ++i)
      out[i] = {pairs[i].first, pairs[i].second, first.with(space.vectors[pairs[i].second])};
    first.clear();
  });
  return out;
}

}  // namespace retold
