// SPDX-License-Identifier: Apache-2.0
#pragma once
// XXH3-64 of many words at a time, with the widest instructions this processor has (part of the shingle stage). Every way gives
// the same numbers.

#include <cstddef>
#include <cstdint>
#include <span>

#include "processor.hpp"

namespace retold {

// Words of one byte or more within a buffer, as parallel arrays. Of the buffer, 8 bytes before each word and 16 from its
// beginning may be read.
struct word_places {
  const char* bytes = nullptr;
  std::span<const std::uint32_t> begins;
  std::span<const std::uint32_t> ends;
};

// hash_bytes of each word to `out`, which has room for all.
using hash_words_function = void (*)(const word_places& words, std::uint64_t* out);

void hash_words_scalar(const word_places& words, std::uint64_t* out);
#if defined(__x86_64__)
void hash_words_avx512(const word_places& words, std::uint64_t* out);  // needs has_avx512()
#endif

inline hash_words_function choose_hash_words() noexcept {
#if defined(__x86_64__)
  if (has_avx512()) return hash_words_avx512;
#endif
  return hash_words_scalar;
}

}  // namespace retold
