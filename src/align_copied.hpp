// SPDX-License-Identifier: Apache-2.0
#pragma once
// How literally one statement repeats another. Not part of the public interface.

#include "align_tokens.hpp"
#include "align_words.hpp"

namespace retold::alignment {

// Share of a's words that stand in a run of four or more words of b, times the share of b's words likewise: 1 for a copy, near
// 0 where words were changed everywhere, and where a short quotation stands in a long sentence. Of scripts without spaces two
// characters make a word. The same from either side.
double copied(std::span<const token> a, std::span<const token> b, const lexicon& words);

}  // namespace retold::alignment
