// SPDX-License-Identifier: Apache-2.0
// tf-idf as docs/algorithms.md gives it. Weights are rounded to multiples of 2^-20 right after the logarithms, and sums run in
// the order of the keys, so that no machine's mathematics library can change a result.
#include "stories_terms.hpp"

#include <algorithm>
#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>
#include <cmath>

#include "hash.hpp"
#include "parallel.hpp"
#include "stories_function_words.hpp"
#include "utf8.hpp"

namespace retold {
namespace {

constexpr std::size_t opening = 60;  // words that count twice
constexpr double pair_weight = 0.5;
constexpr double fewest = 4;  // articles: a word that two or three have in common is not yet a common word

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

double rounded(double value) { return std::rint(value * 1048576.0) / 1048576.0; }

}  // namespace

term_list count_terms(const article& from) {
  const std::vector<stem> stems = stems_of(from);
  const std::span<const stem> all(stems);
  const std::size_t border = std::min(opening, stems.size());
  term_list out;
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
  out.terms.shrink_to_fit();
  return out;
}

term_space weigh(std::span<const term_list> lists, std::span<const std::uint32_t> chosen, unsigned threads) {
  struct entry {
    std::uint32_t frequency = 0, id = 0;
  };
  boost::unordered_flat_map<std::uint64_t, entry> known;
  for (const std::uint32_t d : chosen)
    for (const term& t : lists[d].terms) ++known[t.key].frequency;

  const double n = std::max(fewest, static_cast<double>(chosen.size()));
  const auto surprise = [&](const term& t, std::uint32_t frequency) {
    return t.pair ? 0.0f : static_cast<float>(rounded(std::log(n / frequency)) * (t.characters ? 0.5 : 1));
  };
  term_space out;
  out.vectors.resize(lists.size());
  for (const std::uint32_t d : chosen)  // numbered by first occurrence, not by the table's order
    for (const term& t : lists[d].terms)
      if (entry& e = known.find(t.key)->second; e.frequency >= 2 && e.id == 0) {
        out.frequency.push_back(e.frequency);
        out.surprise.push_back(surprise(t, e.frequency));
        e.id = static_cast<std::uint32_t>(out.frequency.size());  // one too many: 0 is "none yet"
      }

  parallel_for(chosen.size(), threads, [&](std::size_t i) {
    std::vector<weight>& vector = out.vectors[chosen[i]];
    std::vector<double> values;
    double squares = 0;
    for (const term& t : lists[chosen[i]].terms) {
      const entry& e = known.find(t.key)->second;
      const double idf = std::max(0.0, std::log((n + 1.5) / (e.frequency + 0.5)));
      const double value = rounded((1 + std::log(static_cast<double>(t.count))) * idf * (t.pair ? pair_weight : 1));
      squares += value * value;
      if (e.id == 0 || value == 0) continue;
      vector.push_back({e.id - 1, 0});
      values.push_back(value);
    }
    const double length = std::sqrt(squares);
    for (std::size_t k = 0; k < vector.size(); ++k) vector[k].value = static_cast<float>(values[k] / length);
    std::sort(vector.begin(), vector.end(), [](const weight& a, const weight& b) { return a.id < b.id; });
  });
  return out;
}

}  // namespace retold
