// SPDX-License-Identifier: Apache-2.0
// The 128 sums stay in eight registers as 32-bit numbers; the bits of a hash are the masks of the additions. Some hundred
// features at a time, after which the sums move to 64 bits. Weights so large that they could overflow before that go the scalar
// way.
#include "simhash_sums.hpp"

#if defined(__x86_64__)

#include <algorithm>
#include <cstddef>

#include "hash_avx512.hpp"

namespace retold {
namespace {

constexpr std::size_t batch = 256;
constexpr std::int64_t most_weight = (std::int64_t{1} << 31) / batch - 1;

struct prepared {
  alignas(64) std::uint64_t low[batch], high[batch];
  alignas(64) std::int64_t weight[batch];
};

// Hashes and weights as integers; false if a weight is too large.
RETOLD_AVX512 bool prepare(std::span<const weighted> features, prepared& out) noexcept {
  static_assert(sizeof(weighted) == 16 && offsetof(weighted, weight) == 8);
  const lanes hashes_at = _mm512_setr_epi64(0, 2, 4, 6, 8, 10, 12, 14), weights_at = _mm512_add_epi64(hashes_at, all(1));
  __mmask8 heavy = 0;
  for (std::size_t i = 0; i < features.size(); i += 8) {
    const std::size_t left = std::min<std::size_t>(8, features.size() - i);
    const auto words = static_cast<unsigned>((1u << (2 * left)) - 1);
    const lanes a = _mm512_maskz_loadu_epi64(static_cast<__mmask8>(words), features.data() + i);
    const lanes b =
        words >> 8 == 0 ? all(0) : _mm512_maskz_loadu_epi64(static_cast<__mmask8>(words >> 8), features.data() + i + 4);
    const lanes hash = _mm512_permutex2var_epi64(a, hashes_at, b);
    const __m512d weight = _mm512_castsi512_pd(_mm512_permutex2var_epi64(a, weights_at, b));
    const __mmask8 number = _mm512_cmp_pd_mask(weight, weight, _CMP_ORD_Q);
    const __m512d clamped = _mm512_min_pd(_mm512_max_pd(weight, _mm512_set1_pd(-1e6)), _mm512_set1_pd(1e6));
    const lanes rounded = _mm512_maskz_cvtpd_epi64(number, _mm512_mul_pd(clamped, _mm512_set1_pd(1024)));
    heavy = static_cast<__mmask8>(heavy | _mm512_cmpgt_epi64_mask(_mm512_abs_epi64(rounded), all(most_weight)));
    _mm512_store_si512(out.low + i, mix64(_mm512_xor_si512(hash, all(simhash_low_seed))));
    _mm512_store_si512(out.high + i, mix64(_mm512_xor_si512(hash, all(simhash_high_seed))));
    _mm512_store_si512(out.weight + i, rounded);
  }
  return heavy == 0;
}

// Adds to the sum of each bit the weights of the hashes that have it.
RETOLD_AVX512 void add_bits(const std::uint64_t* hashes, const std::int64_t* weights, std::size_t count,
                            std::int64_t* sums) noexcept {
  __m512i with0 = all(0), with1 = all(0), with2 = all(0), with3 = all(0);
  for (std::size_t i = 0; i < count; ++i) {
    const __m512i weight = _mm512_set1_epi32(static_cast<int>(weights[i]));
    const std::uint64_t bits = hashes[i];
    with0 = _mm512_mask_add_epi32(with0, static_cast<__mmask16>(bits), with0, weight);
    with1 = _mm512_mask_add_epi32(with1, static_cast<__mmask16>(bits >> 16), with1, weight);
    with2 = _mm512_mask_add_epi32(with2, static_cast<__mmask16>(bits >> 32), with2, weight);
    with3 = _mm512_mask_add_epi32(with3, static_cast<__mmask16>(bits >> 48), with3, weight);
  }
  alignas(64) std::int32_t with[64];
  _mm512_store_si512(with, with0);
  _mm512_store_si512(with + 16, with1);
  _mm512_store_si512(with + 32, with2);
  _mm512_store_si512(with + 48, with3);
  for (std::size_t bit = 0; bit < 64; ++bit) sums[bit] += with[bit];
}

// A tie is 0.
std::uint64_t heavier(const std::int64_t* with, std::int64_t total) noexcept {
  std::uint64_t result = 0;
  for (unsigned bit = 0; bit < 64; ++bit) result |= std::uint64_t{with[bit] > total - with[bit]} << bit;
  return result;
}

}  // namespace

fingerprint simhash_avx512(std::span<const weighted> features) noexcept {
  prepared now;
  std::int64_t low[64] = {}, high[64] = {}, total = 0;
  for (std::size_t from = 0; from < features.size(); from += batch) {
    const auto some = features.subspan(from, std::min(batch, features.size() - from));
    if (!prepare(some, now)) return simhash_scalar(features);
    add_bits(now.low, now.weight, some.size(), low);
    add_bits(now.high, now.weight, some.size(), high);
    for (std::size_t i = 0; i < some.size(); ++i) total += now.weight[i];
  }
  return {heavier(low, total), heavier(high, total)};
}

}  // namespace retold

#endif
