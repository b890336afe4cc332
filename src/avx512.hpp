// SPDX-License-Identifier: Apache-2.0
#pragma once
// Intrinsics, and what functions that use them are marked with: RETOLD_AVX512 where has_avx512() was asked,
// RETOLD_AVX512_BYTES where has_avx512_bytes() was.

#if defined(__x86_64__)

#if defined(__GNUC__) && \
    !defined(__clang__)  // GCC 12's own intrinsics start from registers that they leave undefined (PR 105593)
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
#include <immintrin.h>

#define RETOLD_AVX512 __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,popcnt")))
#define RETOLD_AVX512_INLINE [[gnu::always_inline]] RETOLD_AVX512 inline

#define RETOLD_AVX512_BYTES __attribute__((target("avx512f,avx512bw,avx512dq,avx512vbmi,avx512vbmi2,bmi,bmi2,popcnt")))
#define RETOLD_AVX512_BYTES_INLINE [[gnu::always_inline]] RETOLD_AVX512_BYTES inline

#endif
