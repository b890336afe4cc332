// SPDX-License-Identifier: Apache-2.0
#include "spans_place.hpp"

#include <unicode/uchar.h>

#include "align_tokens.hpp"
#include "punctuation.hpp"
#include "utf8.hpp"

namespace retold::spanning {
namespace {

// What neither separates words nor is one: it belongs to the word before it, brackets and quotes that open to the one after.
bool clings(char32_t c) { return !u_isUWhiteSpace(static_cast<UChar32>(c)) && classify(c) == word_class::none; }

slice with_punctuation(std::string_view text, slice where, slice within) {
  while (where.end < within.end) {
    std::size_t after = where.end;
    const char32_t c = next_code_point(text, after);
    if (!clings(c) || opens(c)) break;
    where.end = static_cast<std::uint32_t>(after);
  }
  std::uint32_t begin = where.begin;
  bool after_space = begin == 0;
  while (begin > within.begin) {
    const std::size_t back = character_start(text, begin - 1);
    std::size_t after = back;
    const char32_t c = next_code_point(text, after);
    after_space = u_isUWhiteSpace(static_cast<UChar32>(c)) != 0;
    if (!clings(c)) break;
    begin = static_cast<std::uint32_t>(back);
    if (opens(c)) where.begin = begin;
  }
  if (after_space || begin == 0) where.begin = begin;  // "straight quotes" open behind a space
  return where;
}

// Groups of three digits behind the first: a thousand billions.
constexpr std::uint32_t most_groups = 4;

// Digits at the beginning of a text, and whether nothing follows them.
struct leading_digits {
  std::uint32_t count = 0;
  bool all = false;
};

leading_digits digits_of(std::string_view text) {
  leading_digits found;
  for (std::size_t at = 0; at < text.size(); ++found.count)
    if (alignment::digit_value(next_code_point(text, at)) < 0) return found;
  found.all = true;
  return found;
}

// Spaces of any width, and apostrophes.
bool parts_thousands(std::string_view gap) {
  std::size_t after = 0;
  const char32_t c = gap.empty() ? 0 : next_code_point(gap, after);
  return after == gap.size() && (c == ' ' || c == 0xA0 || c == 0x2009 || c == 0x202F || c == '\'' || c == 0x2019);
}

// Whether `next` goes on with the figure that the token before it belongs to: "30 000", "1 234 567,89".
bool goes_on_with_figure(const reading& in, std::uint32_t next) {
  if (next == 0 || next >= in.tokens.size()) return false;
  const slice left = in.tokens[next - 1].where, right = in.tokens[next].where;
  const leading_digits before = digits_of(in.text.substr(left.begin, left.size()));
  return before.all && before.count <= 3 && digits_of(in.text.substr(right.begin, right.size())).count == 3 &&
         parts_thousands(in.text.substr(left.end, right.begin - left.end));
}

}  // namespace

stretch with_whole_figures(const reading& in, stretch of) {
  for (std::uint32_t n = 0; n < most_groups && goes_on_with_figure(in, of.begin); ++n) --of.begin;
  for (std::uint32_t n = 0; n < most_groups && goes_on_with_figure(in, of.end); ++n) ++of.end;
  return of;
}

slice place(const reading& in, stretch of) {
  const std::uint32_t from = of.begin == 0 ? 0 : in.tokens[of.begin - 1].where.end;
  const auto to = of.end < in.tokens.size() ? in.tokens[of.end].where.begin : static_cast<std::uint32_t>(in.text.size());
  return with_punctuation(in.text, {in.tokens[of.begin].where.begin, in.tokens[of.end - 1].where.end}, {from, to});
}

}  // namespace retold::spanning
