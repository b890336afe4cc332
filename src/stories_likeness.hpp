// SPDX-License-Identifier: Apache-2.0
#pragma once
// How much two articles, or two groups of them, agree, and on how many terms that rests (part of the stories stage).

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "retold/lsh.hpp"
#include "stories_space.hpp"

namespace retold {

// A sum of products over common terms, and the root of the sum of their squares: equal where one term is all there is in
// common, and the smaller beside the sum, the more terms bear it out.
struct likeness {
  double sum = 0;
  float concentration = 0;
  float surprise = 0;  // nats that the common terms are worth; where asked for
};

// One vector against many: spread out once, then each other costs a look-up a term. Most terms are not shared; where `surprise`
// is asked for, a filter small enough for the nearest cache tells of nearly all of them.
class spread_vector {
 public:
  void spread(std::span<const weight> vector, std::size_t terms);  // instead of the one before
  likeness with(std::span<const weight> other) const;
  likeness with(std::span<const weight> other, std::span<const float> surprise) const;  // by term

 private:
  static constexpr std::size_t filter_bits = std::size_t{1} << 15;
  std::vector<float> values_;  // by term; zero but for what is spread
  std::vector<std::uint32_t> ids_;
  std::array<std::uint64_t, filter_bits / 64> filter_{};
};

struct scored_pair {
  std::uint32_t a = 0, b = 0;
  likeness found;  // sum: the cosine
};

// Of pairs sorted by their first article.
std::vector<scored_pair> compare(std::span<const document_pair> pairs, const term_space& space, unsigned threads);

}  // namespace retold
