// SPDX-License-Identifier: Apache-2.0
#pragma once
// Eight 64-bit numbers side by side.

#if defined(__x86_64__)

#include <cstdint>

#include "avx512.hpp"
#include "hash.hpp"

namespace retold {

using lanes = __m512i;

RETOLD_AVX512_INLINE lanes all(std::uint64_t value) noexcept { return _mm512_set1_epi64(static_cast<long long>(value)); }

// mix64 of each.
RETOLD_AVX512_INLINE lanes mix64(lanes x) noexcept {
  x = _mm512_mullo_epi64(_mm512_xor_si512(x, _mm512_srli_epi64(x, 30)), all(mix_first_multiplier));
  x = _mm512_mullo_epi64(_mm512_xor_si512(x, _mm512_srli_epi64(x, 27)), all(mix_second_multiplier));
  return _mm512_xor_si512(x, _mm512_srli_epi64(x, 31));
}

}  // namespace retold

#endif
