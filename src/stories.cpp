// SPDX-License-Identifier: Apache-2.0
// Stories by local scaling: two articles belong together when they are as alike as either is to its own nearest, not when they
// pass one bar for all topics. docs/algorithms.md has the formulas, the ablations and what was tried in vain.
#include "retold/stories.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

#include "dates.hpp"
#include "parallel.hpp"
#include "partition.hpp"
#include "retold/error.hpp"
#include "stories_candidates.hpp"
#include "stories_score.hpp"

namespace retold {
namespace {

using indices = std::vector<std::uint32_t>;

// The longest article of each near group leads it.
indices lead_by_length(std::span<const std::uint32_t> near, const indices& length) {
  indices best(near.size(), ~0u), leader(near.size());
  for (std::uint32_t d = 0; d < near.size(); ++d)
    if (std::uint32_t& b = best[near[d]]; b == ~0u || length[d] > length[b]) b = d;
  for (std::uint32_t d = 0; d < near.size(); ++d) leader[d] = best[near[d]];
  return leader;
}

indices own_leaders(const indices& leader) {
  indices out;
  for (std::uint32_t d = 0; d < leader.size(); ++d)
    if (leader[d] == d) out.push_back(d);
  return out;
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

// Leaders that share rare terms or a sentence, and are not too far apart in time.
std::vector<document_pair> worth_scoring(std::span<const article> articles, const term_space& space, const indices& leaders,
                                         const story_options& options, story_grouping& counted) {
  std::vector<std::vector<std::uint64_t>> keys(articles.size());
  parallel_for(leaders.size(), options.threads, [&](std::size_t i) { keys[leaders[i]] = sentence_keys(articles[leaders[i]]); });
  const std::vector<document_pair> shared = sharing_sentences(keys, counted.hot_buckets);
  keys = {};
  std::vector<document_pair> pairs = sharing_terms(space, leaders.size(), 1, options.threads, counted.hot_buckets), more;
  std::set_difference(shared.begin(), shared.end(), pairs.begin(), pairs.end(), std::back_inserter(more));
  const auto middle = static_cast<std::ptrdiff_t>(pairs.size());
  pairs.insert(pairs.end(), more.begin(), more.end());
  std::inplace_merge(pairs.begin(), pairs.begin() + middle, pairs.end());
  keep_window(pairs, articles, options.window_days);
  counted.candidates = pairs.size();
  return pairs;
}

// Copies follow their leader.
partition of_leaders(const indices& leader) {
  partition out(leader.size());
  for (std::uint32_t d = 0; d < leader.size(); ++d) out.join(d, leader[d]);
  return out;
}

}  // namespace

void collapse_copies(std::span<const scored_pair> pairs, word_counts length, std::vector<std::uint32_t>& leader) {
  const auto longer = [&](std::uint32_t a, std::uint32_t b) { return length[a] != length[b] ? length[a] > length[b] : a < b; };
  std::vector<std::vector<std::pair<double, std::uint32_t>>> longer_mates(leader.size());
  for (const scored_pair& p : pairs)
    if (p.found.sum >= copy_cosine)
      longer(p.a, p.b) ? longer_mates[p.b].emplace_back(p.found.sum, p.a) : longer_mates[p.a].emplace_back(p.found.sum, p.b);
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

void story_options::validate() const {
  const auto within = [](double v) { return v >= 0 && v <= 1; };
  if (!within(story_cut)) throw error(error_kind::option, "story cut " + std::to_string(story_cut) + " is not between 0 and 1");
  if (!within(topic_cut)) throw error(error_kind::option, "topic cut " + std::to_string(topic_cut) + " is not between 0 and 1");
  if (topic_cut > story_cut)
    throw error(error_kind::option, "the topic cut must not be higher than the story cut: a topic holds stories");
}

std::vector<std::uint32_t> topics_of(const story_tree& tree, double cut, const story_grouping& found) {
  partition groups = of_leaders(found.leader);
  for (const merge_step& s : tree.steps) {
    if (s.score < cut) break;
    groups.join(s.a, s.b);
  }
  return groups.labels();
}

// The likeness of articles that have no like is measured against little, and any will do: who is not tied to its story by more
// than chance is let go.
std::vector<std::uint32_t> stories_of(const story_tree& tree, double cut, const story_grouping& found,
                                      const score_constants& constants) {
  const indices group = topics_of(tree, cut, found);
  const double luckiest = luckiest_pair(tree.leaders);
  partition out = of_leaders(found.leader);
  for (std::size_t i = 0; i < found.edges.size(); ++i)
    if (const edge& e = found.edges[i]; group[e.a] == group[e.b] && tied(tree.between[i], luckiest, constants))
      out.join(e.a, e.b);
  return out.labels();
}

compared_articles compare_articles(std::span<const article> articles, std::span<const std::uint32_t> near,
                                   const story_options& options, story_grouping& out) {
  options.validate();
  if (near.size() != articles.size() ||
      std::any_of(near.begin(), near.end(), [&](auto label) { return label >= articles.size(); }))
    throw error(error_kind::option, "near: give each article the index of one of its near-copies");
  term_counts counts = count_terms(articles, options.threads);
  indices length = std::move(counts.length);
  numbered_terms terms = number(std::move(counts.terms), options.threads);

  out.leader = lead_by_length(near, length);
  indices leaders = own_leaders(out.leader);
  {
    const term_space space = weigh(terms, leaders, options.threads);
    std::uint64_t ignored = 0;
    std::vector<document_pair> pairs = sharing_terms(space, leaders.size(), copy_terms, options.threads, ignored);
    keep_window(pairs, articles, options.window_days);
    collapse_copies(compare(pairs, space, options.threads), length, out.leader);
  }
  leaders = own_leaders(out.leader);
  compared_articles found;
  found.length = std::move(length);
  found.leaders = leaders.size();
  found.space = weigh(terms, leaders, options.threads);
  terms = {};
  found.pairs = compare(worth_scoring(articles, found.space, leaders, options, out), found.space, options.threads);
  return found;
}

story_tree story_merges(compared_articles&& compared, double cut, const score_constants& constants, story_grouping& out) {
  const std::vector<double> scales = local_scales(compared.pairs, compared.length, compared.leaders, constants);
  story_tree tree;
  tree.leaders = compared.leaders;
  out.edges = pair_scores(compared.pairs, compared.length, scales, constants, tree.between);
  tree.steps =
      merge_stories(std::move(compared.pairs), std::move(compared.space.vectors), compared.length, scales, cut, constants);
  return tree;
}

story_grouping group_stories(std::span<const article> articles, std::span<const std::uint32_t> near,
                             const story_options& options) {
  story_grouping out;
  const score_constants constants;
  const story_tree tree = story_merges(compare_articles(articles, near, options, out), options.topic_cut, constants, out);
  out.story = stories_of(tree, options.story_cut, out, constants);
  out.topic = topics_of(tree, options.topic_cut, out);
  return out;
}

}  // namespace retold
