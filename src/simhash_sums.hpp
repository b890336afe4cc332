// SPDX-License-Identifier: Apache-2.0
#pragma once
// Sums of weights, bit by bit, with the widest instructions this processor has. Private to simhash.

#include <cstdint>
#include <span>

#include "processor.hpp"
#include "retold/simhash.hpp"

namespace retold {

inline constexpr std::uint64_t simhash_low_seed = 0x243F6A8885A308D3, simhash_high_seed = 0x13198A2E03707344;  // digits of pi

using simhash_function = fingerprint (*)(std::span<const weighted> features) noexcept;

fingerprint simhash_scalar(std::span<const weighted> features) noexcept;
#if defined(__x86_64__)
fingerprint simhash_avx512(std::span<const weighted> features) noexcept;
#endif

inline simhash_function choose_simhash() noexcept {
#if defined(__x86_64__)
  if (has_avx512()) return simhash_avx512;
#endif
  return simhash_scalar;
}

}  // namespace retold
