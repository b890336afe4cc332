// SPDX-License-Identifier: Apache-2.0
// From an outline to a document.
#include "read_html.hpp"

#include <algorithm>

namespace retold {
namespace {

// The parser moves what stands wrongly inside a table in front of it; evidence runs in the order of the source.
void sort_by_source(std::vector<page_outline::run>& runs) {
  const auto earlier = [](const auto& a, const auto& b) { return a.where.begin < b.where.begin; };
  if (std::is_sorted(runs.begin(), runs.end(), earlier)) return;
  std::stable_sort(runs.begin(), runs.end(), earlier);
  for (std::size_t i = 1; i < runs.size(); ++i) {
    runs[i].before = std::max(runs[i].before, runs[i - 1].after);
    runs[i].where.begin = std::max(runs[i].where.begin, runs[i - 1].where.end);
    runs[i].where.end = std::max(runs[i].where.begin, runs[i].where.end);
  }
}

void read_title(const page_outline& outline, visible_text& title, character_references& references, document& into) {
  title.add(outline.title, references);
  into.title = std::move(title.text);
  into.title_origin = std::move(title.origin);
}

page_outline outline_of(std::string_view page, std::vector<std::string>& warnings) {
  std::string reason = too_much_for_parser(page);
  if (reason.empty()) {
    if (auto parsed = outline_by_parser(page)) return std::move(*parsed);
    reason = "too much markup for the HTML parser";
  }
  warnings.push_back(reason + ": tags were passed over without parsing the page");
  return outline_by_tags(page);
}

}  // namespace

void read_page(std::string_view page, const offset_map& stored, document& into) {
  page_outline outline = outline_of(page, into.warnings);
  sort_by_source(outline.runs);

  character_references references;
  visible_text shown(page, stored), title(page, stored);
  for (const auto& run : outline.runs) {
    shown.line_ends(run.before);
    shown.add(run.where, references);
  }
  shown.finish();
  if (shown.cut) into.warnings.emplace_back("more than 4 GiB of text: cut there");
  read_title(outline, title, references, into);
  into.text = std::move(shown.text);
  into.text_origin = std::move(shown.origin);
  into.furniture = std::move(shown.furniture);
}

}  // namespace retold
