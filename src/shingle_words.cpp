// SPDX-License-Identifier: Apache-2.0
// Most of a text goes through lines of words; what combines with what follows it, and whatever else needs care, takes the long
// way of `normalise`, character by character. Words are hashed some kilobytes after they were written: a processor waits for
// bytes that it is still storing.
#include "shingle_words.hpp"

#include <cstring>

#include "normalise_tables.hpp"
#include "shingle_letters.hpp"
#include "utf8.hpp"

namespace retold {
namespace {

constexpr std::size_t batch = 4096;  // bytes folded before their words are hashed
constexpr std::size_t before = 16;   // bytes that hash_word may read in front of a word

}  // namespace

std::span<const std::uint64_t> word_hasher::operator()(std::string_view text) {
  lines_ = {.text = text, .end = before};
  count_ = 0;
  open_ = word_class::none;
  make_room(batch);
  while (lines_.at < text.size()) {
    take_lines_(lines_);
    open_ = lines_.open() ? word_class::run : word_class::none;
    if (lines_.end >= lines_.full) {
      hash_closed();
      make_room(batch);
    } else if (lines_.at < text.size()) {
      do care();
      while (needs_care());
      if (open_ != word_class::run) close();
    }
  }
  close();
  hash_closed();
  return {hashes_.data(), count_};
}

// For so many more bytes.
void word_hasher::make_room(std::size_t bytes) {
  lines_.full = lines_.end + bytes;
  const std::size_t words = lines_.begun + bytes + line_slack;
  lines_.bytes = buffer_.reserve(lines_.full + line_slack, lines_.end);
  lines_.begins = begins_.reserve(words, lines_.begun);
  lines_.ends = ends_.reserve(words, lines_.ended);
}

void word_hasher::close() {
  if (lines_.open()) lines_.ends[lines_.ended++] = static_cast<std::uint32_t>(lines_.end);
  open_ = word_class::none;
}

// What is open moves to the front.
void word_hasher::hash_closed() {
  if (lines_.end > longest_folding - batch) close();  // places have 32 bits
  const std::size_t closed = lines_.ended;
  std::uint64_t* const hashes = hashes_.reserve(count_ + closed, count_);
  hash_words_({lines_.bytes, {lines_.begins, closed}, {lines_.ends, closed}}, hashes + count_);
  count_ += closed;
  const bool open = lines_.open();
  const std::size_t begin = open ? lines_.begins[closed] : lines_.end, size = lines_.end - begin;
  if (size != 0 && begin != before) std::memmove(lines_.bytes + before, lines_.bytes + begin, size);
  lines_.begins[0] = before;
  lines_.begun = open;
  lines_.ended = 0;
  lines_.end = before + size;
}

bool word_hasher::continues_chunk(std::size_t at) const {
  if (at == lines_.text.size() || static_cast<unsigned char>(lines_.text[at]) < 0x80) return false;
  const char32_t c = next_code_point(lines_.text, at);
  return !fold_block_of(static_cast<UChar32>(c)).boundary[c & 255];
}

// Whether what comes next is none of the matter of take_lines. A mark would go on with a word of one character.
bool word_hasher::needs_care() const {
  std::size_t at = lines_.at;
  if (at == lines_.text.size()) return false;
  const std::uint32_t letter = letter_of(next_code_point(lines_.text, at));
  const bool after_run = open_ == word_class::none || open_ == word_class::run;
  return letter == letter::care || (!after_run && (letter & letter::top_byte) == letter::mark);
}

// One code point, or a base and what combines with it.
void word_hasher::care() {
  const char32_t first = next_code_point(lines_.text, lines_.at);
  if (!continues_chunk(lines_.at)) return take_all(fold_block_of(static_cast<UChar32>(first)).folded(first & 255));
  icu::UnicodeString points(static_cast<UChar32>(first));
  for (std::size_t n = 1; n < longest_chunk && continues_chunk(lines_.at); ++n)
    points.append(static_cast<UChar32>(next_code_point(lines_.text, lines_.at)));
  take_all(fold_sequence(points));
}

void word_hasher::take_all(std::string_view folded) {
  for (std::size_t at = 0; at < folded.size();) {
    const std::size_t begin = at;
    const word_class kind = classify(next_code_point(folded, at));
    take(kind, folded.substr(begin, at - begin));
  }
}

void word_hasher::take(word_class kind, std::string_view folded) {
  const bool goes_on =
      kind == word_class::mark ? open_ != word_class::none : kind == word_class::run && open_ == word_class::run;
  if (!goes_on) close();
  if (kind == word_class::none) return;
  if (lines_.end >= lines_.full) hash_closed(), make_room(batch);
  if (!goes_on) {
    lines_.begins[lines_.begun++] = static_cast<std::uint32_t>(lines_.end);
    open_ = kind == word_class::mark ? word_class::run : kind;
  }
  std::memcpy(lines_.bytes + lines_.end, folded.data(), folded.size());
  lines_.end += folded.size();
}

}  // namespace retold
