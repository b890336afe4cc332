// SPDX-License-Identifier: Apache-2.0
#pragma once
// A new article as a vector, weighed by what the index has counted so far, and how much others have in common with it (part of
// the index).

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "index_story_records.hpp"
#include "stories_likeness.hpp"

namespace retold {

class story_vector {
 public:
  // `frequencies`: of its terms, of so many articles, both without the article itself. `of` must outlive the vector.
  story_vector(const story_features& of, std::span<const std::uint64_t> frequencies, std::uint64_t articles);

  std::uint64_t articles() const noexcept { return articles_; }          // with itself
  double value(std::uint32_t term) const { return terms_[term].value; }  // of the vector made unit length
  bool fresh(std::uint32_t term) const { return terms_[term].frequency == 1; }
  float fresh_squares() const noexcept { return static_cast<float>(fresh_); }  // for its record
  float known_squares() const noexcept { return static_cast<float>(known_); }

  // The heaviest of its terms that so many articles hold at least (itself is one) and no more than a quarter of all, or 50:
  // their places, the heaviest first.
  std::vector<std::uint32_t> heaviest(std::uint64_t least, std::size_t limit) const;

  struct comparison {
    likeness found;
    std::vector<std::pair<std::uint32_t, double>> products;  // for each term in common, what it brings to the sum
  };
  comparison with(const story_article& other) const;

 private:
  struct weighed {
    double value = 0, rarity = 0, surprise = 0;
    std::uint64_t frequency = 0;
  };
  double length_of(const story_article& other, double fresh, double known, double shared) const;

  std::uint64_t articles_;
  double fresh_ = 0, known_ = 0;
  std::vector<weighed> terms_;
  boost::unordered_flat_map<std::uint32_t, std::uint32_t> place_;  // by key
};

}  // namespace retold
