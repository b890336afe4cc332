// SPDX-License-Identifier: Apache-2.0
// Each function below is a border that hostile text must not cross; tests/report_test.cpp attacks all of them.
#include "report_escape.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "utf8.hpp"

namespace retold::rendering {
namespace {

bool is_control(char32_t c) { return c < 0x20 || (c >= 0x7F && c < 0xA0); }
bool is_bidi_control(char32_t c) { return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069); }
bool is_unsafe(char32_t c) { return is_control(c) || is_bidi_control(c) || c == 0x2028 || c == 0x2029; }
bool is_markup(char32_t c) { return c == '<' || c == '>' || c == '&'; }

void append_escape(std::string& out, char32_t c) {
  static constexpr char digits[] = "0123456789abcdef";
  out += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) out += digits[(c >> shift) & 15];
}

void append_json(std::string& out, char32_t c) {
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      break;
  }
  is_unsafe(c) ? append_escape(out, c) : append_utf8(out, c);
}

}  // namespace

char32_t harmless(char32_t c) noexcept {
  if (c == '\n' || c == '\t') return c;
  if (c < 0x20) return 0x2400 + c;  // the pictures of the control characters: ␀ ␁ …
  if (c == 0x7F) return 0x2421;
  if (c >= 0x80 && c < 0xA0) return 0xFFFD;
  if (c == 0x202D || c == 0x202E) return 0xFFFD;
  return is_bidi_control(c) ? 0x2060 : c;  // U+2060: no width, no effect
}

std::string_view cut(std::string_view text, slice where) noexcept {
  const std::size_t begin = std::min<std::size_t>(where.begin, text.size());
  return text.substr(begin, where.end > begin ? where.end - begin : 0);
}

std::string_view seen(const document& of, const side& where, slice part) noexcept {
  return cut(where.field == field::title ? of.title : of.text, part);
}

void append_html(std::string& out, std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const char32_t c = harmless(next_code_point(text, at));
    switch (c) {
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '&':
        out += "&amp;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        append_utf8(out, c);
    }
  }
}

std::string decimal(double value) {
  if (!std::isfinite(value)) return "0";
  char digits[352];  // the largest double has 309 digits before the point
  const auto end = std::to_chars(digits, digits + sizeof digits, value, std::chars_format::fixed, 4).ptr;
  std::string shown(digits, end);
  shown.erase(shown.find_last_not_of('0') + 1);
  if (shown.back() == '.') shown.pop_back();
  return shown == "-0" ? "0" : shown;
}

json_writer& json_writer::open(char bracket) {
  element();
  out_ += bracket;
  first_ = true;
  return *this;
}

json_writer& json_writer::close(char bracket) {
  out_ += std::exchange(pending_, {});
  out_ += bracket;
  first_ = false;
  return *this;
}

json_writer& json_writer::key(std::string_view name) {
  text(name);
  out_ += page_ ? ":" : ": ";
  after_key_ = true;
  return *this;
}

json_writer& json_writer::text(std::string_view value) {
  element();
  quoted(value);
  return *this;
}

json_writer& json_writer::raw(std::string_view json) {
  element();
  if (json.empty()) json = "null";
  for (std::size_t at = 0; at < json.size();) {
    const char32_t c = next_code_point(json, at);
    if (c == '\n' || c == '\r' || c == '\t')
      out_ += ' ';  // between values
    else if (is_unsafe(c) || (page_ && is_markup(c)))
      append_escape(out_, c);  // in strings alone
    else
      append_utf8(out_, c);
  }
  return *this;
}

json_writer& json_writer::new_line(std::string_view indent) {
  pending_ = "\n";
  pending_ += indent;
  return *this;
}

void json_writer::element() {
  if (std::exchange(after_key_, false)) return;
  if (!std::exchange(first_, false)) out_ += page_ || !pending_.empty() ? "," : ", ";
  out_ += std::exchange(pending_, {});
}

void json_writer::quoted(std::string_view value) {
  out_ += '"';
  for (std::size_t at = 0; at < value.size();) {
    const char32_t c = next_code_point(value, at);
    if (c >= ' ' && c < 0x7F && c != '"' && c != '\\' && !is_markup(c))
      out_ += static_cast<char>(c);
    else if (!page_)
      append_json(out_, c);
    else if (is_markup(c))
      append_escape(out_, c);
    else
      append_json(out_, harmless(c));
  }
  out_ += '"';
}

}  // namespace retold::rendering
