// SPDX-License-Identifier: Apache-2.0
#pragma once
// From bytes of a text to folded words side by side in one buffer (part of the shingle stage), with the widest instructions
// this processor has. Every way finds the same words.
//
//   text     É  t  é  ,  東  京
//   bytes    e  t  e  ␣  東 ␣ 京 ␣        blanks are not part of any word, and need not be there
//   begins   ^           ^    ^
//   ends              ^    ^     ^

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "processor.hpp"

namespace retold {

// What is read and what is written. A word that has begun and not ended is open: what comes next may belong to it.
struct word_lines {
  std::string_view text;
  std::size_t at = 0;  // of the text, that much is done

  char* bytes = nullptr;
  std::size_t end = 0;   // of what was written; `line_slack` bytes behind `full` may be written by the way
  std::size_t full = 0;  // nothing is begun from here on

  // Room for all words up to `full`, and `line_slack` more.
  std::uint32_t* begins = nullptr;
  std::uint32_t* ends = nullptr;
  std::size_t begun = 0, ended = 0;

  bool open() const noexcept { return begun != ended; }
};

constexpr std::size_t line_slack = 256;

// Goes on as far as code points need no care: to the end of the text, until the buffer is full, or up to a code point that
// does, or that what needs care may combine with. An open word, if any, must be a run.
using take_lines_function = void (*)(word_lines& lines);

void take_lines_portably(word_lines& lines);  // SSE2 where there is x86-64
#if defined(__x86_64__)
void take_lines_avx512(word_lines& lines);  // needs has_avx512_bytes()
#endif

inline take_lines_function choose_take_lines() noexcept {
#if defined(__x86_64__)
  if (has_avx512_bytes()) return take_lines_avx512;
#endif
  return take_lines_portably;
}

}  // namespace retold
