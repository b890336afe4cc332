// SPDX-License-Identifier: Apache-2.0
#pragma once
// Stable sort by a 64-bit number, most significant digit first: linear on hashes, which spread evenly, where comparison sorts
// lose a mispredicted branch a level: two or three passes. Keys made to resist need up to 22, with 16 KB of stack each.

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace retold {

template <class Item, class Key>
void insertion_sort(std::span<Item> items, const Key& key) {
  for (std::size_t i = 1; i < items.size(); ++i) {
    const Item moving = items[i];
    std::size_t at = i;
    for (; at > 0 && key(items[at - 1]) > key(moving); --at) items[at] = items[at - 1];
    items[at] = moving;
  }
}

// Sorts items that agree in all bits of the key but the lowest `bits`; `spare` is as long as `items`.
template <class Item, class Key>
void radix_sort(std::span<Item> items, std::span<Item> spare, unsigned bits, const Key& key) {
  constexpr unsigned most_digit_bits = 11;  // counters fit the first-level cache
  if (items.size() <= 24) return insertion_sort(items, key);
  if (bits == 0) return;
  const auto size_bits = static_cast<unsigned>(std::bit_width(items.size()));
  const unsigned digit_bits = std::min({bits, most_digit_bits, size_bits - 2});  // leaves some two items a bucket
  const unsigned shift = bits - digit_bits;
  const std::size_t buckets = std::size_t{1} << digit_bits;
  const auto digit = [&](const Item& item) { return (key(item) >> shift) & (buckets - 1); };

  std::array<std::size_t, (1u << most_digit_bits) + 1> start;
  std::fill_n(start.begin(), buckets + 1, std::size_t{0});
  for (const Item& item : items) ++start[digit(item) + 1];
  for (std::size_t b = 1; b <= buckets; ++b) start[b] += start[b - 1];
  for (const Item& item : items) spare[start[digit(item)]++] = item;
  std::copy_n(spare.begin(), items.size(), items.begin());
  for (std::size_t b = 0, from = 0; b < buckets; from = start[b++]) {  // start[b] is now the end of bucket b
    const std::size_t size = start[b] - from;
    if (size > 1) radix_sort(items.subspan(from, size), spare.subspan(from, size), shift, key);
  }
}

// `spare` is as long as `items`.
template <class Item, class Key>
void radix_sort(std::span<Item> items, std::span<Item> spare, const Key& key) {
  if (items.empty()) return;
  std::uint64_t differing = 0;  // bits above the highest that differs anywhere need no pass
  for (const std::uint64_t first = key(items.front()); const Item& item : items) differing |= key(item) ^ first;
  radix_sort(items, spare, static_cast<unsigned>(std::bit_width(differing)), key);
}

template <class Item, class Key>
void radix_sort(std::vector<Item>& items, const Key& key) {
  std::vector<Item> spare(items.size());
  radix_sort(std::span<Item>(items), std::span<Item>(spare), key);
}

inline void radix_sort(std::span<std::uint64_t> numbers, std::span<std::uint64_t> spare) {
  radix_sort(numbers, spare, [](std::uint64_t number) { return number; });
}

inline void radix_sort(std::vector<std::uint64_t>& numbers) {
  radix_sort(numbers, [](std::uint64_t number) { return number; });
}

}  // namespace retold
