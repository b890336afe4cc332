// SPDX-License-Identifier: Apache-2.0
// Line ends and spaces that markup alone makes stand for an empty source range behind the character before them.
#include "read_visible.hpp"

#include "utf8.hpp"

namespace retold {
namespace {
constexpr std::string_view cdata = "<![CDATA[";
}

void visible_text::put(std::string_view shown, slice stored) {
  cut = cut || text.size() + shown.size() > limit;
  if (cut) return;
  text.append(shown);
  origin.append(static_cast<std::uint32_t>(shown.size()), stored.begin, stored.end);
  stored_end_ = stored.end;
}

// Makes the white space before a character real: line ends win over a space.
void visible_text::settle() {
  if (text.empty()) lines_ = 0;
  unsigned there = 0;  // line ends that preformatted text has given already
  while (there < lines_ && text.ends_with(std::string(there + 1, '\n'))) ++there;
  for (; there < lines_; ++there) put("\n", {stored_end_, stored_end_});
  if (!space_.empty() && lines_ == 0 && !text.empty() && text.back() != '\n') show(" ", space_.begin, space_.end);
  lines_ = 0;
  space_ = {};
}

// A piece that stands for source bytes as a whole, or byte for byte where the lengths are the same.
void visible_text::show(std::string_view shown, std::uint32_t begin, std::uint32_t end) {
  if (stored_.identity() || shown.size() != end - begin || shown.size() == 1) {
    return put(shown, stored_.to_source({begin, end}));
  }
  for (std::uint32_t at = 0; at < shown.size();) {  // the map back has pieces of its own
    const std::uint32_t length = step_utf8(shown, at).length;
    put(shown.substr(at, length), stored_.to_source({begin + at, begin + at + length}));
    at += length;
  }
}

void visible_text::literal(std::uint32_t begin, std::uint32_t end) {
  reference(source_.substr(begin, end - begin), begin, end, true);
}

void visible_text::reference(std::string_view shown, std::uint32_t begin, std::uint32_t end, bool kept) {
  if (!kept && shown.size() == 1 && is_html_space(shown[0])) return space(begin, end, false);
  settle();
  const auto from = static_cast<std::uint32_t>(text.size());
  show(shown, begin, end);
  const auto to = static_cast<std::uint32_t>(text.size());
  if (cut) return;
  if (in_furniture_ && was_furniture_) furniture.back().end = to;
  if (in_furniture_ && !was_furniture_) furniture.push_back({from, to});
  was_furniture_ = in_furniture_;
}

void visible_text::space(std::uint32_t begin, std::uint32_t end, bool kept) {
  if (!kept) {
    if (space_.empty()) space_ = {begin, end};
    return;
  }
  for (; begin < end; ++begin) {
    const bool pair = source_[begin] == '\r' && begin + 1 < end && source_[begin + 1] == '\n';
    reference(source_[begin] == '\r' ? "\n" : source_.substr(begin, 1), begin, begin + (pair ? 2 : 1), true);
    if (pair) ++begin;
  }
}

// "<![CDATA[ x < y ]]>", which the parser lets stand inside formulas alone; elsewhere it is a comment, and in no piece.
std::uint32_t visible_text::add_raw_section(const piece& p, std::uint32_t at, character_references& references) {
  const auto begin = at + static_cast<std::uint32_t>(cdata.size());
  const std::size_t close = source_.substr(0, p.end).find("]]>", begin);
  if (close == std::string_view::npos) return p.end;
  add({begin, static_cast<std::uint32_t>(close), p.roles | role::raw}, references);
  return static_cast<std::uint32_t>(close) + 3;
}

void visible_text::add(const piece& p, character_references& references) {
  in_furniture_ = (p.roles & role::furniture) != 0;
  const bool kept = (p.roles & role::preformatted) != 0;
  const bool tags = (p.roles & (role::raw | role::rcdata)) == 0, decoded = (p.roles & role::raw) == 0;
  const auto ordinary = [&](char c) { return !is_html_space(c) && !(c == '<' && tags) && !(c == '&' && decoded); };
  for (std::uint32_t at = p.begin; at < p.end;) {
    const char c = source_[at];
    std::uint32_t next = at + 1;
    if (is_html_space(c)) {
      while (next < p.end && is_html_space(source_[next])) ++next;
      space(at, next, kept);
    } else if (ordinary(c)) {
      while (next < p.end && ordinary(source_[next])) ++next;
      literal(at, next);
    } else if (c == '<' && source_.substr(at, cdata.size()) == cdata) {
      next = add_raw_section(p, at, references);
    } else if (c == '<') {
      const markup token = scan_markup(source_, at, p.end);
      next = static_cast<std::uint32_t>(token.end);
      if (token.kind == markup::text) literal(at, next);
    } else {
      const auto& found = references.at(source_, at, p.end);
      if (found.length != 0) next = at + static_cast<std::uint32_t>(found.length);
      found.length == 0 ? literal(at, next) : reference(found.text, at, next, kept);
    }
    at = next;
  }
}

void visible_text::finish() {
  if (!text.empty() && text.back() != '\n') put("\n", {stored_end_, stored_end_});
  space_ = {};
  lines_ = 0;
}

}  // namespace retold
