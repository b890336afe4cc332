// SPDX-License-Identifier: Apache-2.0
#pragma once
// Pieces: seeds that are neighbours in both texts, gathered.
// Not part of the public interface.

#include "spans_seeds.hpp"

namespace retold::spanning {

struct piece {
  stretch a, b;  // units
};

// Splits `seeds` where more than `gap` units of either text lie between two of them, again and again, until nothing splits.
// The order of `seeds` changes; each group is sorted by a, then b, groups by their first seed.
std::vector<std::vector<seed>> groups_without_gaps(std::vector<seed> seeds, std::uint32_t gap);

// The units that seeds reach over.
piece reach(std::span<const seed> seeds);

}  // namespace retold::spanning
