// SPDX-License-Identifier: Apache-2.0
// ASCII goes 64 bytes at a time: a mask of the letters, whose edges are where words begin and end. Other code points go one by
// one through tables; what combines with what follows it takes the long way of `normalise`.
#include "shingle_words.hpp"

#include <unicode/utf8.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cstring>
#include <memory>

#include "hash.hpp"
#include "normalise_tables.hpp"
#include "shingle_block.hpp"
#include "utf8.hpp"

namespace retold {
namespace {

constexpr std::size_t block_size = 64;

// One code point, folded by itself.
struct folding {
  char bytes[8] = {};
  std::uint8_t length = 0;  // of `bytes`; too_long: see the fold block
  word_class kind = word_class::none;
  bool boundary = false;  // a chunk may start here
};
constexpr std::uint8_t too_long = 0xFF;

using page = std::array<folding, 256>;

folding look_up(char32_t c) {
  const fold_block& block = fold_block_of(static_cast<UChar32>(c));
  const std::string_view folded = block.folded(c & 255);
  folding out;
  out.boundary = block.boundary[c & 255];
  out.length = too_long;
  if (folded.size() > sizeof out.bytes) return out;
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
  return out;
}

class pages {
 public:
  ~pages() {
    for (const auto& p : pages_) delete p.load();
  }
  const folding& of(char32_t c) {
    const page* found = pages_[c >> 8].load(std::memory_order_acquire);
    return (found != nullptr ? *found : make(c >> 8))[c & 255];
  }

 private:
  [[gnu::noinline]] const page& make(std::size_t number) {
    auto made = std::make_unique<page>();
    for (std::size_t i = 0; i < made->size(); ++i) (*made)[i] = look_up(static_cast<char32_t>(number << 8 | i));
    const page* expected = nullptr;  // two threads may make the same page; one of the two stays
    if (pages_[number].compare_exchange_strong(expected, made.get(), std::memory_order_acq_rel)) return *made.release();
    return *expected;
  }

  std::array<std::atomic<const page*>, 0x1100> pages_{};
};

pages tables;

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

// Whether eight ASCII characters come next: enough for a block to pay.
inline bool long_ascii(const char* bytes, std::size_t size, std::size_t at) noexcept {
  std::uint64_t eight = 0;
  if (size - at < sizeof eight) return false;
  std::memcpy(&eight, bytes + at, sizeof eight);
  return (eight & 0x8080808080808080) == 0;
}

}  // namespace

const std::vector<std::uint64_t>& word_hasher::operator()(std::string_view text) {
  hashes_.clear();
  text_ = text;
  at_ = begin_ = end_ = 0;
  open_ = word_class::none;
  while (at_ < text_.size()) {
    if (static_cast<unsigned char>(text_[at_]) < 0x80)
      ascii();
    else
      beyond_ascii();
  }
  close();
  return hashes_;
}

// For so many more bytes, and what is written beyond them by the way.
void word_hasher::make_room(std::size_t bytes) {
  if (open_ == word_class::none) begin_ = end_ = 0;
  if (buffer_.size() < end_ + bytes + block_size) buffer_.resize(2 * (end_ + bytes + block_size));
}

void word_hasher::close() {
  if (open_ != word_class::none) hashes_.push_back(hash_bytes({buffer_.data() + begin_, end_ - begin_}));
  open_ = word_class::none;
}

bool word_hasher::continues_chunk(std::size_t at) const {
  return at < text_.size() && static_cast<unsigned char>(text_[at]) >= 0x80 &&
         !tables.of(decode(text_.data(), text_.size(), at)).boundary;
}

void word_hasher::ascii() {
  make_room(block_size);
  ascii_block found;
  std::size_t size = std::min(block_size, text_.size() - at_);
  if (size == block_size) {
    found = fold_ascii(text_.data() + at_, buffer_.data() + end_);
  } else {
    char padded[block_size] = {};
    std::memcpy(padded, text_.data() + at_, size);
    found = fold_ascii(padded, buffer_.data() + end_);
  }
  size = std::min<std::size_t>(size, static_cast<std::size_t>(std::countr_zero(found.beyond)));
  // The last one may be the base of what follows.
  const bool base = continues_chunk(at_ + size);
  take_edges(found.word, static_cast<unsigned>(size - base));
  at_ += size - base;
  if (base) sequence();
}

// Where the mask changes, words begin and end in turn.
void word_hasher::take_edges(std::uint64_t words, unsigned size) {
  if (open_ != word_class::none && open_ != word_class::run) close();
  bool open = open_ == word_class::run;
  const std::uint64_t within = size < 64 ? (std::uint64_t{1} << size) - 1 : ~std::uint64_t{0};
  std::uint64_t edges = (words ^ (words << 1 | std::uint64_t{open})) & within;
  const char* const bytes = buffer_.data();
  const char* const here = bytes + end_;
  const char* begin = bytes + begin_;
  std::size_t count = hashes_.size();
  hashes_.resize(count + block_size / 2 + 1);
  std::uint64_t* const out = hashes_.data();
  for (; edges != 0; edges &= edges - 1, open = !open) {
    const char* const edge = here + std::countr_zero(edges);
    if (open) out[count++] = hash_bytes({begin, static_cast<std::size_t>(edge - begin)});
    begin = edge;
  }
  hashes_.resize(count);
  begin_ = static_cast<std::size_t>(begin - bytes);
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

// Code points up to where ASCII goes on for a while.
void word_hasher::beyond_ascii() {
  const char* const bytes = text_.data();
  const std::size_t size = text_.size();
  std::size_t after = at_;
  char32_t c = decode(bytes, size, after);
  const folding* f = &tables.of(c);
  while (true) {
    const std::size_t here = after;
    const bool more = here < size && !long_ascii(bytes, size, here);
    const char32_t next = more ? decode(bytes, size, after) : 0;
    const folding* const ahead = more ? &tables.of(next) : nullptr;
    if (more && !ahead->boundary) return sequence();
    at_ = here;
    if (f->length != too_long && f->kind == word_class::run && open_ == word_class::run) {
      if (buffer_.size() < end_ + block_size) make_room(block_size);
      std::memcpy(buffer_.data() + end_, f->bytes, sizeof f->bytes);
      end_ += f->length;
    } else if (f->length != too_long) {
      take(f->kind, {f->bytes, f->length});
    } else {
      take_all(fold_block_of(static_cast<UChar32>(c)).folded(c & 255));
    }
    if (!more) return;
    c = next;
    f = ahead;
  }
}

void word_hasher::sequence() {
  icu::UnicodeString points;
  for (std::size_t n = 0; n < longest_chunk && at_ < text_.size() && (n == 0 || continues_chunk(at_)); ++n)
    points.append(static_cast<UChar32>(next_code_point(text_, at_)));
  take_all(fold_sequence(points));
}

}  // namespace retold
