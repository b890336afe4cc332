// SPDX-License-Identifier: Apache-2.0
#pragma once
// Classic MinHash: one permutation for each slot, x → a x + b modulo 2^32. Private to minhash.

#include <cstdint>
#include <span>

namespace retold {

// parameters[i]: low half (made odd) the multiplier, high half the addend of slot i. Elements must not be empty. `into` is
// as long.
void kmins_sketch(std::span<const std::uint64_t> elements, std::span<const std::uint64_t> parameters,
                  std::span<std::uint64_t> into);

}  // namespace retold
