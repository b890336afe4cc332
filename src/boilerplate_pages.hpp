// SPDX-License-Identifier: Apache-2.0
#pragma once
// A document as lines, what can be said of them one document at a time, and what must be known of others (part of the
// boilerplate stage).

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "retold/boilerplate.hpp"

namespace retold {

struct page_line {
  std::uint32_t first = 0, last = 0;  // sentences
  std::uint32_t words = 0;            // a character of a script without spaces counts a third
  std::uint64_t key = 0;              // of the folded words; 0: no words
  std::uint64_t masked = 0;           // the same with digits masked
  bool own_title = false;
};

struct page {
  std::vector<page_line> lines;
  std::uint64_t content = 0;            // orders pages whatever the order they came in
  std::vector<std::uint64_t> distinct;  // masked keys, sorted
  std::vector<bool> furniture;          // for each line: the markup itself says so
};

page read_page(const article& from);

// For each line whether it is boilerplate whatever other documents hold.
std::vector<bool> marked_by_itself(const article& a, const page& p);

// A line that is the title of some other document, and of at least four words, is a teaser. The first line of a plain text may
// be its lead and no title: if it ends as a sentence does, others who repeat it retell it.
struct page_title {
  std::uint64_t key = 0;
  bool teases = false;  // elsewhere
};
page_title title_of(const document& d);
inline bool may_tease(const page_line& l, const page_title& own) { return !l.own_title && l.key != own.key; }

// What a line that may recur is known by in all documents of its source; 0 for others.
std::uint64_t recurring_key(const article& a, const page_line& l);

inline constexpr std::size_t least_recurrence = 3;  // pages
inline constexpr std::size_t looked_at = 32;        // of those that hold one line, by their content

// Whether two pages, given their distinct lines, share so many that they are copies.
bool are_copies(std::span<const std::uint64_t> a, std::span<const std::uint64_t> b);

// Whether the line stands in enough pages that are no copies of one another. `copies` tells of two of the pages.
template <class Copies>
bool recurs(std::size_t pages, const Copies& copies) {
  std::vector<std::size_t> unlike;
  for (std::size_t i = 0; i < std::min(pages, looked_at) && unlike.size() < least_recurrence; ++i)
    if (std::none_of(unlike.begin(), unlike.end(), [&](std::size_t u) { return copies(u, i); })) unlike.push_back(i);
  return unlike.size() >= least_recurrence;
}

// Takes over the marks, unless too much would go. Returns how many lines were marked.
std::uint64_t settle(article& a, const page& p, const std::vector<bool>& marked);

}  // namespace retold
