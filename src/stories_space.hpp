// SPDX-License-Identifier: Apache-2.0
#pragma once
// The articles as vectors, one for all their terms (part of the stories stage).

#include <cstdint>
#include <span>
#include <vector>

#include "stories_terms.hpp"

namespace retold {

// The terms of all articles, numbered. Most stand in one article alone, where all they do is make its vector longer.
struct numbered_terms {
  struct entry {
    std::uint32_t id = 0;
    float weight = 0;  // 1 + ln(count), half of that for a pair of words
  };
  enum class kind : std::uint8_t { word, pair, characters };
  by_article<entry> shared;   // terms of other articles too; sorted by id
  std::vector<double> alone;  // for each article: squares of the weights of its other terms
  std::vector<kind> kinds;    // by id
};

numbered_terms::kind kind_of(const term& t);

// To multiples of 2^-20: what is computed from logarithms is then the same on every machine.
double rounded_logarithm(double value);

double counted_weight(std::uint32_t count, numbered_terms::kind of);  // 1 + ln(count), half of that for a pair of words

// Of a term that so many of so many articles hold, at least one.
double rarity(std::uint64_t articles, std::uint64_t frequency);                                // ln((n + 1.5) / (df + 0.5))
double surprise_of(std::uint64_t articles, std::uint64_t frequency, numbered_terms::kind of);  // as in term_space

// Nats that the luckiest pair of so many articles has in common by chance: some 2 ln n.
double luckiest_pair(std::uint64_t articles);

// Numbers take the place of the keys.
numbered_terms number(by_article<term> terms, unsigned threads);

// One entry of a weighted vector.
struct weight {
  std::uint32_t id = 0;
  float value = 0;  // of the vector made unit length (terms of one article alone count in the length)
};

// Adds the vector of one article of those chosen: its terms by id, and the squares of the weights of the others, which stand in
// it alone. Terms of one of the articles chosen, and those too common to weigh anything, make it longer but do not stand in it.
void add_unit_vector(std::span<const numbered_terms::entry> shared, double alone, std::uint64_t articles,
                     std::span<const double> rarities, std::span<const std::uint32_t> frequency, std::vector<weight>& to);

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
