// SPDX-License-Identifier: Apache-2.0
// A file, a record and a page without a title are called by their first line, alike: the same text has the same title.
#include "read_title.hpp"

#include <algorithm>

#include "read_encoding.hpp"
#include "utf8.hpp"

namespace retold {
namespace {
constexpr std::size_t longest_title = 200;  // characters
}

slice first_line(std::string_view text) {
  const std::size_t begin = std::min(text.find_first_not_of(" \t\r\n\f\v"), text.size());
  std::size_t end = std::min(text.find_first_of("\r\n", begin), text.size());
  while (end > begin && std::string_view(" \t\f\v").find(text[end - 1]) != std::string_view::npos) --end;
  return {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
}

void title_from(document& d, slice line) {
  const std::string_view title = std::string_view(d.text).substr(line.begin, line.size());
  if (title.empty() || title.size() > 4 * longest_title || count_characters(title) > longest_title) return;
  if (!d.furniture.empty() && d.furniture.front().begin <= line.begin) return;
  d.title = title;
  d.title_in_text = true;
  d.title_origin = part_of(d.text_origin, line);
}

}  // namespace retold
