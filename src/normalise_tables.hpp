// SPDX-License-Identifier: Apache-2.0
#pragma once
// How single code points and combining sequences fold (part of the normalise stage): made by ICU on first use, then shared by
// all threads.

#include <unicode/unistr.h>

#include <array>
#include <bitset>
#include <cstdint>
#include <string>
#include <string_view>

namespace retold {

// A longer sequence without a boundary is cut here (docs/format.md): ICU sorts marks by insertion, which is quadratic.
inline constexpr std::size_t longest_chunk = 256;

// Offsets have 32 bits and a few code points grow elevenfold: what would pass 4 GiB once folded ends there.
inline constexpr std::size_t longest_folding = 0xFFFFFFFF - (1 << 16);

// The folding of 256 successive code points, each taken alone.
struct fold_block {
  std::array<std::uint16_t, 257> at{};  // code point i folds to pool[at[i], at[i + 1])
  std::string pool;
  std::bitset<256> boundary;  // a chunk may start here
  std::bitset<256> plain;     // folds to one code point of the same length: offsets may go byte by byte

  std::string_view folded(std::size_t i) const noexcept { return {pool.data() + at[i], std::size_t(at[i + 1] - at[i])}; }
};

const fold_block& fold_block_of(UChar32 code_point);

// A base and what follows it up to the next boundary.
std::string fold_sequence(const icu::UnicodeString& sequence);

}  // namespace retold
