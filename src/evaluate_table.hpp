// SPDX-License-Identifier: Apache-2.0
#pragma once
// What gold and found groups have in common (part of evaluate).

#include <cstdint>
#include <span>
#include <vector>

#include "retold/evaluate.hpp"

namespace retold {

constexpr std::uint64_t pairs_of(std::uint64_t documents) noexcept {
  return documents == 0 ? 0 : documents * (documents - 1) / 2;
}

// Groups numbered by their first document: the figures do not depend on how they are called, to the last bit.
struct numbered_groups {
  std::vector<std::uint32_t> of;     // for each document
  std::vector<std::uint32_t> sizes;  // for each group
  std::vector<std::uint32_t> first;  // for each group: its first document
  explicit numbered_groups(std::span<const std::uint32_t> labels);
};

struct group_table {
  struct cell {
    std::uint32_t gold = 0, found = 0, count = 0;
  };
  numbered_groups gold, found;
  std::vector<cell> cells;  // that are not empty, by gold, then found
  group_table(std::span<const std::uint32_t> gold_labels, std::span<const std::uint32_t> found_labels);
};

// For each found group: how many of its pairs are of different stories and share a tag.
std::vector<std::uint64_t> ambiguous_pairs(const group_table& table, const document_tags& tags);

agreement measure(const group_table& table, std::span<const std::uint64_t> ambiguous);

}  // namespace retold
