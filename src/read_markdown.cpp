// SPDX-License-Identifier: Apache-2.0
// Front matter is YAML, of which plain "key: value" lines are understood, quoted or not. Two rules with prose between them are
// no front matter: each line must look like YAML.
#include "read_markdown.hpp"

#include <algorithm>
#include <optional>
#include <string_view>

#include "read_date.hpp"
#include "read_encoding.hpp"
#include "read_title.hpp"

namespace retold {
namespace {

constexpr std::size_t longest_front_matter = 1 << 16;
constexpr std::string_view blank = " \t";

slice trimmed(std::string_view text, slice part) {
  const auto is_blank = [&](std::uint32_t at) { return blank.find(text[at]) != std::string_view::npos; };
  while (part.begin < part.end && is_blank(part.begin)) ++part.begin;
  while (part.end > part.begin && is_blank(part.end - 1)) --part.end;
  return part;
}

std::string_view of(std::string_view text, slice part) { return text.substr(part.begin, part.size()); }

bool is_line_of(std::string_view mark, std::string_view text, slice line) {
  return of(text, {line.begin, trimmed(text, line).end}) == mark;
}

// The line that starts at `at`, which moves behind its end.
slice take_line(std::string_view text, std::uint32_t& at) {
  const auto end = static_cast<std::uint32_t>(std::min(text.find_first_of("\r\n", at), text.size()));
  const slice line{at, end};
  at = text.substr(end).starts_with("\r\n") ? end + 2
                                            : std::min<std::uint32_t>(end + 1, static_cast<std::uint32_t>(text.size()));
  return line;
}

// The value of "key: value"; nothing for other lines. The key has no spaces.
std::optional<slice> value_in(std::string_view text, slice line) {
  const std::string_view shown = of(text, line);
  const std::size_t colon = shown.find(':');
  if (colon == 0 || colon == std::string_view::npos || shown.find_first_of(blank) < colon) return std::nullopt;
  if (colon + 1 < shown.size() && blank.find(shown[colon + 1]) == std::string_view::npos) return std::nullopt;
  return trimmed(text, {line.begin + static_cast<std::uint32_t>(colon) + 1, line.end});
}

bool may_be_yaml(std::string_view text, slice line) {
  return line.empty() || std::string_view(" \t#-]}").find(text[line.begin]) != std::string_view::npos || value_in(text, line);
}

// The lines between "---" and "---" at the very start, and where the text goes on; 0: there are none.
std::uint32_t front_matter_end(std::string_view text, std::vector<slice>& lines) {
  const std::string_view head = text.substr(0, longest_front_matter);
  std::uint32_t at = 0;
  if (!is_line_of("---", head, take_line(head, at))) return 0;
  while (at < head.size()) {
    const slice line = take_line(head, at);
    if (is_line_of("---", head, line) || is_line_of("...", head, line)) return lines.empty() ? 0 : at;
    if (!may_be_yaml(head, line)) return 0;
    if (value_in(head, line)) lines.push_back(line);
  }
  return 0;
}

// The characters a value stands for, as parts of the text: without quotes and what escapes them. Empty for values that are no
// string of one line.
std::vector<slice> characters_of(std::string_view text, slice value) {
  if (value.empty() || std::string_view("|>[{&*!~").find(text[value.begin]) != std::string_view::npos) return {};
  const char quote = text[value.begin];
  if (quote != '"' && quote != '\'') {
    const std::size_t comment = of(text, value).find(" #");
    return {trimmed(text, {value.begin,
                           comment == std::string_view::npos ? value.end : value.begin + static_cast<std::uint32_t>(comment)})};
  }
  std::vector<slice> parts{{value.begin + 1, value.begin + 1}};
  for (std::uint32_t at = value.begin + 1; at < value.end; ++at) {
    const char c = text[at], next = at + 1 < value.end ? text[at + 1] : '\0';
    const bool escape = quote == '\'' ? c == quote && next == quote : c == '\\' && (next == '"' || next == '\\');
    if (escape) {
      ++at;
      parts.push_back({at, at});
    } else if (c == quote) {
      return parts;
    } else if (c == '\\' && quote == '"') {
      return {};
    }
    parts.back().end = at + 1;
  }
  return {};
}

std::string joined(std::string_view text, const std::vector<slice>& parts) {
  std::string out;
  for (const slice part : parts) out += of(text, part);
  return out;
}

void take_value(document& d, slice line) {
  const std::string_view key = of(d.text, line).substr(0, of(d.text, line).find(':'));
  const std::vector<slice> parts = characters_of(d.text, *value_in(d.text, line));
  if (key == "source") d.source = joined(d.text, parts);
  if (key == "date") d.date = date_or_warning(joined(d.text, parts), d.warnings);
  if (key != "title") return;
  d.title = joined(d.text, parts);
  d.title_origin = {};
  for (const slice part : parts) append_part(d.title_origin, d.text_origin, part);
}

// "# Title" → "Title"
slice without_hashes(std::string_view text, slice line) {
  std::uint32_t at = line.begin;
  while (at < line.end && text[at] == '#') ++at;
  if (at == line.begin || at == line.end || text[at] != ' ') return line;
  while (at < line.end && text[at] == ' ') ++at;
  return {at, line.end};
}

}  // namespace

void read_markdown(document& d) {
  std::vector<slice> lines;
  if (const std::uint32_t end = front_matter_end(d.text, lines); end != 0) {
    for (const slice line : lines) take_value(d, line);
    d.text_origin = part_of(d.text_origin, {end, static_cast<std::uint32_t>(d.text.size())});
    d.text.erase(0, end);
  }
  if (d.title.empty()) title_from(d, without_hashes(d.text, first_line(d.text)));
}

}  // namespace retold
