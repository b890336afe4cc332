// SPDX-License-Identifier: Apache-2.0
// The tokenizer follows the HTML standard's states as far as they move a tag's end.
#include "read_markup.hpp"

#include <algorithm>
#include <array>

#include "utf8.hpp"

namespace retold {
namespace {

struct element {
  std::string_view name;
  unsigned roles;
};

using namespace role;

// Sorted by name. Roles of elements not listed: none (inline).
constexpr std::array elements = {
    element{"address", block},
    element{"area", empty},
    element{"article", block},
    element{"aside", block | furniture},
    element{"audio", hidden},
    element{"b", formatting},
    element{"base", hidden | empty},
    element{"big", formatting},
    element{"blockquote", block},
    element{"body", block},
    element{"br", line_break | empty},
    element{"button", block | furniture},
    element{"canvas", hidden},
    element{"caption", block | optional_end},
    element{"center", block},
    element{"code", formatting},
    element{"col", empty},
    element{"colgroup", optional_end},
    element{"datalist", hidden},
    element{"dd", block | optional_end},
    element{"details", block},
    element{"dialog", block},
    element{"dir", block},
    element{"div", block},
    element{"dl", block},
    element{"dt", block | optional_end},
    element{"em", formatting},
    element{"embed", empty},
    element{"fieldset", block},
    element{"figcaption", block},
    element{"figure", block},
    element{"font", formatting},
    element{"footer", block | furniture},
    element{"form", block},
    element{"frameset", hidden},
    element{"h1", block | headline},
    element{"h2", block},
    element{"h3", block},
    element{"h4", block},
    element{"h5", block},
    element{"h6", block},
    element{"head", hidden},
    element{"header", block},
    element{"hgroup", block},
    element{"hr", block | empty},
    element{"html", block},
    element{"i", formatting},
    element{"iframe", hidden | raw},
    element{"img", empty},
    element{"input", empty},
    element{"legend", block},
    element{"li", block | optional_end},
    element{"link", hidden | empty},
    element{"listing", block | preformatted},
    element{"main", block},
    element{"menu", block},
    element{"meta", hidden | empty},
    element{"nav", block | furniture},
    element{"noembed", hidden | raw},
    element{"noframes", hidden | raw},
    element{"noscript", hidden},
    element{"object", hidden},
    element{"ol", block},
    element{"optgroup", block},
    element{"option", block | optional_end},
    element{"p", block | optional_end},
    element{"param", empty},
    element{"plaintext", block | preformatted | raw},
    element{"pre", block | preformatted},
    element{"rp", hidden},
    element{"s", formatting},
    element{"script", hidden | raw},
    element{"search", block | furniture},
    element{"section", block},
    element{"select", block | furniture},
    element{"small", formatting},
    element{"source", empty},
    element{"strike", formatting},
    element{"strong", formatting},
    element{"style", hidden | raw},
    element{"summary", block},
    element{"svg", hidden},
    element{"table", block},
    element{"tbody", block | optional_end},
    element{"td", block | optional_end},
    element{"template", hidden},
    element{"textarea", block | furniture | preformatted | rcdata},
    element{"tfoot", block | optional_end},
    element{"th", block | optional_end},
    element{"thead", block | optional_end},
    element{"title", hidden | rcdata},
    element{"tr", block | optional_end},
    element{"track", empty},
    element{"tt", formatting},
    element{"u", formatting},
    element{"ul", block},
    element{"video", hidden},
    element{"wbr", empty},
    element{"xmp", block | preformatted | raw},
};
static_assert(std::is_sorted(elements.begin(), elements.end(), [](auto& a, auto& b) { return a.name < b.name; }));

std::size_t after(std::string_view what, std::string_view source, std::size_t from, std::size_t end) {
  const std::size_t found = source.substr(0, end).find(what, from);
  return found == std::string_view::npos ? end : found + what.size();
}

// "<!-- -->", "<!doctype>", "<?xml?>": none of them is text.
std::size_t declaration_end(std::string_view source, std::size_t at, std::size_t end) {
  const std::string_view here = source.substr(at, end - at);
  if (here.starts_with("<!-->") || here.starts_with("<!--->")) return after(">", source, at, end);
  return here.starts_with("<!--") ? after("-->", source, at + 4, end) : after(">", source, at, end);
}

// The value behind a '=': quoted, or up to white space or '>'.
std::size_t value_end(std::string_view source, std::size_t at, std::size_t end) {
  while (at < end && is_html_space(source[at])) ++at;
  if (at == end) return end;
  if (source[at] == '"' || source[at] == '\'') return after(source.substr(at, 1), source, at + 1, end);
  while (at < end && !is_html_space(source[at]) && source[at] != '>') ++at;
  return at;
}

// Attributes of a tag whose name ends at `at`, up to and with '>'.
void scan_attributes(std::string_view source, std::size_t at, std::size_t end, markup& tag) {
  while (at < end && source[at] != '>') {
    const char c = source[at];
    tag.self_closing = c == '/';
    if (c == '/' || is_html_space(c)) {
      ++at;
    } else {
      ++tag.attributes;
      ++at;  // a name's first character may even be '='
      while (at < end && source[at] != '=' && source[at] != '>' && source[at] != '/' && !is_html_space(source[at])) ++at;
      while (at < end && is_html_space(source[at])) ++at;
      if (at < end && source[at] == '=') at = value_end(source, at + 1, end);
    }
  }
  tag.end = std::min(at + 1, end);
}

}  // namespace

unsigned role_of(std::string_view name) noexcept {
  const auto found = std::lower_bound(elements.begin(), elements.end(), name,
                                      [](const element& e, std::string_view wanted) { return e.name < wanted; });
  return found != elements.end() && found->name == name ? found->roles : role::none;
}

markup scan_markup(std::string_view source, std::size_t at, std::size_t end) {
  markup token;
  const char next = at + 1 < end ? source[at + 1] : ' ';
  const char third = at + 2 < end ? source[at + 2] : '\0';
  const bool closing = next == '/';
  if (is_ascii_letter(closing ? third : next)) {
    token.kind = closing ? markup::close : markup::open;
    std::size_t stop = at + (closing ? 2 : 1);
    for (; stop < end && !is_html_space(source[stop]) && source[stop] != '/' && source[stop] != '>'; ++stop) {
      if (token.name.size() < 32) token.name.push_back(ascii_lower(source[stop]));
    }
    scan_attributes(source, stop, end, token);
  } else if (next == '!' || next == '?' || (closing && third != '\0')) {
    token.kind = markup::other;
    token.end = declaration_end(source, at, end);
  } else {
    token.end = at + 1;
  }
  return token;
}

std::size_t raw_text_end(std::string_view source, std::size_t at, std::string_view name) {
  for (; (at = source.find("</", at)) != std::string_view::npos; at += 2) {
    const std::string_view here = source.substr(at + 2, name.size() + 1);
    if (here.size() <= name.size() ||
        !std::equal(name.begin(), name.end(), here.begin(), [](char a, char b) { return a == ascii_lower(b); })) {
      continue;
    }
    if (is_html_space(here.back()) || here.back() == '/' || here.back() == '>') return at;
  }
  return source.size();
}

}  // namespace retold
