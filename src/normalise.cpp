// SPDX-License-Identifier: Apache-2.0
// Folding in chunks: a chunk starts at a code point before which no normalisation form ever composes, so chunks fold
// independently and each one is the smallest range that offsets can point to. Most chunks are single code points, whose
// folding is looked up in tables made by ICU on first use; ICU itself sees combining sequences only.
#include "retold/normalise.hpp"

#include <unicode/normalizer2.h>
#include <unicode/uniset.h>
#include <unicode/unistr.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <bitset>
#include <memory>
#include <mutex>
#include <new>
#include <stdexcept>

namespace retold {
namespace {

// A longer sequence without a boundary is cut here (docs/format.md): ICU sorts marks by insertion, which is quadratic.
constexpr std::size_t longest_chunk = 256;

// Offsets have 32 bits and a few code points grow elevenfold: what would pass 4 GiB once folded ends there.
constexpr std::size_t longest_folding = 0xFFFFFFFF - (1 << 16);

// ICU's normalisers, held to the repertoire of Unicode 15.0.
class folder {
 public:
  folder() { repertoire_.freeze(); }  // shared by threads

  bool boundary_before(UChar32 c) const {
    return casefold_.hasBoundaryBefore(c) && nfd_.hasBoundaryBefore(c) && nfc_.hasBoundaryBefore(c);
  }

  std::string operator()(const icu::UnicodeString& text) const {
    UErrorCode status = U_ZERO_ERROR;
    icu::UnicodeString cased, apart, bare, folded;
    nfd_.normalize(casefold_.normalize(text, cased, status), apart, status);
    for (int32_t i = 0; i < apart.length(); ++i)
      if (const char16_t unit = apart[i]; unit < 0x300 || unit > 0x36F) bare.append(unit);
    nfc_.normalize(bare, folded, status);
    if (U_FAILURE(status)) throw std::bad_alloc();  // nothing else can go wrong with strings that are ours
    std::string bytes;
    return folded.toUTF8String(bytes);
  }

 private:
  template <class Getter>
  const icu::Normalizer2& get(Getter getter) {
    const icu::Normalizer2* found = getter(status_);
    if (U_FAILURE(status_)) throw std::runtime_error("ICU has no normalisation data: reinstall its data package");
    return *found;
  }

  UErrorCode status_ = U_ZERO_ERROR;
  icu::UnicodeSet repertoire_{u"[:age=15.0:]", status_};
  icu::FilteredNormalizer2 casefold_{get(icu::Normalizer2::getNFKCCasefoldInstance), repertoire_};
  icu::FilteredNormalizer2 nfd_{get(icu::Normalizer2::getNFDInstance), repertoire_};
  icu::FilteredNormalizer2 nfc_{get(icu::Normalizer2::getNFCInstance), repertoire_};
};

// The folding of 256 successive code points, each taken alone.
struct block {
  std::array<std::uint16_t, 257> at{};  // code point i folds to pool[at[i], at[i + 1])
  std::string pool;
  std::bitset<256> boundary;  // a chunk may start here
  std::bitset<256> plain;     // folds to one code point of the same length: offsets may go byte by byte
};

class fold_tables {
 public:
  ~fold_tables() {
    for (const auto& b : blocks_) delete b.load();
  }

  const block& of(UChar32 c) {
    const auto& slot = blocks_[static_cast<std::size_t>(c) >> 8];
    const block* found = slot.load(std::memory_order_acquire);
    return found != nullptr ? *found : make(static_cast<std::size_t>(c) >> 8);
  }

  const folder fold;

 private:
  const block& make(std::size_t number) {
    const std::scoped_lock lock(making_);
    if (const block* found = blocks_[number].load()) return *found;
    auto made = std::make_unique<block>();
    for (std::size_t i = 0; i < 256; ++i) {
      const auto c = static_cast<UChar32>(number << 8 | i);
      const bool surrogate = U_IS_SURROGATE(c);
      const std::string folded = surrogate ? std::string() : fold(icu::UnicodeString(c));
      const int32_t points = icu::UnicodeString::fromUTF8(folded).countChar32();
      made->boundary[i] = !surrogate && fold.boundary_before(c);
      made->plain[i] = points == 1 && folded.size() == static_cast<std::size_t>(U8_LENGTH(c));
      made->pool += folded;
      made->at[i + 1] = static_cast<std::uint16_t>(made->pool.size());
    }
    const block* done = made.release();
    blocks_[number].store(done, std::memory_order_release);
    return *done;
  }

  std::mutex making_;
  std::array<std::atomic<const block*>, 0x1100> blocks_{};
};

fold_tables& tables() {
  static fold_tables made;
  return made;
}

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
    for (std::size_t i = old; i < out_.bytes.size(); ++i)
      if (const char c = out_.bytes[i]; c >= 'A' && c <= 'Z') out_.bytes[i] = static_cast<char>(c | 0x20);
    map(at_ - begin, begin, at_, false);
  }

  void chunk() {
    const std::size_t begin = at_;
    const UChar32 first = next();
    if (at_ == text_.size() || starts_chunk()) return single(first, begin);
    icu::UnicodeString sequence(first);
    for (std::size_t n = 1; n < longest_chunk && at_ < text_.size() && !starts_chunk(); ++n) sequence.append(next());
    const std::string folded = tables().fold(sequence);
    out_.bytes += folded;
    map(folded.size(), begin, at_, true);
  }

  void single(UChar32 c, std::size_t begin) {
    const block& b = tables().of(c);
    const std::size_t i = static_cast<std::size_t>(c) & 255, size = static_cast<std::size_t>(b.at[i + 1] - b.at[i]);
    out_.bytes.append(b.pool, b.at[i], size);
    map(size, begin, at_, !b.plain[i]);
  }

  UChar32 next() { return decode(at_); }

  bool starts_chunk() const {
    if (is_ascii(at_)) return true;
    std::size_t ahead = at_;
    const UChar32 c = decode(ahead);
    return tables().of(c).boundary[static_cast<std::size_t>(c) & 255];
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
