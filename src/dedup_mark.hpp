// SPDX-License-Identifier: Apache-2.0
#pragma once
// What was found out about a record, written into the record (part of dedup, and of filter; docs/format.md names the members).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace retold {

struct mark {
  enum class kind : std::uint8_t { kept, exact, near };
  kind status = kind::kept;
  std::string_view of;                 // id of the kept record: its own, if it is kept
  std::optional<std::uint64_t> group;  // none for a record that is alone
  std::uint64_t size = 1;              // of the group
  double similarity = 1;               // to the kept record
};

// The record's line with the member "retold" added as its last. One that is there already, wherever and however often and even
// if its name is written with escapes, is cut out with a comma of its own; all other bytes stay as they are. `record` is an
// object that a record_parser takes; blanks and \r around it may be there.
std::string with_mark(std::string_view record, const mark& m);
std::string with_mark(std::string_view record, std::string_view json);  // with this for its value

}  // namespace retold
