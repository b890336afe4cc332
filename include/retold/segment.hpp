// SPDX-License-Identifier: Apache-2.0
#pragma once
// Stage 3. Cuts a text into lines, sentences and words.
//
//   auto s = retold::segment("M. Dupont est parti. Il a plu.");
//   s.sentences.size();                    // 2: "M." does not end a sentence
//   s.folded(4);                           // "il"
//   s.words[4].where;                      // {21, 23}: its bytes in the input
//
// Words (version 1, docs/format.md): maximal runs of Alphabetic, Mark or decimal-digit code points of the folded text; each
// Han, Hiragana or Katakana code point is a word of its own, and so is each Thai, Lao, Khmer or Myanmar base character with
// its marks. Properties are those of Unicode 15.0, so words never change with the ICU version.
// Sentences: ICU's rules, without breaks after common abbreviations; an opening bracket or quote that touches the next
// character belongs to the sentence it opens; a line end (LF, CR LF or CR) is a sentence end, unless the text is hard-wrapped.
// A heading or byline on a line of its own is a sentence of its own.
//
// Cost: O(bytes), dominated by ICU's sentence iterator. Any bytes will do; thread-safe. Throws only std::bad_alloc, and
// std::runtime_error on a machine whose ICU has lost its data.

#include <string_view>
#include <vector>

#include "retold/normalise.hpp"

namespace [[gnu::visibility("default")]] retold {

struct word {
  slice folded;  // in segmented::normal.bytes
  slice where;   // in the input
  bool joined;   // no character between it and the word before (scripts without spaces)
};

struct sentence {
  slice where;              // in the input, without surrounding white space
  std::uint32_t first = 0;  // its words: [first, last)
  std::uint32_t last = 0;
  std::uint32_t line = 0;  // number of the line (paragraph) it stands in, from 0
  std::uint32_t size() const noexcept { return last - first; }
};

struct segmented {
  normal_text normal;
  std::vector<word> words;
  std::vector<sentence> sentences;  // every word lies in exactly one sentence

  std::string_view folded(std::size_t i) const noexcept {  // word i as it was folded
    return std::string_view(normal.bytes).substr(words[i].folded.begin, words[i].folded.size());
  }
};

segmented segment(std::string_view text);

// The words alone, of text that `normalise` folded: what signatures are made of.
std::vector<word> words(const normal_text& normal);

// What a code point is to the word rules: no part of a word; part of a run; a mark, which goes on with the word before it; a
// word by itself; a base that starts a word of its own.
enum class word_class : std::uint8_t { none, run, mark, single, cluster };
word_class classify(char32_t code_point) noexcept;

}  // namespace retold
