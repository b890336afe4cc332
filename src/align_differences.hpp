// SPDX-License-Identifier: Apache-2.0
#pragma once
// What is left of two statements when the words that answer one another are taken away. Not part of the public interface.

#include "align_words.hpp"

namespace retold::alignment {

// Runs of unmatched words. Two runs between the same neighbours stand in place of one another and make one difference; where
// there is no such partner, the other slice is empty and says where the words are missing. Sorted by place in a, then in b.
std::vector<difference> find_differences(std::span<const token> a, std::span<const token> b,
                                         std::span<const word_match> matches);

}  // namespace retold::alignment
