// SPDX-License-Identifier: Apache-2.0
#pragma once
// Text of documents made safe for where it is shown: JSON, a page, a terminal. Whatever a document holds, it stays text.
// Reading is by code point, and invalid bytes become U+FFFD, so every output is valid UTF-8.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "retold/types.hpp"

namespace retold::rendering {

// What to show instead of a control or bidi control character: always one UTF-16 unit for one, so that offsets into the text
// hold. Overrides, which could make text read as other text, stay visible as U+FFFD; the others become invisible.
char32_t harmless(char32_t c) noexcept;

// The bytes of `where`, or as many of them as there are.
std::string_view cut(std::string_view text, slice where) noexcept;
std::string_view seen(const document& of, const side& where, slice part) noexcept;

// Text and attribute values of a page.
void append_html(std::string& out, std::string_view text);

// Up to four decimals, without trailing zeros; 0 for what is no number.
std::string decimal(double value);

// Commas and quotes of JSON. `page` writes it without spaces, safe inside <script>, with harmless characters only.
class json_writer {
 public:
  explicit json_writer(bool page = false) : page_(page) {}
  json_writer& open(char bracket);
  json_writer& close(char bracket);
  json_writer& key(std::string_view name);
  json_writer& text(std::string_view value);
  json_writer& number(double value) { return raw(decimal(value)); }
  json_writer& integer(std::uint64_t value) { return raw(std::to_string(value)); }
  json_writer& boolean(bool value) { return raw(value ? "true" : "false"); }
  json_writer& raw(std::string_view json);         // a value that is JSON already; null when empty
  json_writer& new_line(std::string_view indent);  // before the next element
  std::string take() { return std::move(out_); }

 private:
  void element();
  void quoted(std::string_view value);
  bool page_;
  bool first_ = true;
  bool after_key_ = false;
  std::string pending_;
  std::string out_;
};

}  // namespace retold::rendering
