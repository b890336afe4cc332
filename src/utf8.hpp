// SPDX-License-Identifier: Apache-2.0
#pragma once
// UTF-8 from bytes that may not be: what every other stage relies on being done once, at the border. Ill-formed bytes become
// U+FFFD, one for each maximal subpart (Unicode 15.0 §3.9, table 3-7), as browsers, Python and ICU do it.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "retold/offsets.hpp"

namespace retold {

bool valid_utf8(std::string_view bytes) noexcept;

// Appends one code point; surrogates and what lies above U+10FFFF become U+FFFD.
void append_utf8(std::string& out, char32_t code_point);

// One step through bytes at `at` (< bytes.size()): how many bytes the well-formed sequence there has, or, where there is none,
// the length of the maximal subpart, with valid = false.
struct utf8_step {
  std::uint32_t length = 1;
  bool valid = true;
};
utf8_step step_utf8(std::string_view bytes, std::size_t at) noexcept;

// The code point at `at` (< text.size()), which moves behind it; U+FFFD for a maximal subpart of what is ill-formed.
char32_t next_code_point(std::string_view text, std::size_t& at) noexcept;

constexpr char ascii_lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

// Whether a byte continues a character that an earlier one began.
constexpr bool continues_character(char byte) noexcept { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

std::size_t count_characters(std::string_view text) noexcept;

// Where the character begins to which the byte at `at` (< text.size()) belongs: at most three bytes before.
std::size_t character_start(std::string_view text, std::size_t at) noexcept;

// `bytes`, with every ill-formed sequence replaced. `invalid`, where given, is raised by their number. `map`, where given, gets
// derived → source offsets; `base` is the source offset of the first byte. Valid bytes at base 0 leave the map as it was
// (identity, if it was empty). Cost: validation at memory speed; invalid text at some hundred MB/s.
std::string repair_utf8(std::string_view bytes, offset_map* map = nullptr, std::uint64_t* invalid = nullptr,
                        std::uint32_t base = 0);

}  // namespace retold
