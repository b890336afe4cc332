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

#include "processor.hpp"

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

// The digit to sort so many items by of which the lowest `bits` of the key may differ: leaves some two to four items a bucket.
struct radix_digit {
  static constexpr unsigned most_bits = 11;  // counters fit the first-level cache
  static constexpr std::size_t most_buckets = std::size_t{1} << most_bits;

  radix_digit(std::size_t items, unsigned bits) noexcept {
    const unsigned width = std::min({bits, most_bits, static_cast<unsigned>(std::bit_width(items)) - 2});
    shift = bits - width;
    buckets = std::size_t{1} << width;
  }
  std::size_t operator()(std::uint64_t key) const noexcept { return (key >> shift) & (buckets - 1); }

  unsigned shift = 0;
  std::size_t buckets = 1;
};

// Sorts items that agree in all bits of the key but the lowest `bits`; `spare` is as long as `items`.
template <class Item, class Key>
void radix_sort(std::span<Item> items, std::span<Item> spare, unsigned bits, const Key& key) {
  if (items.size() <= 24) return insertion_sort(items, key);
  if (bits == 0) return;
  const radix_digit digit(items.size(), bits);
  std::array<std::size_t, radix_digit::most_buckets + 1> start;
  std::fill_n(start.begin(), digit.buckets + 1, std::size_t{0});
  for (const Item& item : items) ++start[digit(key(item)) + 1];
  for (std::size_t b = 1; b <= digit.buckets; ++b) start[b] += start[b - 1];
  for (const Item& item : items) spare[start[digit(key(item))]++] = item;
  std::copy_n(spare.begin(), items.size(), items.begin());
  for (std::size_t b = 0, from = 0; b < digit.buckets; from = start[b++]) {  // start[b] is now the end of bucket b
    const std::size_t size = start[b] - from;
    if (size > 1) radix_sort(items.subspan(from, size), spare.subspan(from, size), digit.shift, key);
  }
}

// The lowest bits of which any differ: those above need no pass. Items must not be empty.
template <class Item, class Key>
unsigned radix_bits(std::span<const Item> items, const Key& key) {
  std::uint64_t differing = 0;
  for (const std::uint64_t first = key(items.front()); const Item& item : items) differing |= key(item) ^ first;
  return static_cast<unsigned>(std::bit_width(differing));
}

// `spare` is as long as `items`.
template <class Item, class Key>
void radix_sort(std::span<Item> items, std::span<Item> spare, const Key& key) {
  if (!items.empty()) radix_sort(items, spare, radix_bits(std::span<const Item>(items), key), key);
}

template <class Item, class Key>
void radix_sort(std::vector<Item>& items, const Key& key) {
  std::vector<Item> spare(items.size());
  radix_sort(std::span<Item>(items), std::span<Item>(spare), key);
}

// Numbers are their own keys: as above, with the widest instructions this processor has.
inline constexpr auto number_itself = [](std::uint64_t number) { return number; };

#if defined(__x86_64__)
void sort_numbers_avx512(std::span<std::uint64_t> numbers, std::span<std::uint64_t> spare, unsigned bits);
#endif

inline void radix_sort(std::span<std::uint64_t> numbers, std::span<std::uint64_t> spare) {
  if (numbers.empty()) return;
#if defined(__x86_64__)
  if (has_avx512() && numbers.size() <= 0xFFFFFFFF)
    return sort_numbers_avx512(numbers, spare, radix_bits(std::span<const std::uint64_t>(numbers), number_itself));
#endif
  radix_sort(numbers, spare, number_itself);
}

inline void radix_sort(std::vector<std::uint64_t>& numbers) {
  std::vector<std::uint64_t> spare(numbers.size());
  radix_sort(std::span<std::uint64_t>(numbers), std::span<std::uint64_t>(spare));
}

}  // namespace retold
