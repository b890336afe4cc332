// SPDX-License-Identifier: Apache-2.0
#pragma once
// What an article is to story grouping: counts of word stems and of adjacent pairs (part of the stories stage).

#include <cstdint>
#include <span>
#include <vector>

#include "retold/boilerplate.hpp"

namespace retold {

struct term {
  std::uint64_t key = 0;    // hash of a stem, or of two
  std::uint32_t count = 0;  // occurrences, those in the opening twice
  bool pair = false;        // of words: weighs half
  bool characters = false;  // a pair of characters of a script without spaces
};

// Something of each article, in one block of memory: what so many small ones leave behind is not given back.
template <class Item>
struct by_article {
  std::vector<Item> items;
  std::vector<std::size_t> starts{0};  // of each article's; then the end
  std::span<Item> of(std::size_t article) {
    return std::span(items).subspan(starts[article], starts[article + 1] - starts[article]);
  }
  std::span<const Item> of(std::size_t article) const { return const_cast<by_article&>(*this).of(article); }
};

// Of one article, or of its first words.
struct counted_terms {
  std::vector<term> terms;   // sorted by key, unique
  std::uint32_t length = 0;  // words
};

counted_terms count_terms(const article& from, std::size_t most);

struct term_counts {
  by_article<term> terms;             // sorted by key, unique
  std::vector<std::uint32_t> length;  // words
};

term_counts count_terms(std::span<const article> articles, unsigned threads);

}  // namespace retold
