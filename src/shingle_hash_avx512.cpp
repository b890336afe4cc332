// SPDX-License-Identifier: Apache-2.0
// hash_word for eight words side by side: the same three ways of XXH3 and the same choices, one lane for each word. Longer
// words are hashed by themselves afterwards.
#include "shingle_hash.hpp"

#if defined(__x86_64__)

#if defined(__GNUC__) && \
    !defined(__clang__)  // GCC 12's own intrinsics start from registers that they leave undefined (PR 105593)
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
#include <immintrin.h>

#include <bit>

#include "hash.hpp"

#define RETOLD_AVX512 __attribute__((target("avx512f,avx512bw,avx512dq")))

namespace retold {
namespace {

using lanes = __m512i;

RETOLD_AVX512 inline lanes all(std::uint64_t value) noexcept { return _mm512_set1_epi64(static_cast<long long>(value)); }

// Up to 8 bytes. `first` and `last` hold the word's first and last 8 bytes, which overlap or reach beyond it.
RETOLD_AVX512 inline lanes hash_short(lanes first, lanes last, lanes size) noexcept {
  const __mmask8 tiny = _mm512_cmplt_epu64_mask(size, all(4));
  const lanes middle = _mm512_and_si512(_mm512_srlv_epi64(first, _mm512_slli_epi64(_mm512_srli_epi64(size, 1), 3)), all(0xFF));
  const lanes three =
      _mm512_or_si512(_mm512_or_si512(_mm512_slli_epi64(_mm512_and_si512(first, all(0xFF)), 16), _mm512_slli_epi64(middle, 24)),
                      _mm512_or_si512(_mm512_srli_epi64(last, 56), _mm512_slli_epi64(size, 8)));
  const lanes eight = _mm512_add_epi64(_mm512_srli_epi64(last, 32), _mm512_slli_epi64(first, 32));
  lanes h = _mm512_mask_blend_epi64(tiny, _mm512_xor_si512(eight, all(xxh3::short_flip)),
                                    _mm512_xor_si512(three, all(xxh3::tiny_flip)));
  h = _mm512_xor_si512(h, _mm512_mask_blend_epi64(tiny, _mm512_xor_si512(_mm512_rol_epi64(h, 49), _mm512_rol_epi64(h, 24)),
                                                  _mm512_srli_epi64(h, 33)));
  h = _mm512_mullo_epi64(h, _mm512_mask_blend_epi64(tiny, all(xxh3::short_multiplier), all(xxh3::tiny_first)));
  h = _mm512_xor_si512(
      h, _mm512_mask_blend_epi64(tiny, _mm512_add_epi64(_mm512_srli_epi64(h, 35), size), _mm512_srli_epi64(h, 29)));
  h = _mm512_mullo_epi64(h, _mm512_mask_blend_epi64(tiny, all(xxh3::short_multiplier), all(xxh3::tiny_second)));
  return _mm512_xor_si512(h, _mm512_mask_blend_epi64(tiny, _mm512_srli_epi64(h, 28), _mm512_srli_epi64(h, 32)));
}

// The low half of a × b xor the high half, from products of 32 bits.
RETOLD_AVX512 inline lanes multiply_and_fold(lanes a, lanes b) noexcept {
  const lanes low = all(0xFFFFFFFF), a_high = _mm512_srli_epi64(a, 32), b_high = _mm512_srli_epi64(b, 32);
  const lanes ll = _mm512_mul_epu32(a, b), lh = _mm512_mul_epu32(a, b_high);
  const lanes hl = _mm512_mul_epu32(a_high, b), hh = _mm512_mul_epu32(a_high, b_high);
  const lanes middle =
      _mm512_add_epi64(_mm512_srli_epi64(ll, 32), _mm512_add_epi64(_mm512_and_si512(lh, low), _mm512_and_si512(hl, low)));
  const lanes above = _mm512_add_epi64(_mm512_add_epi64(hh, _mm512_srli_epi64(middle, 32)),
                                       _mm512_add_epi64(_mm512_srli_epi64(lh, 32), _mm512_srli_epi64(hl, 32)));
  const lanes below = _mm512_or_si512(_mm512_and_si512(ll, low), _mm512_slli_epi64(middle, 32));
  return _mm512_xor_si512(above, below);
}

RETOLD_AVX512 inline lanes swap_bytes(lanes v) noexcept {
  const __m128i order = _mm_set_epi8(8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7);
  return _mm512_shuffle_epi8(v, _mm512_broadcast_i32x4(order));
}

// 9 to 16 bytes.
RETOLD_AVX512 inline lanes hash_medium(lanes first, lanes last, lanes size) noexcept {
  const lanes low = _mm512_xor_si512(first, all(xxh3::medium_flip_low)),
              high = _mm512_xor_si512(last, all(xxh3::medium_flip_high));
  lanes g = _mm512_add_epi64(_mm512_add_epi64(size, swap_bytes(low)), _mm512_add_epi64(high, multiply_and_fold(low, high)));
  g = _mm512_xor_si512(g, _mm512_srli_epi64(g, 37));
  g = _mm512_mullo_epi64(g, all(xxh3::medium_multiplier));
  return _mm512_xor_si512(g, _mm512_srli_epi64(g, 32));
}

}  // namespace

RETOLD_AVX512 void hash_words_avx512(const word_places& words, std::uint64_t* out) {
  const std::size_t count = words.begin.size();
  std::size_t i = 0;
  for (; i + 8 <= count; i += 8) {
    const lanes begin = _mm512_loadu_si512(words.begin.data() + i), size = _mm512_loadu_si512(words.size.data() + i);
    const lanes end = _mm512_sub_epi64(_mm512_add_epi64(begin, size), all(8));
    const lanes first = _mm512_i64gather_epi64(begin, words.bytes, 1), last = _mm512_i64gather_epi64(end, words.bytes, 1);
    const __mmask8 medium = _mm512_cmpgt_epu64_mask(size, all(8));
    lanes hashes = hash_short(first, last, size);
    if (medium != 0) hashes = _mm512_mask_blend_epi64(medium, hashes, hash_medium(first, last, size));
    _mm512_storeu_si512(out + i, hashes);
    for (unsigned lengthy = _mm512_cmpgt_epu64_mask(size, all(16)); lengthy != 0; lengthy &= lengthy - 1) {
      const std::size_t k = i + static_cast<unsigned>(std::countr_zero(lengthy));
      out[k] = hash_bytes({words.bytes + words.begin[k], words.size[k]});
    }
  }
  hash_words_scalar({words.bytes, words.begin.subspan(i), words.size.subspan(i)}, out + i);
}

}  // namespace retold

#endif
