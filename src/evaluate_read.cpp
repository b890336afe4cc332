// SPDX-License-Identifier: Apache-2.0
// Groupings from JSON and JSONL: gold, and what was found.
#include "counted.hpp"
#include "evaluate_json.hpp"
#include "retold/error.hpp"
#include "retold/evaluate.hpp"

namespace retold {
namespace {

constexpr const char* no_name = " is neither string nor number";

std::string in_quotes(const std::string& name) { return '"' + name + '"'; }

// Calls use(name) for each name in a list; how many are none is told. `what`: of what they are, and where.
void each_name(const array& list, const std::string& place, gatherer& into, const auto& what, const auto& use) {
  std::size_t wrong = 0;
  for (const element each : list) {
    if (const auto name = name_of(each))
      use(*name);
    else
      ++wrong;
  }
  if (wrong != 0) into.skip(place, what(wrong) + (wrong == 1 ? " is" : " are") + " neither string nor number");
}

void add_ids(const array& ids, std::uint32_t group, const std::string& place, gatherer& into) {
  each_name(
      ids, place, into, [&](std::size_t wrong) { return counted(wrong, "id", "ids") + " of " + std::to_string(ids.size()); },
      [&](const std::string& id) { into.add(id, group, place); });
}

void add_tags(const object& record, const std::string& field, const std::string& id, const std::string& place, gatherer& into) {
  const auto value = field_of(record, field);
  if (!value || value->is_null()) return;
  const auto tags = list_of(record, field);
  if (!tags) return into.skip(place, "field " + in_quotes(field) + " is no list of tags");
  each_name(
      *tags, place, into, [&](std::size_t wrong) { return counted(wrong, "tag", "tags") + " in " + in_quotes(field); },
      [&](const std::string& tag) { into.tag(id, tag); });
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
  if (!ids && field_of(group, "story")) into.looks_swapped();
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
  read_json(
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
  read_json(
      path, into, [](const object& root) { return list_of(root, "groups").has_value(); },
      [&](const object& root) { return read_group_list(root, into); },
      [&](const object& record, const std::string& place) { return read_group(record, number++, place, into); });
  return into.take("the JSON of cluster, the groups file of dedup, or lines {\"documents\": [id, …]}");
}

}  // namespace retold
