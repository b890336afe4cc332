// SPDX-License-Identifier: Apache-2.0
#pragma once
// Eight 64-bit numbers side by side, for the files that are written for AVX-512 F, BW, DQ and VL; their callers ask
// has_avx512().

#if defined(__x86_64__)

#if defined(__GNUC__) && \
    !defined(__clang__)  // GCC 12's own intrinsics start from registers that they leave undefined (PR 105593)
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
#include <immintrin.h>

#include <cstdint>

#define RETOLD_AVX512 __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl")))

#define RETOLD_INLINE [[gnu::always_inline]] RETOLD_AVX512 inline

namespace retold {

using lanes = __m512i;

RETOLD_INLINE lanes all(std::uint64_t value) noexcept { return _mm512_set1_epi64(static_cast<long long>(value)); }

// mix64 of each.
RETOLD_INLINE lanes mix64(lanes x) noexcept {
  x = _mm512_mullo_epi64(_mm512_xor_si512(x, _mm512_srli_epi64(x, 30)), all(0xBF58476D1CE4E5B9));
  x = _mm512_mullo_epi64(_mm512_xor_si512(x, _mm512_srli_epi64(x, 27)), all(0x94D049BB133111EB));
  return _mm512_xor_si512(x, _mm512_srli_epi64(x, 31));
}

}  // namespace retold

#endif
