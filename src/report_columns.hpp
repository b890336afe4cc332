// SPDX-License-Identifier: Apache-2.0
#pragma once
// Text set in columns of a terminal: how wide it is, where its lines may break, how it is cut. Everything that comes out is
// one line's worth of printable text: control and bidi control characters are gone, white space is single blanks.

#include <span>
#include <string>
#include <string_view>

namespace retold::rendering {

// 2 for East Asian wide and full-width characters, 0 for combining and invisible ones, else 1.
int columns(char32_t c) noexcept;
int columns(std::string_view text) noexcept;

// Text of one appearance. `style` holds the parameters of an ANSI SGR sequence ("1;31"); empty: plain.
struct run {
  std::string_view text;
  std::string_view style = {};
};

// One line of at most `width` columns; what does not fit is cut and marked by "…".
std::string clip(std::string_view text, int width);

// The same, cut out of the middle: names of files differ at their ends.
std::string clip_middle(std::string_view text, int width);

// Appends lines of at most `width` columns, each opened by `indent`, the first one by `first`, and ended by '\n'. Styles are
// closed at each line's end, so that an indent is never coloured by the text; without colour they are left out.
void append_wrapped(std::string& out, std::span<const run> runs, int width, std::string_view first, std::string_view indent,
                    bool colour);

std::string styled(std::string_view text, std::string_view style, bool colour);

}  // namespace retold::rendering
