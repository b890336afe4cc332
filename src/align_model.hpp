// SPDX-License-Identifier: Apache-2.0
#pragma once
// The sentence-pair model: what two runs of words have in common, and how probable it is that they state the same.
// Not part of the public interface.

#include "align_words.hpp"

namespace retold::alignment {

struct pair_features {
  double grams = 0;      // cosine of weighted grams
  double covered_a = 0;  // share of a's weight that has a counterpart in b, by similarity
  double covered_b = 0;
  double subsequence = 0;         // 2 · common subsequence / words of both
  double run = 0;                 // longest common run / words of the shorter side
  bool equal = false;             // the same words in the same order
  double addition = 1;            // √(heaviest run of words without counterpart / weight of its side)
  bool figures_differ = false;    // each side bears a figure the other has not
  bool negations_differ = false;  // one side has more words that deny
  bool swapped = false;           // two words have changed places around a third
  double least_covered() const noexcept { return std::min(covered_a, covered_b); }
  double most_covered() const noexcept { return std::max(covered_a, covered_b); }
};

double cosine(std::span<const gram_weight> a, std::span<const gram_weight> b) noexcept;

// Share of the weight of `side` words that `matched` (similarity for each place, 0: none) accounts for.
double coverage(std::span<const token> side, std::span<const double> matched, const lexicon& words);

// Whether two words of some weight have changed places around a third ("A sued B", "B sued A"): all three stand once on each
// side, in the opposite order. A clause that has moved ("on Monday A sued B") leaves no such three.
bool roles_swapped(std::span<const token> a, std::span<const token> b, const lexicon& words);

pair_features compare_words(std::span<const token> a, std::span<const token> b, std::span<const word_match> matches,
                            lexicon& words);

// Probability that an isolated pair states the same, rounded, so that no libm shows in what is decided by it.
double probability(const pair_features& of);

// The class that words alone decide: identical, shared, or unrelated if neither.
passage_class class_by_words(const pair_features& of) noexcept;

// The class of an isolated pair.
passage_class class_of(const pair_features& of, double probability) noexcept;

double sigmoid(double z);

// To four decimals, within [.0001, .9999].
double rounded(double probability);

}  // namespace retold::alignment
