// SPDX-License-Identifier: Apache-2.0
#pragma once
// Where exactly a piece begins and ends on either side: where the words with counterparts do.
// Not part of the public interface.

#include "spans_reading.hpp"

namespace retold::spanning {

// A stretch of tokens on either side that may become a span.
struct reused {
  stretch a, b;
  double evidence = 0;  // weight of the words with counterparts less the cost of those without, on the weaker side
  bool copied = false;  // a run of equal words
};

// How well the terms of a stretch of one text are covered by one of the other. Terms are counted: where the other side has a
// word once and this side three times, each of the three counts a third. So the sentences of one topic that surround what was
// reused, full of its words, do not count as reused with it.
class coverage {
 public:
  explicit coverage(const two_readings& in) : in_(in), counts_a_(in.terms()), counts_b_(in.terms()) {}
  void set(stretch a, stretch b);  // tokens

  double of_a(std::uint32_t term) const noexcept { return share(counts_a_[term], counts_b_[term]); }
  double of_b(std::uint32_t term) const noexcept { return share(counts_b_[term], counts_a_[term]); }

 private:
  static double share(std::uint32_t own, std::uint32_t other) noexcept {
    return own <= other ? 1.0 : static_cast<double>(other) / own;
  }
  const two_readings& in_;
  std::vector<std::uint32_t> counts_a_, counts_b_;
  stretch a_, b_;
};

// The stretch of tokens within units a (b) where gain is greatest: a token gains its weight × its coverage, and loses `miss` of
// its weight × what is left. Edges within `snap` words of a unit's are moved there.
reused cut_edges(const two_readings& in, stretch tokens_a, stretch tokens_b, coverage& cover, const constants& with);

// Kadane's maximum subarray: the first of the greatest, and its sum. Empty where nothing is positive.
struct best_stretch {
  stretch where;
  double sum = 0;
};
best_stretch greatest(std::span<const double> gains);

}  // namespace retold::spanning
