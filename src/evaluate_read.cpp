// SPDX-License-Identifier: Apache-2.0
// Groupings from JSON and JSONL. Whether a file is one object or one a line is told by its first line: only a whole object that
// lists no groups is a line.
#include <simdjson.h>

#include <algorithm>
#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdio>
#include <functional>
#include <iterator>

#include "counted.hpp"
#include "file_handle.hpp"
#include "read_encoding.hpp"
#include "read_stream.hpp"
#include "retold/error.hpp"
#include "retold/evaluate.hpp"

namespace retold {
namespace {

using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::object;

constexpr std::uint64_t largest_file = std::uint64_t{4} << 30;

std::string stored_bytes(const std::string& path, compression how) {
  byte_stream stream(path == "-" ? "/dev/stdin" : path, how);
  std::string bytes;
  const bool fits = read_all([&](std::span<char> into) { return stream.fill(into); }, largest_file, bytes);
  if (!stream.problem().empty()) throw error(error_kind::input, path + ": cannot be read: " + stream.problem());
  if (!fits) throw error(error_kind::input, path + ": more than 4 GiB; cut the texts out of it");
  return bytes;
}

// Standard input can be read once only: what comes that way is as it is.
std::string bytes_of(const std::string& path) {
  if (path == "-") return stored_bytes(path, compression::none);
  char first[4] = {};
  const std::string_view head(first, byte_stream(path, compression::none).fill(first));
  return stored_bytes(path, head.starts_with("\x1F\x8B")           ? compression::gzip
                            : head.starts_with("\x28\xB5\x2F\xFD") ? compression::zstd
                                                                   : compression::none);
}

// A string, or a number's digits; empty for all else.
std::string name_of(const element& value) {
  std::string_view text;
  if (value.get(text) == simdjson::SUCCESS) return std::string(text);
  return value.is_number() || value.is_bool() ? std::string(simdjson::minify(value)) : std::string();
}

std::string field_of(const object& record, std::string_view field) {
  element value;
  return record[field].get(value) == simdjson::SUCCESS ? name_of(value) : std::string();
}

// Puts a grouping together document by document.
class gatherer {
 public:
  explicit gatherer(std::string label) : label_(std::move(label)) {}

  std::uint32_t group(const std::string& name) {
    const auto [place, fresh] = groups_.try_emplace(name, static_cast<std::uint32_t>(out_.names.size()));
    if (fresh) out_.names.push_back(name);
    return place->second;
  }

  // `place`: FILE:LINE, or what else tells where it stands.
  void add(const std::string& id, std::uint32_t group, const std::string& place) {
    const auto [known, fresh] = documents_.try_emplace(id, static_cast<std::uint32_t>(out_.documents.size()));
    if (!fresh && out_.labels[known->second] == group) return;
    if (!fresh)
      throw error(error_kind::input, place + ": id \"" + id + "\" is in two groups: \"" +
                                         out_.names[out_.labels[known->second]] + "\" and \"" + out_.names[group] + '"');
    out_.documents.push_back(id);
    out_.labels.push_back(group);
  }

  void tag(const std::string& id, const array& names) {
    const std::uint32_t document = documents_.at(id);
    if (out_.tags.size() <= document) out_.tags.resize(document + std::size_t{1});
    for (const element name : names)
      out_.tags[document].push_back(tags_.try_emplace(name_of(name), static_cast<std::uint32_t>(tags_.size())).first->second);
  }

  void skip(const std::string& place, std::string reason) { out_.skipped.push_back({place, std::move(reason)}); }
  void without_story() { ++out_.without_story; }

  grouping take() {
    if (!out_.tags.empty()) out_.tags.resize(out_.documents.size());
    return std::move(out_);
  }
  const std::string& label() const noexcept { return label_; }

 private:
  std::string label_;
  grouping out_;
  boost::unordered_flat_map<std::string, std::uint32_t> groups_, documents_, tags_;
};

// Lists of ids under `list`, where the whole file is one object that has it.
using list_reader = std::function<void(const array&)>;
bool read_object(std::string_view bytes, std::string_view list, const list_reader& read) {
  simdjson::dom::parser parser;
  element root;
  array groups;
  if (parser.parse(bytes.data(), bytes.size(), false).get(root) != simdjson::SUCCESS) return false;
  if (root[list].get(groups) != simdjson::SUCCESS) return false;
  read(groups);
  return true;
}

// Calls use(record, place) for each line; what it returns is why the line cannot be used.
using record_reader = std::function<std::string(const object&, const std::string& place)>;
void read_lines(std::string_view bytes, gatherer& into, const record_reader& use) {
  simdjson::dom::parser parser;
  std::uint64_t number = 0;
  for (std::size_t begin = 0, end = 0; begin < bytes.size(); begin = end + 1) {
    end = std::min(bytes.find('\n', begin), bytes.size());
    const std::string_view line = bytes.substr(begin, end - begin);
    const std::string place = into.label() + ':' + std::to_string(++number);
    if (line.find_first_not_of(" \t\r\f\v") == line.npos) continue;
    element root;
    object record;
    if (parser.parse(line.data(), line.size(), false).get(root) != simdjson::SUCCESS)
      into.skip(place, "not JSON");
    else if (root.get(record) != simdjson::SUCCESS)
      into.skip(place, "not a JSON object");
    else if (std::string problem = use(record, place); !problem.empty())
      into.skip(place, std::move(problem));
  }
}

void check_any(const gatherer& into, const grouping& out, const std::string& expected) {
  if (!out.documents.empty() || out.skipped.empty()) return;
  throw error(error_kind::input, into.label() + ": no grouping: " + expected + " expected; " + out.skipped.front().input +
                                     ": " + out.skipped.front().reason);
}

// The file's bytes with room behind them for the parser, without the mark at their beginning.
struct padded_text {
  std::string bytes;
  std::string_view text;
  explicit padded_text(const std::string& path) : bytes(bytes_of(path)) {
    const std::size_t size = bytes.size();
    bytes.append(simdjson::SIMDJSON_PADDING, '\0');
    text = std::string_view(bytes).substr(0, size);
    if (text.starts_with(utf8_mark)) text.remove_prefix(utf8_mark.size());
  }
};

// Lists of ids under "stories".
bool read_stories(std::string_view text, gatherer& into) {
  return read_object(text, "stories", [&](const array& stories) {
    std::size_t number = 0;
    for (const element story : stories) {
      const std::string name = std::to_string(number++), place = into.label() + ": story " + name;
      array ids;
      if (story.get(ids) != simdjson::SUCCESS)
        into.skip(place, "not a list of ids");
      else
        for (const element id : ids) into.add(name_of(id), into.group(name), place);
    }
  });
}

std::string read_story(const object& record, const std::string& place, const gold_fields& fields, gatherer& into) {
  const std::string id = field_of(record, fields.id), story = field_of(record, fields.story);
  if (id.empty()) return "no field \"" + fields.id + '"';
  if (story.empty()) return into.without_story(), std::string();
  into.add(id, into.group(story), place);
  array tags;
  if (record[fields.umbrella].get(tags) == simdjson::SUCCESS) into.tag(id, tags);
  return {};
}

std::string read_group(const object& group, const std::string& name, const std::string& place, gatherer& into) {
  array ids;
  if (group["documents"].get(ids) != simdjson::SUCCESS) return "no list \"documents\"";
  const std::string title = field_of(group, "title");
  const std::uint32_t number = into.group(title.empty() ? name : name + ": " + title);
  for (const element id : ids) into.add(name_of(id), number, place);
  return {};
}

// Objects {"documents"} under "groups".
bool read_group_list(std::string_view text, gatherer& into) {
  return read_object(text, "groups", [&](const array& groups) {
    std::size_t number = 0;
    for (const element group : groups) {
      object fields;
      const std::string name = "group " + std::to_string(number++), place = into.label() + ": " + name;
      const bool usable = group.get(fields) == simdjson::SUCCESS;
      if (std::string problem = usable ? read_group(fields, name, place, into) : "not an object"; !problem.empty())
        into.skip(place, std::move(problem));
    }
  });
}

std::string label_of(const std::string& path) { return path == "-" ? "standard input" : path; }

}  // namespace

grouping read_gold(const std::string& path, const gold_fields& fields) {
  const padded_text file(path);
  gatherer into(label_of(path));
  if (!read_stories(file.text, into) && !read_group_list(file.text, into))
    read_lines(file.text, into,
               [&](const object& record, const std::string& place) { return read_story(record, place, fields, into); });
  grouping out = into.take();
  check_any(into, out, "lines {\"id\", \"story\"}");
  if (out.documents.empty()) throw error(error_kind::input, into.label() + ": no record has a field \"" + fields.story + "\"");
  return out;
}

grouping read_groups(const std::string& path) {
  const padded_text file(path);
  gatherer into(label_of(path));
  if (!read_group_list(file.text, into)) {
    std::size_t number = 0;
    read_lines(file.text, into, [&](const object& record, const std::string& place) {
      return read_group(record, "group " + std::to_string(number++), place, into);
    });
  }
  grouping out = into.take();
  check_any(into, out, "the JSON of cluster, or lines {\"documents\": [id, …]}");
  return out;
}

}  // namespace retold
