// SPDX-License-Identifier: Apache-2.0
// ASCII goes 64 bytes at a time: a mask of the letters, whose edges are where words begin and end. Other code points go one by
// one through tables; what combines with what follows it takes the long way of `normalise`.
#include "shingle_words.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "code_pages.hpp"
#include "normalise_tables.hpp"
#include "shingle_block.hpp"
#include "utf8.hpp"

namespace retold {
namespace {

constexpr std::size_t block_size = 64;
constexpr std::size_t batch = 4096;  // bytes folded before their words are hashed
constexpr std::size_t before = 16;   // bytes that hash_word may read in front of a word

// One code point, folded by itself.
struct alignas(16) folding {
  char bytes[8] = {};
  std::uint8_t length = 0;  // of `bytes`; too_long: see the fold block
  word_class kind = word_class::none;
  bool boundary = false;  // a chunk may start here
  bool letter = false;    // boundary, run, not too long
  char simple = 0;        // where a letter or digit of ASCII, or a blank, means the same to words
};
constexpr std::uint8_t too_long = 0xFF;

using page = std::array<folding, 256>;

folding look_up(char32_t c) {
  const fold_block& block = fold_block_of(static_cast<UChar32>(c));
  const std::string_view folded = block.folded(c & 255);
  folding out;
  out.boundary = block.boundary[c & 255];
  out.length = too_long;
  if (folded.empty() || folded.size() > sizeof out.bytes) return out;
  // All of one kind that runs on may be taken at once.
  bool first = true, alike = true;
  for (std::size_t at = 0; at < folded.size(); first = false) {
    const word_class kind = classify(next_code_point(folded, at));
    alike = alike && (first || (kind == out.kind && kind == word_class::run));
    out.kind = kind;
  }
  if (!alike) return out;
  std::memcpy(out.bytes, folded.data(), folded.size());
  out.length = static_cast<std::uint8_t>(folded.size());
  out.letter = out.boundary && out.kind == word_class::run;
  if (out.boundary && out.kind == word_class::none) out.simple = ' ';
  if (out.letter && folded.size() == 1) out.simple = folded[0];
  return out;
}

page make_page(char32_t first) {
  page made;
  for (std::size_t i = 0; i < made.size(); ++i) made[i] = look_up(first + static_cast<char32_t>(i));
  return made;
}

constinit code_pages<page> tables;  // empty when the program starts; filled as texts ask

inline const folding& folding_of(char32_t c) { return tables.holding(c, make_page)[c & 255]; }

// next_code_point where it is well-formed and of up to three bytes, which most are, without a call.
inline char32_t decode(const char* bytes, std::size_t size, std::size_t& at) noexcept {
  const auto* const b = reinterpret_cast<const unsigned char*>(bytes) + at;
  const std::size_t left = size - at;
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
  return next_code_point({bytes, size}, at);
}

// The folding of the letter of two bytes at `at`, of which three may be read; none if it needs more care.
inline const folding* simple_letter(const unsigned char* at) noexcept {
  if (at[0] < 0xC2 || at[0] >= 0xE0 || (at[1] & 0xC0) != 0x80) return nullptr;
  const folding& f = folding_of((at[0] & 0x1Fu) << 6 | (at[1] & 0x3Fu));
  return f.letter ? &f : nullptr;
}

// Whether at least four of the next eight bytes are ASCII: enough for a block to pay.
inline bool mostly_ascii(const char* bytes, std::size_t size, std::size_t at) noexcept {
  std::uint64_t eight = 0;
  if (size - at < sizeof eight) return false;
  std::memcpy(&eight, bytes + at, sizeof eight);
  return ((eight >> 7 & 0x0101010101010101) * 0x0101010101010101) >> 56 <= 4;  // a sum of the top bits
}

}  // namespace

std::span<const std::uint64_t> word_hasher::operator()(std::string_view text) {
  text_ = text;
  at_ = count_ = 0;
  begin_ = end_ = before;
  open_ = word_class::none;
  while (at_ < text_.size()) {
    if (mostly_ascii(text_.data(), text_.size(), at_) && block()) continue;
    letters_of_two_bytes();
    if (at_ < text_.size()) code_points();
  }
  close();
  hash_closed();
  return {hashes_.data(), count_};
}

// For so many more bytes, and what is written beyond them by the way.
void word_hasher::make_room(std::size_t bytes) {
  if (end_ > before + batch) hash_closed();
  if (buffer_.size() < end_ + bytes + block_size) buffer_.resize(2 * (end_ + bytes + block_size));
  if (closed_begin_.size() < closed_ + block_size) {
    closed_begin_.resize(2 * (closed_ + block_size));
    closed_size_.resize(closed_begin_.size());
  }
}

void word_hasher::close() {
  if (open_ == word_class::none) return;
  closed_begin_[closed_] = begin_;
  closed_size_[closed_++] = end_ - begin_;
  open_ = word_class::none;
}

// Some kilobytes after they were written: a processor waits for bytes that it is still storing.
void word_hasher::hash_closed() {
  if (hashes_.size() < count_ + closed_) hashes_.resize(2 * (count_ + closed_));
  const std::span<const std::uint64_t> begins(closed_begin_), sizes(closed_size_);
  hash_words_({buffer_.data(), begins.first(closed_), sizes.first(closed_)}, hashes_.data() + count_);
  count_ += closed_;
  closed_ = 0;
  const std::size_t size = open_ == word_class::none ? 0 : end_ - begin_;
  if (size != 0 && begin_ != before) std::memmove(buffer_.data() + before, buffer_.data() + begin_, size);
  begin_ = before;
  end_ = before + size;
}

bool word_hasher::continues_chunk(std::size_t at) const {
  return at < text_.size() && static_cast<unsigned char>(text_[at]) >= 0x80 &&
         !folding_of(decode(text_.data(), text_.size(), at)).boundary;
}

// Up to 64 bytes of ASCII, and of what folds to a letter of ASCII or is no part of a word: that counts as a blank.
bool word_hasher::block() {
  make_room(block_size);
  const std::size_t size = std::min(block_size, text_.size() - at_);
  char line[2 * block_size];  // only where the text itself will not do: zeros behind its bytes
  const auto padded = [&] {
    std::memcpy(line, text_.data() + at_, size);
    std::memset(line + size, 0, sizeof line - size);
    return line;
  };
  ascii_block found = fold_ascii(size == block_size ? text_.data() + at_ : padded(), buffer_.data() + end_);
  line_part part{size, size, 1};
  if (found.beyond != 0) {
    char folded[2 * block_size];
    part = gather(padded(), found.beyond, size, folded);
    if (part.taken == 0) return false;
    found = fold_ascii(folded, buffer_.data() + end_);
  }
  const bool base = continues_chunk(at_ + part.taken);  // the last one may be the base of what follows
  take_edges(found.word, static_cast<unsigned>(part.made - base));
  at_ += part.taken - (base ? part.last : 0);
  if (base) sequence();
  return true;
}

// The characters of a line, up to one that is neither ASCII nor simple, side by side. Copies run on: whole lines have one size.
word_hasher::line_part word_hasher::gather(const char* line, std::uint64_t beyond, std::size_t size, char* folded) const {
  line_part part;
  while (part.taken < size) {
    const auto ascii = std::min(static_cast<std::size_t>(std::countr_zero(beyond >> part.taken)), size - part.taken);
    std::memcpy(folded + part.made, line + part.taken, block_size);
    part.taken += ascii;
    part.made += ascii;
    if (ascii != 0) part.last = 1;
    if (part.taken == size) break;
    std::size_t after = at_ + part.taken;
    const folding& f = folding_of(decode(text_.data(), text_.size(), after));
    if (f.simple == 0) break;
    folded[part.made++] = f.simple;
    part.last = after - at_ - part.taken;
    part.taken += part.last;
  }
  return part;
}

// Where the mask changes, words begin and end in turn.
void word_hasher::take_edges(std::uint64_t words, unsigned size) {
  if (open_ != word_class::none && open_ != word_class::run) close();
  bool open = open_ == word_class::run;
  const std::uint64_t within = size < 64 ? (std::uint64_t{1} << size) - 1 : ~std::uint64_t{0};
  std::uint64_t edges = (words ^ (words << 1 | std::uint64_t{open})) & within;
  std::size_t begin = begin_, count = closed_;
  std::uint64_t *const begins = closed_begin_.data(), *const sizes = closed_size_.data();
  for (; edges != 0; edges &= edges - 1, open = !open) {
    const std::size_t edge = end_ + static_cast<unsigned>(std::countr_zero(edges));
    begins[count] = begin;
    sizes[count] = edge - begin;
    count += open;
    begin = edge;
  }
  closed_ = count;
  begin_ = begin;
  end_ += size;
  open_ = open ? word_class::run : word_class::none;
}

void word_hasher::take(word_class kind, std::string_view folded) {
  const bool goes_on =
      kind == word_class::mark ? open_ != word_class::none : kind == word_class::run && open_ == word_class::run;
  if (!goes_on) close();
  if (kind == word_class::none) return;
  make_room(folded.size());
  if (!goes_on) {
    begin_ = end_;
    open_ = kind == word_class::mark ? word_class::run : kind;
  }
  std::memcpy(buffer_.data() + end_, folded.data(), folded.size());
  end_ += folded.size();
}

void word_hasher::take_all(std::string_view folded) {
  for (std::size_t at = 0; at < folded.size();) {
    const std::size_t begin = at;
    const word_class kind = classify(next_code_point(folded, at));
    take(kind, folded.substr(begin, at - begin));
  }
}

// Letters of Latin, Greek, Cyrillic, Arabic and other scripts of two bytes, and single blanks between them, up to what needs
// more care.
void word_hasher::letters_of_two_bytes() {
  const auto* const first = reinterpret_cast<const unsigned char*>(text_.data());
  const auto *at = first + at_, *const end = first + text_.size();
  while (end - at >= 3 && simple_letter(at) != nullptr) {
    make_room(block_size);
    char* const begin = buffer_.data() + end_;
    char *out = begin, *const full = begin + block_size - sizeof folding::bytes;
    const unsigned char* taken = at;
    char* kept = out;
    while (out < full && end - at >= 3) {
      const folding* const f = simple_letter(at);
      if (f == nullptr) break;
      taken = at, kept = out;
      std::memcpy(out, f->bytes, sizeof f->bytes);
      out += f->length;
      at += 2;
    }
    // The last one may be the base of what follows; ASCII is always a beginning.
    if (*at >= 0x80) at = taken, out = kept;
    if (out == begin) break;
    if (open_ != word_class::run) {
      close();
      begin_ = end_;
      open_ = word_class::run;
    }
    end_ += static_cast<std::size_t>(out - begin);
    if (end - at >= 4 && *at < 0x80 && folding_of(*at).kind == word_class::none && simple_letter(at + 1) != nullptr) {
      close();
      ++at;
    }
  }
  at_ = static_cast<std::size_t>(at - first);
}

// One code point, and those of three bytes or more that follow it.
void word_hasher::code_points() {
  const auto byte = [&](std::size_t at) { return at < text_.size() ? static_cast<unsigned char>(text_[at]) : 0; };
  std::size_t after = at_;
  char32_t c = decode(text_.data(), text_.size(), after);
  const folding* f = &folding_of(c);
  while (true) {
    const std::size_t here = after;
    const unsigned lead = byte(here);
    const char32_t next = lead < 0x80 ? 0 : decode(text_.data(), text_.size(), after);
    const folding& ahead = folding_of(next);
    if (!ahead.boundary) return sequence();
    at_ = here;
    if (f->length != too_long)
      take(f->kind, {f->bytes, f->length});
    else
      take_all(fold_block_of(static_cast<UChar32>(c)).folded(c & 255));
    if (lead < 0xE0) return;
    c = next;
    f = &ahead;
  }
}

void word_hasher::sequence() {
  icu::UnicodeString points;
  for (std::size_t n = 0; n < longest_chunk && at_ < text_.size() && (n == 0 || continues_chunk(at_)); ++n)
    points.append(static_cast<UChar32>(next_code_point(text_, at_)));
  take_all(fold_sequence(points));
}

}  // namespace retold
