// SPDX-License-Identifier: Apache-2.0
#pragma once
// Sentence boundaries of a text (part of the segment stage). Words are not known yet.

#include <string_view>
#include <vector>

#include "retold/offsets.hpp"

namespace retold {

struct sentence_range {
  slice where;         // without surrounding white space; never empty
  std::uint32_t line;  // number of the line (of the paragraph, in hard-wrapped text)
};

std::vector<sentence_range> find_sentences(std::string_view text);

// Whether a line stops as a sentence does, in any script: full stop, question or exclamation mark, closing quote.
bool ends_sentence(std::string_view line) noexcept;

}  // namespace retold
