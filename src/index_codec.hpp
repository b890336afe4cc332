// SPDX-License-Identifier: Apache-2.0
#pragma once
// The bytes of an index's keys and values; docs/format.md §9 is the specification (part of index).
//
// Readers take any bytes: what is no such value is told apart from what is, and nothing is read beyond the end.

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "words_key.hpp"

namespace retold {

// What a document without an id is called.
inline std::string name_of_number(std::uint64_t number) { return '#' + std::to_string(number); }

struct index_record {
  std::uint32_t scope = 0;
  std::int64_t arrived = 0;
  std::optional<std::int64_t> date;
  std::uint64_t set_size = 0;  // shingles
  words_key words;
  std::string id;                   // empty: it had none
  std::vector<std::uint8_t> slots;  // none at level exact

  std::string name(std::uint64_t number) const { return id.empty() ? name_of_number(number) : id; }
};

// Of a record whose id is to be remembered: what it said, and the document that it became or joined; 0 where it had no words.
struct id_entry {
  std::uint32_t content = 0;
  std::uint64_t number = 0;
  friend bool operator==(const id_entry&, const id_entry&) = default;
};

// What has been added since the last run was written.
struct pending_record {
  std::optional<index_record> document;
  std::vector<std::uint64_t> keys;  // its posting keys: words, bands, id
  std::uint32_t scope = 0;          // of an id alone
  std::uint64_t id_hash = 0;
  id_entry said;
};

std::string number_key(std::uint64_t number);  // big-endian, so that the order of keys is that of numbers
std::string id_key(std::uint32_t scope, std::uint64_t id_hash);

std::string place_in_run(std::uint64_t run, std::uint64_t part);
std::optional<std::uint64_t> read_number_key(std::string_view key);

std::string write_record(const index_record& record);
std::optional<index_record> read_record(std::string_view value, std::size_t slots);

std::string write_pending(const pending_record& record);
std::optional<pending_record> read_pending(std::string_view value, std::size_t slots);

// Lists grow by appending to their bytes.
std::string write_id_entry(const id_entry& entry);
std::optional<std::vector<id_entry>> read_id_entries(std::string_view value);

// Of the tables of stories.
std::string frequency_key(std::uint64_t generation, std::uint32_t scope, std::uint32_t term);
std::optional<std::uint64_t> generation_in(std::string_view frequency_key);
std::string term_key(std::uint32_t scope, std::uint32_t term, std::uint64_t number);  // of one term: the newest first
std::optional<std::uint64_t> document_in(std::string_view term_key);

struct story_place {
  std::uint64_t story = 0;  // number of the article that opened it
  std::uint32_t scope = 0;
  friend auto operator<=>(const story_place&, const story_place&) = default;
};
std::string story_key(const story_place& place);  // of one story side by side
std::optional<story_place> place_in(std::string_view story_key);

}  // namespace retold
