// SPDX-License-Identifier: Apache-2.0
// Throws are computed eight at a time into short lists and then dealt out one by one: two of the eight may hit the same bin.
// Once every bin could have got one, most throws are greater than what their bin holds; those that are do not get into the
// list.
#include "minhash_fss.hpp"

#if defined(__x86_64__)

#include <bit>

#include "hash_avx512.hpp"

namespace retold {
namespace {

constexpr std::size_t list_size = 64;

struct throws {
  alignas(64) std::uint64_t value[list_size + 8];
  alignas(64) std::uint64_t bin[list_size + 8];
  std::size_t count = 0;
};

std::size_t deal(const throws& list, std::span<std::uint64_t> bins) noexcept {
  std::uint64_t* const bin = bins.data();
  std::size_t filled = 0;
  for (std::size_t i = 0; i < list.count; ++i) {
    const std::uint64_t value = list.value[i], at = list.bin[i], before = bin[at];
    filled += before == fss_unfilled;
    bin[at] = value < before ? value : before;
  }
  return filled;
}

// The throws of the lanes in `which` that may change their bin.
RETOLD_AVX512_INLINE void add(throws& list, lanes elements, __mmask8 which, fss_round round,
                              std::span<const std::uint64_t> bins, bool sieve) noexcept {
  const lanes hash = mix64(_mm512_xor_si512(elements, all(round.seed)));
  const lanes value = _mm512_or_si512(_mm512_and_si512(hash, all(fss_value_mask)), all(round.number << fss_value_bits));
  const lanes at = _mm512_srli_epi64(_mm512_mul_epu32(_mm512_srli_epi64(hash, 32), all(bins.size())), 32);
  if (sieve) {
    const lanes before = _mm512_mask_i64gather_epi64(all(0), which, at, bins.data(), 8);
    which = _mm512_mask_cmpgt_epu64_mask(which, before, value);
  }
  _mm512_storeu_si512(list.value + list.count, _mm512_maskz_compress_epi64(which, value));
  _mm512_storeu_si512(list.bin + list.count, _mm512_maskz_compress_epi64(which, at));
  list.count += static_cast<std::size_t>(std::popcount(which));
}

}  // namespace

RETOLD_AVX512 std::size_t fss_throw_avx512(std::span<const std::uint64_t> elements, fss_round round,
                                           std::span<std::uint64_t> bins) {
  throws list;
  std::size_t filled = 0;
  for (std::size_t i = 0; i < elements.size(); i += 8) {
    const std::size_t left = elements.size() - i;
    const auto which = static_cast<__mmask8>(left < 8 ? (1u << left) - 1 : 0xFF);
    add(list, _mm512_maskz_loadu_epi64(which, elements.data() + i), which, round, bins, round.number != 0 || i >= bins.size());
    if (list.count < list_size) continue;
    filled += deal(list, bins);
    list.count = 0;
  }
  return filled + deal(list, bins);
}

}  // namespace retold

#endif
