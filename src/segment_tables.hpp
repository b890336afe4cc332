// SPDX-License-Identifier: Apache-2.0
#pragma once
// The word classes of Unicode 15.0 as ranges; code points in no range are no part of a word.

#include <cstdint>

namespace retold {

struct word_range {
  char32_t first, last;
  std::uint8_t value;  // a word_class
};

extern const word_range word_ranges[];
extern const unsigned word_range_count;

}  // namespace retold
