// SPDX-License-Identifier: Apache-2.0
#include "retold/normalise.hpp"

#include <doctest/doctest.h>
#include <unicode/normalizer2.h>
#include <unicode/uniset.h>
#include <unicode/unistr.h>
#include <unicode/utf8.h>

#include <random>
#include <thread>

#include "slowness.hpp"

namespace {

// The slow, obvious twin: the whole text through ICU at once, as docs/format.md says it.
std::string fold_whole(const std::string& bytes) {
  UErrorCode status = U_ZERO_ERROR;
  static const icu::UnicodeSet repertoire(u"[:age=15.0:]", status);
  static const icu::FilteredNormalizer2 casefold(*icu::Normalizer2::getNFKCCasefoldInstance(status), repertoire);
  static const icu::FilteredNormalizer2 nfd(*icu::Normalizer2::getNFDInstance(status), repertoire);
  static const icu::FilteredNormalizer2 nfc(*icu::Normalizer2::getNFCInstance(status), repertoire);
  icu::UnicodeString text, a, b, c, d;
  for (std::size_t i = 0; i < bytes.size();) {
    UChar32 p = 0;
    U8_NEXT_OR_FFFD(reinterpret_cast<const std::uint8_t*>(bytes.data()), i, bytes.size(), p);
    text.append(p);
  }
  nfd.normalize(casefold.normalize(text, a, status), b, status);
  for (std::int32_t i = 0; i < b.length(); ++i)
    if (b[i] < 0x300 || b[i] > 0x36F) c.append(b[i]);
  std::string folded;
  nfc.normalize(c, d, status).toUTF8String(folded);
  REQUIRE(U_SUCCESS(status));
  return folded;
}

std::string utf8(char32_t c) {
  std::string s;
  return icu::UnicodeString(static_cast<UChar32>(c)).toUTF8String(s);
}

void check_map(const std::string& text, const retold::normal_text& n) {
  CHECK((n.origin.identity() ? n.bytes.empty() : n.origin.length() == n.bytes.size()));
  std::uint32_t before = 0;
  for (std::uint32_t i = 0; i < n.bytes.size(); ++i) {
    const retold::slice s = n.origin.to_source({i, i + 1});
    CHECK(s.begin >= before);
    CHECK(s.end <= text.size());
    CHECK(s.begin < s.end);
    before = s.begin;
  }
}

}  // namespace

TEST_CASE("the example of the header") {
  const auto n = retold::normalise("L’Été à ﬁn");
  CHECK(n.bytes == "l’ete a fin");
  const std::string text = "L’Été à ﬁn";
  const retold::slice s =
      n.origin.to_source({static_cast<std::uint32_t>(n.bytes.find("fin")), static_cast<std::uint32_t>(n.bytes.size())});
  CHECK(text.substr(s.begin, s.size()) == "ﬁn");
}

TEST_CASE("folding by value") {
  const std::pair<const char*, const char*> cases[] = {{"", ""},
                                                       {"ABC xyz", "abc xyz"},
                                                       {"STRASSE Straße", "strasse strasse"},
                                                       {"ÀÉÎÕÜ àéîõü", "aeiou aeiou"},
                                                       {"Ｆｕｌｌ　ｗｉｄｔｈ", "full width"},
                                                       {"e\u0301 E\u0301", "e e"},
                                                       {"Ёлка й", "елка и"},
                                                       {"ΑΘΉΝΑ ς", "αθηνα σ"},
                                                       {"so\u00ADft", "soft"},
                                                       {"½ ㎏ ①", "1⁄2 kg 1"},
                                                       {"ガ か\u3099", "ガ が"},
                                                       {"İstanbul", "istanbul"},
                                                       {"한국어", "한국어"},
                                                       {"\xF0\x9F\x98\x80", "\xF0\x9F\x98\x80"}};
  for (const auto& [in, out] : cases) {
    CHECK(retold::normalise(in).bytes == out);
    CHECK(fold_whole(in) == out);
  }
}

TEST_CASE("every code point folds as ICU folds it, alone and before a mark") {
  int wrong = 0;
  for (char32_t c = 1; c <= 0x10FFFF; c += slowness == 1 ? 1 : 7) {
    if (c >= 0xD800 && c <= 0xDFFF) continue;
    const std::string alone = utf8(c);
    if (retold::normalise(alone).bytes != fold_whole(alone)) ++wrong;
    if (c < 0x3400 || (c >= 0xA640 && c < 0xAC10) || (c >= 0xF900 && c < 0x11000)) {
      const std::string context = "a" + alone + utf8(0x323) + "B";
      if (retold::normalise(context).bytes != fold_whole(context)) ++wrong;
    }
  }
  CHECK(wrong == 0);
}

TEST_CASE("random texts fold as ICU folds them whole, and every byte knows where it came from") {
  std::mt19937_64 random(1);
  // Kinds that meet in nasty ways: ASCII, marks of several classes, jamo, ignorables, kana with voicing marks, any.
  const auto pick = [&]() -> char32_t {
    switch (random() % 9) {
      case 0:
        return static_cast<char32_t>(random() % 128);
      case 1:
        return static_cast<char32_t>(0x300 + random() % 0x70);
      case 2:
        return static_cast<char32_t>(0x1100 + random() % 0x100);
      case 3:
        return std::u32string(U"\u00AD\u200D\u034F\uFE0F\u3099\u309A\u0345\u093C")[random() % 8];
      case 4:
        return static_cast<char32_t>(0x3040 + random() % 0xC0);
      case 5:
        return static_cast<char32_t>(0xAC00 + random() % 0x2BA4);
      case 6:
        return static_cast<char32_t>(0x5B0 + random() % 0xB0);
      case 7:
        return static_cast<char32_t>(0xC0 + random() % 0x180);
      default: {
        const auto c = static_cast<char32_t>(random() % 0x11000);
        return c >= 0xD800 && c <= 0xDFFF ? U'x' : c;
      }
    }
  };
  for (int round = 0; round < 20000; ++round) {
    std::string text;
    for (auto n = random() % 12; n > 0; --n) text += utf8(pick());
    const auto n = retold::normalise(text);
    CHECK_MESSAGE(n.bytes == fold_whole(text), "round " << round);
    if (round % 20 == 0) check_map(text, n);
  }
}

TEST_CASE("any bytes are valid input; ill-formed ones become U+FFFD") {
  CHECK(retold::normalise("a\xFF"
                          "b")
            .bytes ==
        "a\xEF\xBF\xBD"
        "b");
  CHECK(retold::normalise("\xE2\x82").bytes == "\xEF\xBF\xBD");                              // one maximal subpart
  CHECK(retold::normalise("\xED\xA0\x80").bytes == "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");  // a surrogate is three
  std::mt19937_64 random(2);
  for (int round = 0; round < 5000; ++round) {
    std::string bytes;
    for (auto n = random() % 16; n > 0; --n) bytes += static_cast<char>(random());
    const auto n = retold::normalise(bytes);
    CHECK(n.bytes == fold_whole(bytes));
    if (round % 10 == 0) check_map(bytes, n);
  }
}

TEST_CASE("folding again changes nothing") {
  for (const char* text : {"Ça coûte 3½ €", "ΑΘΉΝΑ Straße ﬃ", "ｶﾞ ガ"}) {
    const std::string once = retold::normalise(text).bytes;
    CHECK(retold::normalise(once).bytes == once);
  }
}

TEST_CASE("a sequence of marks without end costs linear time and stays bounded") {
  std::string text = "a";
  for (int i = 0; i < 200000; ++i) text += i % 2 == 0 ? "\u0316" : "\u05B0";  // two combining classes, ever alternating
  const auto n = retold::normalise(text);
  CHECK(n.bytes.size() < text.size());
  CHECK(n.origin.to_source({0, 1}).begin == 0);
}

TEST_CASE("tables are made once, whoever comes first") {
  std::vector<std::string> results(8);
  {
    std::vector<std::jthread> crew;
    for (auto& r : results) crew.emplace_back([&r] { r = retold::normalise("Ĉiuĵaŭde ОБЪЕКТ 漢字 ⅷ 𝐀").bytes; });
  }
  for (const auto& r : results) CHECK(r == fold_whole("Ĉiuĵaŭde ОБЪЕКТ 漢字 ⅷ 𝐀"));
}
