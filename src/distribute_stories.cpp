// SPDX-License-Identifier: Apache-2.0
// Each step calls what `cluster` calls; what stands here turns numbers of articles and keys of terms into the indices that it
// wants, in the order that it has them in.
#include "retold/distribute_stories.hpp"

#include <algorithm>
#include <boost/unordered/unordered_flat_map.hpp>
#include <cmath>
#include <numeric>

#include "boilerplate_pages.hpp"
#include "dates.hpp"
#include "lsh_buckets.hpp"
#include "pipeline_near.hpp"
#include "retold/error.hpp"
#include "retold/lsh.hpp"
#include "retold/minhash.hpp"
#include "retold/verify.hpp"
#include "runs.hpp"
#include "stories_candidates.hpp"
#include "stories_score.hpp"
#include "words_key.hpp"

namespace retold {
namespace {

using indices = std::vector<std::uint32_t>;
using kind = numbered_terms::kind;

static_assert(line_holders == looked_at && least_line_holders == least_recurrence && sentence_holders == sentence_cap &&
              rewrite_threshold == rewrite_jaccard && nearest_evidence == nearest_articles && story_bucket == hot_size);

constexpr unsigned kind_bits = 2;
constexpr double rounding = 1e-6;  // more than scores and cuts lose when they are rounded

kind kind_in(std::uint32_t count) { return static_cast<kind>(count & ((1u << kind_bits) - 1)); }

// Articles by their numbers → 0, 1, 2, … in their order.
class ranks {
 public:
  explicit ranks(std::vector<std::int64_t> articles) : articles_(std::move(articles)) { sort_and_unique(articles_); }
  std::uint32_t of(std::int64_t article) const {
    return static_cast<std::uint32_t>(std::lower_bound(articles_.begin(), articles_.end(), article) - articles_.begin());
  }
  std::uint32_t size() const noexcept { return static_cast<std::uint32_t>(articles_.size()); }
  std::vector<membership> members(const indices& labels) const {
    std::vector<membership> out;
    for (std::uint32_t i = 0; i < size(); ++i) out.push_back({articles_[i], articles_[labels[i]]});
    return out;
  }

 private:
  std::vector<std::int64_t> articles_;
};

template <class Pair>
ranks ranks_of(std::span<const Pair> pairs) {
  std::vector<std::int64_t> all;
  for (const Pair& p : pairs) all.push_back(p.a), all.push_back(p.b);
  return ranks(std::move(all));
}

// Vectors of several articles with the same numbers, from 0, for the same terms.
class shared_terms {
 public:
  explicit shared_terms(std::span<const article_vector* const> vectors) {
    boost::unordered_flat_map<std::int64_t, float> surprise;
    for (const article_vector* v : vectors)
      for (std::size_t i = 0; i < v->places.size(); ++i) surprise.try_emplace(v->places[i], v->surprises[i]);
    std::vector<std::int64_t> order;
    for (const auto& [place, _] : surprise) order.push_back(place);
    std::sort(order.begin(), order.end());
    for (const std::int64_t place : order) {
      ids_.emplace(place, static_cast<std::uint32_t>(ids_.size()));
      surprises_.push_back(surprise.find(place)->second);
    }
  }
  std::size_t size() const noexcept { return surprises_.size(); }
  std::uint32_t id(std::int64_t place) const { return ids_.find(place)->second; }
  std::vector<weight> vector(const article_vector& of) const {
    std::vector<weight> out;
    out.reserve(of.places.size());
    for (std::size_t i = 0; i < of.places.size(); ++i) out.push_back({id(of.places[i]), of.values[i]});
    return out;
  }
  std::vector<float> take_surprises() { return std::move(surprises_); }

 private:
  boost::unordered_flat_map<std::int64_t, std::uint32_t> ids_;
  std::vector<float> surprises_;
};

words_key words_of(const segmented& text) {
  key_list hashes;
  for (std::size_t i = 0; i < text.words.size(); ++i) hashes.push_back(hash_bytes(text.folded(i)));
  return words_key_of(hashes);
}

key_list bands_of(const minhasher& sign, const banding& bands, const shingle_set& set) {
  key_list out;
  if (set.empty()) return out;
  out.resize(bands.bands);
  band_keys(sign(set), bands, out);
  return out;
}

double cut_of(const cluster_options& options) {
  return options.level == level::topic ? options.stories.topic_cut : options.stories.story_cut;
}

// Two groups merge only if the mean of their pairs' cosines less chance agreement (which, like a mean of roots, is at least the
// mean of the pairs' own) reaches what the smallest scale asks for; so some pair between them does.
bool lets_merge(const scored_pair& p, word_counts length, double cut, const score_constants& constants) {
  const double least = cut < 1 ? constants.floor * cut / (1 - cut) : 1;
  return p.found.sum - chance(length[p.a], length[p.b], constants) >= least - rounding;
}

}  // namespace

article_lines lines_of(const document& from) {
  const article a = prepare(from);
  page p = read_page(a);
  const page_title own = title_of(from);
  article_lines out;
  out.title = own.teases ? own.key : 0;
  for (const page_line& l : p.lines) {
    if (may_tease(l, own) && l.key != 0) out.teasers.push_back(l.key);
    if (const std::uint64_t key = recurring_key(a, l); key != 0) out.recurring.push_back(key);
  }
  sort_and_unique(out.teasers);
  sort_and_unique(out.recurring);
  out.content = p.content;
  out.distinct = std::move(p.distinct);
  return out;
}

bool line_recurs(std::span<const key_list> holders) {
  return recurs(holders.size(), [&](std::size_t a, std::size_t b) { return are_copies(holders[a], holders[b]); });
}

struct article_reader::state {
  cluster_options options;
  minhasher sign{{.slots = options.slots}};
  banding near = choose_banding(options.near_threshold, options.recall, options.slots);
  banding rewrite = choose_banding(rewrite_threshold, options.recall, options.slots);
  explicit state(const cluster_options& from) : options(from) {}
};

article_reader::article_reader(const cluster_options& options) {
  options.validate();
  if (options.sketch != sketch_kind::minhash || (options.level != level::story && options.level != level::topic))
    throw error(error_kind::option, "distributed stories and topics are made with MinHash");
  state_ = std::make_unique<state>(options);
}
article_reader::~article_reader() = default;
article_reader::article_reader(article_reader&&) noexcept = default;

article_sketch article_reader::operator()(const document& from, std::span<const std::uint64_t> teasers,
                                          std::span<const std::uint64_t> recurring) const {
  const auto among = [](std::span<const std::uint64_t> keys, std::uint64_t key) {
    return std::binary_search(keys.begin(), keys.end(), key);
  };
  article a = prepare(from);
  const page p = read_page(a);
  const page_title own = title_of(from);
  std::vector<bool> marked = marked_by_itself(a, p);
  for (std::size_t i = 0; i < p.lines.size(); ++i)
    if (const page_line& l = p.lines[i]; (may_tease(l, own) && among(teasers, l.key)) || among(recurring, recurring_key(a, l)))
      marked[i] = true;
  settle(a, p, marked);

  const state& s = *state_;
  article_sketch out;
  const words_key words = words_of(a.text);
  out.words = {words.high, words.low};
  out.day = day_number(from.date);
  out.near = shingles_but_furniture(a, s.options.shingle);
  out.near_bands = bands_of(s.sign, s.near, out.near);
  out.rewrite = a.boilerplate.empty() ? out.near : shingles(a, s.options.shingle);
  if (s.options.near_threshold > rewrite_threshold && out.rewrite.size() >= rewrite_shingles)
    out.rewrite_bands = bands_of(s.sign, s.rewrite, out.rewrite);
  out.sentences = sentence_keys(a);
  counted_terms counted = count_terms(a, ~std::size_t{0});
  out.length = counted.length;
  for (const term& t : counted.terms) {
    out.terms.push_back(t.key);
    out.counts.push_back(t.count << kind_bits | static_cast<std::uint32_t>(kind_of(t)));
  }
  return out;
}

struct bucket_leaders::state {
  struct leader {
    std::int64_t article;
    shingle_set set;
    signature sketch;
  };
  double threshold, surely;
  minhasher sign;
  std::uint64_t bucket = 0;
  std::vector<leader> leaders = {};
};

bucket_leaders::bucket_leaders(double threshold, unsigned slots)
    : state_(new state{threshold, surely_alike(threshold, slots), minhasher({.slots = slots})}) {}
bucket_leaders::~bucket_leaders() = default;
bucket_leaders::bucket_leaders(bucket_leaders&&) noexcept = default;

std::optional<std::int64_t> bucket_leaders::add(std::uint64_t bucket, std::int64_t article,
                                                std::span<const std::uint64_t> set) {
  state& s = *state_;
  if (bucket != s.bucket) s.leaders.clear();
  s.bucket = bucket;
  const signature sketch = s.sign(set);
  for (const state::leader& l : s.leaders)
    if (estimate(l.sketch, sketch) >= s.surely && overlap(l.set, set).jaccard >= s.threshold) return l.article;
  s.leaders.push_back({article, shingle_set(set.begin(), set.end()), sketch});
  return std::nullopt;
}

std::vector<membership> star_component(std::span<const near_pair> pairs) {
  const ranks all = ranks_of(pairs);
  std::vector<edge> edges;
  for (const near_pair& p : pairs) edges.push_back({all.of(p.a), all.of(p.b), p.jaccard});
  return all.members(stars(all.size(), edges));
}

article_vector vector_of(std::vector<counted_term> terms, std::uint64_t leaders) {
  const auto counted = [](const counted_term& t) { return counted_weight(t.count >> kind_bits, kind_in(t.count)); };
  std::sort(terms.begin(), terms.end(), [](const auto& x, const auto& y) { return x.key < y.key; });
  double alone = 0;
  for (const counted_term& t : terms)
    if (t.articles < 2) alone += counted(t) * counted(t);
  std::erase_if(terms, [](const counted_term& t) { return t.articles < 2; });
  std::sort(terms.begin(), terms.end(), [](const auto& x, const auto& y) { return x.place < y.place; });

  std::vector<numbered_terms::entry> shared;
  std::vector<double> rarities;
  indices frequency;
  for (std::uint32_t i = 0; i < terms.size(); ++i) {
    shared.push_back({i, static_cast<float>(counted(terms[i]))});
    rarities.push_back(rarity(leaders, terms[i].leaders));
    frequency.push_back(terms[i].leaders);
  }
  std::vector<weight> vector;
  add_unit_vector(shared, alone, leaders, rarities, frequency, vector);
  indices proposing;
  add_proposing(vector, frequency, leaders, proposing);

  article_vector out;
  for (const weight& w : vector) {
    out.places.push_back(terms[w.id].place);
    out.values.push_back(w.value);
    out.surprises.push_back(static_cast<float>(surprise_of(leaders, terms[w.id].leaders, kind_in(terms[w.id].count))));
  }
  for (const std::uint32_t i : proposing) out.proposing.push_back(terms[i].place);
  return out;
}

proposing_terms choose_proposing(std::vector<number_count> counts, std::uint64_t leaders) {
  std::sort(counts.begin(), counts.end(), [](const auto& x, const auto& y) { return x.number < y.number; });
  pair_budget budget(leaders);
  proposing_terms out;
  for (const number_count& c : counts) {
    for (std::uint64_t taken = 0; taken < c.terms; ++taken)
      if (!budget.takes(c.number)) return {out.all, c.number, taken};
    out.all = c.number;
  }
  return out;
}

std::vector<scored_articles> score_blocks(std::vector<block_article> articles, bool copies, const cluster_options& options) {
  std::sort(articles.begin(), articles.end(), [](const auto& x, const auto& y) { return x.article < y.article; });
  std::vector<const article_vector*> vectors;
  for (const block_article& a : articles) vectors.push_back(&a.vector);
  shared_terms terms(vectors);

  term_space space;
  indices length;
  std::vector<indices> top(articles.size()), postings(terms.size());
  std::vector<key_list> sentences(articles.size());
  space.frequency.resize(terms.size());
  for (std::uint32_t i = 0; i < articles.size(); ++i) {
    block_article& a = articles[i];
    space.vectors.push_back(terms.vector(a.vector));
    length.push_back(a.length);
    for (const std::int64_t place : a.vector.proposing) {
      top[i].push_back(terms.id(place));
      postings[top[i].back()].push_back(i);
    }
    a.vector = {};
    if (!copies) sentences[i] = std::move(a.sentences);
  }
  space.surprise = terms.take_surprises();

  std::vector<document_pair> pairs = sharing_top(top, postings, copies ? copy_terms : 1, 1);
  std::uint64_t hot = 0;
  const std::vector<document_pair> more = sharing_sentences(sentences, hot);
  pairs.insert(pairs.end(), more.begin(), more.end());
  sort_and_unique(pairs);
  const bool two = std::any_of(articles.begin(), articles.end(), [](const block_article& a) { return a.second; });
  const auto days = static_cast<std::int64_t>(options.stories.window_days);
  std::erase_if(pairs, [&](const document_pair& p) {
    const block_article &a = articles[p.first], &b = articles[p.second];
    return (two && a.second == b.second) || (days != 0 && a.day && b.day && std::abs(*a.day - *b.day) > days);
  });

  const score_constants constants;
  std::vector<scored_articles> out;
  for (const scored_pair& p : compare(pairs, space, 1)) {
    if (copies && p.found.sum < copy_cosine) continue;
    out.push_back({articles[p.a].article, articles[p.b].article, p.found.sum, p.found.concentration, p.found.surprise,
                   evidence(p, length, constants), lets_merge(p, length, cut_of(options), constants)});
  }
  return out;
}

std::vector<membership> collapse_component(std::span<const copy_pair> pairs) {
  const ranks all = ranks_of(pairs);
  std::vector<scored_pair> scored;
  indices length(all.size()), leader(all.size());
  std::iota(leader.begin(), leader.end(), 0u);
  for (const copy_pair& p : pairs) {
    const std::uint32_t a = all.of(p.a), b = all.of(p.b);
    length[a] = p.length_a, length[b] = p.length_b;
    scored.push_back({a, b, {p.cosine, 0, 0}});
  }
  collapse_copies(scored, length, leader);
  return all.members(leader);
}

double scale_of(std::span<const double> highest_first, std::uint64_t leaders) {
  const auto others = std::clamp<std::uint64_t>(leaders == 0 ? 0 : leaders - 1, 1, nearest_articles);
  const std::span<const double> best = highest_first.first(std::min(highest_first.size(), nearest_articles));
  return std::accumulate(best.begin(), best.end(), 0.0) / static_cast<double>(others);
}

std::vector<membership> group_component(std::vector<story_article> articles, std::span<const scored_articles> pairs,
                                        std::uint64_t leaders, const cluster_options& options) {
  std::sort(articles.begin(), articles.end(), [](const auto& x, const auto& y) { return x.article < y.article; });
  std::vector<std::int64_t> numbers;
  std::vector<const article_vector*> vectors;
  indices length;
  std::vector<double> scales;
  for (const story_article& a : articles) {
    numbers.push_back(a.article), vectors.push_back(&a.vector), length.push_back(a.length), scales.push_back(a.scale);
  }
  const ranks all(std::move(numbers));
  std::vector<std::vector<weight>> weights;
  const shared_terms terms(vectors);
  for (const article_vector* v : vectors) weights.push_back(terms.vector(*v));
  std::vector<scored_pair> scored;
  for (const scored_articles& p : pairs) scored.push_back({all.of(p.a), all.of(p.b), {p.cosine, p.concentration, p.surprise}});
  std::sort(scored.begin(), scored.end(),
            [](const auto& x, const auto& y) { return std::pair(x.a, x.b) < std::pair(y.a, y.b); });

  const score_constants constants;
  story_grouping out;
  out.leader.resize(all.size());
  std::iota(out.leader.begin(), out.leader.end(), 0u);
  story_tree tree;
  tree.leaders = leaders;
  out.edges = pair_scores(scored, length, scales, constants, tree.between);
  const double cut = cut_of(options);
  tree.steps = merge_stories(std::move(scored), std::move(weights), length, scales, cut, constants);
  return all.members(options.level == level::topic ? topics_of(tree, cut, out) : stories_of(tree, cut, out, constants));
}

}  // namespace retold
