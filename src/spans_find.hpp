// SPDX-License-Identifier: Apache-2.0
#pragma once
// What is reused, as stretches of tokens: pieces, copied runs and digests, and who gives way to whom.
// Not part of the public interface.

#include <map>
#include <optional>

#include "spans_runs.hpp"

namespace retold::spanning {

// Stretches that hardly overlap on either side: each new one is taken if it shares no more than a part of the shorter one with
// any that was taken before. Those who came first stay.
class disjoint {
 public:
  explicit disjoint(double overlap) : overlap_(overlap) {}
  bool take(const reused& x);
  const std::vector<reused>& taken() const noexcept { return taken_; }

  // Those that share a token with x on both sides.
  std::vector<std::size_t> touching(const reused& x) const;

 private:
  bool free(const std::map<std::uint32_t, std::size_t>& side, stretch reused::*at, const reused& x) const;
  double overlap_;
  std::vector<reused> taken_;
  std::map<std::uint32_t, std::size_t> in_a_, in_b_;  // by begin
};

// All spans, sorted by a, then b. `least_words` as in span_options.
std::vector<reused> find_reuse(const two_readings& in, const runs_by_place& runs, bool digests_in_b,
                               std::optional<unsigned> least_words, const constants& with);

// `retold::spans` with other constants than its own.
std::vector<passage> find_passages(const article& a, const article& b, std::optional<unsigned> least_words,
                                   const constants& with);

}  // namespace retold::spanning
