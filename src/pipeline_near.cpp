// SPDX-License-Identifier: Apache-2.0
// Exact copies collapse before anything is sketched: they would fill the buckets, and one of them tells all.
#include "pipeline_near.hpp"

#include <algorithm>
#include <boost/unordered/unordered_flat_map.hpp>
#include <tuple>

#include "lsh_buckets.hpp"
#include "parallel.hpp"
#include "pipeline_progress.hpp"
#include "retold/cluster.hpp"
#include "retold/lsh.hpp"
#include "retold/verify.hpp"
#include "runs.hpp"

namespace retold {
namespace {

using indices = std::vector<std::uint32_t>;

bool same_words(const segmented& a, const segmented& b) {
  if (a.words.size() != b.words.size()) return false;
  for (std::size_t i = 0; i < a.words.size(); ++i)
    if (a.folded(i) != b.folded(i)) return false;
  return true;
}

// Equal keys are checked word for word: a collision of hashes must not make a copy.
indices same_texts(const std::vector<article>& articles, unsigned threads) {
  std::vector<std::uint64_t> keys(articles.size());
  parallel_for(articles.size(), threads, [&](std::size_t i) { keys[i] = exact_key(articles[i].text); });
  boost::unordered_flat_map<std::uint64_t, indices> firsts;
  indices out(articles.size());
  for (std::uint32_t i = 0; i < articles.size(); ++i) {
    out[i] = i;
    if (articles[i].text.words.empty()) continue;  // nothing is no copy of nothing
    indices& seen = firsts[keys[i]];
    const auto same =
        std::find_if(seen.begin(), seen.end(), [&](auto s) { return same_words(articles[s].text, articles[i].text); });
    if (same == seen.end())
      seen.push_back(i);
    else
      out[i] = *same;
  }
  return out;
}

using similar = std::function<bool(std::uint32_t, std::uint32_t)>;

candidate_set by_minhash(const std::vector<const shingle_set*>& sets, const cluster_options& options, double threshold,
                         const similar& alike) {
  const minhasher sign{{.slots = options.slots}};
  std::vector<signature> signatures(sets.size());
  parallel_for(sets.size(), options.threads, [&](std::size_t i) { signatures[i] = sign(*sets[i]); });
  const double surely = surely_alike(threshold, options.slots);
  const auto likely = [&](std::uint32_t a, std::uint32_t b) {
    return estimate(signatures[a], signatures[b]) >= surely && alike(a, b);
  };
  return candidates(signatures, choose_banding(threshold, options.recall, options.slots), likely);
}

// Equal prints are a bucket; near ones pair those who stand for their buckets.
candidate_set pair_prints(std::span<const fingerprint> prints, indices documents, unsigned distance, const similar& alike) {
  const auto rank = [&](std::uint32_t i) { return std::tuple(prints[i].low, prints[i].high, i); };
  std::sort(documents.begin(), documents.end(), [&](auto a, auto b) { return rank(a) < rank(b); });
  bucket_pairs pairs(alike);
  std::vector<fingerprint> distinct;
  std::vector<indices> standing;
  const auto same = [&](std::uint32_t a, std::uint32_t b) { return prints[a] == prints[b]; };
  each_run(std::span<const std::uint32_t>(documents), 1, same, [&](std::span<const std::uint32_t> having) {
    const auto bucket = pairs.add(having);
    distinct.push_back(prints[having.front()]);
    standing.emplace_back(bucket.begin(), bucket.end());
  });
  for (const auto& [a, b] : hamming_pairs(distinct, distance))
    for (const std::uint32_t i : standing[a])
      for (const std::uint32_t j : standing[b]) pairs.add_pair(std::min(i, j), std::max(i, j));
  return pairs.take();
}

candidate_set by_simhash(const std::vector<const shingle_set*>& sets, const cluster_options& options, double threshold,
                         const similar& alike) {
  std::vector<fingerprint> prints(sets.size());
  indices filled;
  for (std::uint32_t i = 0; i < sets.size(); ++i)
    if (!sets[i]->empty()) filled.push_back(i);
  parallel_for(filled.size(), options.threads, [&](std::size_t i) { prints[filled[i]] = print_of(*sets[filled[i]]); });
  return pair_prints(prints, std::move(filled), distance_for(2 * threshold / (1 + threshold), options.recall), alike);
}

using set_list = std::vector<const shingle_set*>;

// For each set the centre of its star: candidates, verified exactly, grouped.
indices star_centres(const set_list& sets, double threshold, const cluster_options& options, statistics& counts,
                     const progress& report) {
  const auto jaccard = [&](std::uint32_t a, std::uint32_t b) { return overlap(*sets[a], *sets[b]).jaccard; };
  const auto alike = [&](std::uint32_t a, std::uint32_t b) { return jaccard(a, b) >= threshold; };
  const candidate_set found = options.sketch == sketch_kind::minhash ? by_minhash(sets, options, threshold, alike)
                                                                     : by_simhash(sets, options, threshold, alike);
  counts.candidates += found.pairs.size();
  counts.hot_buckets += found.hot_buckets;
  counts.templates += found.templates;

  std::vector<edge> scored(found.pairs.size());
  counted_progress verifying(report, "verify", found.pairs.size());
  parallel_for(found.pairs.size(), options.threads, [&](std::size_t i) {
    const auto [a, b] = found.pairs[i];
    scored[i] = {a, b, jaccard(a, b)};
    verifying.step();
  });
  std::erase_if(scored, [&](const edge& e) { return e.score < threshold; });
  return stars(static_cast<std::uint32_t>(sets.size()), scored);
}

// Stars over the centres of near stars: copies of copies join nothing that is not itself like the new centre.
// Without boilerplate: what tells one story is another question than what is a copy.
void add_rewrites(copies& out, const std::vector<article>& articles, const cluster_options& options, statistics& counts,
                  const progress& report) {
  out.rewrite = out.near;
  if (options.near_threshold <= rewrite_jaccard) return;
  std::vector<shingle_set> stripped(articles.size());
  parallel_for(articles.size(), options.threads, [&](std::size_t i) {
    if (out.near[i] == i && !articles[i].boilerplate.empty()) stripped[i] = shingles(articles[i], options.shingle);
  });
  indices centres;
  set_list sets;
  for (std::uint32_t i = 0; i < out.near.size(); ++i) {
    const shingle_set& set = articles[i].boilerplate.empty() ? out.sets[i] : stripped[i];
    if (out.near[i] == i && set.size() >= rewrite_shingles) centres.push_back(i), sets.push_back(&set);
  }
  const indices wider = star_centres(sets, rewrite_jaccard, options, counts, report);
  for (std::size_t i = 0; i < centres.size(); ++i) out.rewrite[centres[i]] = centres[wider[i]];
  for (std::uint32_t& label : out.rewrite) label = out.rewrite[label];  // members follow their centre, centres point at centres
}

}  // namespace

fingerprint print_of(std::span<const std::uint64_t> set) {
  std::vector<weighted> features;
  features.reserve(set.size());
  for (const std::uint64_t s : set) features.push_back({s, 1});
  return simhash(features);
}

copies find_copies(const std::vector<article>& articles, const cluster_options& options, statistics& counts,
                   const progress& report) {
  copies out;
  out.exact = same_texts(articles, options.threads);
  out.near = out.rewrite = out.exact;
  if (options.level == level::exact) return out;  // nobody will ask what else is alike
  out.sets.resize(articles.size());
  counted_progress shingling(report, "shingle", articles.size());
  parallel_for(articles.size(), options.threads, [&](std::size_t i) {
    out.sets[i] = shingles_but_furniture(articles[i], options.shingle);
    shingling.step();
  });

  indices leaders;
  set_list sets;
  for (std::uint32_t i = 0; i < articles.size(); ++i)
    if (out.exact[i] == i) leaders.push_back(i), sets.push_back(&out.sets[i]);
  const indices centre = star_centres(sets, options.near_threshold, options, counts, report);
  for (std::size_t i = 0; i < leaders.size(); ++i) out.near[leaders[i]] = leaders[centre[i]];
  for (std::size_t i = 0; i < articles.size(); ++i) out.near[i] = out.near[out.exact[i]];
  if (options.level == level::story || options.level == level::topic) add_rewrites(out, articles, options, counts, report);
  return out;
}

}  // namespace retold
