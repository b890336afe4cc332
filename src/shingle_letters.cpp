// SPDX-License-Identifier: Apache-2.0
#include "shingle_letters.hpp"

#include <algorithm>
#include <string_view>

#include "normalise_tables.hpp"
#include "retold/segment.hpp"
#include "utf8.hpp"

namespace retold {
namespace {

constexpr std::size_t most_bytes = 4;

struct spelling {
  std::uint32_t bytes = 0;
  std::size_t size = 0;
  word_class first = word_class::none;
  bool blank = true;     // no code point is part of a word
  bool unbroken = true;  // every one goes on with the word of the one before it
};

spelling spell(std::string_view folded) {
  spelling out;
  out.size = folded.size();
  for (std::size_t i = 0; i < std::min(folded.size(), most_bytes); ++i)
    out.bytes |= std::uint32_t{static_cast<unsigned char>(folded[i])} << (8 * i);
  for (std::size_t at = 0; at < folded.size();) {
    const bool begins = at == 0;
    const word_class kind = classify(next_code_point(folded, at));
    if (begins) out.first = kind;
    out.blank = out.blank && kind == word_class::none;
    out.unbroken = out.unbroken && (begins || kind == word_class::run || kind == word_class::mark);
  }
  return out;
}

std::uint32_t make_letter(const fold_block& block, std::size_t i) {
  const spelling s = spell(block.folded(i));
  if (!block.boundary[i] || s.size == 0) return letter::care;
  if (s.blank) return letter::blank;
  if (!s.unbroken) return letter::care;
  if (s.first == word_class::run && s.size <= most_bytes) return s.bytes;
  if (s.first == word_class::mark && s.size < most_bytes) return s.bytes | letter::mark;
  if (s.first == word_class::single && s.size == 3) return s.bytes | letter::single;
  return letter::care;
}

}  // namespace

constinit std::array<std::atomic<std::uint32_t>, 0x10000> letters{};

void make_letters(char32_t code_point) {
  const std::size_t first = code_point & 0xFF00;
  const fold_block& block = fold_block_of(static_cast<UChar32>(first));
  for (std::size_t i = 0; i < 256; ++i) letters[first + i].store(make_letter(block, i), std::memory_order_relaxed);
}

}  // namespace retold
