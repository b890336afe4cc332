// SPDX-License-Identifier: Apache-2.0
#pragma once
// Which pairs of sentences are worth a close look. Not part of the public interface.

#include "align_grid.hpp"

namespace retold::alignment {

// Pairs with their cosines, sorted by a, then b. All of them for documents of usual length; of long ones, those with the best
// cosine in their row or column; of very long ones, the best of those that share a rare word or gram.
std::vector<sentence_pair> propose_pairs(const reading& a, const reading& b, const lexicon& words);

// The same by the way for very long documents, whatever their length.
std::vector<sentence_pair> pairs_by_rare_terms(const reading& a, const reading& b, const lexicon& words);

}  // namespace retold::alignment
