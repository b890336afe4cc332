// SPDX-License-Identifier: Apache-2.0
#pragma once
// A number and what it counts, as English says it: "1 line", "3 lines".

#include <cstdint>
#include <string>
#include <string_view>

namespace retold {

inline std::string counted(std::uint64_t number, std::string_view one, std::string_view many) {
  return std::to_string(number).append(" ").append(number == 1 ? one : many);
}

}  // namespace retold
