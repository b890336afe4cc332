// SPDX-License-Identifier: Apache-2.0
// ICU's answers, block by block, so that most texts never ask it again.
#include "normalise_tables.hpp"

#include <unicode/normalizer2.h>
#include <unicode/uniset.h>
#include <unicode/utf8.h>

#include <new>
#include <stdexcept>

#include "code_pages.hpp"

namespace retold {
namespace {

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

const folder& fold() {
  static const folder made;
  return made;
}

fold_block make_block(char32_t first) {
  fold_block made;
  for (std::size_t i = 0; i < 256; ++i) {
    const auto c = static_cast<UChar32>(first + i);
    const bool surrogate = U_IS_SURROGATE(c);
    const std::string folded = surrogate ? std::string() : fold()(icu::UnicodeString(c));
    const int32_t points = icu::UnicodeString::fromUTF8(folded).countChar32();
    made.boundary[i] = !surrogate && fold().boundary_before(c);
    made.plain[i] = points == 1 && folded.size() == static_cast<std::size_t>(U8_LENGTH(c));
    made.pool += folded;
    made.at[i + 1] = static_cast<std::uint16_t>(made.pool.size());
  }
  return made;
}

constinit code_pages<fold_block> blocks;  // empty when the program starts; filled as texts ask

}  // namespace

const fold_block& fold_block_of(UChar32 code_point) { return blocks.holding(static_cast<char32_t>(code_point), make_block); }

std::string fold_sequence(const icu::UnicodeString& sequence) { return fold()(sequence); }

}  // namespace retold
