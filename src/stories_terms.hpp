// SPDX-License-Identifier: Apache-2.0
#pragma once
// What an article is to story grouping: counts of word stems and of adjacent pairs (part of the stories stage).

#include <cstdint>
#include <span>
#include <vector>

#include "retold/boilerplate.hpp"

namespace retold {

struct term {
  std::uint64_t key = 0;    // hash of a stem, or of two
  std::uint32_t count = 0;  // occurrences, those in the opening twice
  bool pair = false;        // of words: weighs half
  bool characters = false;  // a pair of characters of a script without spaces
};

struct term_list {
  std::vector<term> terms;   // sorted by key, unique
  std::uint32_t length = 0;  // words
};

term_list count_terms(const article& from);

// One entry of a weighted vector; `id` numbers the terms that at least two articles share.
struct weight {
  std::uint32_t id = 0;
  float value = 0;  // of the vector made unit length (terms of one article alone count in the length)
};

struct term_space {
  std::vector<std::vector<weight>> vectors;  // sorted by id; empty for articles left out
  std::vector<std::uint32_t> frequency;      // for each id: articles that hold it

  // For each id: in nats, how unlikely it is that an article holds it: -ln(share of the articles that do). Half of that for a
  // pair of characters, which overlap; 0 for a pair of words, whose words say it.
  std::vector<float> surprise;
};

// Weights of the articles listed in `chosen`, frequencies counted among them.
term_space weigh(std::span<const term_list> lists, std::span<const std::uint32_t> chosen, unsigned threads);

}  // namespace retold
