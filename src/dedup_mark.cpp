// SPDX-License-Identifier: Apache-2.0
// The line is known to be an object, so finding its members is a walk over brackets and strings, without a parser's tables; no
// step reads past the end, whatever the line is. Strings are passed over by memchr: records are mostly text.
#include "dedup_mark.hpp"

#include <algorithm>
#include <cstring>
#include <vector>

#include "read_markup.hpp"
#include "report_escape.hpp"

namespace retold {
namespace {

constexpr std::string_view member_name = "retold";

struct member {
  std::size_t begin = 0, end = 0;  // from the name's quote to behind the value
  bool ours = false;
};

bool escaped(std::string_view line, std::size_t quote, std::size_t from) {
  std::size_t backslashes = 0;
  while (quote - backslashes > from && line[quote - backslashes - 1] == '\\') ++backslashes;
  return backslashes % 2 != 0;
}

// Behind the string whose quote stands at `at`.
std::size_t after_string(std::string_view line, std::size_t at) {
  const std::size_t from = at + 1;
  for (std::size_t search = from; search < line.size();) {
    const std::size_t quote = line.find('"', search);
    if (quote == line.npos) break;
    if (!escaped(line, quote, from)) return quote + 1;
    search = quote + 1;
  }
  return line.size();
}

// Behind the object or array whose bracket stands at `at`.
std::size_t after_brackets(std::string_view line, std::size_t at) {
  std::size_t depth = 0;
  while (at < line.size()) {
    const char c = line[at];
    at = c == '"' ? after_string(line, at) : at + 1;
    if (c == '{' || c == '[') ++depth;
    if ((c == '}' || c == ']') && --depth == 0) break;
  }
  return at;
}

std::size_t after_value(std::string_view line, std::size_t at) {
  if (at >= line.size()) return line.size();
  if (line[at] == '"') return after_string(line, at);
  if (line[at] == '{' || line[at] == '[') return after_brackets(line, at);
  return std::min(line.size(), line.find_first_of(",} \t\r\n", at));
}

// The character that \uXXXX at `at` stands for, if that is ASCII; 0 else.
char unescaped(std::string_view name, std::size_t at) {
  if (name.substr(at, 4) != "\\u00" || at + 6 > name.size()) return '\0';
  const auto value = [](char digit) { return digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10; };
  return static_cast<char>(value(name[at + 4]) * 16 + value(name[at + 5]));
}

// `name` is between its quotes. No letter of ours has a short escape.
bool is_ours(std::string_view name) {
  std::size_t at = 0;
  for (const char expected : member_name) {
    if (at >= name.size()) return false;
    const bool escape = name[at] == '\\';
    if ((escape ? unescaped(name, at) : name[at]) != expected) return false;
    at += escape ? 6 : 1;
  }
  return at == name.size();
}

std::size_t skip(std::string_view line, std::size_t at, char also) {
  while (at < line.size() && (is_html_space(line[at]) || line[at] == also)) ++at;
  return at;
}

std::vector<member> members_of(std::string_view line, std::size_t at) {
  std::vector<member> found;
  while ((at = skip(line, at, ',')) < line.size() && line[at] == '"') {
    const std::size_t name_end = after_string(line, at);
    const std::string_view name = line.substr(at + 1, name_end - at - 2);
    found.push_back({at, after_value(line, skip(line, name_end, ':')), is_ours(name)});
    at = found.back().end;
  }
  return found;
}

std::string_view name_of(mark::kind status) {
  constexpr std::string_view names[] = {"kept", "exact", "near"};
  return names[static_cast<std::size_t>(status)];
}

std::string written(const mark& m) {
  rendering::json_writer out;
  out.open('{');
  out.key("status").text(name_of(m.status)).key("of").text(m.of).key("group");
  m.group ? out.integer(*m.group) : out.raw("null");
  out.key("size").integer(m.size).key("similarity").number(m.similarity);
  return out.close('}').take();
}

}  // namespace

std::string with_mark(std::string_view record, const mark& m) { return with_mark(record, written(m)); }

std::string with_mark(std::string_view record, std::string_view json) {
  const std::size_t inside = std::min(record.size(), record.find('{')) + 1;
  const std::vector<member> members = members_of(record, inside);
  const std::string added = '"' + std::string(member_name) + "\": " + std::string(json);
  std::string out;
  out.reserve(record.size() + added.size() + 2);
  out += record.substr(0, members.empty() ? inside : members.front().begin);
  bool first = true;
  std::size_t end = inside;  // of the member before, kept or not: the comma goes with the member behind it
  for (const member& each : members) {
    if (!each.ours) out += record.substr(first ? each.begin : end, each.end - (first ? each.begin : end)), first = false;
    end = each.end;
  }
  out += first ? "" : ", ";
  out += added;
  return out += record.substr(std::min(end, record.size()));
}

}  // namespace retold
