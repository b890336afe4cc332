// SPDX-License-Identifier: Apache-2.0
#pragma once
// 64 bytes at a time: which are ASCII, which are letters or digits, and all of them in lower case. By SSE2,
// which every x86-64 has; elsewhere byte by byte.

#include <cstdint>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace retold {

struct ascii_block {
  std::uint64_t beyond = 0;  // bit i: byte i is no ASCII
  std::uint64_t word = 0;    // bit i: byte i is an ASCII letter or digit
};

// Writes the 64 bytes to `out` with A–Z in lower case.
inline ascii_block fold_ascii_portably(const char* bytes, char* out) noexcept {
  ascii_block found;
  for (unsigned i = 0; i < 64; ++i) {
    const auto c = static_cast<unsigned char>(bytes[i]);
    const bool upper = c - unsigned{'A'} < 26;
    const unsigned low = upper ? c | 0x20u : c;
    out[i] = static_cast<char>(low);
    found.beyond |= std::uint64_t{c >= 0x80} << i;
    found.word |= std::uint64_t{low - unsigned{'a'} < 26 || c - unsigned{'0'} < 10} << i;
  }
  return found;
}

#if defined(__SSE2__)
inline ascii_block fold_ascii(const char* bytes, char* out) noexcept {
  ascii_block found;
  // Signed comparisons: what lies from `first` on, `count` long, is moved to the bottom of the range.
  const auto within = [](__m128i v, char first, char count) {
    const __m128i moved = _mm_add_epi8(v, _mm_set1_epi8(static_cast<char>(-128 - first)));
    return _mm_cmplt_epi8(moved, _mm_set1_epi8(static_cast<char>(-128 + count)));
  };
  for (unsigned i = 0; i < 4; ++i) {
    const __m128i v = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes + 16 * i));
    const __m128i low = _mm_or_si128(v, _mm_and_si128(within(v, 'A', 26), _mm_set1_epi8(0x20)));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(out + 16 * i), low);
    const __m128i word = _mm_or_si128(within(low, 'a', 26), within(v, '0', 10));
    found.beyond |= std::uint64_t{static_cast<unsigned>(_mm_movemask_epi8(v))} << (16 * i);
    found.word |= std::uint64_t{static_cast<unsigned>(_mm_movemask_epi8(word))} << (16 * i);
  }
  return found;
}
#else
inline ascii_block fold_ascii(const char* bytes, char* out) noexcept { return fold_ascii_portably(bytes, out); }
#endif

}  // namespace retold
