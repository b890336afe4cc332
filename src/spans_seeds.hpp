// SPDX-License-Identifier: Apache-2.0
#pragma once
// Seeds: pairs of units, one of each text, that are alike in words. Everything else grows from them.
// Not part of the public interface.

#include "spans_reading.hpp"

namespace retold::spanning {

struct seed {
  std::uint32_t a = 0, b = 0;  // units
  double cosine = 0;           // of tf-idf vectors
  double dice = 0;             // of sets of terms
};

// All pairs above both bars, sorted by a, then b. Of a unit that is like very many, the most alike.
std::vector<seed> find_seeds(const two_readings& in, double least_cosine, double least_dice);

// Cosine of two stretches of units, each taken as one text.
class whole_cosine {
 public:
  explicit whole_cosine(const two_readings& in) : in_(in), counts_a_(in.terms()), counts_b_(in.terms()) {}
  double operator()(stretch units_a, stretch units_b);

 private:
  void count(const reading& of, stretch units, std::vector<double>& counts);
  const two_readings& in_;
  std::vector<double> counts_a_, counts_b_;
  std::vector<std::uint32_t> met_;
};

}  // namespace retold::spanning
