// SPDX-License-Identifier: Apache-2.0
// A byte order mark decides; without one it is UTF-8, repaired where need be, and only a page that says so is Latin-1.
#include "read_encoding.hpp"

#include <algorithm>
#include <array>

#include "counted.hpp"
#include "read_markup.hpp"
#include "utf8.hpp"

namespace retold {
namespace {

constexpr std::string_view little_mark = "\xFF\xFE", big_mark = "\xFE\xFF";
constexpr std::string_view wide_little_mark{"\xFF\xFE\0\0", 4}, wide_big_mark{"\0\0\xFE\xFF", 4};

// UTF-16 code units read from either byte order.
struct code_units {
  std::string_view bytes;
  bool big;

  bool holds(std::size_t at) const noexcept { return at + 2 <= bytes.size(); }
  char32_t operator[](std::size_t at) const noexcept {
    const auto first = static_cast<unsigned char>(bytes[at]), second = static_cast<unsigned char>(bytes[at + 1]);
    return big ? static_cast<char32_t>(first << 8 | second) : static_cast<char32_t>(second << 8 | first);
  }
};

struct wide_step {
  char32_t code_point;
  std::uint32_t length;
  bool valid;
};

wide_step step_utf16(const code_units& units, std::size_t at) noexcept {
  if (!units.holds(at)) return {0xFFFD, 1, false};  // half a code unit
  const char32_t first = units[at];
  if (first < 0xD800 || first > 0xDFFF) return {first, 2, true};
  const char32_t second = first < 0xDC00 && units.holds(at + 2) ? units[at + 2] : 0;
  if (second < 0xDC00 || second > 0xDFFF) return {0xFFFD, 2, false};
  return {0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00), 4, true};
}

void append_mapped(decoded_text& to, char32_t code_point, std::size_t begin, std::size_t end) {
  const std::size_t before = to.text.size();
  append_utf8(to.text, code_point);
  to.origin.append(static_cast<std::uint32_t>(to.text.size() - before), static_cast<std::uint32_t>(begin),
                   static_cast<std::uint32_t>(end));
}

decoded_text from_utf16(std::string_view bytes, bool big) {
  decoded_text out;
  std::uint64_t invalid = 0;
  const code_units units{bytes, big};
  for (std::size_t at = little_mark.size(); at < bytes.size();) {
    const wide_step step = step_utf16(units, at);
    append_mapped(out, step.code_point, at, at + step.length);
    invalid += step.valid ? 0 : 1;
    at += step.length;
  }
  if (invalid != 0) out.warnings.push_back(counted(invalid, "invalid UTF-16 code unit", "invalid UTF-16 code units"));
  return out;
}

decoded_text from_windows_1252(std::string_view bytes) {
  decoded_text out;
  out.text.reserve(bytes.size() + bytes.size() / 8);
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    append_mapped(out, windows_1252(static_cast<unsigned char>(bytes[at])), at, at + 1);
  }
  out.warnings.emplace_back("read as windows-1252, as the page declares");
  return out;
}

std::uint64_t size_of(char32_t c) { return c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4; }

std::uint64_t size_in_utf8(std::string_view bytes) {
  if (bytes.starts_with(utf8_mark)) bytes.remove_prefix(utf8_mark.size());
  std::uint64_t size = 0;
  for (std::size_t at = 0; at < bytes.size();) {
    const utf8_step step = step_utf8(bytes, at);
    size += step.valid ? step.length : 3;
    at += step.length;
  }
  return size;
}

std::uint64_t size_from_utf16(std::string_view bytes, bool big) {
  const code_units units{bytes, big};
  std::uint64_t size = 0;
  for (std::size_t at = little_mark.size(); at < bytes.size();) {
    const wide_step step = step_utf16(units, at);
    size += size_of(step.code_point);
    at += step.length;
  }
  return size;
}

// Whether the page's head says charset=iso-8859-1 or one of its kin.
bool declares_latin(std::string_view bytes) {
  std::string head(bytes.substr(0, 4096));
  std::transform(head.begin(), head.end(), head.begin(), ascii_lower);
  const std::size_t at = head.find("charset=");
  if (at == std::string::npos) return false;
  std::string_view name = std::string_view(head).substr(at + 8);
  name.remove_prefix(std::min(name.find_first_not_of(" \t\r\n\"'"), name.size()));
  name = name.substr(0, name.find_first_of(" \t\r\n\"';/>"));
  static constexpr std::array known = {"iso-8859-1",   "iso8859-1", "iso_8859-1", "latin1", "latin-1",
                                       "windows-1252", "cp1252",    "us-ascii",   "ascii"};
  return std::find(known.begin(), known.end(), name) != known.end();
}

bool is_latin_page(std::string_view bytes) {
  const bool marked = bytes.starts_with(utf8_mark) || bytes.starts_with(little_mark) || bytes.starts_with(big_mark);
  return !marked && declares_latin(bytes) && !valid_utf8(bytes);
}

}  // namespace

char32_t windows_1252(unsigned char byte) noexcept {
  static constexpr std::array<char16_t, 32> upper = {
      0x20AC, 0x81,   0x201A, 0x192,  0x201E, 0x2026, 0x2020, 0x2021, 0x2C6, 0x2030, 0x160, 0x2039, 0x152, 0x8D, 0x17D, 0x8F,
      0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x2DC, 0x2122, 0x161, 0x203A, 0x153, 0x9D, 0x17E, 0x178};
  return byte >= 0x80 && byte <= 0x9F ? upper[byte - 0x80u] : byte;
}

std::uint64_t decoded_size(std::string_view bytes) {
  if (bytes.starts_with(little_mark)) return size_from_utf16(bytes, false);
  if (bytes.starts_with(big_mark)) return size_from_utf16(bytes, true);
  return size_in_utf8(bytes);
}

std::uint64_t decoded_size_of_page(std::string_view bytes) {
  if (!is_latin_page(bytes)) return decoded_size(bytes);
  std::uint64_t size = 0;
  for (const char c : bytes) size += size_of(windows_1252(static_cast<unsigned char>(c)));
  return size;
}

std::string not_text(std::string_view bytes) {
  if (bytes.starts_with(wide_little_mark) || bytes.starts_with(wide_big_mark)) return "UTF-32 text, which is not supported";
  if (bytes.starts_with(little_mark) || bytes.starts_with(big_mark)) return {};
  const std::size_t at = bytes.find('\0');
  return at == std::string_view::npos ? std::string() : "binary: a NUL byte at offset " + std::to_string(at);
}

decoded_text decode_utf8(std::string&& bytes) {
  decoded_text out;
  const std::size_t mark = bytes.starts_with(utf8_mark) ? utf8_mark.size() : 0;
  if (mark == 0 && valid_utf8(bytes)) {
    out.text = std::move(bytes);
    return out;
  }
  std::uint64_t invalid = 0;
  out.text = repair_utf8(std::string_view(bytes).substr(mark), &out.origin, &invalid, static_cast<std::uint32_t>(mark));
  if (invalid != 0) out.warnings.push_back(counted(invalid, "invalid UTF-8 sequence", "invalid UTF-8 sequences"));
  return out;
}

decoded_text decode(std::string&& bytes) {
  if (bytes.starts_with(little_mark)) return from_utf16(bytes, false);
  if (bytes.starts_with(big_mark)) return from_utf16(bytes, true);
  return decode_utf8(std::move(bytes));
}

decoded_text decode_page(std::string&& bytes) {
  if (is_latin_page(bytes)) return from_windows_1252(bytes);
  return decode(std::move(bytes));
}

void append_part(offset_map& to, const offset_map& whole, slice part) {
  if (whole.identity()) return to.append(part.size(), part.begin, part.end);
  // Byte by byte would break up what stands for something as a whole; bytes of one whole map to the same source range.
  for (std::uint32_t at = part.begin; at < part.end;) {
    const slice source = whole.to_source({at, at + 1});
    std::uint32_t next = at + 1;
    while (next < part.end && whole.to_source({next, next + 1}) == source) ++next;
    to.append(next - at, source.begin, source.end);
    at = next;
  }
}

offset_map part_of(const offset_map& whole, slice part) {
  offset_map map;
  if (!whole.identity() || part.begin != 0) append_part(map, whole, part);
  return map;
}

}  // namespace retold
