// SPDX-License-Identifier: Apache-2.0
// A merge; where one set is much the larger, a galloping search for each element of the other.
#include "retold/verify.hpp"

#include <algorithm>

#include "verify_merge.hpp"

namespace retold {
namespace {

using numbers = std::span<const std::uint64_t>;

// The first place from `from` on that holds `wanted` or more: doubling steps, then a binary search in the last one.
std::size_t gallop(numbers in, std::size_t from, std::uint64_t wanted) noexcept {
  std::size_t step = 1, low = from;
  for (; low + step <= in.size() && in[low + step - 1] < wanted; step *= 2) low += step;
  const auto end = in.begin() + static_cast<std::ptrdiff_t>(std::min(in.size(), low + step));
  return static_cast<std::size_t>(std::lower_bound(in.begin() + static_cast<std::ptrdiff_t>(low), end, wanted) - in.begin());
}

std::size_t galloped(numbers few, numbers many) noexcept {
  std::size_t at = 0, common = 0;
  for (const std::uint64_t wanted : few) {
    at = gallop(many, at, wanted);
    if (at == many.size()) break;
    common += many[at] == wanted;
  }
  return common;
}

}  // namespace

std::size_t intersection(std::span<const std::uint64_t> a, std::span<const std::uint64_t> b) noexcept {
  if (a.size() > b.size()) std::swap(a, b);
  const merge_way way = choose_merge();
  return b.size() / way.lopsided > a.size() ? galloped(a, b) : way.merge(a, b);
}

similarity overlap(std::span<const std::uint64_t> a, std::span<const std::uint64_t> b) noexcept {
  if (a.empty() || b.empty()) return {};
  const std::size_t common = intersection(a, b);
  const auto share = [common](std::size_t of) { return static_cast<double>(common) / static_cast<double>(of); };
  return {share(a.size() + b.size() - common), share(a.size()), share(b.size())};
}

}  // namespace retold
