// SPDX-License-Identifier: Apache-2.0
// Pages that are no pages: a hundred thousand open elements, a tag of ten thousand attributes. The parser would compare each
// with all; here they are recognised, and read without a tree.
#include <algorithm>

#include "read_html.hpp"
#include "read_html_depth.hpp"

namespace retold {
namespace {

constexpr std::size_t most_attributes = 2000;
constexpr std::size_t largest_page = std::size_t{1}
                                     << 26;  // a tree takes twenty times the page, or more (see outline_by_parser)

// The next token at or after `at`: text up to a '<', or markup.
markup next_token(std::string_view page, std::size_t at) {
  if (page[at] == '<') return scan_markup(page, at, page.size());
  markup token;
  token.end = std::min(page.find('<', at), page.size());
  return token;
}

// Builds the outline from tags alone: what is hidden or furniture is so from its start tag to the end tag of the same name.
class tag_reader {
 public:
  explicit tag_reader(std::string_view page) : page_(page) {}

  page_outline read() {
    for (std::size_t at = 0; at < page_.size();) {
      const markup token = next_token(page_, at);
      at = token.kind == markup::open ? open(token) : (take(token, at), token.end);
    }
    return std::move(out_);
  }

 private:
  void take(const markup& token, std::size_t at) {
    if (token.kind == markup::text && hidden_.empty()) text(at, token.end, 0);
    if (token.kind != markup::close) return;
    if (token.name == hidden_) hidden_.clear();
    if (token.name == "h1") headline_ = false;
    if (const unsigned roles = role_of(token.name); (roles & role::furniture) != 0 && furniture_ != 0) --furniture_;
    line_ends(role_of(token.name));
  }

  // Returns where to go on: behind the tag, or behind what it holds raw.
  std::size_t open(const markup& tag) {
    const unsigned roles = role_of(tag.name);
    line_ends(roles);
    if ((roles & (role::raw | role::rcdata)) != 0) {
      const std::size_t end = raw_text_end(page_, tag.end, tag.name);
      if (tag.name == "title" && out_.title.end == 0) out_.title = piece(tag.end, end, role::rcdata);
      if ((roles & role::hidden) == 0 && hidden_.empty()) text(tag.end, end, roles);
      return end;
    }
    const bool lasting = (roles & role::empty) == 0 && tag.name != "head";  // <head> may have no end tag
    if ((roles & role::hidden) != 0 && lasting && hidden_.empty() && tag.end <= last_end(tag.name)) hidden_ = tag.name;
    if ((roles & role::furniture) != 0) ++furniture_;
    if ((roles & role::headline) != 0) headline_ = true;
    return tag.end;
  }

  // Where the last end tag of this name stands, or 0: what is never closed must not hide the rest of the page.
  std::size_t last_end(const std::string& name) {
    const auto [place, fresh] = last_ends_.try_emplace(name, 0);
    if (!fresh) return place->second;
    for (std::size_t at = 0; (at = raw_text_end(page_, at, name)) < page_.size(); at += 2) place->second = at;
    return place->second;
  }

  void line_ends(unsigned roles) {
    if ((roles & role::line_break) != 0) lines_ = std::min(lines_ + 1, 2u);
    if ((roles & role::block) != 0) lines_ = std::max(lines_, 1u);
  }

  static visible_text::piece piece(std::size_t begin, std::size_t end, unsigned roles) {
    return {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end), roles};
  }

  void text(std::size_t begin, std::size_t end, unsigned roles) {
    const bool blank = std::all_of(page_.begin() + static_cast<std::ptrdiff_t>(begin),
                                   page_.begin() + static_cast<std::ptrdiff_t>(end), is_html_space);
    if (blank && lines_ != 0) return;
    if (furniture_ != 0) roles |= role::furniture;
    if (headline_) roles |= role::headline;
    out_.runs.push_back({piece(begin, end, roles), lines_, 0});
    lines_ = 0;
  }

  std::string_view page_;
  page_outline out_;
  std::string hidden_;                                      // name of the hidden element we are in
  std::unordered_map<std::string, std::size_t> last_ends_;  // of elements that are hidden: some ten names
  std::size_t furniture_ = 0;
  bool headline_ = false;
  unsigned lines_ = 0;
};

}  // namespace

std::string too_much_for_parser(std::string_view page) {
  if (page.size() > largest_page) return "too large for the HTML parser";
  open_elements open;
  for (std::size_t at = 0; at < page.size();) {
    const markup token = next_token(page, at);
    at = token.end;
    if (token.kind != markup::open && token.kind != markup::close) continue;
    const unsigned roles = role_of(token.name);
    if (token.attributes > most_attributes) return "a tag with too many attributes for the HTML parser";
    token.kind == markup::open ? open.open(token, roles) : open.close(token);
    if (open.too_many()) return "nested too deeply for the HTML parser";
    const bool raw = (roles & (role::raw | role::rcdata)) != 0 && open.raw_text();
    if (token.kind == markup::open && raw) at = raw_text_end(page, at, token.name);
  }
  return {};
}

page_outline outline_by_tags(std::string_view page) { return tag_reader(page).read(); }

}  // namespace retold
