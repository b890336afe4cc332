// SPDX-License-Identifier: Apache-2.0
#pragma once
// What each code point of the basic plane writes into a row of folded words (part of the shingle stage): four bytes that need
// no thought. A blank for what is no part of a word; the folded letters; a word of one character with a blank behind it. Made
// by the tables of `normalise` when a text first asks for a page, then shared by all threads.

#include <array>
#include <atomic>
#include <cstdint>

namespace retold {

// The least significant byte comes first; bytes below 0x20 are not written.
namespace letter {
inline constexpr std::uint32_t unknown = 0;          // nobody has asked for the page yet
inline constexpr std::uint32_t care = 0xFFFFFFFF;    // combines with what is before it, or is too long or of several kinds
inline constexpr std::uint32_t blank = 0x20;         // no part of a word
inline constexpr std::uint32_t mark = 0x01000000;    // up to three bytes and this: goes on with the word before it
inline constexpr std::uint32_t single = 0x20000000;  // three bytes and this: a word by itself
inline constexpr std::uint32_t top_byte = 0xFF000000;
}  // namespace letter

// Entries are complete in themselves, and everybody makes the same ones: no order is needed between threads.
extern std::array<std::atomic<std::uint32_t>, 0x10000> letters;

// Makes the page of a code point of the basic plane.
void make_letters(char32_t code_point);

// Never `unknown`; `care` beyond the basic plane.
inline std::uint32_t letter_of(char32_t c) {
  if (c >= letters.size()) return letter::care;
  const std::uint32_t found = letters[c].load(std::memory_order_relaxed);
  if (found != letter::unknown) return found;
  make_letters(c);
  return letters[c].load(std::memory_order_relaxed);
}

}  // namespace retold
