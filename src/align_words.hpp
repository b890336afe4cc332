// SPDX-License-Identifier: Apache-2.0
#pragma once
// Which word of one sentence answers which of another, and what the order of words tells.
// Not part of the public interface.

#include "align_lexicon.hpp"

namespace retold::alignment {

struct word_match {
  std::uint32_t a = 0, b = 0;  // positions in the two sentences
  double similarity = 0;
};

// Greedy one-to-one alignment. Heavy and similar words first, nearer ones before distant ones; the side makes no difference.
// The sentence b is set once, compared with many a, and must live until the next is set. The lexicon must have related the
// words of a with those of b.
class word_aligner {
 public:
  explicit word_aligner(const lexicon& words) : words_(words), seen_(words.size()), in_a_(words.size()), in_b_(words.size()) {}

  void set_b(std::span<const token> b);
  const std::vector<word_match>& align(std::span<const token> a);  // sorted by a; valid until the next call

 private:
  struct candidate {
    double key;
    double similarity;
    std::uint32_t a, b;
  };
  struct run {
    std::uint32_t begin = 0, size = 0;
  };
  run near(std::uint32_t rank, std::uint32_t type_a, std::uint32_t type_b) const noexcept;
  void propose(std::uint32_t i, std::span<const token> a, const similar_word& like);

  const lexicon& words_;
  std::span<const token> b_;
  std::vector<std::uint32_t> places_;       // in b, word by word, ascending
  std::vector<std::uint32_t> seen_, in_a_;  // occurrences of each word in a: so far, in all; kept only in a crowd
  std::vector<run> in_b_;                   // of each word: where in places_
  bool crowded_ = false;
  std::vector<candidate> candidates_;
  std::vector<bool> taken_a_, taken_b_;
  std::vector<word_match> matches_;
};

// Length of the longest common subsequence of tokens (bit-parallel, Hyyrö 2004).
std::size_t common_subsequence(std::span<const token> a, std::span<const token> b);

// Length of the longest run of tokens that stands in both.
std::size_t common_run(std::span<const token> a, std::span<const token> b);

// Length of the longest strictly rising, falling subsequence.
std::size_t longest_rise(std::span<const std::uint32_t> values);
std::size_t longest_fall(std::span<const std::uint32_t> values);

}  // namespace retold::alignment
