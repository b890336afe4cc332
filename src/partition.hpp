// SPDX-License-Identifier: Apache-2.0
#pragma once
// Disjoint sets of indices, each named by its smallest.

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <vector>

namespace retold {

class partition {
 public:
  explicit partition(std::size_t size) : parent_(size) { std::iota(parent_.begin(), parent_.end(), 0u); }
  std::uint32_t root(std::uint32_t d) {
    while (parent_[d] != d) d = parent_[d] = parent_[parent_[d]];
    return d;
  }
  void join(std::uint32_t a, std::uint32_t b) {
    a = root(a), b = root(b);
    parent_[std::max(a, b)] = std::min(a, b);
  }
  std::vector<std::uint32_t> labels() {
    std::vector<std::uint32_t> out(parent_.size());
    for (std::uint32_t d = 0; d < out.size(); ++d) out[d] = root(d);
    return out;
  }

 private:
  std::vector<std::uint32_t> parent_;
};

}  // namespace retold
