// SPDX-License-Identifier: Apache-2.0
#include "stories_likeness.hpp"

#include <algorithm>
#include <cmath>

#include "parallel.hpp"

namespace retold {

void spread_vector::spread(std::span<const weight> vector, std::size_t terms) {
  for (const std::uint32_t id : ids_) values_[id] = 0;
  ids_.clear();
  filter_.fill(0);
  if (values_.size() < terms) values_.resize(terms);
  ids_.reserve(vector.size());
  for (const weight& w : vector) {
    ids_.push_back(w.id);
    values_[w.id] = w.value;
    filter_[w.id % filter_bits / 64] |= std::uint64_t{1} << w.id % 64;
  }
}

likeness spread_vector::with(std::span<const weight> other) const {
  double sum = 0, squares = 0;
  for (const weight& w : other) {
    const double product = static_cast<double>(values_[w.id]) * static_cast<double>(w.value);
    sum += product;
    squares += product * product;
  }
  return {sum, static_cast<float>(std::sqrt(squares)), 0};
}

likeness spread_vector::with(std::span<const weight> other, std::span<const float> surprise) const {
  double sum = 0, squares = 0, nats = 0;
  for (const weight& w : other) {
    if ((filter_[w.id % filter_bits / 64] >> w.id % 64 & 1) == 0 || values_[w.id] == 0) continue;
    const double product = static_cast<double>(values_[w.id]) * static_cast<double>(w.value);
    sum += product;
    squares += product * product;
    nats += static_cast<double>(surprise[w.id]);
  }
  return {sum, static_cast<float>(std::sqrt(squares)), static_cast<float>(nats)};
}

namespace {

using pair_span = std::span<const document_pair>;

// Parts for the threads to take, each with a table of its own; the pairs of one first article are in one part.
std::vector<pair_span> parts_of(pair_span pairs, unsigned threads) {
  const std::size_t wanted = pairs.size() / (16 * std::size_t{thread_count(threads)}) + 1;
  std::vector<pair_span> out;
  for (std::size_t begin = 0, end; begin < pairs.size(); begin = end) {
    end = std::min(pairs.size(), begin + wanted);
    while (end < pairs.size() && pairs[end].first == pairs[end - 1].first) ++end;
    out.push_back(pairs.subspan(begin, end - begin));
  }
  return out;
}

}  // namespace

std::vector<scored_pair> compare(pair_span pairs, const term_space& space, unsigned threads) {
  std::vector<scored_pair> out(pairs.size());
  const std::vector<pair_span> parts = parts_of(pairs, threads);
  parallel_for(parts.size(), threads, [&](std::size_t p) {
    const pair_span part = parts[p];
    scored_pair* const to = out.data() + (part.data() - pairs.data());
    spread_vector first;
    for (std::size_t i = 0; i < part.size(); ++i) {
      const auto [a, b] = part[i];
      if (i == 0 || a != part[i - 1].first) first.spread(space.vectors[a], space.frequency.size());
      to[i] = {a, b, first.with(space.vectors[b], space.surprise)};
    }
  });
  return out;
}

}  // namespace retold
