// SPDX-License-Identifier: Apache-2.0
#pragma once
// A page → visible text and title. Two readers with one result: the HTML5 parser, and, for pages that would make it run out of
// memory or time, a reader that passes over tags.

#include <optional>
#include <string_view>
#include <vector>

#include "read_visible.hpp"
#include "retold/types.hpp"

namespace retold {

// The visible pieces of a page, in the order of the source, each with the line ends before it.
struct page_outline {
  struct run {
    visible_text::piece where;
    unsigned before = 0;  // line ends between it and the run before
    unsigned after = 0;   // the same, to the run that follows in the tree: it need not follow in the source
  };
  std::vector<run> runs;
  visible_text::piece title;  // empty: none
};

// Nothing, if the parser's tree would take more memory than is sane for this page.
std::optional<page_outline> outline_by_parser(std::string_view page);
page_outline outline_by_tags(std::string_view page);

// Why the parser would take too long for this page; empty when it will not.
std::string too_much_for_parser(std::string_view page);

// Fills text, title, furniture, warnings and the maps. `page` is valid UTF-8; `stored` leads back from it.
void read_page(std::string_view page, const offset_map& stored, document& into);

}  // namespace retold
