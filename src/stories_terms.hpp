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

// The terms of all articles, numbered. Most stand in one article alone, where all they do is make its vector longer.
struct numbered_terms {
  struct entry {
    std::uint32_t id = 0;
    float weight = 0;  // 1 + ln(count), half of that for a pair of words
  };
  struct of_article {
    std::vector<entry> shared;  // terms of other articles too; sorted by id
    double alone = 0;           // squares of the weights of its other terms
    std::uint32_t length = 0;   // words
  };
  enum class kind : std::uint8_t { word, pair, characters };
  std::vector<of_article> articles;
  std::vector<kind> kinds;  // by id
};

// The lists are used up: they are as large as all the rest.
numbered_terms number(std::vector<term_list>&& lists, unsigned threads);

// One entry of a weighted vector.
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
term_space weigh(const numbered_terms& terms, std::span<const std::uint32_t> chosen, unsigned threads);

}  // namespace retold
