// SPDX-License-Identifier: Apache-2.0
// At the low similarities of reworded stories LSH on whole documents needs hundreds of bands; a rare word in common finds the
// pairs at a fraction of the cost, and a sentence in common finds the quotation inside an otherwise different text.
#include "stories_candidates.hpp"

#include <algorithm>

#include "hash.hpp"
#include "parallel.hpp"
#include "retold/minhash.hpp"

namespace retold {
namespace {

constexpr std::size_t heaviest = 32;       // terms of each article that propose pairs
constexpr std::size_t least_cap = 50, most_cap = 200;  // articles a term may stand in: 5 % of all, within these
constexpr std::size_t sentence_cap = 50;   // articles a sentence may stand in
constexpr std::uint32_t sentence_words = 5;
constexpr banding sentence_bands{4, 4};

std::vector<std::uint32_t> heaviest_terms(const std::vector<weight>& vector, const term_space& space, std::size_t cap) {
  std::vector<weight> usable;
  std::copy_if(vector.begin(), vector.end(), std::back_inserter(usable), [&](const weight& w) { return space.frequency[w.id] <= cap; });
  const auto heavier = [](const weight& a, const weight& b) { return a.value != b.value ? a.value > b.value : a.id < b.id; };
  const auto count = std::min(heaviest, usable.size());
  std::partial_sort(usable.begin(), usable.begin() + static_cast<std::ptrdiff_t>(count), usable.end(), heavier);
  std::vector<std::uint32_t> ids;
  for (std::size_t i = 0; i < count; ++i) ids.push_back(usable[i].id);
  return ids;
}

std::vector<document_pair> flatten(std::vector<std::vector<document_pair>>& parts) {
  std::vector<document_pair> all;
  for (auto& part : parts) {
    all.insert(all.end(), part.begin(), part.end());
    part = {};
  }
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

}  // namespace

std::vector<document_pair> sharing_terms(const term_space& space, std::size_t articles, unsigned threads, std::uint64_t& hot) {
  const std::size_t cap = std::clamp(articles / 20, least_cap, most_cap);
  std::vector<std::vector<std::uint32_t>> top(space.vectors.size());
  parallel_for(top.size(), threads, [&](std::size_t d) { top[d] = heaviest_terms(space.vectors[d], space, cap); });

  hot += static_cast<std::uint64_t>(std::count_if(space.frequency.begin(), space.frequency.end(), [&](auto f) { return f > cap; }));
  std::vector<std::vector<std::uint32_t>> postings(space.frequency.size());
  for (std::uint32_t d = 0; d < top.size(); ++d)
    for (const std::uint32_t id : top[d]) postings[id].push_back(d);

  std::vector<std::vector<document_pair>> found(top.size());
  parallel_for(top.size(), threads, [&](std::size_t i) {
    const auto d = static_cast<std::uint32_t>(i);
    std::vector<std::uint32_t> mates;
    for (const std::uint32_t id : top[i]) mates.insert(mates.end(), postings[id].begin(), postings[id].end());
    std::sort(mates.begin(), mates.end());
    mates.erase(std::unique(mates.begin(), mates.end()), mates.end());
    for (const std::uint32_t m : mates)
      if (m > d) found[i].emplace_back(d, m);
  });
  return flatten(found);
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
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  return keys;
}

std::vector<document_pair> sharing_sentences(std::span<const std::vector<std::uint64_t>> keys, std::uint64_t& hot) {
  std::vector<std::pair<std::uint64_t, std::uint32_t>> runs;
  for (std::uint32_t d = 0; d < keys.size(); ++d)
    for (const std::uint64_t key : keys[d]) runs.emplace_back(key, d);
  std::sort(runs.begin(), runs.end());
  std::vector<document_pair> found;
  for (std::size_t i = 0; i < runs.size();) {
    std::size_t j = i;
    while (j < runs.size() && runs[j].first == runs[i].first) ++j;
    if (j - i > sentence_cap) {
      ++hot;
    } else {
      for (std::size_t a = i; a < j; ++a)
        for (std::size_t b = a + 1; b < j; ++b) found.emplace_back(runs[a].second, runs[b].second);
    }
    i = j;
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

}  // namespace retold
