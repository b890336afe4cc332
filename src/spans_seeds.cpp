// SPDX-License-Identifier: Apache-2.0
// An inverted index of the units of b, walked unit by unit of a. A term costs units of a × units of b that hold it: in texts so
// long that this would not be near linear, the terms that cost most bring nothing, and they weigh least.
#include "spans_seeds.hpp"

#include <algorithm>
#include <cmath>

namespace retold::spanning {
namespace {

// Meetings of a unit of a with one of b in a term that are afforded: so many, and for each unit so many more.
constexpr std::uint64_t meetings = 1 << 22, meetings_per_unit = 1024;

constexpr std::size_t most_seeds_of_unit = 64;

std::vector<std::uint32_t> units_holding(const reading& in, std::uint32_t terms) {
  std::vector<std::uint32_t> holding(terms);
  for (const occurrence& o : in.occurrences) ++holding[o.term];
  return holding;
}

// The most that a term may cost.
std::uint64_t dearest(const two_readings& in, const std::vector<std::uint32_t>& a, const std::vector<std::uint32_t>& b) {
  const std::uint64_t afforded = meetings + meetings_per_unit * (in.a.units.size() + in.b.units.size());
  std::vector<std::uint64_t> costs;
  std::uint64_t all = 0;
  for (std::uint32_t term = 0; term < in.terms(); ++term) {
    costs.push_back(std::uint64_t{a[term]} * b[term]);
    all += costs.back();
  }
  if (all <= afforded) return ~std::uint64_t{0};
  std::sort(costs.begin(), costs.end());
  std::uint64_t spent = 0;
  for (std::size_t i = 0; i < costs.size(); ++i) {
    spent += costs[i];
    if (spent > afforded) return costs[i] - 1;  // terms of one cost are all in or all out
  }
  return ~std::uint64_t{0};
}

// For each term, the units that hold it.
class index_of_units {
 public:
  struct posting {
    std::uint32_t unit, times;
  };
  index_of_units(const reading& in, const std::vector<std::uint32_t>& holding) : begin_(holding.size() + 1) {
    for (std::size_t term = 0; term < holding.size(); ++term) begin_[term + 1] = begin_[term] + holding[term];
    postings_.resize(begin_.back());
    std::vector<std::uint32_t> next(begin_.begin(), begin_.end() - 1);
    for (std::uint32_t unit = 0; unit < in.units.size(); ++unit) {
      for (const auto [term, times] : in.terms(unit)) postings_[next[term]++] = {unit, times};
    }
  }
  std::span<const posting> of(std::uint32_t term) const noexcept {
    return std::span(postings_).subspan(begin_[term], begin_[term + 1] - begin_[term]);
  }

 private:
  std::vector<std::uint32_t> begin_;
  std::vector<posting> postings_;
};

struct meeting {
  double product = 0;
  std::uint32_t terms = 0;
};

// The most alike of those from `from` on, by b.
void keep_most_alike(std::vector<seed>& all, std::size_t from) {
  const auto begin = all.begin() + static_cast<std::ptrdiff_t>(from);
  if (all.size() - from > most_seeds_of_unit) {
    const auto end = begin + most_seeds_of_unit;
    const auto more_alike = [](const seed& x, const seed& y) { return x.cosine != y.cosine ? x.cosine > y.cosine : x.b < y.b; };
    std::partial_sort(begin, end, all.end(), more_alike);
    all.erase(end, all.end());
  }
  std::sort(begin, all.end(), [](const seed& x, const seed& y) { return x.b < y.b; });
}

}  // namespace

std::vector<seed> find_seeds(const two_readings& in, double least_cosine, double least_dice) {
  const std::vector<std::uint32_t> in_a = units_holding(in.a, in.terms()), in_b = units_holding(in.b, in.terms());
  const std::uint64_t most = dearest(in, in_a, in_b);
  const index_of_units index(in.b, in_b);
  std::vector<meeting> met(in.b.units.size());
  std::vector<std::uint32_t> touched;
  std::vector<seed> seeds;
  for (std::uint32_t a = 0; a < in.a.units.size(); ++a) {
    touched.clear();
    for (const auto [term, times] : in.a.terms(a)) {
      if (std::uint64_t{in_a[term]} * in_b[term] > most) continue;
      const double weight = in.weights[term] * in.weights[term] * times;
      for (const auto [b, times_b] : index.of(term)) {
        if (met[b].terms++ == 0) touched.push_back(b);
        met[b].product += weight * times_b;
      }
    }
    const std::size_t first = seeds.size();
    for (const std::uint32_t b : touched) {
      const double product = met[b].product, squares = in.a.squares[a] * in.b.squares[b];
      const double dice = 2.0 * met[b].terms / static_cast<double>(in.a.terms(a).size() + in.b.terms(b).size());
      met[b] = {};
      if (product > 0 && dice > least_dice && product * product > least_cosine * least_cosine * squares)
        seeds.push_back({a, b, product / std::sqrt(squares), dice});
    }
    keep_most_alike(seeds, first);
  }
  return seeds;
}

void whole_cosine::count(const reading& of, stretch units, std::vector<double>& counts) {
  for (std::uint32_t unit = units.begin; unit < units.end; ++unit) {
    for (const auto [term, times] : of.terms(unit)) {
      if (counts_a_[term] == 0 && counts_b_[term] == 0) met_.push_back(term);
      counts[term] += times;
    }
  }
}

double whole_cosine::operator()(stretch units_a, stretch units_b) {
  met_.clear();
  count(in_.a, units_a, counts_a_);
  count(in_.b, units_b, counts_b_);
  double product = 0, square_a = 0, square_b = 0;
  for (const std::uint32_t term : met_) {
    const double square = in_.weights[term] * in_.weights[term];
    product += square * counts_a_[term] * counts_b_[term];
    square_a += square * counts_a_[term] * counts_a_[term];
    square_b += square * counts_b_[term] * counts_b_[term];
    counts_a_[term] = counts_b_[term] = 0;
  }
  return product > 0 ? product / std::sqrt(square_a * square_b) : 0;
}

}  // namespace retold::spanning
