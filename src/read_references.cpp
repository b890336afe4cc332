// SPDX-License-Identifier: Apache-2.0
// Numeric references by the standard's rules; named ones by parsing "x&name;" once and looking at what came out.
#include <gumbo.h>

#include <algorithm>

#include "read_encoding.hpp"
#include "read_markup.hpp"
#include "utf8.hpp"

namespace retold {
namespace {

constexpr std::size_t longest_name = 32;
constexpr std::size_t most_remembered = 1 << 16;  // a page of made-up names must not fill memory

int digit_value(char c) noexcept {
  if (is_ascii_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return 99;
}

character_references::found numeric(std::string_view run) {
  std::size_t at = 2;
  const bool hex = at < run.size() && (run[at] == 'x' || run[at] == 'X');
  if (hex) ++at;
  const int base = hex ? 16 : 10;
  char32_t value = 0;
  const std::size_t digits = at;
  for (; at < run.size() && digit_value(run[at]) < base; ++at) {
    if (value <= 0x10FFFF) value = value * static_cast<char32_t>(base) + static_cast<char32_t>(digit_value(run[at]));
  }
  if (at == digits) return {};
  if (at < run.size() && run[at] == ';') ++at;
  if (value == 0) value = 0xFFFD;
  if (value < 0x100) value = windows_1252(static_cast<unsigned char>(value));
  character_references::found out{{}, at};
  append_utf8(out.text, value);
  return out;
}

const GumboNode* first_text(const GumboNode* node) {
  while (node != nullptr && node->type == GUMBO_NODE_ELEMENT) {
    const GumboVector& children = node->v.element.children;  // html: head, body
    node = children.length == 0 ? nullptr : static_cast<const GumboNode*>(children.data[children.length - 1]);
  }
  return node;
}

// What the parser makes of `run`: "&name" or "&name;".
std::string parsed(const std::string& run) {
  const std::string page = "x" + run;
  GumboOutput* tree = gumbo_parse_with_options(&kGumboDefaultOptions, page.data(), page.size());
  const GumboNode* text = first_text(tree->root);
  std::string out = text != nullptr && text->type == GUMBO_NODE_TEXT ? text->v.text.text + 1 : run;
  gumbo_destroy_output(&kGumboDefaultOptions, tree);
  return out;
}

// Without its semicolon, only the beginning of a name may count ("&notit" is "¬it"); such references are one character.
character_references::found named(const std::string& run) {
  const std::string out = parsed(run);
  if (out == run || out.empty()) return {};
  const bool all = run.back() == ';' && (out.back() != ';' || out.size() == 1);
  if (all) return {out, run.size()};
  const std::size_t first = step_utf8(out, 0).length;
  return {out.substr(0, first), run.size() - (out.size() - first)};
}

}  // namespace

const character_references::found& character_references::at(std::string_view source, std::size_t at, std::size_t end) {
  static const found plain;
  if (at + 1 == end) return plain;
  std::size_t stop = at + 1;
  const bool number = source[stop] == '#';
  if (number) ++stop;
  const std::size_t limit = number ? end : std::min(end, at + 1 + longest_name);
  while (stop < limit && (is_ascii_letter(source[stop]) || is_ascii_digit(source[stop]))) ++stop;
  if (stop == at + 1) return plain;
  if (stop < end && source[stop] == ';') ++stop;
  if (known_.size() > most_remembered) known_.clear();
  const auto [place, fresh] = known_.try_emplace(std::string(source.substr(at, stop - at)));
  if (fresh) place->second = number ? numeric(place->first) : named(place->first);
  return place->second;
}

}  // namespace retold
