// SPDX-License-Identifier: Apache-2.0
// Blocks of both sets are compared all with all, then the block whose last number is the smaller (or both) makes room for the
// next: no branch depends on the data. Sets hold each number once, so every equal pair is seen once.
#include "verify_merge.hpp"

#include <algorithm>

#include "avx512.hpp"

namespace retold {

std::size_t merge_scalar(std::span<const std::uint64_t> a, std::span<const std::uint64_t> b) noexcept {
  std::size_t i = 0, j = 0, common = 0;
  while (i < a.size() && j < b.size()) {
    const std::uint64_t x = a[i], y = b[j];
    common += x == y;
    i += x <= y;
    j += y <= x;
  }
  return common;
}

#if defined(__x86_64__)

__attribute__((target("avx2,popcnt"))) std::size_t merge_avx2(std::span<const std::uint64_t> a,
                                                              std::span<const std::uint64_t> b) noexcept {
  constexpr std::size_t block = 4;
  std::size_t i = 0, j = 0, common = 0;
  while (i + block <= a.size() && j + block <= b.size()) {
    const __m256i x = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(a.data() + i));
    const __m256i y = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(b.data() + j));
    const __m256i straight =
        _mm256_or_si256(_mm256_cmpeq_epi64(x, y), _mm256_cmpeq_epi64(x, _mm256_permute4x64_epi64(y, 0x39)));
    const __m256i crossed = _mm256_or_si256(_mm256_cmpeq_epi64(x, _mm256_permute4x64_epi64(y, 0x4E)),
                                            _mm256_cmpeq_epi64(x, _mm256_permute4x64_epi64(y, 0x93)));
    const int equal = _mm256_movemask_pd(_mm256_castsi256_pd(_mm256_or_si256(straight, crossed)));
    common += static_cast<std::size_t>(__builtin_popcount(static_cast<unsigned>(equal)));
    const std::uint64_t last_a = a[i + block - 1], last_b = b[j + block - 1];
    i += block * (last_a <= last_b);
    j += block * (last_b <= last_a);
  }
  return common + merge_scalar(a.subspan(i), b.subspan(j));
}

RETOLD_AVX512 std::size_t merge_avx512(std::span<const std::uint64_t> a, std::span<const std::uint64_t> b) noexcept {
  constexpr std::size_t block = 8;
  std::size_t i = 0, j = 0, common = 0;
  while (i + block <= a.size() && j + block <= b.size()) {
    const __m512i x = _mm512_loadu_si512(a.data() + i), y = _mm512_loadu_si512(b.data() + j);
    unsigned equal = _mm512_cmpeq_epi64_mask(x, y);
    equal |= _mm512_cmpeq_epi64_mask(x, _mm512_alignr_epi64(y, y, 1));
    equal |= _mm512_cmpeq_epi64_mask(x, _mm512_alignr_epi64(y, y, 2));
    equal |= _mm512_cmpeq_epi64_mask(x, _mm512_alignr_epi64(y, y, 3));
    equal |= _mm512_cmpeq_epi64_mask(x, _mm512_alignr_epi64(y, y, 4));
    equal |= _mm512_cmpeq_epi64_mask(x, _mm512_alignr_epi64(y, y, 5));
    equal |= _mm512_cmpeq_epi64_mask(x, _mm512_alignr_epi64(y, y, 6));
    equal |= _mm512_cmpeq_epi64_mask(x, _mm512_alignr_epi64(y, y, 7));
    common += static_cast<std::size_t>(__builtin_popcount(equal));
    const std::uint64_t last_a = a[i + block - 1], last_b = b[j + block - 1];
    i += block * (last_a <= last_b);
    j += block * (last_b <= last_a);
  }
  return common + merge_avx2(a.subspan(i), b.subspan(j));
}

#endif

namespace {

using numbers = std::span<const std::uint64_t>;

// The first place from `from` on that holds `wanted` or more: doubling steps, then a binary search in the last one.
std::size_t gallop(numbers in, std::size_t from, std::uint64_t wanted) noexcept {
  std::size_t step = 1, low = from;
  for (; low + step <= in.size() && in[low + step - 1] < wanted; step *= 2) low += step;
  const auto end = in.begin() + static_cast<std::ptrdiff_t>(std::min(in.size(), low + step));
  return static_cast<std::size_t>(std::lower_bound(in.begin() + static_cast<std::ptrdiff_t>(low), end, wanted) - in.begin());
}

}  // namespace

std::size_t merge_galloping(numbers a, numbers b) noexcept {
  std::size_t at = 0, common = 0;
  for (const std::uint64_t wanted : a) {
    at = gallop(b, at, wanted);
    if (at == b.size()) break;
    common += b[at] == wanted;
  }
  return common;
}

}  // namespace retold
