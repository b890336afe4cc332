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
#include "retold/error.hpp"
#include "stories_candidates.hpp"
#include "stories_score.hpp"

namespace retold {
namespace {

constexpr double copy_cosine = 0.70;  // as alike as this: one stands for the other

using indices = std::vector<std::uint32_t>;

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
  std::vector<document_pair> pairs = sharing_terms(space, leaders.size(), options.threads, counted.hot_buckets), shared, both;
  {
    std::vector<std::vector<std::uint64_t>> keys(articles.size());
    parallel_for(leaders.size(), options.threads,
                 [&](std::size_t i) { keys[leaders[i]] = sentence_keys(articles[leaders[i]]); });
    shared = sharing_sentences(keys, counted.hot_buckets);
  }
  std::set_union(pairs.begin(), pairs.end(), shared.begin(), shared.end(), std::back_inserter(both));
  keep_window(both, articles, options.window_days);
  counted.candidates = both.size();
  return both;
}

}  // namespace

void story_options::validate() const {
  const auto within = [](double v) { return v >= 0 && v <= 1; };
  if (!within(story_cut)) throw error(error_kind::option, "story cut " + std::to_string(story_cut) + " is not between 0 and 1");
  if (!within(topic_cut)) throw error(error_kind::option, "topic cut " + std::to_string(topic_cut) + " is not between 0 and 1");
  if (topic_cut > story_cut)
    throw error(error_kind::option, "the topic cut must not be higher than the story cut: a topic holds stories");
}

namespace {

// Labels by the smallest index.
class partition {
 public:
  explicit partition(std::size_t size) : parent_(size) { std::iota(parent_.begin(), parent_.end(), 0u); }
  std::uint32_t root(std::uint32_t d) {
    while (parent_[d] != d) d = parent_[d] = parent_[parent_[d]];
    return d;
  }
  void join(std::uint32_t a, std::uint32_t b) {
    a = root(a), b = root(b);
    parent_[std::max(a, b)] = std::min(a, b);
  }
  indices labels() {
    indices out(parent_.size());
    for (std::uint32_t d = 0; d < out.size(); ++d) out[d] = root(d);
    return out;
  }

 private:
  indices parent_;
};

// Copies follow their leader.
partition of_leaders(const indices& leader) {
  partition out(leader.size());
  for (std::uint32_t d = 0; d < leader.size(); ++d) out.join(d, leader[d]);
  return out;
}

struct agreement_of_two {
  double surprise = 0;  // nats
  double cosine = 0;
};

agreement_of_two agree(const term_space& space, std::uint32_t a, std::uint32_t b) {
  agreement_of_two out;
  const std::vector<weight>&x = space.vectors[a], &y = space.vectors[b];
  for (auto i = x.begin(), j = y.begin(); i != x.end() && j != y.end();) {
    if (i->id == j->id) {
      out.surprise += static_cast<double>(space.surprise[i->id]);
      out.cosine += static_cast<double>(i->value) * static_cast<double>(j->value);
    }
    const bool next_i = i->id <= j->id, next_j = j->id <= i->id;
    i += next_i, j += next_j;
  }
  return out;
}

// Of n articles, the luckiest of the n² / 2 pairs has some 2 ln n nats of words in common by chance: two are tied by more. The
// nearer they are (√(1 − cosine) is their distance, 1 between strangers), the less of it can be chance.
bool tied(const story_tree& tree, double luckiest, std::uint32_t a, std::uint32_t b, const score_constants& constants) {
  const agreement_of_two of = agree(tree.space, a, b);
  return of.surprise >= luckiest * std::sqrt(std::max(0.0, 1 - constants.eased * of.cosine)) + constants.surplus;
}

double rounded(double value) { return std::rint(value * 1048576.0) / 1048576.0; }  // for the same answer on every machine

}  // namespace

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
  const double luckiest = rounded(2 * std::log(static_cast<double>(std::max<std::size_t>(4, tree.leaders))));
  partition out = of_leaders(found.leader);
  for (const edge& e : found.edges)
    if (group[e.a] == group[e.b] && out.root(e.a) != out.root(e.b) && tied(tree, luckiest, e.a, e.b, constants))
      out.join(e.a, e.b);
  return out.labels();
}

compared_articles compare_articles(std::span<const article> articles, std::span<const std::uint32_t> near,
                                   const story_options& options, story_grouping& out) {
  options.validate();
  if (near.size() != articles.size() ||
      std::any_of(near.begin(), near.end(), [&](auto label) { return label >= articles.size(); }))
    throw error(error_kind::option, "near: give each article the index of one of its near-copies");
  std::vector<term_list> lists(articles.size());
  parallel_for(articles.size(), options.threads, [&](std::size_t i) { lists[i] = count_terms(articles[i]); });

  out.leader = lead_by_length(near, lists);
  indices leaders = own_leaders(out.leader);
  {
    const term_space space = weigh(lists, leaders, options.threads);
    std::uint64_t ignored = 0;
    std::vector<document_pair> pairs = sharing_terms(space, leaders.size(), options.threads, ignored);
    keep_window(pairs, articles, options.window_days);
    collapse_copies(compare(pairs, space, options.threads), lists, out.leader);
  }
  leaders = own_leaders(out.leader);
  compared_articles found{weigh(lists, leaders, options.threads), indices(lists.size()), leaders.size(), {}};
  std::transform(lists.begin(), lists.end(), found.length.begin(), [](const term_list& l) { return l.length; });
  lists = {};  // as large as all the rest
  found.pairs = compare(worth_scoring(articles, found.space, leaders, options, out), found.space, options.threads);
  return found;
}

story_tree story_merges(compared_articles&& compared, double cut, const score_constants& constants, story_grouping& out) {
  story_tree tree{{}, std::move(compared.space), compared.leaders};
  const scored_articles of{tree.space, compared.length};
  const std::vector<double> scales = local_scales(compared.pairs, of, tree.leaders, constants);
  out.edges = pair_scores(compared.pairs, of, scales, constants);
  tree.steps = merge_stories(std::move(compared.pairs), of, scales, cut, constants);
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
