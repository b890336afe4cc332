// SPDX-License-Identifier: Apache-2.0
// At the low similarities of reworded stories LSH on whole documents needs hundreds of bands; a rare word in common finds the
// pairs at a fraction of the cost, and a sentence in common finds the quotation inside an otherwise different text.
#include "stories_candidates.hpp"

#include <algorithm>
#include <functional>
#include <numeric>

#include "hash.hpp"
#include "parallel.hpp"
#include "retold/minhash.hpp"
#include "runs.hpp"

namespace retold {
namespace {

constexpr std::size_t heaviest = 32;        // rare terms of each article that propose pairs
constexpr std::size_t heaviest_common = 8;  // and commoner ones: what a story of hundreds of versions is known by
constexpr std::size_t least_cap = 50;       // articles a rare term stands in; a common one in up to a quarter of all
constexpr std::size_t pairs_each = 200;     // pairs proposed, for each article, before the commoner terms are left out
constexpr std::uint32_t sentence_words = 5;
constexpr banding sentence_bands{4, 4};

// The heaviest terms of one article among those in [least, most] articles.
void add_heaviest(std::span<const weight> vector, std::span<const std::uint32_t> frequency, std::size_t least, std::size_t most,
                  std::size_t limit, std::vector<std::uint32_t>& ids) {
  std::vector<weight> usable;
  for (const weight& w : vector)
    if (frequency[w.id] >= least && frequency[w.id] <= most) usable.push_back(w);
  const auto heavier = [](const weight& a, const weight& b) { return a.value != b.value ? a.value > b.value : a.id < b.id; };
  const auto count = std::min(limit, usable.size());
  std::partial_sort(usable.begin(), usable.begin() + static_cast<std::ptrdiff_t>(count), usable.end(), heavier);
  for (std::size_t i = 0; i < count; ++i) ids.push_back(usable[i].id);
}

// Rare terms first, until the pairs they may propose are enough; the lists of the others are emptied. A story of hundreds of
// versions is found by the terms they all hold, and those are few beside the pairs that the many rare terms propose.
std::uint64_t drop_commonest(std::vector<std::vector<std::uint32_t>>& postings, std::size_t articles) {
  std::vector<std::uint32_t> order(postings.size());
  std::iota(order.begin(), order.end(), 0u);
  std::stable_sort(order.begin(), order.end(), [&](auto x, auto y) { return postings[x].size() < postings[y].size(); });
  pair_budget budget(articles);
  std::uint64_t dropped = 0;
  for (const std::uint32_t id : order) {
    if (budget.takes(postings[id].size())) continue;
    postings[id].clear();
    ++dropped;
  }
  return dropped;
}

// Of sorted values, each that stands there as often as it must, once.
void keep_frequent(std::vector<std::uint32_t>& values, const auto& least) {
  std::vector<std::uint32_t> kept;
  each_run(std::span<const std::uint32_t>(values), 1, std::equal_to<>(), [&](std::span<const std::uint32_t> run) {
    if (run.size() >= least(run.front())) kept.push_back(run.front());
  });
  values = std::move(kept);
  values.shrink_to_fit();
}

std::vector<document_pair> flatten(std::vector<std::vector<std::uint32_t>>& mates) {
  std::size_t count = 0;
  for (const auto& of_one : mates) count += of_one.size();
  std::vector<document_pair> all;
  all.reserve(count);
  for (std::uint32_t d = 0; d < mates.size(); ++d) {
    for (const std::uint32_t m : mates[d]) all.emplace_back(d, m);
    mates[d] = {};
  }
  return all;
}

}  // namespace

void add_proposing(std::span<const weight> vector, std::span<const std::uint32_t> frequency, std::size_t articles,
                   std::vector<std::uint32_t>& ids) {
  add_heaviest(vector, frequency, 2, least_cap, heaviest, ids);
  add_heaviest(vector, frequency, least_cap + 1, std::max(articles / 4, least_cap), heaviest_common, ids);
}

pair_budget::pair_budget(std::size_t articles) : enough_(pairs_each * articles) {}

bool pair_budget::takes(std::uint64_t postings) noexcept {
  const std::uint64_t pairs = postings == 0 ? 0 : postings * (postings - 1) / 2;
  const bool taken = postings <= least_cap || proposed_ + pairs <= enough_;
  if (taken) proposed_ += pairs;
  return taken;
}

std::vector<document_pair> sharing_top(const std::vector<std::vector<std::uint32_t>>& top,
                                       const std::vector<std::vector<std::uint32_t>>& postings, std::size_t shared,
                                       unsigned threads) {
  std::vector<std::vector<std::uint32_t>> mates(top.size());  // of each article: those after it
  parallel_for(top.size(), threads, [&](std::size_t i) {
    const auto d = static_cast<std::uint32_t>(i);
    for (const std::uint32_t id : top[i])
      mates[i].insert(mates[i].end(), std::upper_bound(postings[id].begin(), postings[id].end(), d), postings[id].end());
    std::sort(mates[i].begin(), mates[i].end());
    keep_frequent(mates[i], [&](std::uint32_t mate) { return std::min({shared, top[i].size(), top[mate].size()}); });
  });
  return flatten(mates);
}

std::vector<document_pair> sharing_terms(const term_space& space, std::size_t articles, std::size_t shared, unsigned threads,
                                         std::uint64_t& hot) {
  std::vector<std::vector<std::uint32_t>> top(space.vectors.size());
  parallel_for(top.size(), threads, [&](std::size_t d) { add_proposing(space.vectors[d], space.frequency, articles, top[d]); });

  std::vector<std::vector<std::uint32_t>> postings(space.frequency.size());
  for (std::uint32_t d = 0; d < top.size(); ++d)
    for (const std::uint32_t id : top[d]) postings[id].push_back(d);
  hot += drop_commonest(postings, articles);
  for (auto& ids : top) std::erase_if(ids, [&](std::uint32_t id) { return postings[id].empty(); });
  return sharing_top(top, postings, shared, threads);
}

std::vector<std::uint64_t> sentence_keys(const article& from) {
  static const minhasher sign{{.slots = sentence_bands.bands * sentence_bands.rows}};
  std::vector<std::uint64_t> keys, words;
  for (std::size_t s = 0; s < from.text.sentences.size(); ++s) {
    const sentence& at = from.text.sentences[s];
    if (at.size() < sentence_words || from.is_boilerplate(s)) continue;
    words.clear();
    for (std::uint32_t w = at.first; w < at.last; ++w) words.push_back(hash_bytes(from.text.folded(w)));
    const signature signed_by = sign(words);
    for (unsigned b = 0; b < sentence_bands.bands; ++b)
      keys.push_back(band_key(std::span(signed_by).subspan(std::size_t{b} * sentence_bands.rows, sentence_bands.rows), b));
  }
  sort_and_unique(keys);
  return keys;
}

std::vector<document_pair> sharing_sentences(std::span<const std::vector<std::uint64_t>> keys, std::uint64_t& hot) {
  std::vector<std::pair<std::uint64_t, std::uint32_t>> runs;
  for (std::uint32_t d = 0; d < keys.size(); ++d)
    for (const std::uint64_t key : keys[d]) runs.emplace_back(key, d);
  std::sort(runs.begin(), runs.end());
  std::vector<document_pair> found;
  using run_entry = const std::pair<std::uint64_t, std::uint32_t>;
  const auto same_key = [](run_entry& x, run_entry& y) { return x.first == y.first; };
  each_run(std::span<run_entry>(runs), 2, same_key, [&](std::span<run_entry> run) {
    if (run.size() > sentence_cap) {
      ++hot;
      return;
    }
    for (std::size_t a = 0; a < run.size(); ++a)
      for (std::size_t b = a + 1; b < run.size(); ++b) found.emplace_back(run[a].second, run[b].second);
  });
  sort_and_unique(found);
  return found;
}

}  // namespace retold
