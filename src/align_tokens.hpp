// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the align stage takes for a word: segment's words, but a figure with its separators (1,234 or 1.7) is one, and Arabic
// vowel signs and tatweel do not count. And what words are made of: stems, and the letter trigrams ("grams") of _word_.
// Not part of the public interface.

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include "retold/align.hpp"

namespace retold {

// How many sentences hold a stem, a gram. No sentences: no background.
struct vocabulary::tables {
  std::uint32_t sentences = 0;       // of pairs: pairs
  bool of_pairs = false;             // a word's length is taken for evidence too: as much as some sentences would be
  std::vector<double> gram_weights;  // of pairs: of a gram that so many hold
  boost::unordered_flat_map<std::uint64_t, std::uint32_t> stems, grams;
};

namespace alignment {

// A longer sentence (a text without full stops, a table in one line) is taken for several, cut between words.
inline constexpr std::uint32_t most_words = 400;

// An isolated pair is compared by so many words of each side at most.
inline constexpr std::size_t most_words_alone = 10000;

struct raw_token {
  std::string_view key;  // folded, as compared
  slice where;           // in the input
  slice folded;          // in segmented::normal.bytes
  bool joined = false;   // nothing stands between it and the token before
};

// The words of a sentence by itself, which nobody need look for sentences in: half the cost of segment.
segmented cut_sentence(std::string_view text);

// Tokens of words [first, last). Keys that are not bytes of `from` are kept in `pool`.
std::vector<raw_token> read_tokens(const segmented& from, std::uint32_t first, std::uint32_t last,
                                   std::deque<std::string>& pool);

int digit_value(char32_t code_point) noexcept;  // 0 … 9 in any script; -1: no decimal digit

// What a key tells about a word, without knowing any other.
struct word_shape {
  std::uint32_t length = 0;  // code points
  std::uint32_t stem = 0;    // bytes of the key that make its stem
  bool digit = false;        // bears a decimal digit
  bool single = false;       // a character of a script without spaces
};
word_shape shape_of(std::string_view key);

// A guess at how rare such words are, where there is nothing to count: -ln of the share of sentences that hold one.
double rarity_by_length(const word_shape& shape) noexcept;

double gram_weight_in_pairs(std::uint32_t pairs, std::uint32_t holding);

std::uint64_t stem_key(std::string_view stem) noexcept;

// Distinct grams of one word, sorted: trigrams of code points, or the character itself for single ones.
std::vector<std::uint64_t> grams_of(std::string_view key, bool single);

// The gram of two single characters side by side.
std::uint64_t pair_gram(std::string_view left, std::string_view right);

}  // namespace alignment
}  // namespace retold
