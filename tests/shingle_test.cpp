// SPDX-License-Identifier: Apache-2.0
#include "retold/shingle.hpp"

#include <doctest/doctest.h>

#include <pthread.h>

#include <algorithm>
#include <atomic>
#include <set>
#include <stdexcept>

#include "../src/parallel.hpp"
#include "../src/radix_sort.hpp"
#include "../src/shingle_stream.hpp"
#include "known_answers.hpp"
#include "retold/minhash.hpp"
#include "message_of.hpp"
#include "random_sets.hpp"

using namespace retold;
using random_sets::generator;

namespace {

// Words given by hand; a word that begins with '+' is joined to the one before.
segmented text_of(const std::vector<std::string>& words) {
  segmented text;
  for (const std::string& word : words) {
    const bool joined = word[0] == '+';
    if (!joined && !text.normal.bytes.empty()) text.normal.bytes += ", ";
    const auto begin = static_cast<std::uint32_t>(text.normal.bytes.size());
    text.normal.bytes += joined ? word.substr(1) : word;
    const slice where{begin, static_cast<std::uint32_t>(text.normal.bytes.size())};
    text.words.push_back({where, where, joined});
  }
  return text;
}

// An article whose sentences have the given numbers of words; true: boilerplate.
article article_of(const std::vector<std::string>& words, const std::vector<std::pair<unsigned, bool>>& sentences) {
  article a;
  a.text = text_of(words);
  std::uint32_t first = 0;
  for (const auto& [size, boilerplate] : sentences) {
    a.text.sentences.push_back({{}, first, first + size, 0});
    a.boilerplate.push_back(boilerplate);
    first += size;
  }
  return a;
}

std::vector<std::string> random_words(generator& random, std::size_t count, std::uint64_t vocabulary) {
  std::vector<std::string> words(count);
  for (auto& word : words) word = "w" + std::to_string(random_sets::below(random, vocabulary));
  return words;
}

// Each window by itself, as a set.
shingle_set slow_shingles(const std::vector<std::string>& words, unsigned size) {
  std::set<std::uint64_t> set;
  if (words.size() < size) return shingles(text_of(words), {.size = size});
  for (std::size_t i = 0; i + size <= words.size(); ++i) {
    const std::vector<std::string> window(words.begin() + static_cast<std::ptrdiff_t>(i),
                                          words.begin() + static_cast<std::ptrdiff_t>(i + size));
    for (const auto shingle : shingles(text_of(window), {.size = size})) set.insert(shingle);
  }
  return {set.begin(), set.end()};
}

shingle_set united(const shingle_set& a, const shingle_set& b) {
  shingle_set both;
  std::set_union(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(both));
  return both;
}

}  // namespace

TEST_CASE("the rolling sum equals each window by itself") {
  generator random(1);
  for (int trial = 0; trial < 300; ++trial) {
    const auto words = random_words(random, random_sets::below(random, 80), trial % 2 ? 5 : 1000);
    for (const unsigned size : {1u, 2u, 3u, 5u, 13u, 64u})
      REQUIRE(shingles(text_of(words), {.size = size}) == slow_shingles(words, size));
  }
}

TEST_CASE("as many shingles as windows, sorted, once each") {
  generator random(2);
  const auto words = random_words(random, 5000, 1000000000);
  const auto set = shingles(text_of(words), {.size = 3});
  CHECK(set.size() == 4998);
  CHECK(std::is_sorted(set.begin(), set.end()));
  CHECK(std::adjacent_find(set.begin(), set.end()) == set.end());
  CHECK(shingles(text_of(std::vector<std::string>(5000, "ha")), {.size = 3}).size() == 1);
}

TEST_CASE("short texts are one shingle that no window equals") {
  CHECK(shingles(text_of({}), {}).empty());
  const auto one = shingles(text_of({"flood"}), {.size = 3});
  const auto two = shingles(text_of({"flood", "warning"}), {.size = 3});
  CHECK(one.size() == 1);
  CHECK(two.size() == 1);
  CHECK(one != two);
  CHECK(two == shingles(text_of({"flood", "warning"}), {.size = 5}));  // what it is does not depend on k
  for (const auto& longer :
       {std::vector<std::string>{"flood", "warning", "flood"}, {"a", "flood", "warning"}, {"flood", "warning", "a"}})
    CHECK(shingles(text_of(longer), {.size = 3}) != two);
}

TEST_CASE("order matters, and so does where a word ends") {
  CHECK(shingles(text_of({"a", "b", "c"}), {}) != shingles(text_of({"c", "b", "a"}), {}));
  CHECK(shingles(text_of({"ab", "c"}), {}) != shingles(text_of({"a", "bc"}), {}));
}

TEST_CASE("characters: one space between words, none where they are joined") {
  const shingle_options by_three{shingle_unit::character, 3};
  const auto spaced = shingles(text_of({"ab", "cd"}), by_three);   // "ab ", "b c", " cd"
  const auto joined = shingles(text_of({"ab", "+cd"}), by_three);  // "abc", "bcd"
  CHECK(spaced.size() == 3);
  CHECK(joined == shingles(text_of({"abcd"}), by_three));
  CHECK(shingles(text_of({"\xC3\xA9t\xC3\xA9"}), by_three).size() == 1);        // three code points
  CHECK(shingles(text_of({"\xC3", "\xE6\x9D", "\xFF"}), by_three).size() > 0);  // any bytes will do
  CHECK(shingles(text_of({"ab"}), by_three) != shingles(text_of({"ab"}), {.size = 3}));
}

TEST_CASE("shingles do not reach across what is left out") {
  const std::vector<std::string> words{"a", "b", "c", "d", "x", "y", "e", "f", "g", "h"};
  const auto left = shingles(text_of({"a", "b", "c", "d"}), {}), right = shingles(text_of({"e", "f", "g", "h"}), {});
  CHECK(shingles(article_of(words, {{4, false}, {2, true}, {4, false}}), {}) == united(left, right));
  CHECK(shingles(article_of(words, {{4, false}, {2, false}, {4, false}}), {}) == shingles(text_of(words), {}));
  CHECK(shingles(article_of(words, {{1, false}, {3, false}, {2, true}, {0, true}, {2, false}, {2, false}}), {}) ==
        united(left, right));
  CHECK(shingles(article_of(words, {{4, false}, {2, true}, {4, true}}), {}) == left);
  CHECK(shingles(article_of(words, {{4, true}, {2, true}, {4, true}}), {}).empty());
}

TEST_CASE("of all that is left out, furniture alone is for copies") {
  const std::vector<std::string> words{"a", "b", "c", "d", "x", "y", "e", "f", "g", "h"};
  auto page = article_of(words, {{4, true}, {2, true}, {4, false}});
  CHECK(shingles_but_furniture(page) == shingles(text_of(words)));
  page.furniture = {true, false, false};
  CHECK(shingles_but_furniture(page) == shingles(text_of({"x", "y", "e", "f", "g", "h"})));
  CHECK(shingles(page) == shingles(text_of({"e", "f", "g", "h"})));
  page.furniture = page.boilerplate;
  CHECK(shingles_but_furniture(page) == shingles(page));
}

TEST_CASE("a line without words parts nothing, whatever it is called") {
  const std::vector<std::string> words{"a", "b", "c", "d"};
  CHECK(shingles(article_of(words, {{2, false}, {0, true}, {2, false}}), {}) == shingles(text_of(words), {}));
}

TEST_CASE("short runs count only where there is no long one") {
  const std::vector<std::string> words{"a", "b", "x", "c", "d", "e"};
  CHECK(shingles(article_of(words, {{2, false}, {1, true}, {3, false}}), {}) == shingles(text_of({"c", "d", "e"}), {}));
  const auto short_runs = shingles(article_of(words, {{2, false}, {1, true}, {2, false}, {1, true}}), {});
  CHECK(short_runs == united(shingles(text_of({"a", "b"}), {}), shingles(text_of({"c", "d"}), {})));
}

TEST_CASE("without marks an article is its text") {
  article a = article_of({"a", "b", "c", "d"}, {{4, false}});
  a.boilerplate.clear();
  CHECK(shingles(a, {}) == shingles(a.text, {}));
}

TEST_CASE("straight from the text: the same sets") {
  for (const char* text :
       {"", "L\u2019\u00C9t\u00E9 \u00E0 la mer, encore une fois, la mer.", "\u4E2D\u6587\u6587\u672C", "one"})
    for (const auto unit : {shingle_unit::word, shingle_unit::character})
      for (const unsigned size : {1u, 2u, 3u, 7u}) {
        const shingle_set set = shingles(segment(text), {unit, size});
        CHECK(shingles(std::string_view(text), {unit, size}) == set);
        auto list = shingle_list(text, {unit, size});
        CHECK(minhasher()(list) == minhasher()(set));
        std::sort(list.begin(), list.end());
        list.erase(std::unique(list.begin(), list.end()), list.end());
        CHECK(list == set);
      }
}

TEST_CASE("windows: each way of this processor gives each window's number") {
  std::vector<write_windows_function> ways{write_windows_scalar, choose_write_windows()};
  generator random(21);
  for (std::size_t size = 1; size <= 64; size += size < 16 ? 1 : 7)
    for (std::size_t count = 0; count < 90; ++count) {
      const auto units = random_sets::numbers(random, count);
      std::vector<std::uint64_t> expected;
      for (std::size_t i = 0; i + size <= count; ++i) {
        std::uint64_t sum = size * 0x9E3779B97F4A7C15, weight = 1;  // the last unit first
        for (std::size_t k = size; k-- > 0; weight *= 0xD1342543DE82EF95) sum += units[i + k] * weight;
        expected.push_back(mix64(sum));
      }
      for (const write_windows_function way : ways) {
        std::vector<std::uint64_t> found(count + 1, 7);
        const std::size_t written = way(units, size, found.data());
        REQUIRE(found.back() == 7);
        found.resize(written);
        REQUIRE(found == expected);
      }
    }
}

TEST_CASE("a stream of texts: the same numbers as each text alone, whatever came before") {
  generator random(22);
  for (const auto unit : {shingle_unit::word, shingle_unit::character})
    for (const unsigned size : {1u, 3u, 20u}) {
      const shingle_options options{unit, size};
      shingle_stream stream(options);
      for (int i = 0; i < 100; ++i) {
        std::string text;
        for (const std::string& word : random_words(random, random_sets::below(random, i % 9 == 0 ? 3000 : 30), 50))
          text += word + (random() % 9 == 0 ? " \u4E2D\u6587, " : " ");
        const auto words = stream.words(text);
        CHECK(words.size() == segment(text).words.size());
        const auto list = unit == shingle_unit::word ? stream.list(words) : stream.list(text);
        CHECK(std::vector(list.begin(), list.end()) == shingle_list(text, options));
        const auto set = stream.set(list);
        CHECK(shingle_set(set.begin(), set.end()) == shingles(segment(text), options));
      }
    }
}

TEST_CASE("exact keys: the same words in the same order") {
  CHECK(exact_key(text_of({"a", "b"})) == exact_key(text_of({"a", "+b"})));
  CHECK(exact_key(text_of({"a", "b"})) != exact_key(text_of({"b", "a"})));
  CHECK(exact_key(text_of({"a", "b"})) != exact_key(text_of({"ab"})));
  CHECK(exact_key(text_of({"a", "bc"})) != exact_key(text_of({"ab", "c"})));
  CHECK(exact_key(text_of({})) == 0);
}

TEST_CASE("options are read, named and checked") {
  for (const char* text : {"word:1", "word:3", "word:64", "char:5"}) CHECK(shingle_options::parse(text).name() == text);
  CHECK(shingle_options::parse("char:9").unit == shingle_unit::character);
  CHECK(shingle_options::parse("char:9").size == 9);
  for (const char* text : {"", "word", "word:", ":3", "word:0", "word:65", "word:3x", "word: 3", "words:3", "Word:3", "char:-1",
                           "word:99999999999999999999"})
    CHECK(message_of([&] { shingle_options::parse(text); }) ==
          "shingle \"" + std::string(text) + "\" is neither word:N nor char:N with N from 1 to 64");
  CHECK(message_of([] { shingle_options{shingle_unit::word, 0}.validate(); }) == "shingle size 0 is out of range: 1 to 64");
  CHECK(message_of([] { shingle_options{shingle_unit::word, 65}.validate(); }) == "shingle size 65 is out of range: 1 to 64");
  CHECK(message_of([] { shingle_options{shingle_unit::word, 64}.validate(); }) == "no error");
}

TEST_CASE("the radix sort sorts, and keeps equals in their order") {
  generator random(3);
  struct item {
    std::uint64_t key;
    std::size_t place;
    bool operator==(const item&) const = default;
  };
  for (int trial = 0; trial < 400; ++trial) {
    std::vector<item> items(random_sets::below(random, trial % 40 == 0 ? 30000 : 300));
    const unsigned bits = static_cast<unsigned>(random_sets::below(random, 64));
    for (std::size_t i = 0; i < items.size(); ++i) items[i] = {(random() >> bits) << (trial % 3 ? 0 : bits), i};
    auto expected = items;
    std::stable_sort(expected.begin(), expected.end(), [](auto& x, auto& y) { return x.key < y.key; });
    radix_sort(items, [](const item& i) { return i.key; });
    REQUIRE(items == expected);
  }
}

TEST_CASE("the radix sort of plain numbers, in each way of this processor") {
  generator random(4);
  for (int trial = 0; trial < 1500; ++trial) {
    std::vector<std::uint64_t> numbers(random_sets::below(random, trial % 100 == 0 ? 60000 : trial % 3 == 0 ? 1200 : 40));
    const unsigned bits = static_cast<unsigned>(random_sets::below(random, 64)), kind = trial % 4;
    for (auto& number : numbers) {
      number = random() >> bits;
      if (kind == 1) number <<= bits;
      if (kind == 2) number = ~number;
      if (kind == 3 && random() % 2) number = numbers[0];
    }
    auto expected = numbers, slow = numbers;
    std::sort(expected.begin(), expected.end());
    radix_sort(numbers);
    REQUIRE(numbers == expected);
    radix_sort(slow, number_itself);
    REQUIRE(slow == expected);
  }
}

TEST_CASE("the radix sort passes over high bits that all keys share") {
  std::vector<std::uint64_t> numbers(100);
  for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = 0xFFFFFFFFFFFFFF00 + 37 * i % 100;
  std::size_t looks = 0;
  radix_sort(numbers, [&](std::uint64_t number) { return ++looks, number; });
  CHECK(std::is_sorted(numbers.begin(), numbers.end()));
  CHECK(looks < 10 * numbers.size());
  std::vector<std::uint64_t> none, equal(100, 7);
  radix_sort(none);
  radix_sort(equal);
  CHECK(none.empty());
  CHECK(equal == std::vector<std::uint64_t>(100, 7));
}

TEST_CASE("in parallel: each once, whatever the number of threads; the first failure comes back") {
  for (const unsigned threads : {0u, 1u, 2u, 7u, 100000u}) {
    std::vector<std::atomic<int>> calls(100000);
    parallel_for(calls.size(), threads, [&](std::size_t i) { ++calls[i]; });
    CHECK(std::all_of(calls.begin(), calls.end(), [](const auto& times) { return times == 1; }));
    const auto fails = [](std::size_t i) { i == 70 ? throw std::runtime_error("seventy") : void(); };
    CHECK_THROWS_WITH_AS(parallel_for(100, threads, fails), "seventy", std::runtime_error);
  }
}

#if defined(__GLIBC__)
TEST_CASE("in parallel: threads the system refuses are done without") {
  pthread_attr_t usual, greedy;
  REQUIRE(pthread_getattr_default_np(&usual) == 0);
  REQUIRE(pthread_getattr_default_np(&greedy) == 0);
  REQUIRE(pthread_attr_setstacksize(&greedy, std::size_t{1} << 50) == 0);  // more than there are addresses
  REQUIRE(pthread_setattr_default_np(&greedy) == 0);
  std::vector<std::atomic<int>> calls(1000);
  CHECK_NOTHROW(parallel_for(calls.size(), 8, [&](std::size_t i) { ++calls[i]; }));
  CHECK(std::all_of(calls.begin(), calls.end(), [](const auto& times) { return times == 1; }));
  CHECK(pthread_setattr_default_np(&usual) == 0);
  pthread_attr_destroy(&greedy);
  pthread_attr_destroy(&usual);
}
#endif

TEST_CASE("the known answers of docs/format.md") {
  for (const auto& row : known::answers("fold")) CHECK(normalise(row[0]).bytes == row[1]);
  for (const auto& row : known::answers("words")) {
    const segmented text = segment(row[0]);
    std::string words;
    for (std::size_t i = 0; i < text.words.size(); ++i) (words += i == 0 ? "" : " ") += text.folded(i);
    CHECK(words == row[1]);
  }
  for (const auto& row : known::answers("shingles")) {
    const auto set = shingles(segment(row[1]), shingle_options::parse(row[0]));
    CHECK_MESSAGE(set == known::numbers(row[2]), row[1]);
  }
  for (const auto& row : known::answers("exact_key")) CHECK(known::hex(exact_key(segment(row[0]))) == row[1]);
}
