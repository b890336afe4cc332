// SPDX-License-Identifier: Apache-2.0
#pragma once
// Fast Similarity Sketching, private to minhash.

#include <cstddef>
#include <cstdint>
#include <span>

#include "processor.hpp"

namespace retold {

// The number of a round, and the seed of its hashes.
struct fss_round {
  std::uint64_t number = 0, seed = 0;
};

inline constexpr std::uint64_t fss_unfilled = ~std::uint64_t{0};
inline constexpr unsigned fss_value_bits = 51;  // below the round, of which there are up to 2 × 4096 = 2^13
inline constexpr std::uint64_t fss_value_mask = (std::uint64_t{1} << fss_value_bits) - 1;

// Throws every element once. Returns how many bins it filled that had been empty.
using fss_throw_function = std::size_t (*)(std::span<const std::uint64_t> elements, fss_round round,
                                           std::span<std::uint64_t> bins);

std::size_t fss_throw_scalar(std::span<const std::uint64_t> elements, fss_round round, std::span<std::uint64_t> bins);
#if defined(__x86_64__)
std::size_t fss_throw_avx512(std::span<const std::uint64_t> elements, fss_round round, std::span<std::uint64_t> bins);
#endif

inline fss_throw_function choose_fss_throw() noexcept {
#if defined(__x86_64__)
  if (has_avx512()) return fss_throw_avx512;
#endif
  return fss_throw_scalar;
}

// seeds: one for each round, twice as many as bins.
void fss_sketch(std::span<const std::uint64_t> elements, std::span<const std::uint64_t> seeds, std::span<std::uint64_t> bins,
                fss_throw_function throw_all = choose_fss_throw());

}  // namespace retold
