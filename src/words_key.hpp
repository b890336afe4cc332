// SPDX-License-Identifier: Apache-2.0
#pragma once
// 96 bits of a text's words: texts that agree in them are taken for exact copies.

#include <algorithm>
#include <cstdint>
#include <span>

#include "hash.hpp"

namespace retold {

struct words_key {
  std::uint64_t high = 0;  // 0: there are no words
  std::uint32_t low = 0;
  bool any() const noexcept { return high != 0; }
  friend bool operator==(const words_key&, const words_key&) = default;
};

inline words_key words_key_of(std::span<const std::uint64_t> words) noexcept {
  if (words.empty()) return {};
  const XXH128_hash_t hash = XXH3_128bits(words.data(), words.size_bytes());
  return {std::max<std::uint64_t>(1, hash.high64), static_cast<std::uint32_t>(hash.low64)};
}

}  // namespace retold
