// SPDX-License-Identifier: Apache-2.0
#pragma once
// Reproducible random sets for the statistical tests: std::mt19937_64 alone, since the standard's distributions differ from
// library to library.

#include <algorithm>
#include <cstdint>
#include <random>
#include <vector>

namespace random_sets {

using set = std::vector<std::uint64_t>;
using generator = std::mt19937_64;

inline std::uint64_t below(generator& random, std::uint64_t limit) { return random() % limit; }  // bias < 2^-40 here
inline double unit(generator& random) { return static_cast<double>(random() >> 11) * 0x1p-53; }

inline set numbers(generator& random, std::size_t count) {
  set result(count);
  for (auto& number : result) number = random();
  return result;
}

// Two sorted sets of which `common` elements are shared and `own` belong to each alone: Jaccard common / (common + 2 own).
struct pair {
  set a, b;
};
inline pair overlapping(generator& random, std::size_t common, std::size_t own) {
  pair sets{numbers(random, common + own), {}};
  sets.b = numbers(random, own);
  sets.b.insert(sets.b.end(), sets.a.begin(), sets.a.begin() + static_cast<std::ptrdiff_t>(common));
  std::sort(sets.a.begin(), sets.a.end());
  std::sort(sets.b.begin(), sets.b.end());
  return sets;
}

}  // namespace random_sets
