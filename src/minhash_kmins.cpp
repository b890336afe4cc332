// SPDX-License-Identifier: Apache-2.0
// elements × slots multiply-add-min steps: the loop is written once over vectors of the width that the processor has, 32 slots
// at a time, so that multipliers, addends and minima stay in registers. Every variant computes the same integers.
#include "minhash_kmins.hpp"

#include <algorithm>
#include <cstring>
#include <vector>

#include "hash.hpp"

namespace retold {
namespace {

template <std::size_t bytes>
[[gnu::always_inline]] inline void minimise(std::span<const std::uint32_t> elements, kmins_slots& slots) noexcept {
  using vector [[gnu::vector_size(bytes)]] = std::uint32_t;
  constexpr std::size_t vectors = sizeof slots.least / bytes;
  vector multiplier[vectors], addend[vectors], least[vectors];
  std::memcpy(multiplier, slots.multiplier, sizeof multiplier);
  std::memcpy(addend, slots.addend, sizeof addend);
  std::memcpy(least, slots.least, sizeof least);
  for (const std::uint32_t element : elements) {
#pragma GCC unroll 8
    for (std::size_t v = 0; v < vectors; ++v) {
      const vector value = multiplier[v] * element + addend[v];
      least[v] = value < least[v] ? value : least[v];
    }
  }
  std::memcpy(slots.least, least, sizeof least);
}

kmins_slots load(std::span<const std::uint64_t> parameters) noexcept {
  kmins_slots slots;
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    slots.multiplier[i] = static_cast<std::uint32_t>(parameters[i]) | 1;
    slots.addend[i] = static_cast<std::uint32_t>(parameters[i] >> 32);
  }
  std::memset(slots.least, 0xFF, sizeof slots.least);
  return slots;
}

}  // namespace

void minimise_scalar(std::span<const std::uint32_t> elements, kmins_slots& slots) noexcept { minimise<16>(elements, slots); }

#if defined(__x86_64__)
[[gnu::target("avx2")]] void minimise_avx2(std::span<const std::uint32_t> elements, kmins_slots& slots) noexcept {
  minimise<32>(elements, slots);
}
[[gnu::target("avx512f,avx512bw,avx512dq,avx512vl")]] void minimise_avx512(std::span<const std::uint32_t> elements,
                                                                           kmins_slots& slots) noexcept {
  minimise<64>(elements, slots);
}
#endif

void kmins_sketch(std::span<const std::uint64_t> elements, std::span<const std::uint64_t> parameters,
                  std::span<std::uint64_t> into, minimise_function minimise) {
  std::vector<std::uint32_t> mixed(elements.size());  // a x + b keeps neighbours together, so x must have none
  for (std::size_t i = 0; i < elements.size(); ++i) mixed[i] = static_cast<std::uint32_t>(mix64(elements[i]) >> 32);
  for (std::size_t from = 0; from < parameters.size(); from += kmins_slots::count) {
    const auto part = parameters.subspan(from, std::min(kmins_slots::count, parameters.size() - from));
    kmins_slots slots = load(part);
    minimise(mixed, slots);
    for (std::size_t i = 0; i < part.size(); ++i) into[from + i] = slots.least[i];
  }
}

}  // namespace retold
