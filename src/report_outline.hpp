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

using subgroups = std::vector<std::vector<std::uint32_t>>;
subgroups near_beyond_exact(const group& g);  // without those that hold exact copies of one text only

// What to call a document or a story: its title, else how its text begins; the id of what has neither.
std::string heading(const document& d);
std::string heading(const clustering& found, const group& g);
bool is_blank(const document& d);  // no title, and no text but white space

// As it is shown: what is not identical never looks as if it were (0.99 at most).
std::string shown_score(const passage& p);

// For each group: the passages between its documents, as indices; the links, strongest first.
std::vector<std::vector<std::size_t>> passages_of_groups(const clustering& found);
std::vector<std::vector<std::size_t>> links_of_groups(const clustering& found);

// "a.txt – b.txt 0.31: rare words in common"
std::string in_words(const clustering& found, const link& l);

// At most `limit` of them, strongest first, no sentence twice, reprints last; one slot is kept for figures that differ.
// Within a class, a match of a few words comes after one of a whole sentence.
std::vector<std::size_t> strongest(const clustering& found, const group& of, const std::vector<std::size_t>& passages,
                                   std::size_t limit);

// "50 000 ≠ 30 000 · 12 ≠ 14"
std::string conflicting_figures(const passage& p, const document& a, const document& b);

}  // namespace retold::rendering
