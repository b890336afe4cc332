// SPDX-License-Identifier: Apache-2.0
#pragma once
// The known answers of docs/format.md, read from the document itself so that document and code cannot part. A block
//
//   ```known NAME
//   field | field | field
//   ```
//
// is a list of rows; fields are trimmed. "-" stands for the empty field.

#include <cstdint>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace known {

using row = std::vector<std::string>;

inline std::string trimmed(const std::string& text) {
  const auto first = text.find_first_not_of(' ');
  if (first == std::string::npos) return {};
  const std::string field = text.substr(first, text.find_last_not_of(' ') - first + 1);
  return field == "-" ? "" : field;
}

inline row split(const std::string& line, const std::string& separator = "|") {
  row fields;
  for (std::size_t from = 0;;) {
    const auto at = line.find(separator, from);
    fields.push_back(trimmed(line.substr(from, at - from)));
    if (at == std::string::npos) return fields;
    from = at + separator.size();
  }
}

inline std::vector<row> answers(const std::string& name) {
  std::ifstream format(RETOLD_SOURCE_DIR "/docs/format.md");
  std::vector<row> rows;
  bool inside = false;
  for (std::string line; std::getline(format, line);) {
    if (inside && line == "```") return rows;
    if (inside) rows.push_back(split(line));
    if (line == "```known " + name) inside = true;
  }
  throw std::runtime_error("docs/format.md has no known answers named " + name);
}

inline std::uint64_t number(const std::string& text) { return std::stoull(text, nullptr, 0); }

inline std::vector<std::uint64_t> numbers(const std::string& text) {
  std::vector<std::uint64_t> result;
  for (const std::string& field : split(text, " "))
    if (!field.empty()) result.push_back(number(field));
  return result;
}

inline std::string hex(std::uint64_t value) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string text = "0x0000000000000000";
  for (unsigned i = 0; i < 16; ++i) text[17 - i] = digits[value >> (4 * i) & 15];
  return text;
}

}  // namespace known
