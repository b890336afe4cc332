// SPDX-License-Identifier: Apache-2.0
// Groupings from JSON and JSONL. Whether a file is one object or one a line is told by its first line: only a whole object that
// lists no groups is a line.
#include <simdjson.h>

#include <algorithm>
#include <functional>
#include <optional>

#include "counted.hpp"
#include "evaluate_gather.hpp"
#include "read_encoding.hpp"
#include "read_record.hpp"
#include "read_stream.hpp"
#include "retold/error.hpp"
#include "retold/evaluate.hpp"
#include "utf8.hpp"

namespace retold {
namespace {

using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::object;

constexpr std::uint64_t largest_file = std::uint64_t{4} << 30;
constexpr const char* no_name = " is neither string nor number";

std::string label_of(const std::string& path) { return path == "-" ? "standard input" : path; }

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

std::string in_quotes(const std::string& name) { return '"' + name + '"'; }

// ---- one object, or one a line ----

// Whether the object has lists that hold the whole grouping.
using object_reader = std::function<bool(const object&)>;

// Calls use(record, place) for each line; what it returns is why the line cannot be used.
using record_reader = std::function<std::string(const object&, const std::string& place)>;

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

void read_all_of(const std::string& path, gatherer& into, const object_reader& holds_all, const object_reader& read_whole,
                 const record_reader& use) {
  const std::string text = text_of(path);
  parsed whole;
  object root;
  if (is_by_lines(text, holds_all) || !whole.parse(text) || whole.root.get(root) != simdjson::SUCCESS)
    read_lines(text, into, use);
  else if (!read_whole(root))
    into.skip(into.label(), "an object without groups");
}

// ---- ids ----

// Of a list of ids, those that are; how many are not is told.
void add_ids(const array& ids, std::uint32_t group, const std::string& place, gatherer& into) {
  std::size_t wrong = 0;
  for (const element id : ids) {
    if (const auto name = name_of(id))
      into.add(*name, group, place);
    else
      ++wrong;
  }
  if (wrong != 0)
    into.skip(place, counted(wrong, "id", "ids") + " of " + std::to_string(ids.size()) + (wrong == 1 ? " is" : " are") +
                         " neither string nor number");
}

void add_tags(const object& record, const std::string& field, const std::string& id, const std::string& place, gatherer& into) {
  const auto value = field_of(record, field);
  if (!value || value->is_null()) return;
  const auto tags = list_of(record, field);
  if (!tags) return into.skip(place, "field " + in_quotes(field) + " is no list of tags");
  std::size_t wrong = 0;
  for (const element tag : *tags) {
    if (const auto name = name_of(tag))
      into.tag(id, *name);
    else
      ++wrong;
  }
  if (wrong != 0)
    into.skip(place, counted(wrong, "tag", "tags") + " in " + in_quotes(field) + (wrong == 1 ? " is" : " are") +
                         " neither string nor number");
}

// ---- gold ----

std::string read_story(const object& record, const std::string& place, const gold_fields& fields, gatherer& into) {
  const auto id = field_of(record, fields.id), story = field_of(record, fields.story);
  if (list_of(record, "documents")) into.looks_swapped();
  if (!id) return "no field " + in_quotes(fields.id);
  const auto id_name = name_of(*id);
  if (!id_name) return "field " + in_quotes(fields.id) + (id->is_string() ? " is empty" : no_name);
  if (!story || story->is_null()) return into.without_story(), std::string();
  const auto story_name = name_of(*story);
  if (!story_name && !story->is_string()) return "field " + in_quotes(fields.story) + no_name;
  if (!story_name) return into.without_story(), std::string();
  into.add(*id_name, into.story(*story_name), place);
  add_tags(record, fields.umbrella, *id_name, place, into);
  return {};
}

// Lists of ids under "stories".
bool read_stories(const object& root, gatherer& into) {
  const auto stories = list_of(root, "stories");
  if (!stories) return false;
  std::size_t number = 0;
  for (const element story : *stories) {
    const std::string name = std::to_string(number++), place = into.label() + ": story " + name;
    array ids;
    if (story.get(ids) != simdjson::SUCCESS)
      into.skip(place, "not a list of ids");
    else
      add_ids(ids, into.story(name), place, into);
  }
  return true;
}

// ---- groups ----

// The number that the file itself gives a group: "id" in the JSON of cluster, "group" in a line of dedup.
std::string number_of(const object& group, std::size_t running) {
  for (const char* field : {"id", "group"})
    if (const auto value = field_of(group, field))
      if (const auto name = name_of(*value)) return *name;
  return std::to_string(running);
}

std::string read_group(const object& group, std::size_t running, const std::string& place, gatherer& into) {
  const auto ids = list_of(group, "documents");
  if (!ids && field_of(group, "id")) into.looks_swapped();
  if (!ids) return "no list \"documents\"";
  const auto title = field_of(group, "title");
  const std::string shown = title ? name_of(*title).value_or("") : "";
  add_ids(*ids, into.fresh_group("group " + number_of(group, running) + (shown.empty() ? "" : ": " + shown)), place, into);
  return {};
}

// Objects {"documents"} under "groups".
bool read_group_list(const object& root, gatherer& into) {
  const auto groups = list_of(root, "groups");
  if (!groups) return false;
  std::size_t number = 0;
  for (const element group : *groups) {
    object fields;
    const std::string place = into.label() + ": group " + std::to_string(number);
    const bool usable = group.get(fields) == simdjson::SUCCESS;
    if (std::string problem = usable ? read_group(fields, number, place, into) : "not an object"; !problem.empty())
      into.skip(place, std::move(problem));
    ++number;
  }
  return true;
}

}  // namespace

grouping read_gold(const std::string& path, const gold_fields& fields) {
  gatherer into(label_of(path));
  read_all_of(
      path, into, [](const object& root) { return list_of(root, "stories") || list_of(root, "groups"); },
      [&](const object& root) { return read_stories(root, into) || read_group_list(root, into); },
      [&](const object& record, const std::string& place) { return read_story(record, place, fields, into); });
  grouping out = into.take("lines {" + in_quotes(fields.id) + ", " + in_quotes(fields.story) + '}');
  if (out.documents.empty())
    throw error(error_kind::input, into.label() + ": no record has a field " + in_quotes(fields.story));
  return out;
}

grouping read_groups(const std::string& path) {
  gatherer into(label_of(path));
  std::size_t number = 0;
  read_all_of(
      path, into, [](const object& root) { return list_of(root, "groups").has_value(); },
      [&](const object& root) { return read_group_list(root, into); },
      [&](const object& record, const std::string& place) { return read_group(record, number++, place, into); });
  return into.take("the JSON of cluster, the groups file of dedup, or lines {\"documents\": [id, …]}");
}

}  // namespace retold
