// SPDX-License-Identifier: Apache-2.0
#include "retold/verify.hpp"

#include <utility>

#include "verify_merge.hpp"

namespace retold {

std::size_t intersection(std::span<const std::uint64_t> a, std::span<const std::uint64_t> b) noexcept {
  if (a.size() > b.size()) std::swap(a, b);
  const merge_way way = choose_merge();
  return b.size() / way.lopsided > a.size() ? merge_galloping(a, b) : way.merge(a, b);
}

similarity overlap(std::span<const std::uint64_t> a, std::span<const std::uint64_t> b) noexcept {
  if (a.empty() || b.empty()) return {};
  const std::size_t common = intersection(a, b);
  const auto share = [common](std::size_t of) { return static_cast<double>(common) / static_cast<double>(of); };
  return {share(a.size() + b.size() - common), share(a.size()), share(b.size())};
}

}  // namespace retold
