// SPDX-License-Identifier: Apache-2.0
// From an outline to a document.
#include "read_html.hpp"

#include <algorithm>

#include "read_encoding.hpp"

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

// Whether `rest`, which follows a headline in a title, begins as " | Arrow Valley Courier" does.
bool names_site(std::string_view rest) {
  const std::size_t spaces = std::min(rest.find_first_not_of(' '), rest.size());
  rest.remove_prefix(spaces);
  for (const std::string_view separator : {"|", "–", "—", "·", "»"})
    if (rest.starts_with(separator)) return true;
  return rest.starts_with(": ") || (spaces != 0 && rest.starts_with("- "));
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_html_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_html_space(text.back())) text.remove_suffix(1);
  return text;
}

// How long the headline is that `title` begins with, or the whole title.
std::size_t without_site(std::string_view title, std::string_view text, const std::vector<slice>& headlines) {
  std::size_t longest = 0;
  for (const slice where : headlines) {
    const std::string_view headline = trimmed(text.substr(where.begin, where.size()));
    if (headline.size() > longest && title.starts_with(headline) && names_site(title.substr(headline.size())))
      longest = headline.size();
  }
  return longest == 0 ? title.size() : longest;
}

// `title` holds what <title> does.
void take_title(visible_text& title, const std::vector<slice>& headlines, document& into) {
  const slice kept{0, static_cast<std::uint32_t>(without_site(title.text, into.text, headlines))};
  if (kept.end < title.text.size()) title.origin = part_of(title.origin, kept);
  into.title = title.text.substr(0, kept.end);
  into.title_origin = std::move(title.origin);
}

// Where in the text so far a run of a headline stands. It goes on with the one before if no line ended between.
void note_headline(const page_outline::run& run, slice shown, std::vector<slice>& headlines) {
  if ((run.where.roles & role::headline) == 0) return;
  if (run.before == 0 && !headlines.empty() && headlines.back().end == shown.begin)
    headlines.back().end = shown.end;
  else
    headlines.push_back(shown);
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
  std::vector<slice> headlines;
  for (const auto& run : outline.runs) {
    const auto begin = static_cast<std::uint32_t>(shown.text.size());
    shown.line_ends(run.before);
    shown.add(run.where, references);
    note_headline(run, {begin, static_cast<std::uint32_t>(shown.text.size())}, headlines);
  }
  shown.finish();
  if (shown.cut) into.warnings.emplace_back("more than 4 GiB of text: cut there");
  into.text = std::move(shown.text);
  title.add(outline.title, references);
  take_title(title, headlines, into);
  into.text_origin = std::move(shown.origin);
  into.furniture = std::move(shown.furniture);
}

}  // namespace retold
