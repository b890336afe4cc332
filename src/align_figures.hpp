// SPDX-License-Identifier: Apache-2.0
#pragma once
// Figures in running text, and those of two statements that stand in the same place and disagree ("50 000" and "30 000").
// Not part of the public interface.

#include "align_lexicon.hpp"

namespace retold::alignment {

enum class figure_kind : std::uint8_t { number, percent, currency, time, year };

struct figure {
  figure_kind kind = figure_kind::number;
  double value = 0;                   // of times: minutes; scale words ("million") multiply
  unsigned digits = 0;                // significant ones: 300 has one, 1.76 has three
  std::uint32_t first = 0, last = 0;  // its tokens
  slice where;                        // in the input, with a currency sign beside it
  bool scaled = false;                // bears a scale word, in it or behind it
  bool bare = true;                   // no unit, currency or other word stands right behind it
  std::uint32_t end = 0;              // behind its scale words; these are its context too: "million" beside both
};

// A run of words with the folded text it stands in.
struct statement {
  std::string_view folded;  // segmented::normal.bytes
  std::span<const token> tokens;
  const offset_map* origin = nullptr;  // segmented::normal.origin; without it, slices hold no currency signs
};

// 1,234 · 1 234 · 1.234 · 1’234 are one thousand two hundred and thirty-four; 1.7 and 1,7 one and seven tenths; .2 two tenths.
// Numbers are also read from words (align_numbers). A number that follows a letter (R2), a letter and a hyphen (F-16) or a
// letter and a parenthesis that it fills (f(2)) is a name and no figure; so are 1.2.3, 12.05.2024 and 9/11.
std::vector<figure> read_figures(const statement& in, const lexicon& words);

// Equal, or as equal as rounding makes them. Times and years: equal. Powers of a thousand do not tell figures apart if neither
// bears a scale word, or if the one that does not stands alone and below a thousand (1.7 in a table, 1.7 million).
bool agree(const figure& a, const figure& b);

// Whether each side has a figure that agrees with none of the other's.
bool have_figures_of_their_own(const std::vector<figure>& a, const std::vector<figure>& b);

// Figures stand in one place when the words around them agree: the nearer and the longer, the more. One word of six letters
// right beside both is enough between sentences that are known to say the same, not between others.
inline constexpr double context_of_equals = 2.2, context_of_others = 4.0;

// Sorted by place in a. The lexicon must have related the words of a with those of b.
std::vector<conflict> conflicting_figures(const statement& a, const statement& b, const lexicon& words,
                                          double least_context = context_of_equals);

}  // namespace retold::alignment
