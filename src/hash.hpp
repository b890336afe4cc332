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

// Of XXH3's ways for short inputs (its specification, "short inputs"): words of its secret, xored as it says, and multipliers.
namespace xxh3 {
inline constexpr std::uint64_t tiny_flip = 0x87275A9B, short_flip = 0xC73AB174C5ECD5A2;
inline constexpr std::uint64_t medium_flip_low = 0x6782737BEA4239B9, medium_flip_high = 0xAF56BC3B0996523A;
inline constexpr std::uint64_t tiny_first = 0xC2B2AE3D27D4EB4F, tiny_second = 0x165667B19E3779F9;
inline constexpr std::uint64_t short_multiplier = 0x9FB21C651E98DF25, medium_multiplier = 0x165667919E3779F9;
}  // namespace xxh3

// hash_bytes of a word, where 8 bytes before it and 16 from its beginning may be read. The lengths of words follow no pattern,
// and a branch on them is mispredicted at every other word: so XXH3's ways for up to 3, 8 and 16 bytes are all gone and one
// result is chosen.
inline std::uint64_t hash_word(const char* word, std::size_t size) noexcept {
  if (size - 1 >= 16) return hash_bytes({word, size});
  const auto byte = [&](std::size_t at) -> std::uint64_t { return static_cast<unsigned char>(word[at]); };
  const auto last = word + size;
  const auto choose = [](std::uint64_t mask, std::uint64_t yes, std::uint64_t no) { return no ^ ((yes ^ no) & mask); };
  const std::uint64_t tiny = std::uint64_t{0} - (size < 4), wide = std::uint64_t{0} - (size > 8);  // all ones or none
  // Up to 8 bytes: two rounds of xorshift and multiplication, which differ in their numbers.
  const std::uint64_t three = byte(0) << 16 | byte(size >> 1) << 24 | byte(size - 1) | size << 8;
  const std::uint64_t eight = XXH_readLE32(last - 4) + (std::uint64_t{XXH_readLE32(word)} << 32);
  std::uint64_t h = choose(tiny, three ^ xxh3::tiny_flip, eight ^ xxh3::short_flip);
  h ^= choose(tiny, h >> 33, std::rotl(h, 49) ^ std::rotl(h, 24));
  h *= choose(tiny, xxh3::tiny_first, xxh3::short_multiplier);
  h ^= choose(tiny, h >> 29, (h >> 35) + size);
  h *= choose(tiny, xxh3::tiny_second, xxh3::short_multiplier);
  h ^= choose(tiny, h >> 32, h >> 28);
  // 9 to 16 bytes: a multiplication to 128 bits.
  const std::uint64_t low = XXH_readLE64(word) ^ xxh3::medium_flip_low, high = XXH_readLE64(last - 8) ^ xxh3::medium_flip_high;
  std::uint64_t g = size + XXH_swap64(low) + high + XXH3_mul128_fold64(low, high);
  g ^= g >> 37;
  g *= xxh3::medium_multiplier;
  g ^= g >> 32;
  return choose(wide, g, h);
}

// Of the numbers' bytes, the least significant byte of each first.
inline std::uint64_t hash_numbers(std::span<const std::uint64_t> numbers, std::uint64_t seed) noexcept {
  static_assert(std::endian::native == std::endian::little, "swap the bytes of each number first");
  return XXH3_64bits_withSeed(numbers.data(), numbers.size_bytes(), seed);
}

// The finaliser of SplitMix64 (Steele, Lea and Flood 2014): a bijection in which every input bit moves every output bit.
inline constexpr std::uint64_t mix_first_multiplier = 0xBF58476D1CE4E5B9, mix_second_multiplier = 0x94D049BB133111EB;
inline constexpr std::uint64_t mix64(std::uint64_t x) noexcept {
  x = (x ^ (x >> 30)) * mix_first_multiplier;
  x = (x ^ (x >> 27)) * mix_second_multiplier;
  return x ^ (x >> 31);
}

// Number i of the SplitMix64 stream that starts at `seed`: independent constants for rounds and slots.
inline constexpr std::uint64_t stream64(std::uint64_t seed, std::uint64_t i) noexcept { return mix64(seed + (i + 1) * golden); }

}  // namespace retold
