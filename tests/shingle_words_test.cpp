// SPDX-License-Identifier: Apache-2.0
// The words' hashes in one pass, against the long way: normalise, words, hash.
#include "../src/shingle_words.hpp"

#include <doctest/doctest.h>

#include <cstring>

#include "../src/hash.hpp"
#include "../src/shingle_block.hpp"
#include "../src/utf8.hpp"
#include "random_sets.hpp"

using namespace retold;
using random_sets::below;
using random_sets::generator;

namespace {

using hashes = std::vector<std::uint64_t>;

hashes long_way(std::string_view text) {
  const normal_text normal = normalise(text);
  hashes out;
  for (const word& w : words(normal))
    out.push_back(hash_bytes(std::string_view(normal.bytes).substr(w.folded.begin, w.folded.size())));
  return out;
}

std::string utf8(char32_t c) {
  std::string out;
  append_utf8(out, c);
  return out;
}

// Letters, marks, digits and spaces of scripts that fold, combine, compose or stand alone; bytes that are no text.
const std::vector<std::string> parts = {
    "a",
    "B",
    "7",
    " ",
    ".",
    "é",
    "É",
    "ß",
    "ﬁ",
    "İ",
    "Å",
    "ñ",
    "’",
    "\n",
    "\t",
    "_",
    "e\u0301",
    "\u0301",
    "\u0323",
    "\u0307",
    "Ж",
    "й",
    "и\u0306",
    "ї",
    "Ω",
    "ά",
    "ς",
    "ا",
    "بَ",
    "\u0651\u064E",
    "٣",
    "א\u05B8",
    "क",
    "्",
    "ि",
    "क\u093C",
    "क़",
    "ก",
    "กำ",
    "ำ",
    "่",
    "เ",
    "中",
    "文",
    "か",
    "か\u3099",
    "ガ",
    "ｶﾞ",
    "、",
    "한",
    "ᄒ",
    "ᅡ",
    "ᆫ",
    "½",
    "²",
    "\u00AD",
    "\u200D",
    "\u3000",
    "\uFDFA",
    "\U0001F600",
    "\U0001D400",
    "\U00020000",
    "\xFF",
    "\xC3",
    "\xE4\xB8",
    "\xF0\x9F\x98",
    "\xED\xA0\x80",
    "\xC0\x80",
    "abcdefghijklm",
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789abcdefghijklmnopqrstuvwxyz-and-on-it-goes",
};

std::string shown(std::string_view text) {
  std::string out;
  for (const char c : text) out += "0123456789abcdef"[static_cast<unsigned char>(c) >> 4], out += "0123456789abcdef"[c & 15];
  return out;
}

hashes short_way(word_hasher& fast, std::string_view text) {
  const auto found = fast(text);
  return {found.begin(), found.end()};
}

void check(word_hasher& fast, const std::string& text) { CHECK_MESSAGE(short_way(fast, text) == long_way(text), shown(text)); }

}  // namespace

TEST_CASE("every code point alone, after a letter, before one, and between") {
  word_hasher fast;
  std::size_t different = 0;
  for (char32_t c = 0; c < 0x110000; ++c) {
    if (c >= 0xD800 && c < 0xE000) continue;
    for (const char* before : {"", "x"})
      for (const char* after : {"", "x"}) {
        const std::string text = before + utf8(c) + after;
        different += short_way(fast, text) != long_way(text);
      }
  }
  CHECK(different == 0);
}

TEST_CASE("all short strings of parts") {
  word_hasher fast;
  std::size_t different = 0;
  for (const std::string& a : parts)
    for (const std::string& b : parts)
      for (const std::string& c : parts) {
        const std::string text = a + b + c;
        different += short_way(fast, text) != long_way(text);
      }
  CHECK(different == 0);
}

TEST_CASE("every pair of parts at every place around the border of a block") {
  word_hasher fast;
  for (std::size_t before = 50; before < 80; ++before)
    for (const std::string& a : parts)
      for (const char filler : {'a', ' '}) {
        check(fast, std::string(before, filler) + a);
        check(fast, std::string(before, filler) + a + "b c");
        check(fast, std::string(before, filler) + a + "\u0301 c");
      }
}

TEST_CASE("random texts, one hasher for all, in any order") {
  generator random(7);
  word_hasher fast;
  for (int i = 0; i < 20000; ++i) {
    std::string text;
    const std::uint64_t usual = below(random, parts.size());  // one part mostly: texts have a script
    for (std::uint64_t n = below(random, i % 10 == 0 ? 300 : 20); n > 0; --n)
      text += below(random, 3) == 0 ? parts[below(random, parts.size())] : below(random, 4) == 0 ? " " : parts[usual];
    if (i % 7 == 0) text += static_cast<char>(below(random, 256));
    check(fast, text);
  }
}

TEST_CASE("a word without end, marks without end, nothing") {
  word_hasher fast;
  check(fast, std::string(1 << 20, 'w'));
  check(
      fast, "e" + [] {
        std::string marks;
        for (int i = 0; i < 3000; ++i) marks += "\u0651\u0301";
        return marks;
      }());
  check(fast, "");
  CHECK(fast("").empty());
}

TEST_CASE("words of all lengths have XXH3's hashes") {
  generator random(5);
  for (std::size_t size = 1; size <= 300; ++size)
    for (int i = 0; i < 40; ++i) {
      std::string padded(8 + size + 16, '\0');
      for (char& c : padded) c = static_cast<char>(below(random, 256));
      CHECK(hash_word(padded.data() + 8, size) == hash_bytes({padded.data() + 8, size}));
    }
}

TEST_CASE("many words at a time, in each way that this processor knows") {
  std::vector<hash_words_function> ways{hash_words_scalar, choose_hash_words()};
#if defined(__x86_64__)
  if (has_avx512()) ways.push_back(hash_words_avx512);
#endif
  generator random(9);
  std::string bytes(5000, '\0');
  for (char& c : bytes) c = static_cast<char>(below(random, 256));
  for (std::size_t count = 0; count < 60; ++count)
    for (const std::uint64_t longest : {3, 8, 16, 40, 400}) {
      hashes begin, size, expected;
      for (std::size_t i = 0; i < count; ++i) {
        begin.push_back(8 + below(random, 4000));
        size.push_back(1 + below(random, longest));
        expected.push_back(hash_bytes({bytes.data() + begin[i], size[i]}));
      }
      for (const hash_words_function way : ways) {
        hashes found(count);
        way({bytes.data(), begin, size}, found.data());
        CHECK(found == expected);
      }
    }
}

TEST_CASE("a block of bytes: both ways agree on every byte at every place") {
  generator random(11);
  for (int i = 0; i < 2000; ++i) {
    char bytes[64], quick[64], slow[64];
    for (char& b : bytes) b = static_cast<char>(i < 256 ? i : below(random, 256));
    const ascii_block a = fold_ascii(bytes, quick), b = fold_ascii_portably(bytes, slow);
    CHECK(a.beyond == b.beyond);
    CHECK(a.word == b.word);
    CHECK(std::memcmp(quick, slow, 64) == 0);
  }
}
