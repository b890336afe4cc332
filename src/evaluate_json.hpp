// SPDX-License-Identifier: Apache-2.0
#pragma once
// JSON files of groups as values, lines or one object, and what counts as a name in them (part of evaluate).

#include <simdjson.h>

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "evaluate_gather.hpp"

namespace retold {

using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::object;

std::string label_of(const std::string& path);  // for messages

// A string that is not empty, or a number by its own digits.
std::optional<std::string> name_of(const element& value);

// Of a key that comes twice, the last one counts, as where records are read.
std::optional<element> field_of(const object& record, std::string_view field);
std::optional<array> list_of(const object& record, std::string_view field);

// Whether the object has lists that hold the whole grouping; read_whole takes them up.
using object_reader = std::function<bool(const object&)>;

// Takes up a line; what it returns is why the line cannot be used.
using record_reader = std::function<std::string(const object&, const std::string& place)>;

// Whether a file is one object or one a line is told by its first line: only a whole object that lists no groups is a line.
// Throws error(input) for what cannot be read at all.
void read_json(const std::string& path, gatherer& into, const object_reader& holds_all, const object_reader& read_whole,
               const record_reader& use);

}  // namespace retold
