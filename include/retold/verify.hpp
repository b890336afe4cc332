// SPDX-License-Identifier: Apache-2.0
#pragma once
// Stage 9. The exact similarity of two shingle sets: what sketches only estimate.
//
//   retold::similarity s = retold::overlap(set_a, set_b);    // s.jaccard, s.containment_a, s.containment_b
//
// Cost: O(elements of both); far from equal sizes, O(small × log large). Never fails; thread-safe.

#include <cstdint>
#include <span>

#include "retold/types.hpp"

namespace [[gnu::visibility("default")]] retold {

// Both sorted and unique. Zero throughout when either is empty.
similarity overlap(std::span<const std::uint64_t> a, std::span<const std::uint64_t> b) noexcept;

// The size of the intersection.
std::size_t intersection(std::span<const std::uint64_t> a, std::span<const std::uint64_t> b) noexcept;

}  // namespace retold
