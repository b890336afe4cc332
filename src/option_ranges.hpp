// SPDX-License-Identifier: Apache-2.0
#pragma once
// Ranges that options of several stages have in common, and what is said outside of them.

#include <string>
#include <string_view>

#include "retold/error.hpp"

namespace retold {

// Throws error(option): "slots 0 is out of range: 1 to 4096".
inline void require_range(bool inside, std::string_view option, const std::string& value, std::string_view range) {
  if (!inside) throw error(error_kind::option, std::string(option) + ' ' + value + " is out of range: " + std::string(range));
}

// `shown` is how the stage writes numbers.
inline void require_threshold(double value, std::string (*shown)(double), std::string_view option = "threshold") {
  require_range(value > 0 && value <= 1, option, shown(value), "above 0, at most 1");
}

inline void require_recall(double value, std::string (*shown)(double)) {
  require_range(value > 0 && value < 1, "recall", shown(value), "above 0, below 1");
}

}  // namespace retold
