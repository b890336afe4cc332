// SPDX-License-Identifier: Apache-2.0
// Folding in chunks: a chunk starts at a code point before which no normalisation form ever composes, so chunks fold
// independently and each one is the smallest range that offsets can point to. Most chunks are single code points, whose
// folding is looked up in tables made by ICU on first use; ICU itself sees combining sequences only.
#include "retold/normalise.hpp"

#include <unicode/utf8.h>

#include <algorithm>

#include "normalise_tables.hpp"
#include "utf8.hpp"

namespace retold {
namespace {

// Reads one text from left to right, appending to `out`.
class scanner {
 public:
  scanner(std::string_view text, normal_text& out) : text_(text), out_(out) { out_.bytes.reserve(text.size()); }

  void run() {
    while (at_ < text_.size() && out_.bytes.size() < longest_folding) {
      ascii();
      if (at_ < text_.size()) chunk();
    }
  }

 private:
  // Up to the last ASCII character before another kind: that one may be the base of a combining sequence.
  void ascii() {
    const std::size_t begin = at_, end = std::min(text_.size(), at_ + (longest_folding - out_.bytes.size()));
    while (at_ < end && is_ascii(at_) && (at_ + 1 == text_.size() || is_ascii(at_ + 1))) ++at_;
    if (at_ == begin) return;
    const std::size_t old = out_.bytes.size();
    out_.bytes.append(text_, begin, at_ - begin);
    for (std::size_t i = old; i < out_.bytes.size(); ++i) out_.bytes[i] = ascii_lower(out_.bytes[i]);
    map(at_ - begin, begin, at_, false);
  }

  void chunk() {
    const std::size_t begin = at_;
    const UChar32 first = next();
    if (at_ == text_.size() || starts_chunk()) return single(first, begin);
    icu::UnicodeString sequence(first);
    for (std::size_t n = 1; n < longest_chunk && at_ < text_.size() && !starts_chunk(); ++n) sequence.append(next());
    const std::string folded = fold_sequence(sequence);
    out_.bytes += folded;
    map(folded.size(), begin, at_, true);
  }

  void single(UChar32 c, std::size_t begin) {
    const fold_block& block = fold_block_of(c);
    const std::size_t i = static_cast<std::size_t>(c) & 255;
    out_.bytes += block.folded(i);
    map(block.folded(i).size(), begin, at_, !block.plain[i]);
  }

  UChar32 next() { return decode(at_); }

  bool starts_chunk() const {
    if (is_ascii(at_)) return true;
    std::size_t ahead = at_;
    const UChar32 c = decode(ahead);
    return fold_block_of(c).boundary[static_cast<std::size_t>(c) & 255];
  }

  UChar32 decode(std::size_t& at) const {
    UChar32 c = 0;  // ICU's macro and not next_code_point, whose call costs a sixth to a half more time here
    U8_NEXT_OR_FFFD(reinterpret_cast<const std::uint8_t*>(text_.data()), at, text_.size(), c);
    return c;
  }

  bool is_ascii(std::size_t i) const { return static_cast<unsigned char>(text_[i]) < 0x80; }

  void map(std::size_t length, std::size_t begin, std::size_t end, bool whole) {
    out_.origin.append(static_cast<std::uint32_t>(length), static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end),
                       whole);
  }

  std::string_view text_;
  normal_text& out_;
  std::size_t at_ = 0;
};

}  // namespace

normal_text normalise(std::string_view text) {
  normal_text out;
  scanner(text, out).run();
  return out;
}

}  // namespace retold
