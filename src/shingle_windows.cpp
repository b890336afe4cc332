// SPDX-License-Identifier: Apache-2.0
#include "shingle_windows.hpp"

namespace retold {

std::size_t write_windows_scalar(std::span<const std::uint64_t> units, std::size_t size, std::uint64_t* out) {
  if (units.size() < size) return 0;
  const std::size_t count = units.size() - size + 1;
  std::uint64_t leading = 1;  // multiplier ^ size: the weight of the unit that falls out
  for (std::size_t i = 0; i < size; ++i) leading *= shingle_multiplier;
  std::uint64_t polynomial = 0;
  for (std::size_t i = 0; i < size; ++i) polynomial = polynomial * shingle_multiplier + units[i];
  out[0] = finish_shingle(polynomial, size);
  for (std::size_t i = 1; i < count; ++i) {
    polynomial = polynomial * shingle_multiplier + (units[i + size - 1] - leading * units[i - 1]);
    out[i] = finish_shingle(polynomial, size);
  }
  return count;
}

}  // namespace retold
