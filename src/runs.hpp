// SPDX-License-Identifier: Apache-2.0
#pragma once
// What sorting has brought together.

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

namespace retold {

// Calls visit(part of `sorted`) for each longest run that same(its first, each) holds for, if it has `least` items.
template <class Item, class Same, class Visit>
void each_run(std::span<Item> sorted, std::size_t least, const Same& same, const Visit& visit) {
  for (std::size_t begin = 0, end = 0; begin < sorted.size(); begin = end) {
    while (end < sorted.size() && same(sorted[begin], sorted[end])) ++end;
    if (end - begin >= least) visit(sorted.subspan(begin, end - begin));
  }
}

// Ascending, each once.
template <class Item>
void sort_and_unique(std::vector<Item>& items) {
  std::sort(items.begin(), items.end());
  items.erase(std::unique(items.begin(), items.end()), items.end());
}

}  // namespace retold
