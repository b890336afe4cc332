// SPDX-License-Identifier: Apache-2.0
#pragma once
// Ranges that options of several stages have in common, and what is said outside of them.

#include <charconv>
#include <iterator>
#include <string>
#include <string_view>

#include "retold/error.hpp"

namespace retold {

// In the fewest digits that read back as the same number: 1.00001 is not 1.
inline std::string shortest(double value) {
  char digits[32];
  return {digits, std::to_chars(std::begin(digits), std::end(digits), value).ptr};
}

// Throws error(option): "slots 0 is out of range: 1 to 4096".
inline void require_range(bool inside, std::string_view option, const std::string& value, std::string_view range) {
  if (!inside) throw error(error_kind::option, std::string(option) + ' ' + value + " is out of range: " + std::string(range));
}

inline void require_threshold(double value, std::string_view option = "threshold") {
  require_range(value > 0 && value <= 1, option, shortest(value), "above 0, at most 1");
}

inline void require_recall(double value) {
  require_range(value > 0 && value < 1, "recall", shortest(value), "above 0, below 1");
}

}  // namespace retold
