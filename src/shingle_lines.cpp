// SPDX-License-Identifier: Apache-2.0
// ASCII goes 64 bytes at a time: a mask of the letters, whose edges are where words begin and end. So do lines in which other
// characters fold to a letter of ASCII or are no part of a word. The rest goes one by one through a table.
#include "shingle_lines.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include "shingle_block.hpp"
#include "shingle_letters.hpp"
#include "utf8.hpp"

namespace retold {
namespace {

constexpr std::size_t block_size = 64;

// next_code_point where it is well-formed and of up to three bytes, which most are, without a call.
inline char32_t decode(std::string_view text, std::size_t& at) noexcept {
  const auto* const b = reinterpret_cast<const unsigned char*>(text.data()) + at;
  const std::size_t left = text.size() - at;
  if (b[0] < 0x80) {
    ++at;
    return b[0];
  }
  if (left >= 2 && b[0] >= 0xC2 && b[0] < 0xE0 && (b[1] & 0xC0) == 0x80) {
    at += 2;
    return (b[0] & 0x1Fu) << 6 | (b[1] & 0x3Fu);
  }
  if (left >= 3 && b[0] > 0xE0 && b[0] < 0xF0 && b[0] != 0xED && (b[1] & 0xC0) == 0x80 && (b[2] & 0xC0) == 0x80) {
    at += 3;
    return (b[0] & 0xFu) << 12 | (b[1] & 0x3Fu) << 6 | (b[2] & 0x3Fu);
  }
  return next_code_point(text, at);
}

// Whether at least four of the next eight bytes are ASCII: enough for a block to pay.
inline bool mostly_ascii(std::string_view text, std::size_t at) noexcept {
  std::uint64_t eight = 0;
  if (text.size() - at < sizeof eight) return false;
  std::memcpy(&eight, text.data() + at, sizeof eight);
  return ((eight >> 7 & 0x0101010101010101) * 0x0101010101010101) >> 56 <= 4;  // a sum of the top bits
}

// Whether what stands at `at` may combine with a character of ASCII before it.
bool needs_base(std::string_view text, std::size_t at) {
  return at < text.size() && static_cast<unsigned char>(text[at]) >= 0x80 && letter_of(decode(text, at)) == letter::care;
}

struct line_part {
  std::size_t taken = 0;  // bytes of the text
  std::size_t made = 0;   // bytes of its folding
  std::size_t last = 1;   // bytes of the last character taken
};

// The characters of a line, up to one that is neither ASCII nor folds to one byte, side by side. Copies run on: whole lines
// have one size.
line_part gather(const word_lines& from, const char* line, std::uint64_t beyond, std::size_t size, char* folded) {
  line_part part;
  while (part.taken < size) {
    const auto ascii = std::min(static_cast<std::size_t>(std::countr_zero(beyond >> part.taken)), size - part.taken);
    std::memcpy(folded + part.made, line + part.taken, block_size);
    part.taken += ascii;
    part.made += ascii;
    if (ascii != 0) part.last = 1;
    if (part.taken == size) break;
    std::size_t after = from.at + part.taken;
    const std::uint32_t letter = letter_of(decode(from.text, after));
    if (letter > 0xFF) break;
    folded[part.made++] = static_cast<char>(letter);
    part.last = after - from.at - part.taken;
    part.taken += part.last;
  }
  return part;
}

// Where the mask changes, words begin and end in turn.
void take_edges(word_lines& lines, std::uint64_t words, unsigned size) {
  bool open = lines.open();
  const std::uint64_t within = size < 64 ? (std::uint64_t{1} << size) - 1 : ~std::uint64_t{0};
  std::uint64_t edges = (words ^ (words << 1 | std::uint64_t{open})) & within;
  std::size_t begun = lines.begun, ended = lines.ended;
  for (; edges != 0; edges &= edges - 1, open = !open) {
    const auto edge = static_cast<std::uint32_t>(lines.end + static_cast<unsigned>(std::countr_zero(edges)));
    lines.begins[begun] = lines.ends[ended] = edge;  // one of them counts
    begun += !open;
    ended += open;
  }
  lines.begun = begun;
  lines.ended = ended;
  lines.end += size;
}

// Up to 64 bytes of ASCII, and of what folds to a letter of ASCII or is no part of a word: that counts as a blank.
bool take_block(word_lines& lines) {
  const std::size_t size = std::min(block_size, lines.text.size() - lines.at);
  char line[2 * block_size];  // only where the text itself will not do: zeros behind its bytes
  const auto padded = [&] {
    std::memcpy(line, lines.text.data() + lines.at, size);
    std::memset(line + size, 0, sizeof line - size);
    return line;
  };
  char* const out = lines.bytes + lines.end;
  ascii_block found = fold_ascii(size == block_size ? lines.text.data() + lines.at : padded(), out);
  line_part part{size, size, 1};
  if (found.beyond != 0) {
    char folded[2 * block_size];
    part = gather(lines, padded(), found.beyond, size, folded);
    if (part.taken == 0) return false;
    found = fold_ascii(folded, out);
  }
  if (needs_base(lines.text, lines.at + part.taken)) --part.made, part.taken -= part.last;
  take_edges(lines, found.word, static_cast<unsigned>(part.made));
  lines.at += part.taken;
  return part.taken != 0;
}

void take_letter(word_lines& lines, std::uint32_t letter) {
  const bool single = (letter & letter::top_byte) == letter::single, blank = letter == letter::blank;
  const unsigned below_top = (static_cast<unsigned>(std::bit_width(letter & ~letter::top_byte)) + 7) / 8;
  const auto end = static_cast<std::uint32_t>(lines.end), size = below_top + (letter >> 24 > letter::blank);
  std::memcpy(lines.bytes + end, &letter, sizeof letter);
  if (lines.open() && (single || blank)) lines.ends[lines.ended++] = end;
  if (!lines.open() && !blank) lines.begins[lines.begun++] = end;
  if (single) lines.ends[lines.ended++] = end + size;
  lines.end += size;
}

// The letter of two bytes at `at`, of which two may be read, if it is part of a run and folds to three bytes at most; else
// none.
inline std::uint32_t pair_at(const unsigned char* at) noexcept {
  if (at[0] < 0xC2 || at[0] >= 0xE0 || (at[1] & 0xC0) != 0x80) return 0;
  const std::uint32_t letter = letter_of((at[0] & 0x1Fu) << 6 | (at[1] & 0x3Fu));
  return letter == letter::blank || (letter & letter::top_byte) != 0 ? 0 : letter;
}

// Letters of Latin, Greek, Cyrillic, Arabic and other scripts of two bytes, and single blanks between them.
void take_pairs(word_lines& lines) {
  const auto* const first = reinterpret_cast<const unsigned char*>(lines.text.data());
  const auto *at = first + lines.at, *const end = first + lines.text.size();
  while (end - at >= 3 && lines.end < lines.full && pair_at(at) != 0) {
    char* const begin = lines.bytes + lines.end;
    char *out = begin, *kept = begin, *const full = begin + block_size;
    const unsigned char* taken = at;
    for (std::uint32_t letter = 0; out < full && end - at >= 3 && (letter = pair_at(at)) != 0; at += 2) {
      taken = at, kept = out;
      std::memcpy(out, &letter, sizeof letter);
      out += 1 + (letter > 0xFF) + (letter > 0xFFFF);
    }
    if (*at >= 0x80) at = taken, out = kept;  // the last one may be the base of what follows; ASCII is always a beginning
    if (out == begin) break;
    if (!lines.open()) lines.begins[lines.begun++] = static_cast<std::uint32_t>(lines.end);
    lines.end += static_cast<std::size_t>(out - begin);
    if (end - at >= 4 && *at < 0x80 && letter_of(*at) == letter::blank && pair_at(at + 1) != 0) {
      lines.ends[lines.ended++] = static_cast<std::uint32_t>(lines.end);
      ++at;
    }
  }
  lines.at = static_cast<std::size_t>(at - first);
}

// One by one; at least one, or false.
bool take_letters(word_lines& lines) {
  word_lines l = lines;  // in registers: what is written through pointers to characters could be the structure itself
  take_pairs(l);
  std::size_t after = l.at;
  std::uint32_t here = after < l.text.size() ? letter_of(decode(l.text, after)) : letter::care;
  while (here != letter::care && l.end < l.full) {
    const std::size_t next = after;
    const std::uint32_t ahead = next < l.text.size() ? letter_of(decode(l.text, after)) : letter::blank;
    const bool marked = (ahead & letter::top_byte) == letter::mark && (here & letter::top_byte) == letter::single;
    if (ahead == letter::care || marked) break;
    take_letter(l, here);
    l.at = next;
    here = ahead;
    if (next >= l.text.size() || static_cast<unsigned char>(l.text[next]) < 0xE0) break;
  }
  const bool any = l.at != lines.at;
  lines = l;
  return any;
}

}  // namespace

void take_lines_portably(word_lines& lines) {
  while (lines.at < lines.text.size() && lines.end < lines.full) {
    if (mostly_ascii(lines.text, lines.at) && take_block(lines)) continue;
    if (!take_letters(lines)) return;
  }
}

}  // namespace retold
