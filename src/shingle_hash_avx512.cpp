// SPDX-License-Identifier: Apache-2.0
// hash_word for eight words side by side: the same three ways of XXH3 and the same choices, one lane for each word. Longer
// words are hashed by themselves afterwards.
#include "shingle_hash.hpp"

#if defined(__x86_64__)

#include <bit>

#include "hash.hpp"
#include "hash_avx512.hpp"

namespace retold {
namespace {

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

struct words8 {
  lanes begin, end, size;
  __mmask8 there;
};

RETOLD_AVX512 inline words8 eight(const word_places& words, std::size_t from) noexcept {
  const std::size_t left = words.begins.size() - from;
  const auto there = static_cast<__mmask8>(left < 8 ? (1u << left) - 1 : 0xFF);
  const lanes begin = _mm512_cvtepu32_epi64(_mm256_maskz_loadu_epi32(there, words.begins.data() + from));
  const lanes end = _mm512_cvtepu32_epi64(_mm256_maskz_loadu_epi32(there, words.ends.data() + from));
  return {begin, end, _mm512_sub_epi64(end, begin), there};
}

RETOLD_AVX512 inline unsigned longer_than(const words8& w, std::uint64_t size) noexcept {
  return _mm512_cmpgt_epu64_mask(w.size, all(size));
}

RETOLD_AVX512 inline lanes hash_eight(const char* bytes, const words8& w, bool medium) noexcept {
  const lanes first = _mm512_mask_i64gather_epi64(all(0), w.there, w.begin, bytes, 1);
  const lanes last = _mm512_mask_i64gather_epi64(all(0), w.there, _mm512_sub_epi64(w.end, all(8)), bytes, 1);
  const lanes hashes = hash_short(first, last, w.size);
  if (!medium) return hashes;
  return _mm512_mask_blend_epi64(static_cast<__mmask8>(longer_than(w, 8)), hashes, hash_medium(first, last, w.size));
}

}  // namespace

// Two times eight, so that one may be multiplied while the other waits for its bytes.
RETOLD_AVX512 void hash_words_avx512(const word_places& words, std::uint64_t* out) {
  const std::size_t count = words.begins.size();
  for (std::size_t i = 0; i < count; i += 16) {
    const words8 a = eight(words, i), b = eight(words, i + 8 < count ? i + 8 : count);
    const bool medium = (longer_than(a, 8) | longer_than(b, 8)) != 0;
    _mm512_mask_storeu_epi64(out + i, a.there, hash_eight(words.bytes, a, medium));
    _mm512_mask_storeu_epi64(out + i + 8, b.there, hash_eight(words.bytes, b, medium));
    for (unsigned lengthy = longer_than(a, 16) | longer_than(b, 16) << 8; lengthy != 0; lengthy &= lengthy - 1) {
      const std::size_t k = i + static_cast<unsigned>(std::countr_zero(lengthy));
      out[k] = hash_bytes({words.bytes + words.begins[k], words.ends[k] - words.begins[k]});
    }
  }
}

}  // namespace retold

#endif
