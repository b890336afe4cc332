// SPDX-License-Identifier: Apache-2.0
// simdjson answers "is it valid?" for nearly every text there is; the careful decoder sees only what fails.
#include "utf8.hpp"

#include <simdjson.h>
#include <unicode/utf8.h>

#include <algorithm>

namespace retold {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";

struct lead_rule {
  std::uint32_t length;                   // of the whole sequence; 1: no multi-byte sequence starts so
  unsigned char second_low, second_high;  // what table 3-7 allows in second place
};

constexpr lead_rule rule_of(unsigned char lead) noexcept {
  if (lead >= 0xC2 && lead <= 0xDF) return {2, 0x80, 0xBF};
  if (lead == 0xE0) return {3, 0xA0, 0xBF};
  if (lead == 0xED) return {3, 0x80, 0x9F};
  if (lead >= 0xE1 && lead <= 0xEF) return {3, 0x80, 0xBF};
  if (lead == 0xF0) return {4, 0x90, 0xBF};
  if (lead >= 0xF1 && lead <= 0xF3) return {4, 0x80, 0xBF};
  if (lead == 0xF4) return {4, 0x80, 0x8F};
  return {1, 0, 0};
}

}  // namespace

bool valid_utf8(std::string_view bytes) noexcept { return simdjson::validate_utf8(bytes.data(), bytes.size()); }

void append_utf8(std::string& out, char32_t c) {
  const auto put = [&out](char32_t byte) { out.push_back(static_cast<char>(byte)); };
  if ((c >= 0xD800 && c <= 0xDFFF) || c > 0x10FFFF) c = 0xFFFD;
  if (c < 0x80) return put(c);
  if (c < 0x800) {
    put(0xC0 | (c >> 6));
  } else {
    if (c < 0x10000) {
      put(0xE0 | (c >> 12));
    } else {
      put(0xF0 | (c >> 18));
      put(0x80 | ((c >> 12) & 0x3F));
    }
    put(0x80 | ((c >> 6) & 0x3F));
  }
  put(0x80 | (c & 0x3F));
}

utf8_step step_utf8(std::string_view bytes, std::size_t at) noexcept {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  if (byte(at) < 0x80) return {1, true};
  const lead_rule rule = rule_of(byte(at));
  std::uint32_t n = 1;
  while (n < rule.length && at + n < bytes.size()) {
    const unsigned char next = byte(at + n);
    const bool fits = n == 1 ? next >= rule.second_low && next <= rule.second_high : (next & 0xC0) == 0x80;
    if (!fits) break;
    ++n;
  }
  return {n, n == rule.length && rule.length > 1};
}

char32_t next_code_point(std::string_view text, std::size_t& at) noexcept {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  UChar32 c = 0;
  U8_NEXT(bytes, at, text.size(), c);
  return c < 0 ? U'\uFFFD' : static_cast<char32_t>(c);
}

std::size_t count_characters(std::string_view text) noexcept {
  return text.size() - static_cast<std::size_t>(std::count_if(text.begin(), text.end(), continues_character));
}

std::size_t character_start(std::string_view text, std::size_t at) noexcept {
  for (int steps = 0; steps < 3 && at > 0 && continues_character(text[at]); ++steps) --at;
  return at;
}

std::string repair_utf8(std::string_view bytes, offset_map* map, std::uint64_t* invalid, std::uint32_t base) {
  const auto offset = [base](std::size_t i) { return base + static_cast<std::uint32_t>(i); };
  if (valid_utf8(bytes)) {
    if (map != nullptr && base != 0) map->append(static_cast<std::uint32_t>(bytes.size()), base, offset(bytes.size()));
    return std::string(bytes);
  }
  std::string out;
  out.reserve(bytes.size() + bytes.size() / 8);
  std::size_t good = 0;  // start of the well-formed stretch not yet copied
  const auto copy_until = [&](std::size_t end) {
    out.append(bytes, good, end - good);
    if (map != nullptr) map->append(static_cast<std::uint32_t>(end - good), offset(good), offset(end));
  };
  for (std::size_t at = 0; at < bytes.size();) {
    const utf8_step step = step_utf8(bytes, at);
    if (!step.valid) {
      copy_until(at);
      out.append(replacement);
      if (map != nullptr) map->append(3, offset(at), offset(at + step.length));
      if (invalid != nullptr) ++*invalid;
      good = at + step.length;
    }
    at += step.length;
  }
  copy_until(bytes.size());
  return out;
}

}  // namespace retold
