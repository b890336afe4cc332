// SPDX-License-Identifier: Apache-2.0
// The repair of bytes that should be UTF-8, against two slow twins: table 3-7 of the Unicode Standard written out, and ICU.
#include "../src/utf8.hpp"

#include <doctest/doctest.h>
#include <unicode/utf8.h>

#include <array>
#include <random>
#include <string>

using retold::offset_map;
using retold::slice;

namespace {

constexpr const char* fffd = "\xEF\xBF\xBD";

struct repaired {
  std::string text;
  std::uint64_t invalid = 0;
  bool operator==(const repaired&) const = default;
};

bool between(int byte, int low, int high) { return byte >= low && byte <= high; }

// Rows of table 3-7: for a lead byte, what may stand in each further place.
std::string table_row(int lead) {
  if (between(lead, 0xC2, 0xDF)) return {'\x80', '\xBF'};
  if (lead == 0xE0) return {'\xA0', '\xBF', '\x80', '\xBF'};
  if (lead == 0xED) return {'\x80', '\x9F', '\x80', '\xBF'};
  if (between(lead, 0xE1, 0xEF)) return {'\x80', '\xBF', '\x80', '\xBF'};
  if (lead == 0xF0) return {'\x90', '\xBF', '\x80', '\xBF', '\x80', '\xBF'};
  if (between(lead, 0xF1, 0xF3)) return {'\x80', '\xBF', '\x80', '\xBF', '\x80', '\xBF'};
  if (lead == 0xF4) return {'\x80', '\x8F', '\x80', '\xBF', '\x80', '\xBF'};
  return {};
}

repaired by_table(const std::string& bytes) {
  repaired out;
  for (std::size_t at = 0; at < bytes.size();) {
    const int lead = static_cast<unsigned char>(bytes[at]);
    const std::string row = table_row(lead);
    std::size_t n = 0;
    while (2 * n < row.size() && at + 1 + n < bytes.size() &&
           between(static_cast<unsigned char>(bytes[at + 1 + n]), static_cast<unsigned char>(row[2 * n]),
                   static_cast<unsigned char>(row[2 * n + 1]))) {
      ++n;
    }
    const bool good = lead < 0x80 || (!row.empty() && 2 * n == row.size());
    out.text += good ? bytes.substr(at, n + 1) : fffd;
    out.invalid += good ? 0 : 1;
    at += n + 1;
  }
  return out;
}

repaired by_icu(const std::string& bytes) {
  repaired out;
  const auto* data = reinterpret_cast<const std::uint8_t*>(bytes.data());
  const auto size = static_cast<std::int32_t>(bytes.size());
  for (std::int32_t at = 0; at < size;) {
    const std::int32_t begin = at;
    UChar32 c;
    U8_NEXT(data, at, size, c);
    out.text += c < 0 ? std::string(fffd) : bytes.substr(static_cast<std::size_t>(begin), static_cast<std::size_t>(at - begin));
    out.invalid += c < 0 ? 1 : 0;
  }
  return out;
}

repaired by_retold(const std::string& bytes) {
  repaired out;
  out.text = retold::repair_utf8(bytes, nullptr, &out.invalid);
  return out;
}

// What every map must do: lead from each character of the result to the bytes it stands for, without gap or overlap.
void check_map(const std::string& bytes, std::uint32_t base) {
  offset_map map;
  const std::string text = retold::repair_utf8(bytes, &map, nullptr, base);
  std::uint32_t source = base;
  for (std::uint32_t at = 0; at < text.size();) {
    const std::uint32_t length = retold::step_utf8(text, at).length;
    const slice from = map.to_source({at, at + length});
    REQUIRE(from.begin == source);
    const std::string there = bytes.substr(from.begin - base, from.size());
    const std::string here = text.substr(at, length);
    if (there != here) {
      REQUIRE(here == fffd);
      REQUIRE(by_table(there).invalid == 1);
    }
    source = from.end;
    at += length;
  }
  REQUIRE(source == base + bytes.size());
}

}  // namespace

TEST_CASE("all short strings over bytes that matter: both twins agree") {
  const std::string alphabet = "a\x7F\x80\x8F\x90\x9F\xA0\xBF\xC0\xC1\xC2\xDF\xE0\xE1\xED\xEF\xF0\xF1\xF4\xF5\xFF";
  std::size_t tried = 0;
  for (std::size_t length = 0; length <= 4; ++length) {
    std::array<std::size_t, 4> digit{};
    for (bool more = true; more;) {
      std::string bytes;
      for (std::size_t i = 0; i < length; ++i) bytes += alphabet[digit[i]];
      const repaired got = by_retold(bytes);
      if (got != by_table(bytes) || got != by_icu(bytes)) FAIL_CHECK("differs for a string of " << length << " bytes");
      ++tried;
      more = false;
      for (std::size_t i = 0; i < length && !more; ++i) {
        digit[i] = (digit[i] + 1) % alphabet.size();
        more = digit[i] != 0;
      }
    }
  }
  CHECK(tried == 1 + 21 + 441 + 9261 + 194481);
}

TEST_CASE("random bytes, valid and not, with their maps") {
  std::mt19937 random(20);
  for (int round = 0; round < 3000; ++round) {
    std::string bytes;
    const auto pieces = random() % 40;
    for (unsigned i = 0; i < pieces; ++i) {
      if (random() % 3 == 0) {
        bytes += static_cast<char>(random() % 256);
      } else {
        retold::append_utf8(bytes, random() % (random() % 2 == 0 ? 0x80 : 0x110000));
      }
    }
    CHECK(by_retold(bytes) == by_table(bytes));
    CHECK(by_retold(bytes) == by_icu(bytes));
    CHECK(retold::valid_utf8(by_retold(bytes).text));
    check_map(bytes, random() % 2 == 0 ? 0 : 3);
  }
}

TEST_CASE("every code point is written as ICU writes it") {
  for (char32_t c = 0; c <= 0x110000; ++c) {
    std::string mine;
    retold::append_utf8(mine, c);
    const bool scalar = c < 0x110000 && (c < 0xD800 || c > 0xDFFF);
    std::array<char, 4> buffer{};
    std::int32_t length = 0;
    U8_APPEND_UNSAFE(buffer.data(), length, scalar ? static_cast<UChar32>(c) : 0xFFFD);
    if (mine != std::string(buffer.data(), static_cast<std::size_t>(length))) FAIL_CHECK("code point " << std::uint32_t{c});
  }
  CHECK(retold::valid_utf8("\xF4\x8F\xBF\xBF"));
}

TEST_CASE("valid text keeps the identity, and a base shifts it") {
  offset_map map;
  CHECK(retold::repair_utf8("plain é", &map) == "plain é");
  CHECK(map.identity());
  CHECK(retold::repair_utf8("abc", &map, nullptr, 3) == "abc");
  CHECK(map.to_source({1, 2}) == slice{4, 5});
}
