// SPDX-License-Identifier: Apache-2.0
#pragma once
// Classic MinHash: one permutation for each slot, x → a x + b modulo 2^32. Private to minhash.

#include <cstddef>
#include <cstdint>
#include <span>

#include "processor.hpp"

namespace retold {

// The permutations of some slots, and the least value of each so far.
struct kmins_slots {
  static constexpr std::size_t count = 32;
  alignas(64) std::uint32_t multiplier[count] = {}, addend[count] = {}, least[count] = {};
};

// Lets each element have its value in each slot, with the widest instructions this processor has.
using minimise_function = void (*)(std::span<const std::uint32_t> elements, kmins_slots& slots) noexcept;

void minimise_scalar(std::span<const std::uint32_t> elements, kmins_slots& slots) noexcept;
#if defined(__x86_64__)
void minimise_avx2(std::span<const std::uint32_t> elements, kmins_slots& slots) noexcept;
void minimise_avx512(std::span<const std::uint32_t> elements, kmins_slots& slots) noexcept;
#endif

inline minimise_function choose_minimise() noexcept {
#if defined(__x86_64__)
  if (has_avx512()) return minimise_avx512;
  if (__builtin_cpu_supports("avx2")) return minimise_avx2;
#endif
  return minimise_scalar;
}

// parameters[i]: low half (made odd) the multiplier, high half the addend of slot i. Elements must not be empty. `into` is as
// long as `parameters`.
void kmins_sketch(std::span<const std::uint64_t> elements, std::span<const std::uint64_t> parameters,
                  std::span<std::uint64_t> into, minimise_function minimise = choose_minimise());

}  // namespace retold
