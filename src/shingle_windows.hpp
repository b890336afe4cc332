// SPDX-License-Identifier: Apache-2.0
#pragma once
// Runs of k hashes as one number each (part of the shingle stage): a polynomial modulo 2^64, and a bijective mixer that spreads
// it. The polynomial alone would leave the low bits of a shingle to the low bits of its words.

#include <cstddef>
#include <cstdint>
#include <span>

#include "hash.hpp"
#include "processor.hpp"

namespace retold {

inline constexpr std::uint64_t shingle_multiplier = 0xD1342543DE82EF95;  // odd, and 5 modulo 8: powers have the longest period

// The number of units is part of the shingle, so that "a b" as a whole text is no window of any longer text.
constexpr std::uint64_t finish_shingle(std::uint64_t polynomial, std::size_t size) noexcept {
  return mix64(polynomial + size * golden);
}

constexpr std::uint64_t shingle_of(const std::uint64_t* units, std::size_t size) noexcept {
  std::uint64_t polynomial = 0;
  for (std::size_t i = 0; i < size; ++i) polynomial = polynomial * shingle_multiplier + units[i];
  return finish_shingle(polynomial, size);
}

// Of each window of `size` ≥ 1 units; `out` has room for all of them. Returns how many there are.
using write_windows_function = std::size_t (*)(std::span<const std::uint64_t> units, std::size_t size, std::uint64_t* out);

std::size_t write_windows_scalar(std::span<const std::uint64_t> units, std::size_t size, std::uint64_t* out);
#if defined(__x86_64__)
std::size_t write_windows_avx512(std::span<const std::uint64_t> units, std::size_t size, std::uint64_t* out);
#endif

inline write_windows_function choose_write_windows() noexcept {
#if defined(__x86_64__)
  if (has_avx512()) return write_windows_avx512;
#endif
  return write_windows_scalar;
}

}  // namespace retold
