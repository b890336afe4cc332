// SPDX-License-Identifier: Apache-2.0
#pragma once
// Two texts as the stage sees them: terms with their weights, in units of about a sentence.
// Not part of the public interface.

#include <span>
#include <string_view>
#include <vector>

#include "retold/boilerplate.hpp"
#include "spans_constants.hpp"

namespace retold::spanning {

// A stretch of tokens, or of units: [begin, end).
struct stretch {
  std::uint32_t begin = 0, end = 0;
  std::uint32_t size() const noexcept { return end - begin; }
  bool empty() const noexcept { return begin >= end; }
  friend bool operator==(const stretch&, const stretch&) = default;
};

std::uint32_t common(stretch x, stretch y) noexcept;

struct token {
  std::uint32_t term = 0;    // what weights and counterparts go by: a stem; a pair of characters in scripts without spaces
  std::uint32_t word = 0;    // the word as it was folded
  std::uint32_t thirds = 0;  // of words before this one
  slice where;               // in the text
};

// How often a term occurs in a unit.
struct occurrence {
  std::uint32_t term = 0, times = 0;
};

struct reading {
  std::string_view text;
  std::vector<token> tokens;
  std::vector<stretch> units;  // of tokens, without gaps
  std::uint32_t thirds = 0;    // of words in all

  std::vector<occurrence> occurrences;  // of unit 0, 1, …; within a unit by first occurrence
  std::vector<stretch> of_unit;         // in `occurrences`
  std::vector<double> squares;          // for each unit: its vector's length, squared

  std::uint32_t unit_of(std::uint32_t token) const noexcept;
  double words(stretch tokens) const noexcept;
  bool is_single(std::uint32_t token) const noexcept {  // a character of a script without spaces
    return (token + 1 < tokens.size() ? tokens[token + 1].thirds : thirds) - tokens[token].thirds == 1;
  }
  stretch tokens_of(stretch of_units) const noexcept { return {units[of_units.begin].begin, units[of_units.end - 1].end}; }
  std::span<const occurrence> terms(std::uint32_t unit) const noexcept {
    return std::span(occurrences).subspan(of_unit[unit].begin, of_unit[unit].size());
  }
};

struct two_readings {
  reading a, b;
  std::vector<double> weights;  // for each term; multiples of 2^-12: sums of their products are exact up to 2^29
  double log_units = 0;         // of both texts, natural logarithm

  std::uint32_t terms() const noexcept { return static_cast<std::uint32_t>(weights.size()); }
};

// Empty of an article that was made of no document.
std::string_view text_of(const article& from) noexcept;

two_readings read_both(const article& a, const article& b, const constants& with);

}  // namespace retold::spanning
