// SPDX-License-Identifier: Apache-2.0
#include "index_codec.hpp"

namespace retold {
namespace {

constexpr std::size_t scope_bytes = 2, key_bytes = 5;
enum class pending_kind : char { id_alone = 0, document = 1 };

std::uint64_t zigzag(std::int64_t value) noexcept {
  return static_cast<std::uint64_t>(value) << 1 ^ static_cast<std::uint64_t>(value >> 63);
}
std::int64_t unzigzag(std::uint64_t value) noexcept {
  return static_cast<std::int64_t>(value >> 1) ^ -static_cast<std::int64_t>(value & 1);
}

// Reads one value after the other; once something is missing, all that follows is.
class value_reader {
 public:
  explicit value_reader(std::string_view value) : rest_(value) {}
  std::uint64_t varint() { return take(take_varint(rest_)); }
  std::uint64_t big(std::size_t bytes) { return take(take_big(rest_, bytes)); }
  std::string_view bytes(std::uint64_t size) {
    if (size > rest_.size()) return whole_ = false, std::string_view();
    const std::string_view out = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return out;
  }
  bool whole() const noexcept { return whole_; }
  bool at_end() const noexcept { return whole_ && rest_.empty(); }

 private:
  std::uint64_t take(const std::optional<std::uint64_t>& value) {
    if (!value) whole_ = false, rest_ = {};
    return value.value_or(0);
  }
  std::string_view rest_;
  bool whole_ = true;
};

void put_record(std::string& to, const index_record& record) {
  put_varint(to, record.scope);
  put_varint(to, zigzag(record.arrived));
  to += static_cast<char>(record.date.has_value());
  if (record.date) put_varint(to, zigzag(*record.date));
  put_varint(to, record.set_size);
  put_big(to, record.words.high, 8);
  put_big(to, record.words.low, 4);
  put_varint(to, record.id.size());
  to += record.id;
  to.append(reinterpret_cast<const char*>(record.slots.data()), record.slots.size());
}

index_record take_record(value_reader& from, std::size_t slots) {
  index_record out;
  out.scope = static_cast<std::uint32_t>(from.varint());
  out.arrived = unzigzag(from.varint());
  if (from.big(1) != 0) out.date = unzigzag(from.varint());
  out.set_size = from.varint();
  out.words.high = from.big(8);
  out.words.low = static_cast<std::uint32_t>(from.big(4));
  out.id = from.bytes(from.varint());
  const std::string_view sketch = from.bytes(slots);
  out.slots.assign(sketch.begin(), sketch.end());
  return out;
}

}  // namespace

std::string number_key(std::uint64_t number) {
  std::string out;
  put_big(out, number, 8);
  return out;
}

std::optional<std::uint64_t> read_number_key(std::string_view key) {
  const auto number = take_big(key, 8);
  return key.empty() ? number : std::nullopt;
}

std::string id_key(std::uint32_t scope, std::uint64_t id_hash) {
  std::string out;
  put_big(out, scope, scope_bytes);
  put_big(out, id_hash, 8);
  return out;
}

void put_big(std::string& to, std::uint64_t value, std::size_t bytes) {
  while (bytes-- > 0) to += static_cast<char>(value >> (8 * bytes));
}

std::optional<std::uint64_t> take_big(std::string_view& from, std::size_t bytes) {
  if (from.size() < bytes) return std::nullopt;
  std::uint64_t out = 0;
  for (std::size_t i = 0; i < bytes; ++i) out = out << 8 | static_cast<unsigned char>(from[i]);
  from.remove_prefix(bytes);
  return out;
}

void put_varint(std::string& to, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) to += static_cast<char>(value | 0x80);
  to += static_cast<char>(value);
}

std::optional<std::uint64_t> take_varint(std::string_view& from) {
  std::uint64_t out = 0;
  for (std::size_t i = 0; i < from.size() && i < 10; ++i) {
    const auto byte = static_cast<unsigned char>(from[i]);
    out |= std::uint64_t{byte & 0x7Fu} << (7 * i);
    if (byte < 0x80) return from.remove_prefix(i + 1), out;
  }
  return std::nullopt;
}

std::string write_record(const index_record& record) {
  std::string out;
  put_record(out, record);
  return out;
}

std::optional<index_record> read_record(std::string_view value, std::size_t slots) {
  value_reader from(value);
  index_record out = take_record(from, slots);
  return from.at_end() ? std::optional(std::move(out)) : std::nullopt;
}

std::string write_pending(const pending_record& record) {
  std::string out(1, static_cast<char>(record.document ? pending_kind::document : pending_kind::id_alone));
  if (!record.document) {
    put_varint(out, record.scope);
    put_big(out, record.id_hash, 8);
    return out += write_id_entry(record.said);
  }
  put_record(out, *record.document);
  for (const std::uint64_t key : record.keys) put_big(out, key, key_bytes);
  return out;
}

std::optional<pending_record> read_pending(std::string_view value, std::size_t slots) {
  value_reader from(value);
  const auto kind = static_cast<pending_kind>(from.big(1));
  pending_record out;
  if (kind == pending_kind::id_alone) {
    out.scope = static_cast<std::uint32_t>(from.varint());
    out.id_hash = from.big(8);
    out.said.content = static_cast<std::uint32_t>(from.big(4));
    out.said.number = from.varint();
  } else {
    out.document = take_record(from, slots);
    while (from.whole() && !from.at_end()) out.keys.push_back(from.big(key_bytes));
    if (kind != pending_kind::document) return std::nullopt;
  }
  return from.at_end() ? std::optional(std::move(out)) : std::nullopt;
}

std::string write_id_entry(const id_entry& entry) {
  std::string out;
  put_big(out, entry.content, 4);
  put_varint(out, entry.number);
  return out;
}

std::optional<std::vector<id_entry>> read_id_entries(std::string_view value) {
  std::vector<id_entry> out;
  while (!value.empty()) {
    const auto content = take_big(value, 4);
    const auto number = content ? take_varint(value) : std::nullopt;
    if (!number) return std::nullopt;
    out.push_back({static_cast<std::uint32_t>(*content), *number});
  }
  return out;
}

bool read_numbers(std::string_view value, std::vector<std::uint64_t>& into) {
  while (!value.empty()) {
    const auto number = take_varint(value);
    if (!number) return false;
    into.push_back(*number);
  }
  return true;
}

}  // namespace retold
