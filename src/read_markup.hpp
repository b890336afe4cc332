// SPDX-License-Identifier: Apache-2.0
#pragma once
// What HTML readers share beside the parser: where a tag ends, what an element means for a reader's eye, what a character
// reference stands for. All of it works on source bytes, so that offsets are exact by construction.

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

namespace retold {

// How an element bears on the visible text; flags.
namespace role {
inline constexpr unsigned none = 0;
inline constexpr unsigned block = 1;      // begins and ends a line
inline constexpr unsigned hidden = 2;     // never shown
inline constexpr unsigned furniture = 4;  // navigation, aside, footer, controls
inline constexpr unsigned preformatted = 8;
inline constexpr unsigned line_break = 16;     // <br>
inline constexpr unsigned raw = 32;            // holds no tags, no character references
inline constexpr unsigned rcdata = 64;         // holds no tags
inline constexpr unsigned empty = 128;         // has no content
inline constexpr unsigned optional_end = 256;  // closed by the next of its kind
inline constexpr unsigned formatting = 512;    // reopened by the parser where it was left open
inline constexpr unsigned headline = 1024;     // may be the title
}  // namespace role

unsigned role_of(std::string_view lower_case_name) noexcept;

// One token at `at`, where source[at] == '<' (a '<' that opens nothing is a text token of one byte).
struct markup {
  enum kind_type { text, open, close, other } kind = text;
  std::size_t end = 0;  // just behind it
  std::string name;     // lower case, of open and close
  std::size_t attributes = 0;
  bool self_closing = false;
};
markup scan_markup(std::string_view source, std::size_t at, std::size_t end);

// Where the raw text that starts at `at` ends: at the '<' of </name, or at the end of all.
std::size_t raw_text_end(std::string_view source, std::size_t at, std::string_view name);

// Character references. Named ones are asked of the parser, so that there is one table of them, and remembered.
class character_references {
 public:
  struct found {
    std::string text;        // UTF-8
    std::size_t length = 0;  // bytes of the reference; 0: the '&' is a plain '&'
  };
  const found& at(std::string_view source, std::size_t at, std::size_t end);  // source[at] == '&'

 private:
  std::unordered_map<std::string, found> known_;
};

inline bool is_html_space(char c) noexcept { return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f'; }
inline bool is_ascii_letter(char c) noexcept { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
inline bool is_ascii_digit(char c) noexcept { return c >= '0' && c <= '9'; }

}  // namespace retold
