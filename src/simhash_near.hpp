// SPDX-License-Identifier: Apache-2.0
#pragma once
// Which prints of a list lie near to one, with the widest instructions this processor has. Private to simhash.

#include <cstdint>
#include <span>
#include <vector>

#include "processor.hpp"
#include "retold/simhash.hpp"

namespace retold {

// Appends the places in `run` of the prints within `distance` of `f`.
using near_function = void (*)(std::span<const fingerprint> run, const fingerprint& f, int distance,
                               std::vector<std::uint32_t>& hits);

void near_scalar(std::span<const fingerprint> run, const fingerprint& f, int distance, std::vector<std::uint32_t>& hits);
#if defined(__x86_64__)
void near_popcnt(std::span<const fingerprint> run, const fingerprint& f, int distance, std::vector<std::uint32_t>& hits);
void near_avx512(std::span<const fingerprint> run, const fingerprint& f, int distance, std::vector<std::uint32_t>& hits);
#endif

inline near_function choose_near() noexcept {
#if defined(__x86_64__)
  if (has_avx512() && __builtin_cpu_supports("avx512vpopcntdq")) return near_avx512;
  if (__builtin_cpu_supports("popcnt")) return near_popcnt;
#endif
  return near_scalar;
}

}  // namespace retold
