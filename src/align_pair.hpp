// SPDX-License-Identifier: Apache-2.0
#pragma once
// Two sentences alone, read and compared. Not part of the public interface.

#include "align_figures.hpp"
#include "align_model.hpp"

namespace retold::alignment {

// As sentences go, alone: above it, that figures disagree needs little proof that they mean the same thing.
inline constexpr double equal_cut = 0.35;

statement statement_of(const segmented& part, std::span<const token> tokens);

// What the model sees of two sentences.
struct read_pair {
  read_pair(std::string_view a, std::string_view b, const vocabulary::tables& background);

  segmented in_a, in_b;
  lexicon words;
  std::vector<token> left, right;
  std::vector<word_match> matches;
  pair_features features;
};

}  // namespace retold::alignment
