// SPDX-License-Identifier: Apache-2.0
#pragma once
// All pairs of fingerprints within a Hamming distance. Private to simhash.

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "retold/simhash.hpp"

namespace retold {

// Every pair (i < j) once, in no particular order. distance <= bits; bits from `bits` on are zero.
std::vector<std::pair<std::uint32_t, std::uint32_t>> hamming_search(std::span<const fingerprint> prints, unsigned distance,
                                                                    unsigned bits);

// The same with a number of blocks of one's choice (tests demand that all give the same). 0: brute force.
std::vector<std::pair<std::uint32_t, std::uint32_t>> hamming_search_in_blocks(std::span<const fingerprint> prints,
                                                                              unsigned distance, unsigned bits,
                                                                              unsigned blocks);

}  // namespace retold
