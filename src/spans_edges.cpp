// SPDX-License-Identifier: Apache-2.0
#include "spans_edges.hpp"

#include <algorithm>

namespace retold::spanning {
namespace {

// `inner` with its edges at those of units where these are near, in words, and within `outer`.
stretch snapped(const reading& in, stretch inner, stretch outer, double reach) {
  const auto near = [&](std::uint32_t from, std::uint32_t to) { return in.words({from, to}) <= reach; };
  stretch out = inner;
  const stretch first = in.units[in.unit_of(inner.begin)], last = in.units[in.unit_of(inner.end - 1)];
  if (near(first.begin, inner.begin) && first.begin >= outer.begin) {
    out.begin = first.begin;
  } else if (near(inner.begin, first.end) && first.end < inner.end) {
    out.begin = first.end;
  }
  if (near(inner.end, last.end) && last.end <= outer.end) {
    out.end = last.end;
  } else if (near(last.begin, inner.end) && last.begin > out.begin) {
    out.end = last.begin;
  }
  return out;
}

}  // namespace

void coverage::set(stretch a, stretch b) {
  const auto add = [](const reading& of, stretch tokens, std::vector<std::uint32_t>& counts, std::uint32_t by) {
    for (std::uint32_t t = tokens.begin; t < tokens.end; ++t) counts[of.tokens[t].term] += by;
  };
  add(in_.a, a_, counts_a_, ~0u);  // less one, modulo 2^32
  add(in_.b, b_, counts_b_, ~0u);
  add(in_.a, a, counts_a_, 1);
  add(in_.b, b, counts_b_, 1);
  a_ = a;
  b_ = b;
}

best_stretch greatest(std::span<const double> gains) {
  best_stretch best;
  std::uint32_t from = 0;
  double sum = 0;
  for (std::uint32_t i = 0; i < gains.size(); ++i) {
    if (sum <= 0) {
      sum = 0;
      from = i;
    }
    sum += gains[i];
    if (sum > best.sum) best = {{from, i + 1}, sum};
  }
  return best;
}

reused cut_edges(const two_readings& in, stretch tokens_a, stretch tokens_b, coverage& cover, const constants& with) {
  cover.set(tokens_a, tokens_b);
  std::vector<double> gains;
  const auto side = [&](const reading& of, stretch tokens, auto covered) {
    gains.clear();
    for (std::uint32_t t = tokens.begin; t < tokens.end; ++t) {
      const std::uint32_t term = of.tokens[t].term;
      const double share = covered(term);
      gains.push_back(in.weights[term] * (share - with.miss * (1 - share)));
    }
    best_stretch best = greatest(gains);
    best.where = {best.where.begin + tokens.begin, best.where.end + tokens.begin};
    return best;
  };
  const best_stretch a = side(in.a, tokens_a, [&](std::uint32_t term) { return cover.of_a(term); });
  const best_stretch b = side(in.b, tokens_b, [&](std::uint32_t term) { return cover.of_b(term); });
  if (a.where.empty() || b.where.empty()) return {};
  return {snapped(in.a, a.where, tokens_a, with.snap), snapped(in.b, b.where, tokens_b, with.snap), std::min(a.sum, b.sum),
          false};
}

}  // namespace retold::spanning
