// SPDX-License-Identifier: Apache-2.0
// One digit spreads the numbers over buckets of some four; each bucket is sorted within one or two registers by a bitonic
// network (Batcher 1968) whose steps no branch depends on. Sorting by insertion mispredicts at every other number.
#include "radix_sort.hpp"

#if defined(__x86_64__)

#include "hash_avx512.hpp"

namespace retold {
namespace {

// Each lane gets the smaller, or where `greater` has its bit, the greater of itself and its partner.
RETOLD_AVX512_INLINE lanes exchange(lanes v, lanes partners, __mmask8 greater) noexcept {
  return _mm512_mask_max_epu64(_mm512_min_epu64(v, partners), greater, v, partners);
}

RETOLD_AVX512_INLINE lanes by_one(lanes v) noexcept {  // lane i with lane i ^ 1
  return exchange(v, _mm512_shuffle_epi32(v, _MM_PERM_BADC), 0xAA);
}
RETOLD_AVX512_INLINE lanes by_two(lanes v) noexcept { return exchange(v, _mm512_permutex_epi64(v, 0x4E), 0xCC); }
RETOLD_AVX512_INLINE lanes by_four(lanes v) noexcept { return exchange(v, _mm512_shuffle_i64x2(v, v, 0x4E), 0xF0); }
RETOLD_AVX512_INLINE lanes reversed(lanes v) noexcept {
  return _mm512_permutexvar_epi64(_mm512_setr_epi64(7, 6, 5, 4, 3, 2, 1, 0), v);
}

RETOLD_AVX512_INLINE lanes sort_eight(lanes v) noexcept {
  v = by_one(v);
  v = by_one(exchange(v, _mm512_permutex_epi64(v, 0x1B), 0xCC));
  return by_one(by_two(exchange(v, reversed(v), 0xF0)));
}

// The first `count` numbers, others the greatest.
RETOLD_AVX512_INLINE lanes load(const std::uint64_t* from, std::size_t count) noexcept {
  const auto there = static_cast<__mmask8>(count < 8 ? (1u << count) - 1 : 0xFF);
  return _mm512_mask_loadu_epi64(all(~std::uint64_t{0}), there, from);
}
RETOLD_AVX512_INLINE void store(std::uint64_t* to, lanes v, std::size_t count) noexcept {
  _mm512_mask_storeu_epi64(to, static_cast<__mmask8>(count < 8 ? (1u << count) - 1 : 0xFF), v);
}

constexpr std::size_t few = 16;

RETOLD_AVX512_INLINE void sort_few(const std::uint64_t* from, std::size_t count, std::uint64_t* to) noexcept {
  const lanes a = sort_eight(load(from, count));
  if (count <= 8) return store(to, a, count);
  const lanes b = reversed(sort_eight(load(from + 8, count - 8)));
  store(to, by_one(by_two(by_four(_mm512_min_epu64(a, b)))), 8);
  store(to + 8, by_one(by_two(by_four(_mm512_max_epu64(a, b)))), count - 8);
}

}  // namespace

RETOLD_AVX512 void sort_numbers_avx512(std::span<std::uint64_t> items, std::span<std::uint64_t> spare, unsigned bits) {
  if (items.size() <= few) return sort_few(items.data(), items.size(), items.data());
  if (bits == 0) return;
  const radix_digit digit(items.size(), bits);
  std::array<std::uint32_t, radix_digit::most_buckets + 1> start;
  std::fill_n(start.begin(), digit.buckets + 1, 0u);
  for (const std::uint64_t item : items) ++start[digit(item) + 1];
  for (std::size_t b = 1; b <= digit.buckets; ++b) start[b] += start[b - 1];
  for (const std::uint64_t item : items) spare[start[digit(item)]++] = item;
  for (std::size_t b = 0, from = 0; b < digit.buckets; from = start[b++]) {  // start[b] is now the end of bucket b
    const std::size_t size = start[b] - from;
    if (size <= few) {
      sort_few(spare.data() + from, size, items.data() + from);
    } else {
      std::copy_n(spare.data() + from, size, items.data() + from);
      sort_numbers_avx512(items.subspan(from, size), spare.subspan(from, size), digit.shift);
    }
  }
}

}  // namespace retold

#endif
