// SPDX-License-Identifier: Apache-2.0
#include "evaluate_json.hpp"

#include <algorithm>

#include "read_encoding.hpp"
#include "read_record.hpp"
#include "read_stream.hpp"
#include "retold/error.hpp"
#include "utf8.hpp"

namespace retold {
namespace {

constexpr std::uint64_t largest_file = std::uint64_t{4} << 30;

std::string text_of(const std::string& path) {
  byte_stream stream(path);
  std::string bytes;
  const bool fits = read_all([&](std::span<char> into) { return stream.fill(into); }, largest_file, bytes);
  if (!stream.problem().empty()) throw error(error_kind::input, label_of(path) + ": cannot be read: " + stream.problem());
  if (!fits) throw error(error_kind::input, label_of(path) + ": more than 4 GiB; cut the texts out of it");
  if (bytes.starts_with(utf8_mark)) bytes.erase(0, utf8_mark.size());
  return bytes;
}

// JSON whose numbers are strings of their own digits, as ids are made of them everywhere; what is not UTF-8 is mended, too.
class parsed {
 public:
  bool parse(std::string_view text) {
    std::string copy = quote_numbers(text);
    if (parser_.parse(copy).get(root) == simdjson::SUCCESS) return true;
    copy = repair_utf8(copy);
    mend_surrogates(copy);
    return parser_.parse(copy).get(root) == simdjson::SUCCESS;
  }
  element root;

 private:
  simdjson::dom::parser parser_;
};

// The line at `at`, which moves behind it.
std::string_view line_at(std::string_view text, std::size_t& at) {
  const std::size_t begin = at, end = std::min(text.find('\n', begin), text.size());
  at = end + 1;
  return text.substr(begin, end - begin);
}

bool is_blank(std::string_view line) { return line.find_first_not_of(" \t\r\f\v") == line.npos; }

// Whether the first line is an object by itself, and none that holds all.
bool is_by_lines(std::string_view text, const object_reader& holds_all) {
  parsed first;
  object record;
  for (std::size_t at = 0; at < text.size();) {
    const std::string_view line = line_at(text, at);
    if (!is_blank(line)) return first.parse(line) && first.root.get(record) == simdjson::SUCCESS && !holds_all(record);
  }
  return true;
}

void read_lines(std::string_view text, gatherer& into, const record_reader& use) {
  parsed line;
  std::uint64_t number = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::string_view bytes = line_at(text, at);
    const std::string place = into.label() + ':' + std::to_string(++number);
    object record;
    if (is_blank(bytes)) continue;
    if (!line.parse(bytes))
      into.skip(place, "not JSON");
    else if (line.root.get(record) != simdjson::SUCCESS)
      into.skip(place, "not a JSON object");
    else if (std::string problem = use(record, place); !problem.empty())
      into.skip(place, std::move(problem));
  }
}

}  // namespace

std::string label_of(const std::string& path) { return path == "-" ? "standard input" : path; }

std::optional<std::string> name_of(const element& value) {
  std::string_view text;
  if (value.get(text) != simdjson::SUCCESS || text.empty()) return std::nullopt;
  return std::string(text);
}

// Of a key that comes twice, the last one counts, as where records are read.
std::optional<element> field_of(const object& record, std::string_view field) {
  std::optional<element> out;
  for (const auto& [key, value] : record)
    if (key == field) out = value;
  return out;
}

std::optional<array> list_of(const object& record, std::string_view field) {
  array out;
  const auto value = field_of(record, field);
  if (!value || value->get(out) != simdjson::SUCCESS) return std::nullopt;
  return out;
}

void read_json(const std::string& path, gatherer& into, const object_reader& holds_all, const object_reader& read_whole,
               const record_reader& use) {
  const std::string text = text_of(path);
  parsed whole;
  object root;
  if (is_by_lines(text, holds_all) || !whole.parse(text) || whole.root.get(root) != simdjson::SUCCESS)
    read_lines(text, into, use);
  else if (!read_whole(root))
    into.skip(into.label(), "an object without groups");
}

}  // namespace retold
