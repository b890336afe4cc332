// SPDX-License-Identifier: Apache-2.0
#include "simhash_sums.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "hash.hpp"

namespace retold {
namespace {

std::int64_t integer_weight(double weight) noexcept {
  return std::isnan(weight) ? 0 : std::llrint(std::clamp(weight, -1e6, 1e6) * 1024);
}

// The weight of every value of every group of four bits: 32 additions a feature instead of 128, and the same sums.
class nibble_sums {
 public:
  void add(std::uint64_t low, std::uint64_t high, std::int64_t weight) noexcept {
    total_ += weight;
    for (unsigned group = 0; group < 16; ++group, low >>= 4, high >>= 4) {
      sums_[group][low & 15] += weight;
      sums_[group + 16][high & 15] += weight;
    }
  }

  // Set where the features with that bit outweigh those without; a tie is 0.
  std::uint64_t bits(unsigned first_group) const noexcept {
    std::uint64_t result = 0;
    for (unsigned bit = 0; bit < 64; ++bit) {
      std::int64_t with = 0;
      for (unsigned value = 0; value < 16; ++value)
        if (value >> (bit % 4) & 1) with += sums_[first_group + bit / 4][value];
      result |= std::uint64_t{with > total_ - with} << bit;
    }
    return result;
  }

 private:
  std::array<std::array<std::int64_t, 16>, 32> sums_{};
  std::int64_t total_ = 0;
};

}  // namespace

fingerprint simhash_scalar(std::span<const weighted> features) noexcept {
  nibble_sums sums;
  for (const weighted& f : features)
    sums.add(mix64(f.hash ^ simhash_low_seed), mix64(f.hash ^ simhash_high_seed), integer_weight(f.weight));
  return {sums.bits(0), sums.bits(16)};
}

}  // namespace retold
