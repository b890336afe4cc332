// SPDX-License-Identifier: Apache-2.0
// Stories by local scaling: two articles belong together when they are as alike as either is to its own nearest, not when they
// pass one bar for all topics. docs/algorithms.md has the formulas, the ablations and what was tried in vain.
#include "retold/stories.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <optional>
#include <tuple>

#include "dates.hpp"
#include "parallel.hpp"
#include "retold/error.hpp"
#include "stories_candidates.hpp"
#include "stories_terms.hpp"

namespace retold {
namespace {

constexpr double copy_cosine = 0.70;  // as alike as this: one stands for the other
constexpr double length_term = 0.4;
constexpr double scale_floor = 0.2;
constexpr std::size_t nearest = 3;

using indices = std::vector<std::uint32_t>;

struct scored_pair {
  std::uint32_t a, b;
  double value;
};

// Pairs come sorted by their first article: its vector is spread out once, then each partner costs one look-up a term.
std::vector<scored_pair> cosines(const std::vector<document_pair>& pairs, const term_space& space, unsigned threads) {
  std::vector<scored_pair> out(pairs.size());
  std::vector<std::size_t> runs;
  for (std::size_t i = 0; i < pairs.size(); ++i)
    if (i == 0 || pairs[i].first != pairs[i - 1].first) runs.push_back(i);
  parallel_for(runs.size(), threads, [&](std::size_t r) {
    thread_local std::vector<float> spread;  // zero between runs
    spread.resize(std::max(spread.size(), space.frequency.size()));
    const auto& first = space.vectors[pairs[runs[r]].first];
    for (const weight& w : first) spread[w.id] = w.value;
    for (std::size_t i = runs[r]; i < (r + 1 < runs.size() ? runs[r + 1] : pairs.size()); ++i) {
      double sum = 0;
      for (const weight& w : space.vectors[pairs[i].second])
        sum += static_cast<double>(spread[w.id]) * static_cast<double>(w.value);
      out[i] = {pairs[i].first, pairs[i].second, sum};
    }
    for (const weight& w : first) spread[w.id] = 0;
  });
  return out;
}

// The longest article of each near group leads it.
indices lead_by_length(std::span<const std::uint32_t> near, const std::vector<term_list>& lists) {
  indices best(near.size(), ~0u), leader(near.size());
  for (std::uint32_t d = 0; d < near.size(); ++d)
    if (std::uint32_t& b = best[near[d]]; b == ~0u || lists[d].length > lists[b].length) b = d;
  for (std::uint32_t d = 0; d < near.size(); ++d) leader[d] = best[near[d]];
  return leader;
}

indices own_leaders(const indices& leader) {
  indices out;
  for (std::uint32_t d = 0; d < leader.size(); ++d)
    if (leader[d] == d) out.push_back(d);
  return out;
}

// Longest first: each leader joins the most similar leader that is longer and as good as a copy.
void collapse_copies(const std::vector<scored_pair>& pairs, const std::vector<term_list>& lists, indices& leader) {
  const auto longer = [&](std::uint32_t a, std::uint32_t b) {
    return lists[a].length != lists[b].length ? lists[a].length > lists[b].length : a < b;
  };
  std::vector<std::vector<std::pair<double, std::uint32_t>>> longer_mates(leader.size());
  for (const scored_pair& p : pairs)
    if (p.value >= copy_cosine)
      longer(p.a, p.b) ? longer_mates[p.b].emplace_back(p.value, p.a) : longer_mates[p.a].emplace_back(p.value, p.b);
  indices order = own_leaders(leader);
  std::sort(order.begin(), order.end(), longer);
  indices joins(leader.size());
  std::iota(joins.begin(), joins.end(), 0u);
  for (const std::uint32_t d : order) {
    auto best = std::pair<double, std::uint32_t>{0, d};
    for (const auto& [value, mate] : longer_mates[d])
      if (joins[mate] == mate && (value > best.first || (value == best.first && mate < best.second))) best = {value, mate};
    joins[d] = best.second;
  }
  for (std::uint32_t& l : leader) l = joins[l];
}

// Articles too far apart in time are not scored.
void keep_window(std::vector<document_pair>& pairs, std::span<const article> articles, unsigned days) {
  if (days == 0) return;
  std::vector<std::optional<std::int64_t>> day(articles.size());
  std::transform(articles.begin(), articles.end(), day.begin(), [](const article& a) { return day_number(a.origin->date); });
  std::erase_if(pairs, [&](const document_pair& p) {
    return day[p.first] && day[p.second] && std::abs(*day[p.first] - *day[p.second]) > static_cast<std::int64_t>(days);
  });
}

// Cosines become story scores: less a term for short texts, over the geometric mean of both articles' local scale.
std::vector<edge> scale(std::vector<scored_pair> pairs, const std::vector<term_list>& lists, std::size_t leaders) {
  const auto shortness = [&](std::uint32_t d) { return 1 / std::sqrt(std::max(4.0, static_cast<double>(lists[d].length))); };
  std::vector<std::array<double, nearest>> best(lists.size());
  for (scored_pair& p : pairs) {
    p.value = std::max(0.0, p.value - length_term * (shortness(p.a) + shortness(p.b)) / 2);
    for (const std::uint32_t d : {p.a, p.b}) {
      double value = p.value;
      for (double& b : best[d])
        if (value > b) std::swap(value, b);
    }
  }
  const auto others = static_cast<double>(std::clamp<std::size_t>(leaders - 1, 1, nearest));
  const auto local = [&](std::uint32_t d) {
    return std::accumulate(best[d].begin(), best[d].end(), 0.0) / others + scale_floor;
  };
  std::vector<edge> out;
  for (const scored_pair& p : pairs)
    if (p.value > 0) out.push_back({p.a, p.b, p.value / std::sqrt(local(p.a) * local(p.b))});
  return out;
}

// The smallest article of each cluster after the merges that reach `cut`; members follow their leader.
indices groups(const std::vector<merge_step>& steps, double cut, const indices& leader) {
  indices parent(leader.size());
  std::iota(parent.begin(), parent.end(), 0u);
  const auto root = [&](std::uint32_t d) {
    while (parent[d] != d) d = parent[d] = parent[parent[d]];
    return d;
  };
  const auto join = [&](std::uint32_t a, std::uint32_t b) {
    a = root(a), b = root(b);
    parent[std::max(a, b)] = std::min(a, b);
  };
  for (std::uint32_t d = 0; d < leader.size(); ++d) join(d, leader[d]);
  for (const merge_step& s : steps)
    if (s.score >= cut) join(s.a, s.b);
  indices out(leader.size());
  for (std::uint32_t d = 0; d < leader.size(); ++d) out[d] = root(d);
  return out;
}

}  // namespace

void story_options::validate() const {
  const auto within = [](double v) { return v >= 0 && v <= 1; };
  if (!within(story_cut)) throw error(error_kind::option, "story cut " + std::to_string(story_cut) + " is not between 0 and 1");
  if (!within(topic_cut)) throw error(error_kind::option, "topic cut " + std::to_string(topic_cut) + " is not between 0 and 1");
  if (topic_cut > story_cut)
    throw error(error_kind::option, "the topic cut must not be higher than the story cut: a topic holds stories");
}

story_grouping group_stories(std::span<const article> articles, std::span<const std::uint32_t> near,
                             const story_options& options) {
  options.validate();
  if (near.size() != articles.size() ||
      std::any_of(near.begin(), near.end(), [&](auto label) { return label >= articles.size(); }))
    throw error(error_kind::option, "near: give each article the index of one of its near-copies");
  story_grouping out;
  std::vector<term_list> lists(articles.size());
  std::vector<std::vector<std::uint64_t>> keys(articles.size());
  parallel_for(articles.size(), options.threads, [&](std::size_t i) { lists[i] = count_terms(articles[i]); });

  out.leader = lead_by_length(near, lists);
  indices leaders = own_leaders(out.leader);
  {
    const term_space space = weigh(lists, leaders, options.threads);
    std::uint64_t ignored = 0;
    std::vector<document_pair> pairs = sharing_terms(space, leaders.size(), options.threads, ignored);
    keep_window(pairs, articles, options.window_days);
    collapse_copies(cosines(pairs, space, options.threads), lists, out.leader);
  }
  leaders = own_leaders(out.leader);
  parallel_for(leaders.size(), options.threads, [&](std::size_t i) { keys[leaders[i]] = sentence_keys(articles[leaders[i]]); });

  const term_space space = weigh(lists, leaders, options.threads);
  std::vector<document_pair> pairs = sharing_terms(space, leaders.size(), options.threads, out.hot_buckets),
                             shared = sharing_sentences(keys, out.hot_buckets), both;
  std::set_union(pairs.begin(), pairs.end(), shared.begin(), shared.end(), std::back_inserter(both));
  keep_window(both, articles, options.window_days);
  out.candidates = both.size();
  out.edges = scale(cosines(both, space, options.threads), lists, leaders.size());

  const auto steps = agglomerate(static_cast<std::uint32_t>(articles.size()), out.edges, options.topic_cut);
  out.story = groups(steps, options.story_cut, out.leader);
  out.topic = groups(steps, options.topic_cut, out.leader);
  return out;
}

}  // namespace retold
