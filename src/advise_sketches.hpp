// SPDX-License-Identifier: Apache-2.0
#pragma once
// The sketches of a sample as `cluster` and `dedup` make them, and what theory says of them (part of advise).

#include <span>
#include <vector>

#include "retold/advise.hpp"
#include "retold/minhash.hpp"
#include "retold/simhash.hpp"

namespace retold {

class sketches {
 public:
  sketches(std::span<const shingle_set> sets, const advise_options& options);  // which must outlive this

  banding bands() const noexcept { return bands_; }
  unsigned distance() const noexcept { return distance_; }

  candidate_set propose() const;
  bool share_a_bucket(const edge& pair) const;  // whether or not the bucket is hot
  double probability(const edge& pair) const;   // of being proposed
  double error(const edge& pair) const;         // of the estimate: of the Jaccard, or of simhash's cosine
  double stated_error(const edge& pair) const;  // its standard error

 private:
  double cosine(const edge& pair) const;
  bool simhash() const noexcept { return options_.sketch == sketch_kind::simhash; }

  std::span<const shingle_set> sets_;
  const advise_options& options_;
  banding bands_;
  unsigned distance_ = 0;
  std::vector<signature> signatures_;
  std::vector<fingerprint> prints_;
};

}  // namespace retold
