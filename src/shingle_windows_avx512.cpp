// SPDX-License-Identifier: Apache-2.0
// Eight windows at a time, each from its first unit: up to a dozen multiplications cost less than a rolling sum, in which each
// window waits for the one before it.
#include "shingle_windows.hpp"

#if defined(__x86_64__)

#include "hash_avx512.hpp"

namespace retold {

RETOLD_AVX512 std::size_t write_windows_avx512(std::span<const std::uint64_t> units, std::size_t size, std::uint64_t* out) {
  constexpr std::size_t longest = 12;
  if (units.size() < size) return 0;
  if (size > longest) return write_windows_scalar(units, size, out);
  const std::size_t count = units.size() - size + 1;
  const lanes multiplier = all(shingle_multiplier), length = all(size * golden);
  for (std::size_t i = 0; i < count; i += 8) {
    const auto which = static_cast<__mmask8>(count - i < 8 ? (1u << (count - i)) - 1 : 0xFF);
    lanes polynomial = _mm512_maskz_loadu_epi64(which, units.data() + i);
    for (std::size_t k = 1; k < size; ++k)
      polynomial =
          _mm512_add_epi64(_mm512_mullo_epi64(polynomial, multiplier), _mm512_maskz_loadu_epi64(which, units.data() + i + k));
    _mm512_mask_storeu_epi64(out + i, which, mix64(_mm512_add_epi64(polynomial, length)));
  }
  return count;
}

}  // namespace retold

#endif
