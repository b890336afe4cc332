// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the terminal and the page put first: how much of everything was found, and which evidence speaks most clearly.

#include <string>
#include <vector>

#include "retold/report.hpp"

namespace retold::rendering {

struct totals {
  std::size_t documents = 0, groups = 0, alone = 0, near = 0, exact = 0, skipped = 0;
};

// `groups` have two documents or more. Of every subgroup one document is the original and the others count; an exact copy
// does not count as a near-duplicate too.
totals count(const clustering& found);

// "25 documents", "6 stories", …: the parts of a headline, without those that are nothing.
std::vector<std::string> headline(const clustering& found);

// "1 story", "4 topics", …
std::string count_groups(level of, std::size_t number);
std::string counted(std::size_t number, const char* one, const char* many);

using subgroups = std::vector<std::vector<std::uint32_t>>;
const subgroups near_of(const group& g);  // the group itself, where the groups are near-duplicates already
const subgroups exact_of(const group& g);

// For each group: the passages between its documents, as indices.
std::vector<std::vector<std::size_t>> passages_of_groups(const clustering& found);

// At most `limit` of them, strongest first, no sentence twice, reprints last; one slot is kept for figures that differ.
std::vector<std::size_t> strongest(const clustering& found, const group& of, const std::vector<std::size_t>& passages,
                                   std::size_t limit);

// "50 000 ≠ 30 000 · 12 ≠ 14"
std::string conflicting_figures(const passage& p, const document& a, const document& b);

}  // namespace retold::rendering
