// SPDX-License-Identifier: Apache-2.0
#pragma once
// What was copied word for word.
// Not part of the public interface.

#include "spans_edges.hpp"

namespace retold::spanning {

// Words [a, a + size) of one text equal words [b, b + size) of the other, and no further.
struct run {
  std::uint32_t a = 0, b = 0, size = 0;  // tokens
  stretch in_a() const noexcept { return {a, a + size}; }
  stretch in_b() const noexcept { return {b, b + size}; }
};

inline constexpr std::uint32_t least_run = 5;  // tokens

// All runs of `least_run` tokens or more, sorted by a, then b. Of what is repeated over and over, not every repetition.
std::vector<run> common_runs(const two_readings& in);

// Runs of with.run_words joined over small gaps, of those of which one has with.copied_words by itself. Sorted by a, then b;
// they may overlap.
std::vector<reused> copied(const two_readings& in, std::span<const run> runs, const constants& with);

// Runs by where they stand in a, to ask which of them a stretch holds.
class runs_by_place {
 public:
  explicit runs_by_place(std::vector<run> runs);  // sorted by a

  // Of the tokens of x.a, x.b: which stand in a run of so many words that lies in both (its part within). True where any does.
  bool mark(const two_readings& in, const reused& x, double least_words, std::vector<bool>& of_a,
            std::vector<bool>& of_b) const;
  std::span<const run> all() const noexcept { return runs_; }

 private:
  std::vector<run> runs_;
  std::vector<std::uint32_t> furthest_;  // end in a of any run up to this one
};

}  // namespace retold::spanning
