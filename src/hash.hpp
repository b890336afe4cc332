// SPDX-License-Identifier: Apache-2.0
#pragma once
// Every 64-bit number in a signature comes from here: XXH3-64 for bytes, a bijective mixer for numbers. docs/format.md fixes
// both for ever; a change of one bit is a new signature version.

#define XXH_INLINE_ALL  // words are a few bytes long: the call would cost more than the hash
#include <xxhash.h>

#include <bit>
#include <cstdint>
#include <span>
#include <string_view>

namespace retold {

inline constexpr std::uint64_t golden = 0x9E3779B97F4A7C15;  // 2^64 divided by the golden ratio, odd

inline std::uint64_t hash_bytes(std::string_view bytes) noexcept { return XXH3_64bits(bytes.data(), bytes.size()); }

// Of the numbers' bytes, the least significant byte of each first.
inline std::uint64_t hash_numbers(std::span<const std::uint64_t> numbers, std::uint64_t seed) noexcept {
  static_assert(std::endian::native == std::endian::little, "swap the bytes of each number first");
  return XXH3_64bits_withSeed(numbers.data(), numbers.size_bytes(), seed);
}

// The finaliser of SplitMix64 (Steele, Lea and Flood 2014): a bijection in which every input bit moves every output bit.
inline constexpr std::uint64_t mix64(std::uint64_t x) noexcept {
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
  return x ^ (x >> 31);
}

// Number i of the SplitMix64 stream that starts at `seed`: independent constants for rounds and slots.
inline constexpr std::uint64_t stream64(std::uint64_t seed, std::uint64_t i) noexcept { return mix64(seed + (i + 1) * golden); }

}  // namespace retold
