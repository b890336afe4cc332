// SPDX-License-Identifier: Apache-2.0
#pragma once
// The words of the two documents in hand, numbered: how much each weighs, and which words of one are like which of the other.
// Weights are multiples of 2^-12, so that sums of products of two of them, times how often words occur, are exact up to 2^29:
// neither order nor libm shows in the cosines of anything but a sentence of thousands of equal words.
// Not part of the public interface.

#include "align_tokens.hpp"

namespace retold::alignment {

struct token {
  std::uint32_t type = 0;  // number of the word in the lexicon
  slice where;             // in the input
  slice folded;            // in segmented::normal.bytes
  bool joined = false;     // to the token before
};

struct word_type {
  std::string_view key;
  double weight = 0;         // by rarity, or by length without background
  double length_weight = 0;  // by length always
  std::uint32_t length = 0;  // code points
  std::uint32_t stem = 0;    // number of its stem
  bool digit = false, single = false, negation = false;
  std::vector<std::uint32_t> grams;  // numbers, ascending
};

struct similar_word {
  std::uint32_t type = 0;
  double similarity = 0;
};

// Occurrences of a gram in a sentence times its weight.
struct gram_weight {
  std::uint32_t gram = 0;
  double weight = 0;
};

class lexicon {
 public:
  explicit lexicon(const vocabulary::tables& background) : background_(background) {}

  // The tokens of words [first, last).
  std::vector<token> read(const segmented& from, std::uint32_t first, std::uint32_t last);

  // Sorted by gram.
  std::vector<gram_weight> grams(std::span<const token> tokens);

  // Finds, for each word of `a`, the words of `b` that are like it: 1 equal, .9 the same stem, else Dice of trigrams >= .5.
  void relate(std::span<const token> a, std::span<const token> b);

  // Whether there are sentences enough to tell rare words from frequent ones.
  bool background() const noexcept;

  const word_type& operator[](std::uint32_t type) const noexcept { return types_[type]; }
  const std::vector<similar_word>& similar(std::uint32_t type) const noexcept { return similar_[type]; }
  std::size_t size() const noexcept { return types_.size(); }
  std::size_t stem_count() const noexcept { return stems_.size(); }
  std::size_t gram_count() const noexcept { return gram_weights_.size(); }

 private:
  using numbering = boost::unordered_flat_map<std::uint64_t, std::uint32_t>;
  double weight_of(double by_length, std::uint32_t holding) const;  // of a word whose stem so many sentences hold
  double weight_of_gram(std::uint32_t holding) const;
  std::uint32_t intern(std::string_view key);
  std::uint32_t intern_gram(std::uint64_t key);
  struct posting {
    std::uint32_t key, word;
  };
  class inverted_index;
  void relate_word(std::uint32_t type, const inverted_index& by_gram, const inverted_index& by_stem,
                   std::vector<std::uint32_t>& shared);

  const vocabulary::tables& background_;
  std::deque<std::string> pool_;
  boost::unordered_flat_map<std::string_view, std::uint32_t> numbers_;
  numbering stems_, grams_, pairs_;
  std::vector<word_type> types_;
  std::vector<double> gram_weights_;
  std::vector<std::uint32_t> counts_;  // all zero between calls of grams()
  std::vector<std::vector<similar_word>> similar_;
};

// Similarity of two words of the lexicon; what `relate` looks up fast.
double similarity_of(const word_type& a, const word_type& b);

}  // namespace retold::alignment
