// SPDX-License-Identifier: Apache-2.0
// A text becomes cells (a character with the marks on it), and lines are filled with cells greedily. A line may break after a
// blank and on both sides of a wide character, but not before closing punctuation or after an opening one.
#include "report_columns.hpp"

#include <unicode/uchar.h>

#include <algorithm>
#include <vector>

#include "punctuation.hpp"
#include "report_escape.hpp"
#include "utf8.hpp"

namespace retold::rendering {
namespace {

struct cell {
  std::uint32_t begin, end;  // in text_cells::bytes
  std::uint8_t width;
  bool blank;
  bool may_break;  // a line may begin here
  std::uint32_t run;
};

struct text_cells {
  std::string bytes;
  std::vector<cell> cells;
};

bool closes(char32_t c) {
  static constexpr std::u32string_view others = U".,:;!?%、。，．：；！？・ー々…";
  return (U_GET_GC_MASK(static_cast<UChar32>(c)) & (U_GC_PE_MASK | U_GC_PF_MASK)) || others.find(c) != others.npos;
}

bool is_digit(char32_t c) { return u_isdigit(static_cast<UChar32>(c)); }

// French sets blanks inside quotes, before high punctuation and between thousands; no line may break at those.
bool keeps_blank(char32_t before, char32_t after) {
  static constexpr std::u32string_view high = U":;!?»%";
  return before == U'«' || high.find(after) != high.npos || (is_digit(before) && is_digit(after));
}

bool is_blank(char32_t c) { return c == ' ' || (c >= '\t' && c <= '\r') || c == 0x2028 || c == 0x2029 || c == 0x85; }

// Characters that a terminal shows as nothing, or that have it show other text differently; joiners and direction marks stay.
bool is_dropped(char32_t c) { return c == 0xAD || c == 0x2060 || c == 0xFEFF || (c >= 0xE0000 && c < 0xE1000); }

void append_run(text_cells& to, const run& r, std::uint32_t number) {
  char32_t before = 0;
  for (std::size_t at = 0; at < r.text.size();) {
    const char32_t stored = next_code_point(r.text, at);
    const bool blank = is_blank(stored);
    const char32_t c = blank ? U' ' : harmless(stored);
    const bool after_blank = to.cells.empty() || to.cells.back().blank;
    if (is_dropped(c) || (blank && after_blank)) continue;
    const auto begin = static_cast<std::uint32_t>(to.bytes.size());
    append_utf8(to.bytes, c);
    const auto end = static_cast<std::uint32_t>(to.bytes.size());
    const int width = columns(c);
    if (width == 0 && !to.cells.empty() && !to.cells.back().blank) {
      to.cells.back().end = end;
      continue;
    }
    const bool at_blank = after_blank && !keeps_blank(before, c);
    const bool beside_wide = !after_blank && (width == 2 || to.cells.back().width == 2);
    const bool may_break = !blank && (at_blank || (beside_wide && !closes(c) && !opens(before)));
    to.cells.push_back({begin, end, static_cast<std::uint8_t>(width), blank, may_break, number});
    if (!blank) before = c;
  }
}

text_cells cells_of(std::span<const run> runs) {
  text_cells result;
  for (std::size_t i = 0; i < runs.size(); ++i) append_run(result, runs[i], static_cast<std::uint32_t>(i));
  while (!result.cells.empty() && result.cells.back().blank) result.cells.pop_back();
  return result;
}

// One past the last cell of the line that begins at `first`.
std::size_t line_end(const std::vector<cell>& cells, std::size_t first, int width) {
  int used = 0;
  std::size_t fits = first, last_break = first;
  for (; fits < cells.size(); ++fits) {
    if (cells[fits].may_break) last_break = fits;
    used += cells[fits].width;
    if (used > width && !cells[fits].blank) break;
  }
  if (fits == cells.size()) return fits;
  return last_break > first ? last_break : std::max(fits, first + 1);  // a word wider than the line is cut
}

void append_line(std::string& out, const text_cells& text, std::span<const run> runs, std::size_t first, std::size_t last,
                 bool colour) {
  while (last > first && text.cells[last - 1].blank) --last;
  for (std::size_t i = first; i < last;) {
    const std::uint32_t number = text.cells[i].run;
    const std::size_t begin = i;
    while (i < last && text.cells[i].run == number) ++i;
    const std::uint32_t from = text.cells[begin].begin, to = text.cells[i - 1].end;
    out += styled(std::string_view(text.bytes).substr(from, to - from), runs[number].style, colour);
  }
}

}  // namespace

int columns(char32_t c) noexcept {
  const auto point = static_cast<UChar32>(c);
  if (c < 0x300) return c == 0 || c == 0xAD ? 0 : 1;
  if (U_GET_GC_MASK(point) & (U_GC_MN_MASK | U_GC_ME_MASK | U_GC_CF_MASK)) return 0;
  if (c >= 0x1160 && c < 0x1200) return 0;  // Hangul vowels and finals join the syllable before
  const int width = u_getIntPropertyValue(point, UCHAR_EAST_ASIAN_WIDTH);
  return width == U_EA_WIDE || width == U_EA_FULLWIDTH ? 2 : 1;
}

int columns(std::string_view text) noexcept {
  int sum = 0;
  for (std::size_t at = 0; at < text.size();) sum += columns(next_code_point(text, at));
  return sum;
}

std::string clip(std::string_view text, int width) {
  const run whole{text};
  const text_cells all = cells_of({&whole, 1});
  int used = 0;
  std::size_t room_for_mark = 0;
  for (const cell& c : all.cells) {
    used += c.width;
    if (used <= width - 1) room_for_mark = c.end;
  }
  if (used <= width) return all.cells.empty() ? std::string() : all.bytes.substr(0, all.cells.back().end);
  return all.bytes.substr(0, room_for_mark) + "…";
}

std::string clip_middle(std::string_view text, int width) {
  const run whole{text};
  const text_cells all = cells_of({&whole, 1});
  const auto widths = [&](auto begin, auto end, int room) {  // how many cells fit, and the columns they take
    int used = 0;
    const auto last = std::find_if(begin, end, [&](const cell& c) { return (used += c.width) > room; });
    return std::pair(last - begin, last == end ? used : used - last->width);
  };
  if (widths(all.cells.begin(), all.cells.end(), width).first == std::ssize(all.cells)) return clip(text, width);
  const auto [front, taken] = widths(all.cells.begin(), all.cells.end(), (width - 1) / 3);
  const auto back = widths(all.cells.rbegin(), all.cells.rend(), width - 1 - taken).first;
  const std::size_t head = front == 0 ? 0 : all.cells[static_cast<std::size_t>(front) - 1].end;
  const std::size_t tail = back == 0 ? all.bytes.size() : all.cells[all.cells.size() - static_cast<std::size_t>(back)].begin;
  return all.bytes.substr(0, head) + "…" + all.bytes.substr(tail);
}

void append_wrapped(std::string& out, std::span<const run> runs, int width, std::string_view first, std::string_view indent,
                    bool colour) {
  const text_cells text = cells_of(runs);
  std::size_t at = 0;
  std::string_view opening = first;
  do {
    const std::size_t end = line_end(text.cells, at, std::max(width, 2));
    out += opening;
    append_line(out, text, runs, at, end, colour);
    out += '\n';
    at = end;
    opening = indent;
  } while (at < text.cells.size());
}

std::string styled(std::string_view text, std::string_view style, bool colour) {
  if (!colour || style.empty() || text.empty()) return std::string(text);
  std::string result = "\x1b[";
  return result.append(style).append("m").append(text).append("\x1b[0m");
}

}  // namespace retold::rendering
