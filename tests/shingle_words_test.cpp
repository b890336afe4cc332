// SPDX-License-Identifier: Apache-2.0
// The words' hashes in one pass, against the long way: normalise, words, hash.
#include "../src/shingle_words.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstring>

#include "../src/hash.hpp"
#include "../src/shingle_block.hpp"
#include "../src/utf8.hpp"
#include "random_sets.hpp"
#include "slowness.hpp"

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

// The short way in each way that this processor knows, one hasher for all texts.
class short_ways {
 public:
  short_ways() {
    fast_.emplace_back(take_lines_portably, hash_words_scalar);
    fast_.emplace_back();
#if defined(__x86_64__)
    if (has_avx512_bytes()) fast_.emplace_back(take_lines_avx512, hash_words_scalar);
#endif
  }

  bool agree(std::string_view text) {
    const hashes expected = long_way(text);
    return std::all_of(fast_.begin(), fast_.end(), [&](word_hasher& fast) {
      const auto found = fast(text);
      return std::equal(found.begin(), found.end(), expected.begin(), expected.end());
    });
  }

 private:
  std::vector<word_hasher> fast_;
};

void check(short_ways& ways, const std::string& text) { CHECK_MESSAGE(ways.agree(text), shown(text)); }

std::string repeated(std::string_view what, std::size_t times) {
  std::string out;
  for (; times > 0; --times) out += what;
  return out;
}

bool is_surrogate(char32_t c) { return c >= 0xD800 && c < 0xE000; }

constexpr char32_t step = slowness == 1 ? 1 : 7;  // from code point to code point

}  // namespace

TEST_CASE("every code point alone, after a letter, before one, and between") {
  short_ways ways;
  std::size_t different = 0;
  for (char32_t c = 0; c < 0x110000; c += step) {
    if (is_surrogate(c)) continue;
    for (const char* before : {"", "x"})
      for (const char* after : {"", "x"}) different += !ways.agree(before + utf8(c) + after);
  }
  CHECK(different == 0);
}

TEST_CASE("every code point of the basic plane amid a line of each script") {
  short_ways ways;
  std::size_t different = 0;
  for (const char* filler : {"Abc d", "Жук", "中文", "é, "}) {
    const std::string before = repeated(filler, 7), after = repeated(filler, 25);
    for (char32_t c = 0; c < 0x10000; c += step) {
      if (is_surrogate(c)) continue;
      different += !ways.agree(before + utf8(c) + after);
    }
  }
  CHECK(different == 0);
}

TEST_CASE("pages of code points in a row, and backwards, with and without something between") {
  short_ways ways;
  for (char32_t first = 0; first < 0x20000; first += 256)
    for (const char* between : {"", " ", "b", "字"}) {
      std::string up, down;
      for (char32_t i = 0; i < 256 && !is_surrogate(first); ++i) up += utf8(first + i), up += between;
      for (char32_t i = 256; i > 0 && !is_surrogate(first); --i) down += utf8(first + i - 1), down += between;
      CHECK_MESSAGE(ways.agree(up), std::uint32_t{first});
      CHECK_MESSAGE(ways.agree(down), std::uint32_t{first});
    }
}

TEST_CASE("all short strings of parts") {
  short_ways ways;
  std::size_t different = 0;
  for (const std::string& a : parts)
    for (const std::string& b : parts)
      for (const std::string& c : parts) different += !ways.agree(a + b + c);
  CHECK(different == 0);
}

TEST_CASE("every pair of parts at every place around the border of a block") {
  short_ways ways;
  for (std::size_t before = 50; before < 80; ++before)
    for (const std::string& a : parts)
      for (const char filler : {'a', ' '}) {
        check(ways, std::string(before, filler) + a);
        check(ways, std::string(before, filler) + a + "b c");
        check(ways, std::string(before, filler) + a + "\u0301 c");
      }
}

TEST_CASE("every pair of parts after so many characters of other scripts, with a line behind") {
  short_ways ways;
  const std::string behind = " and so on" + repeated("и так далее ", 12);
  for (const char* filler : {"ж", "中", "é", "ế"})
    for (std::size_t before = 0; before < 34; ++before)
      for (std::size_t i = 0; i < parts.size(); ++i) {
        const std::string text = repeated(filler, before) + parts[i] + parts[(i * 7 + before) % parts.size()];
        check(ways, text);
        check(ways, text + behind);
      }
}

TEST_CASE("random texts, one hasher for all, in any order") {
  generator random(7);
  short_ways ways;
  for (int i = 0; i < 20000; ++i) {
    std::string text;
    const std::uint64_t usual = below(random, parts.size());  // one part mostly: texts have a script
    for (std::uint64_t n = below(random, i % 10 == 0 ? 300 : 20); n > 0; --n)
      text += below(random, 3) == 0 ? parts[below(random, parts.size())] : below(random, 4) == 0 ? " " : parts[usual];
    if (i % 7 == 0) text += static_cast<char>(below(random, 256));
    check(ways, text);
  }
}

TEST_CASE("random texts of a few neighbouring code points") {
  generator random(8);
  short_ways ways;
  for (int i = 0; i < 3000; ++i) {
    const std::uint64_t page = below(random, i % 2 == 0 ? 0x40 : 0x1FF) * 128;
    std::string text;
    for (std::uint64_t n = below(random, i % 50 == 0 ? 6000 : 200); n > 0; --n) {
      const auto c = static_cast<char32_t>(page + below(random, 128));
      text += below(random, 5) == 0 ? std::string(1, static_cast<char>(32 + below(random, 95))) : utf8(c);
      if (below(random, 400) == 0) text += static_cast<char>(below(random, 256));
    }
    check(ways, text);
  }
}

TEST_CASE("a word without end, marks without end, nothing") {
  short_ways ways;
  check(ways, std::string(1 << 20, 'w'));
  check(ways, repeated("ж", 1 << 19));
  check(ways, "e" + repeated("\u0651\u0301", 3000));
  check(ways, "");
  CHECK(word_hasher()("").empty());
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
      std::vector<std::uint32_t> begins, ends;
      hashes expected;
      for (std::size_t i = 0; i < count; ++i) {
        begins.push_back(static_cast<std::uint32_t>(8 + below(random, 4000)));
        ends.push_back(begins[i] + static_cast<std::uint32_t>(1 + below(random, longest)));
        expected.push_back(hash_bytes({bytes.data() + begins[i], ends[i] - begins[i]}));
      }
      for (const hash_words_function way : ways) {
        hashes found(count);
        way({bytes.data(), begins, ends}, found.data());
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
