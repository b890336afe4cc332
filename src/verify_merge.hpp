// SPDX-License-Identifier: Apache-2.0
#pragma once
// The size of the intersection of two sorted sets, with the widest instructions this processor has. Private to verify.

#include <cstddef>
#include <cstdint>
#include <span>

#include "processor.hpp"

namespace retold {

using merge_function = std::size_t (*)(std::span<const std::uint64_t> a, std::span<const std::uint64_t> b) noexcept;

std::size_t merge_scalar(std::span<const std::uint64_t> a, std::span<const std::uint64_t> b) noexcept;
#if defined(__x86_64__)
std::size_t merge_avx2(std::span<const std::uint64_t> a, std::span<const std::uint64_t> b) noexcept;
std::size_t merge_avx512(std::span<const std::uint64_t> a, std::span<const std::uint64_t> b) noexcept;
#endif

// A search for each element of a, which is quick where b is much the larger.
std::size_t merge_galloping(std::span<const std::uint64_t> a, std::span<const std::uint64_t> b) noexcept;

struct merge_way {
  merge_function merge = merge_scalar;
  std::size_t lopsided = 4;  // measured (bench/verify.cpp): if one set is more times as large, galloping beats the merge
};

inline merge_way choose_merge() noexcept {
#if defined(__x86_64__)
  if (has_avx512()) return {merge_avx512, 64};
  if (__builtin_cpu_supports("avx2")) return {merge_avx2, 64};
#endif
  return {};
}

}  // namespace retold
