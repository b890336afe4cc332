// SPDX-License-Identifier: Apache-2.0
#pragma once
// Every sentence of one document against every sentence of the other: how much speaks for a link.
// Not part of the public interface.

#include <algorithm>

#include "align_words.hpp"

namespace retold::alignment {

// A sentence that takes part, or a piece of a longer one. Neighbours of one stretch have nothing but white space between them.
struct unit {
  retold::field field = field::text;
  std::uint32_t stretch = 0;          // changes with the field and at boilerplate
  std::uint32_t first = 0, last = 0;  // its tokens
  slice where;                        // in the field's input
  std::vector<gram_weight> grams;
  double norm = 0;            // sum of squared gram weights
  std::uint32_t singles = 0;  // tokens that are single characters

  // In words: of scripts without spaces, two characters make one.
  std::uint32_t length() const noexcept { return last - first - singles / 2; }
};

struct reading {
  std::vector<token> tokens;
  std::vector<unit> units;
  std::span<const token> words(std::size_t first_unit, std::size_t last_unit) const {
    const std::uint32_t begin = units[first_unit].first;
    return std::span(tokens).subspan(begin, units[last_unit].last - begin);
  }
};

// The sentences of title and text that have words and are not boilerplate.
reading read_article(const article& from, lexicon& words);

// Those of the text that share a byte with `part`.
reading read_part(const article& from, slice part, lexicon& words);

struct sentence_pair {
  std::uint32_t a = 0, b = 0;           // units
  double grams = 0;                     // cosine
  double covered_a = 0, covered_b = 0;  // share of each side's weight that has a counterpart on the other
  double evidence = 0;                  // logit that the two belong together, given all their rivals
  bool identical = false;
  double most_covered() const noexcept { return std::max(covered_a, covered_b); }
};

// Pairs sorted by a, then b: those that align_candidates proposes. The lexicon must have related the words of a with those of
// b.
std::vector<sentence_pair> score_pairs(const reading& a, const reading& b, const lexicon& words);

}  // namespace retold::alignment
