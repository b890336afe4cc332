// SPDX-License-Identifier: Apache-2.0
#pragma once
// Stored bytes → valid UTF-8 and the map back: byte order marks, UTF-16, invalid bytes, and pages that declare Latin-1.

#include <string>
#include <string_view>
#include <vector>

#include "retold/offsets.hpp"

namespace retold {

inline constexpr std::uint64_t largest_text = 0xFFFF'FFFE;  // 4 GiB less one byte, and no slice ends past 32 bits

inline constexpr std::string_view utf8_mark = "\xEF\xBB\xBF";

struct decoded_text {
  std::string text;
  offset_map origin;  // text → bytes
  std::vector<std::string> warnings;
};

decoded_text decode(std::string&& bytes);
decoded_text decode_utf8(std::string&& bytes);  // whatever mark there is of UTF-16

// The same for a page, which may say that it is in Latin-1 (and means windows-1252, as the HTML standard has it); believed only
// where the bytes are no UTF-8.
decoded_text decode_page(std::string&& bytes);

// How long the text of `bytes` will be, without making it.
std::uint64_t decoded_size(std::string_view bytes);
std::uint64_t decoded_size_of_page(std::string_view bytes);

// Why these bytes are no text; empty when they are.
std::string not_text(std::string_view bytes);

// What a byte 0x80–0x9F means in windows-1252; other values mean themselves.
char32_t windows_1252(unsigned char byte) noexcept;

// The map of a part of a text whose map is `whole`: identity where it may be.
offset_map part_of(const offset_map& whole, slice part);
void append_part(offset_map& to, const offset_map& whole, slice part);  // behind the parts already there

}  // namespace retold
