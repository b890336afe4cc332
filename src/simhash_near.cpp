// SPDX-License-Identifier: Apache-2.0
// x86-64 without more has no instruction that counts bits, AVX-512 counts those of four prints at a time.
#include "simhash_near.hpp"

#include "avx512.hpp"

namespace retold {
namespace {

[[gnu::always_inline]] inline void collect_near(std::span<const fingerprint> run, std::size_t from, const fingerprint& f,
                                                int distance, std::vector<std::uint32_t>& hits) {
  for (std::size_t i = from; i < run.size(); ++i)
    if (__builtin_popcountll(run[i].low ^ f.low) + __builtin_popcountll(run[i].high ^ f.high) <= distance)
      hits.push_back(static_cast<std::uint32_t>(i));
}

}  // namespace

void near_scalar(std::span<const fingerprint> run, const fingerprint& f, int distance, std::vector<std::uint32_t>& hits) {
  collect_near(run, 0, f, distance, hits);
}

#if defined(__x86_64__)

[[gnu::target("popcnt")]] void near_popcnt(std::span<const fingerprint> run, const fingerprint& f, int distance,
                                           std::vector<std::uint32_t>& hits) {
  collect_near(run, 0, f, distance, hits);
}

__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vpopcntdq,popcnt"))) void near_avx512(
    std::span<const fingerprint> run, const fingerprint& f, int distance, std::vector<std::uint32_t>& hits) {
  static_assert(sizeof(fingerprint) == 16);
  const __m512i wanted = _mm512_broadcast_i32x4(_mm_set_epi64x(static_cast<long long>(f.high), static_cast<long long>(f.low)));
  const __m512i most = _mm512_set1_epi64(distance);
  std::size_t i = 0;
  for (; i + 4 <= run.size(); i += 4) {
    const __m512i bits = _mm512_popcnt_epi64(_mm512_xor_si512(_mm512_loadu_si512(run.data() + i), wanted));
    const __m512i sums = _mm512_add_epi64(bits, _mm512_shuffle_epi32(bits, _MM_PERM_BADC));  // in both halves of each print
    for (unsigned near = _mm512_cmple_epi64_mask(sums, most) & 0x55; near != 0; near &= near - 1)
      hits.push_back(static_cast<std::uint32_t>(i + static_cast<unsigned>(__builtin_ctz(near)) / 2));
  }
  collect_near(run, i, f, distance, hits);
}

#endif

}  // namespace retold
