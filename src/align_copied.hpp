// SPDX-License-Identifier: Apache-2.0
#pragma once
// How literally one statement repeats another. Not part of the public interface.

#include "align_words.hpp"

namespace retold::alignment {

struct counted_word {
  std::uint32_t word = 0;
  bool single = false;  // a character of a script without spaces
};

// Share of a's words that stand in a run of four or more words of b, times the share of b's words likewise: 1 for a copy, near
// 0 where words were changed everywhere, and where a short quotation stands in a long sentence. Of scripts without spaces two
// characters make a word. The same from either side. Linear in words. Of fewer than four words it is 0, also of equal ones:
// that two texts have headings in common says nothing of how they were written (if it counted, answers that copy more would
// rank by it with .830 in place of .853).
double copied(std::span<const counted_word> a, std::span<const counted_word> b);
double copied(std::span<const token> a, std::span<const token> b, const lexicon& words);

}  // namespace retold::alignment
