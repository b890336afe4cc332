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

// 1,234,567
inline std::string grouped(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t at = digits.size(); at > 3;) digits.insert(at -= 3, 1, ',');
  return digits;
}

inline std::string grouped(std::uint64_t number, std::string_view one, std::string_view many) {
  return grouped(number).append(" ").append(number == 1 ? one : many);
}

}  // namespace retold
