// SPDX-License-Identifier: Apache-2.0
#include "index_codec.hpp"

#include <limits>

#include "index_bytes.hpp"

namespace retold {
namespace {

constexpr std::size_t scope_bytes = 2, key_bytes = 5;
constexpr std::uint64_t most_scope = std::numeric_limits<std::uint32_t>::max();
constexpr std::uint64_t id_alone = 0, document = 1;  // kinds of pending records

void put_record(std::string& to, const index_record& record) {
  put_number(to, record.scope);
  put_signed(to, record.arrived);
  to += static_cast<char>(record.date.has_value());
  if (record.date) put_signed(to, *record.date);
  put_number(to, record.set_size);
  put_big(to, record.words.high, 8);
  put_big(to, record.words.low, 4);
  put_number(to, record.id.size());
  to += record.id;
  to.append(reinterpret_cast<const char*>(record.slots.data()), record.slots.size());
}

index_record take_record(value_reader& from, std::size_t slots) {
  index_record out;
  out.scope = static_cast<std::uint32_t>(from.number(most_scope));
  out.arrived = from.signed_number();
  if (from.number(1) == 1) out.date = from.signed_number();
  out.set_size = from.number();
  out.words.high = from.big(8);
  out.words.low = static_cast<std::uint32_t>(from.big(4));
  out.id = from.bytes(from.number());
  const std::string_view sketch = from.bytes(slots);
  out.slots.assign(sketch.begin(), sketch.end());
  return out;
}

id_entry take_id_entry(value_reader& from) {
  const auto content = static_cast<std::uint32_t>(from.big(4));
  return {content, from.number()};
}

}  // namespace

std::string number_key(std::uint64_t number) {
  std::string out;
  put_big(out, number, 8);
  return out;
}

std::optional<std::uint64_t> read_number_key(std::string_view key) {
  value_reader from(key);
  const std::uint64_t number = from.big(8);
  return from.whole() ? std::optional(number) : std::nullopt;
}

std::string place_in_run(std::uint64_t run, std::uint64_t part) {
  std::string out = number_key(run);
  put_big(out, part, 4);
  return out;
}

std::string id_key(std::uint32_t scope, std::uint64_t id_hash) {
  std::string out;
  put_big(out, scope, scope_bytes);
  put_big(out, id_hash, 8);
  return out;
}

std::string write_record(const index_record& record) {
  std::string out;
  put_record(out, record);
  return out;
}

std::optional<index_record> read_record(std::string_view value, std::size_t slots) {
  value_reader from(value);
  index_record out = take_record(from, slots);
  return from.whole() ? std::optional(std::move(out)) : std::nullopt;
}

std::string write_pending(const pending_record& record) {
  std::string out;
  put_big(out, record.document ? document : id_alone, 1);
  if (!record.document) {
    put_number(out, record.scope);
    put_big(out, record.id_hash, 8);
    return out += write_id_entry(record.said);
  }
  put_record(out, *record.document);
  for (const std::uint64_t key : record.keys) put_big(out, key, key_bytes);
  return out;
}

std::optional<pending_record> read_pending(std::string_view value, std::size_t slots) {
  value_reader from(value);
  const std::uint64_t kind = from.big(1);
  pending_record out;
  if (kind == id_alone) {
    out.scope = static_cast<std::uint32_t>(from.number(most_scope));
    out.id_hash = from.big(8);
    out.said = take_id_entry(from);
  } else {
    out.document = take_record(from, slots);
    while (from.left() > 0) out.keys.push_back(from.big(key_bytes));
    if (kind != document) return std::nullopt;
  }
  return from.whole() ? std::optional(std::move(out)) : std::nullopt;
}

std::string write_id_entry(const id_entry& entry) {
  std::string out;
  put_big(out, entry.content, 4);
  put_number(out, entry.number);
  return out;
}

std::optional<std::vector<id_entry>> read_id_entries(std::string_view value) {
  value_reader from(value);
  std::vector<id_entry> out;
  while (from.left() > 0) out.push_back(take_id_entry(from));
  return from.whole() ? std::optional(std::move(out)) : std::nullopt;
}

std::string frequency_key(std::uint64_t generation, std::uint32_t scope, std::uint32_t term) {
  std::string out;
  put_big(out, generation, 4), put_big(out, scope, 2), put_big(out, term, 4);
  return out;
}

std::optional<std::uint64_t> generation_in(std::string_view frequency_key) {
  if (frequency_key.size() != 10) return std::nullopt;
  return value_reader(frequency_key).big(4);
}

std::string term_key(std::uint32_t scope, std::uint32_t term, std::uint64_t number) {
  std::string out;
  put_big(out, scope, 2), put_big(out, term, 4), put_big(out, ~number, 8);
  return out;
}

std::optional<std::uint64_t> document_in(std::string_view term_key) {
  const auto number = term_key.size() == 14 ? read_number_key(term_key.substr(6)) : std::nullopt;
  return number ? std::optional(~*number) : std::nullopt;
}

std::string story_key(const story_place& place) {
  std::string out;
  put_big(out, place.story, 8), put_big(out, place.scope, scope_bytes);
  return out;
}

std::optional<story_place> place_in(std::string_view story_key) {
  value_reader from(story_key);
  const std::uint64_t story = from.big(8);
  const auto scope = static_cast<std::uint32_t>(from.big(scope_bytes));
  return from.whole() ? std::optional(story_place{story, scope}) : std::nullopt;
}

}  // namespace retold
