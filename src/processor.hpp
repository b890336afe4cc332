// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the processor at hand can do beyond what every one of its kind can. Fast variants are compiled for such instructions
// function by function, whatever the rest is compiled for, and called after asking here.

namespace retold {

// AVX-512 F, BW, DQ and VL, and POPCNT: what the files for it need, if they do not say more.
inline bool has_avx512() noexcept {
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("popcnt");
#else
  return false;
#endif
}

// And what moves single bytes and bits together: VBMI, VBMI2, BMI and BMI2.
inline bool has_avx512_bytes() noexcept {
#if defined(__x86_64__)
  return has_avx512() && __builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("avx512vbmi2") &&
         __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
#else
  return false;
#endif
}

}  // namespace retold
