// SPDX-License-Identifier: Apache-2.0
// elements × slots multiply-add-min steps: the loop is written once over vectors the compiler maps to what the processor has,
// 32 slots at a time, so that multipliers, addends and minima stay in registers. Every variant computes the same integers.
#include "minhash_kmins.hpp"

#include <algorithm>
#include <cstring>
#include <vector>

#include "hash.hpp"

namespace retold {
namespace {

constexpr std::size_t lanes = 8, vectors = 4, block = lanes * vectors;
using vector8 = std::uint32_t __attribute__((vector_size(lanes * sizeof(std::uint32_t))));

struct permutations {
  vector8 multiplier[vectors], addend[vectors], least[vectors];
};

[[gnu::always_inline]] inline void minimise(std::span<const std::uint32_t> elements, permutations& slots) noexcept {
  permutations p = slots;
  for (const std::uint32_t element : elements) {
#pragma GCC unroll 4
    for (std::size_t v = 0; v < vectors; ++v) {
      const vector8 value = p.multiplier[v] * element + p.addend[v];
      p.least[v] = value < p.least[v] ? value : p.least[v];
    }
  }
  slots = p;
}

void minimise_anywhere(std::span<const std::uint32_t> elements, permutations& slots) noexcept { minimise(elements, slots); }

#if defined(__x86_64__)
[[gnu::target("avx2")]] void minimise_avx2(std::span<const std::uint32_t> elements, permutations& slots) noexcept {
  minimise(elements, slots);
}
const auto best_minimise = [] { return __builtin_cpu_supports("avx2") ? minimise_avx2 : minimise_anywhere; };
#else
const auto best_minimise = [] { return minimise_anywhere; };
#endif

permutations load(std::span<const std::uint64_t> parameters) noexcept {
  std::uint32_t multiplier[block] = {}, addend[block] = {};
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    multiplier[i] = static_cast<std::uint32_t>(parameters[i]) | 1;
    addend[i] = static_cast<std::uint32_t>(parameters[i] >> 32);
  }
  permutations p;
  std::memcpy(p.multiplier, multiplier, sizeof multiplier);
  std::memcpy(p.addend, addend, sizeof addend);
  std::memset(p.least, 0xFF, sizeof p.least);
  return p;
}

}  // namespace

void kmins_sketch(std::span<const std::uint64_t> elements, std::span<const std::uint64_t> parameters,
                  std::span<std::uint64_t> into) {
  std::vector<std::uint32_t> mixed(elements.size());  // a x + b keeps neighbours together, so x must have none
  for (std::size_t i = 0; i < elements.size(); ++i) mixed[i] = static_cast<std::uint32_t>(mix64(elements[i]) >> 32);
  const auto minimise_block = best_minimise();
  for (std::size_t from = 0; from < parameters.size(); from += block) {
    const auto part = parameters.subspan(from, std::min(block, parameters.size() - from));
    permutations p = load(part);
    minimise_block(mixed, p);
    std::uint32_t least[block];
    std::memcpy(least, p.least, sizeof least);
    for (std::size_t i = 0; i < part.size(); ++i) into[from + i] = least[i];
  }
}

}  // namespace retold
