// SPDX-License-Identifier: Apache-2.0
// Groups are judged whole: the terms that all their articles share add up, those of one article fade, so that what chance puts
// into a single pair of short texts is averaged out as a group grows.
#include "stories_score.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "cluster_edges.hpp"

namespace retold {

double chance(double words_a, double words_b, const score_constants& c) {
  return c.expected * std::sqrt(std::sqrt(words_a * words_b));
}

bool tied(const likeness& two, double luckiest, const score_constants& constants) {
  return static_cast<double>(two.surprise) >=
         luckiest * std::sqrt(std::max(0.0, 1 - constants.eased * two.sum)) + constants.surplus;
}

namespace {

// A group of articles.
struct story {
  std::vector<weight> sum;
  double size = 1;
  double length = 0;  // of all articles
  double scale = 0;   // sum of the articles' own
  double within = 0;  // what its merges left of the likeness of its pairs, summed over them
};

std::vector<weight> added(std::span<const weight> x, std::span<const weight> y) {
  std::vector<weight> out;
  out.reserve(x.size() + y.size());
  std::size_t i = 0, j = 0;
  while (i < x.size() && j < y.size()) {
    if (x[i].id == y[j].id) {
      out.push_back({x[i].id, x[i].value + y[j].value});
      ++i, ++j;
    } else {
      out.push_back(x[i].id < y[j].id ? x[i++] : y[j++]);
    }
  }
  out.insert(out.end(), x.begin() + static_cast<std::ptrdiff_t>(i), x.end());
  out.insert(out.end(), y.begin() + static_cast<std::ptrdiff_t>(j), y.end());
  return out;
}

// Evidence beside what is usual, from 0 to 1.
double share(double evidence, double scale) { return evidence > 0 ? evidence / (evidence + scale) : 0; }

class story_linkage {
 public:
  story_linkage(std::vector<std::vector<weight>>&& vectors, word_counts words, std::span<const double> scales, double cut,
                const score_constants& constants)
      : cut_(cut), constants_(constants), stories_(scales.size()) {
    for (std::uint32_t d = 0; d < scales.size(); ++d) {
      stories_[d].sum = std::move(vectors[d]);
      stories_[d].length = words[d];
      stories_[d].scale = scales[d];
      if (!stories_[d].sum.empty()) terms_ = std::max<std::size_t>(terms_, stories_[d].sum.back().id + 1);
    }
  }

  // Without the concentration the score would be higher: where even that does not reach the cut, there is no need to know it.
  double score(std::uint32_t a, std::uint32_t b, double mean) {
    const story &x = stories_[a], &y = stories_[b];
    const double scale = std::sqrt((likeness_within(x) + constants_.floor) * (likeness_within(y) + constants_.floor)) /
                         (x.size > 1 && y.size > 1 ? constants_.grown : 1);
    const double most = mean - chance(x.length / x.size, y.length / y.size, constants_);
    return share(most, scale) < cut_ ? 0 : share(evidence(a, b, mean), scale);
  }

  void merge(std::uint32_t a, std::uint32_t b, double mean) {
    const double likeness = std::max(0.0, evidence(a, b, mean));
    story &x = stories_[a], &y = stories_[b];
    x.sum = added(x.sum, y.sum);
    x.within += y.within + x.size * y.size * likeness;
    x.size += y.size;
    x.length += y.length;
    x.scale += y.scale;
    y = {};
    grown_ = a;
    spread_ = nobody;
  }

 private:
  static constexpr std::uint32_t nobody = ~0u;

  double likeness_within(const story& s) const noexcept {
    return (constants_.prior * s.scale / s.size + s.within) / (constants_.prior + s.size * (s.size - 1) / 2);
  }

  double evidence(std::uint32_t a, std::uint32_t b, double mean) {
    if (b == grown_) std::swap(a, b);  // it is asked for next to all its neighbours
    if (spread_ != a) {
      values_.spread(stories_[a].sum, terms_);
      spread_ = a;
    }
    const story &x = stories_[a], &y = stories_[b];
    const double concentration = static_cast<double>(values_.with(y.sum).concentration) / (x.size * y.size);
    return mean - constants_.concentration * concentration - chance(x.length / x.size, y.length / y.size, constants_);
  }

  const double cut_;
  const score_constants& constants_;
  std::vector<story> stories_;  // by their smallest article
  std::size_t terms_ = 0;
  spread_vector values_;
  std::uint32_t spread_ = nobody;  // whose values
  std::uint32_t grown_ = nobody;   // what merged last
};

}  // namespace

double evidence(const scored_pair& p, word_counts words, const score_constants& constants) {
  const double concentration = constants.concentration * static_cast<double>(p.found.concentration);
  return std::max(0.0, p.found.sum - concentration - chance(words[p.a], words[p.b], constants));
}

std::vector<double> local_scales(std::span<const scored_pair> pairs, word_counts words, std::size_t leaders,
                                 const score_constants& constants) {
  std::vector<std::array<double, nearest_articles>> best(words.size());
  for (const scored_pair& p : pairs)
    for (const std::uint32_t d : {p.a, p.b}) {
      double value = evidence(p, words, constants);
      for (double& b : best[d])
        if (value > b) std::swap(value, b);
    }
  const auto others = static_cast<double>(std::clamp<std::size_t>(leaders - 1, 1, nearest_articles));
  std::vector<double> out(best.size());
  std::transform(best.begin(), best.end(), out.begin(),
                 [&](const auto& b) { return std::accumulate(b.begin(), b.end(), 0.0) / others; });
  return out;
}

std::vector<edge> pair_scores(std::span<const scored_pair> pairs, word_counts words, std::span<const double> scales,
                              const score_constants& constants, std::vector<likeness>& between) {
  std::vector<edge> out;
  for (const scored_pair& p : pairs) {
    const double value = evidence(p, words, constants);
    if (!(value > 0)) continue;
    out.push_back({p.a, p.b, share(value, std::sqrt((scales[p.a] + constants.floor) * (scales[p.b] + constants.floor)))});
    between.push_back(p.found);
  }
  return out;
}

std::vector<merge_step> merge_stories(std::vector<scored_pair>&& pairs, std::vector<std::vector<weight>>&& vectors,
                                      word_counts words, std::span<const double> scales, double cut,
                                      const score_constants& constants) {
  std::vector<integer_edge> edges;
  edges.reserve(pairs.size());
  for (const scored_pair& p : pairs)
    if (const std::int64_t score = integer_score(p.found.sum); score > 0) edges.push_back({p.a, p.b, score});
  pairs = {};
  story_linkage stories(std::move(vectors), words, scales, cut, constants);
  return agglomerate(static_cast<std::uint32_t>(scales.size()), std::move(edges), cut,
                     {[&](auto a, auto b, double mean) { return stories.score(a, b, mean); },
                      [&](auto a, auto b, double mean) { stories.merge(a, b, mean); }});
}

}  // namespace retold
