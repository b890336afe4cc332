// SPDX-License-Identifier: Apache-2.0
// tf-idf as docs/algorithms.md gives it. Logarithms are rounded to multiples of 2^-20, and sums run in the order of the
// numbers, so that no machine's mathematics library can change a result.
#include "stories_space.hpp"

#include <algorithm>
#include <array>
#include <boost/unordered/unordered_flat_map.hpp>
#include <cmath>
#include <numeric>

#include "parallel.hpp"

namespace retold {

double rounded_logarithm(double value) { return std::rint(value * 1048576.0) / 1048576.0; }

namespace {

using kind = numbered_terms::kind;

constexpr double pair_weight = 0.5;
constexpr double fewest = 4;  // articles: a word that two or three have in common is not yet a common word

}  // namespace

numbered_terms::kind kind_of(const term& t) { return t.pair ? kind::pair : t.characters ? kind::characters : kind::word; }

double counted_weight(std::uint32_t count, kind of) {
  return rounded_logarithm(1 + std::log(static_cast<double>(count))) * (of == kind::pair ? pair_weight : 1);
}

double rarity(std::uint64_t articles, std::uint64_t frequency) {
  const double n = std::max(fewest, static_cast<double>(articles));
  return rounded_logarithm(std::max(0.0, std::log((n + 1.5) / (static_cast<double>(frequency) + 0.5))));
}

double surprise_of(std::uint64_t articles, std::uint64_t frequency, kind of) {
  if (of == kind::pair) return 0;
  const double n = std::max(fewest, static_cast<double>(articles));
  return rounded_logarithm(std::log(n / static_cast<double>(frequency))) * (of == kind::characters ? 0.5 : 1);
}

double luckiest_pair(std::uint64_t articles) {
  return rounded_logarithm(2 * std::log(std::max(fewest, static_cast<double>(articles))));
}

namespace {

// Keys are numbered range by range: a table of them all would be larger than the texts.
constexpr unsigned range_bits = 6;
constexpr std::size_t ranges = std::size_t{1} << range_bits;
constexpr std::uint32_t unshared = ~0u;

// Where the ranges of an article's keys begin, and where the last one ends.
using range_bounds = std::array<std::uint32_t, ranges + 1>;

range_bounds bounds_of(std::span<const term> terms) {
  range_bounds out{};
  for (const term& t : terms) ++out[(t.key >> (64 - range_bits)) + 1];
  std::partial_sum(out.begin(), out.end(), out.begin());
  return out;
}

// The keys of one range become numbers within it; those of one article alone become `unshared`.
std::vector<kind> number_range(std::span<const std::span<term>> parts) {
  struct seen {
    std::uint32_t articles = 0, id = unshared;
  };
  boost::unordered_flat_map<std::uint64_t, seen> known;
  for (const auto part : parts)
    for (const term& t : part) ++known[t.key].articles;
  std::vector<kind> kinds;
  for (const auto part : parts)
    for (term& t : part) {
      seen& s = known.find(t.key)->second;
      if (s.articles >= 2 && s.id == unshared) {
        s.id = static_cast<std::uint32_t>(kinds.size());
        kinds.push_back(kind_of(t));
      }
      t.key = s.id;
    }
  return kinds;
}

// New numbers by first occurrence: of terms that weigh the same, an article then proposes by those it shares with the same few
// others, not by some of each. (In the order of their keys, two events of the samples were one topic.)
void number_by_occurrence(numbered_terms& terms, unsigned threads) {
  std::vector<std::uint32_t> now(terms.kinds.size(), unshared);
  std::vector<kind> kinds;
  for (const auto& t : terms.shared.items)
    if (now[t.id] == unshared) {
      now[t.id] = static_cast<std::uint32_t>(kinds.size());
      kinds.push_back(terms.kinds[t.id]);
    }
  terms.kinds = std::move(kinds);
  parallel_for(terms.alone.size(), threads, [&](std::size_t d) {
    for (auto& t : terms.shared.of(d)) t.id = now[t.id];
    std::ranges::sort(terms.shared.of(d), {}, &numbered_terms::entry::id);
  });
}

// Numbers each range; returns where the numbers of each begin among all.
std::array<std::uint32_t, ranges> number_ranges(by_article<term>& terms, std::span<const range_bounds> bounds, unsigned threads,
                                                std::vector<kind>& kinds) {
  std::vector<std::vector<kind>> of_range(ranges);
  parallel_for(ranges, threads, [&](std::size_t r) {
    std::vector<std::span<term>> parts(bounds.size());
    for (std::size_t d = 0; d < parts.size(); ++d)
      parts[d] = terms.of(d).subspan(bounds[d][r], bounds[d][r + 1] - bounds[d][r]);
    of_range[r] = number_range(parts);
  });
  std::array<std::uint32_t, ranges> first{};
  for (std::size_t r = 0; r < ranges; ++r) {
    first[r] = static_cast<std::uint32_t>(kinds.size());
    kinds.insert(kinds.end(), of_range[r].begin(), of_range[r].end());
  }
  return first;
}

}  // namespace

numbered_terms number(by_article<term> terms, unsigned threads) {
  const std::size_t articles = terms.starts.size() - 1;
  std::vector<range_bounds> bounds(articles);
  parallel_for(articles, threads, [&](std::size_t d) { bounds[d] = bounds_of(terms.of(d)); });
  numbered_terms out;
  out.alone.resize(articles);
  const std::array<std::uint32_t, ranges> first = number_ranges(terms, bounds, threads, out.kinds);
  for (std::size_t d = 0; d < articles; ++d) {
    const auto all = terms.of(d);
    const auto shared = std::count_if(all.begin(), all.end(), [](const term& t) { return t.key != unshared; });
    out.shared.starts.push_back(out.shared.starts.back() + static_cast<std::size_t>(shared));
  }
  out.shared.items.resize(out.shared.starts.back());
  parallel_for(articles, threads, [&](std::size_t d) {
    auto entry = out.shared.of(d).begin();
    std::size_t range = 0, i = 0;
    for (const term& t : terms.of(d)) {
      while (i >= bounds[d][range + 1]) ++range;
      ++i;
      const double weight = counted_weight(t.count, kind_of(t));
      if (t.key == unshared)
        out.alone[d] += weight * weight;
      else
        *entry++ = {first[range] + static_cast<std::uint32_t>(t.key), static_cast<float>(weight)};
    }
  });
  number_by_occurrence(out, threads);
  return out;
}

void add_unit_vector(std::span<const numbered_terms::entry> shared, double alone, std::uint64_t articles,
                     std::span<const double> rarities, std::span<const std::uint32_t> frequency, std::vector<weight>& to) {
  const double rarest = rarity(articles, 1);
  double squares = alone * rarest * rarest;
  for (const auto& t : shared) {
    const double value = static_cast<double>(t.weight) * rarities[t.id];
    squares += value * value;
    if (frequency[t.id] >= 2 && value > 0) to.push_back({t.id, static_cast<float>(value)});
  }
  const double length = std::sqrt(squares);
  for (weight& w : to) w.value = static_cast<float>(static_cast<double>(w.value) / length);
}

term_space weigh(const numbered_terms& terms, std::span<const std::uint32_t> chosen, unsigned threads) {
  term_space out;
  out.vectors.resize(terms.alone.size());
  out.frequency.resize(terms.kinds.size());
  for (const std::uint32_t d : chosen) {
    out.vectors[d].reserve(terms.shared.of(d).size());  // here: what other threads allocate, this one cannot use again
    for (const auto& t : terms.shared.of(d)) ++out.frequency[t.id];
  }

  std::vector<double> rarities(out.frequency.size());
  out.surprise.resize(out.frequency.size());
  for (std::size_t id = 0; id < rarities.size(); ++id) {
    if (out.frequency[id] == 0) continue;
    rarities[id] = rarity(chosen.size(), out.frequency[id]);
    out.surprise[id] = static_cast<float>(surprise_of(chosen.size(), out.frequency[id], terms.kinds[id]));
  }

  parallel_for(chosen.size(), threads, [&](std::size_t i) {
    const std::uint32_t d = chosen[i];
    add_unit_vector(terms.shared.of(d), terms.alone[d], chosen.size(), rarities, out.frequency, out.vectors[d]);
  });
  return out;
}

}  // namespace retold
