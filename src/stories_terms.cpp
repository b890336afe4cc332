// SPDX-License-Identifier: Apache-2.0
// What an article is known by: docs/algorithms.md says why the opening counts twice, and why words of grammar count only in
// pairs.
#include "stories_terms.hpp"

#include <algorithm>
#include <boost/unordered/unordered_flat_set.hpp>

#include "hash.hpp"
#include "parallel.hpp"
#include "stories_function_words.hpp"
#include "utf8.hpp"

namespace retold {
namespace {

constexpr std::size_t opening = 60;  // words that count twice

struct stem {
  std::uint64_t key;
  bool character;  // of a script without spaces
  bool function;   // a word of grammar
};

bool is_function_word(std::string_view folded) {
  static const auto known = [] {
    boost::unordered_flat_set<std::uint64_t> keys;
    for (const std::string_view list : function_words) {
      const segmented words = segment(list);
      for (std::size_t i = 0; i < words.words.size(); ++i) keys.insert(hash_bytes(words.folded(i)));
    }
    return keys;
  }();
  return known.contains(hash_bytes(folded));
}

bool digit(std::string_view word) {
  return std::any_of(word.begin(), word.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// The first max(5, 70 %) letters of words longer than 5; words with digits stay whole.
std::string_view cut(std::string_view word) {
  const std::size_t letters = count_characters(word);
  if (letters <= 5 || digit(word)) return word;
  std::size_t keep = std::max<std::size_t>(5, letters * 7 / 10), at = 0;
  while (at < word.size() && (continues_character(word[at]) || keep-- > 0)) ++at;
  return word.substr(0, at);
}

void add_stems(const segmented& text, std::size_t first, std::size_t last, std::vector<stem>& out) {
  for (std::size_t i = first; i < last; ++i) {
    const std::string_view word = text.folded(i);
    std::size_t rest = 0;
    const word_class kind = classify(next_code_point(word, rest));
    const bool character = kind == word_class::single || kind == word_class::cluster;
    if (character || rest < word.size()) out.push_back({hash_bytes(cut(word)), character, is_function_word(word)});
  }
}

std::vector<stem> stems_of(const article& from) {
  std::vector<stem> out;
  add_stems(from.title, 0, from.title.words.size(), out);
  for (std::size_t s = 0; s < from.text.sentences.size(); ++s)
    if (!from.is_boilerplate(s)) add_stems(from.text, from.text.sentences[s].first, from.text.sentences[s].last, out);
  return out;
}

// Words and adjacent pairs. A pair of characters is about a word, and a character alone about none.
void add_terms(std::span<const stem> stems, std::uint32_t times, std::vector<term>& out) {
  for (std::size_t i = 0; i < stems.size(); ++i) {
    const stem& now = stems[i];
    if (!now.function && !now.character) out.push_back({now.key, times});
    if (i == 0 || (now.function && stems[i - 1].function)) continue;
    const bool characters = now.character && stems[i - 1].character;
    out.push_back({mix64(stems[i - 1].key * golden + now.key), times, !characters, characters});
  }
}

}  // namespace

counted_terms count_terms(const article& from, std::size_t most) {
  std::vector<stem> stems = stems_of(from);
  if (stems.size() > most) stems.resize(most);
  const std::span<const stem> all(stems);
  const std::size_t border = std::min(opening, stems.size());
  counted_terms out;
  out.length = static_cast<std::uint32_t>(stems.size());
  add_terms(all.first(border), 2, out.terms);
  add_terms(all.subspan(border), 1, out.terms);
  std::sort(out.terms.begin(), out.terms.end(), [](const term& a, const term& b) { return a.key < b.key; });
  std::size_t kept = 0;
  for (const term& t : out.terms) {
    if (kept > 0 && out.terms[kept - 1].key == t.key) {
      out.terms[kept - 1].count += t.count;
    } else {
      out.terms[kept++] = t;
    }
  }
  out.terms.resize(kept);
  return out;
}

term_counts count_terms(std::span<const article> articles, unsigned threads) {
  constexpr std::size_t at_once = 4096;
  term_counts out;
  std::size_t words = 0;
  for (const article& a : articles) words += a.text.words.size() + a.title.words.size();
  out.terms.items.reserve(2 * words);
  std::vector<counted_terms> some(std::min(at_once, articles.size()));
  for (std::size_t begin = 0; begin < articles.size(); begin += at_once) {
    const std::size_t size = std::min(at_once, articles.size() - begin);
    parallel_for(size, threads, [&](std::size_t i) { some[i] = count_terms(articles[begin + i], ~std::size_t{0}); });
    for (const counted_terms& c : std::span(some).first(size)) {
      out.terms.items.insert(out.terms.items.end(), c.terms.begin(), c.terms.end());
      out.terms.starts.push_back(out.terms.items.size());
      out.length.push_back(c.length);
    }
  }
  return out;
}

}  // namespace retold
