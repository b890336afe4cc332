// SPDX-License-Identifier: Apache-2.0
#include "retold/advise.hpp"

#include <algorithm>
#include <boost/unordered/unordered_flat_set.hpp>
#include <limits>

#include "advise_join.hpp"
#include "hash.hpp"
#include "option_ranges.hpp"
#include "parallel.hpp"
#include "report_escape.hpp"
#include "retold/error.hpp"

namespace retold {

void advise_options::validate() const {
  dedup_options same;
  same.threshold = threshold, same.shingle = shingle, same.sketch = sketch, same.slots = slots, same.recall = recall;
  same.validate();
  if (threshold < least_threshold)
    throw error(error_kind::option, "threshold " + shortest(threshold) + " is out of range: samples are joined from " +
                                        rendering::decimal(least_threshold) + " on");
}

std::vector<edge> exact_join(std::span<const shingle_set> sets, double threshold, unsigned threads) {
  require_threshold(threshold);
  return *join_at_most(sets, threshold, std::numeric_limits<std::size_t>::max(), threads, {});
}

// ---- the sample ----

namespace {

// Of n words, one changed in the middle leaves n - 5 of n + 1 shingles of three words in common: 0.8 at 29 words. In characters
// it costs half as much.
constexpr std::uint32_t short_text = 29;
constexpr shingle_options for_short_texts = {.unit = shingle_unit::character, .size = 5};

}  // namespace

std::uint32_t sample::median_words() const {
  if (words.empty()) return 0;
  std::vector<std::uint32_t> sorted = words;
  const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
  std::nth_element(sorted.begin(), middle, sorted.end());
  return *middle;
}

sampler::sampler(const advise_options& options) : options_(options) { options_.validate(); }

namespace {

// Without what the markup calls furniture, as copies are compared.
std::string compared_text(const document& d) {
  std::string text = d.text;
  for (const slice s : d.furniture)
    std::fill(text.begin() + s.begin, text.begin() + std::min<std::ptrdiff_t>(s.end, std::ssize(text)), '\n');
  return text;
}

}  // namespace

// The documents whose ids have the smallest hashes; of several with one id, those that come first by their texts.
void sampler::add(const document& one) {
  ++collection_;
  const std::uint64_t rank = hash_bytes(one.id);
  const bool full = options_.sample != 0 && chosen_.size() == options_.sample;
  if (full && rank > chosen_.front().rank) return;
  chosen_.push_back({rank, one.id, compared_text(one)});
  std::push_heap(chosen_.begin(), chosen_.end());
  if (!full) return;
  std::pop_heap(chosen_.begin(), chosen_.end());
  chosen_.pop_back();
}

sample sampler::take() {
  std::sort(chosen_.begin(), chosen_.end());
  sample out;
  out.collection = collection_;
  out.documents = chosen_.size();
  std::vector<std::uint32_t> words(chosen_.size());
  std::vector<std::uint64_t> keys(chosen_.size());
  parallel_for(chosen_.size(), options_.threads, [&](std::size_t i) {
    const std::vector<std::uint64_t> list = shingle_list(chosen_[i].text, {.size = 1});
    keys[i] = hash_numbers(list, 0);
    words[i] = static_cast<std::uint32_t>(list.size());
  });
  boost::unordered_flat_set<std::uint64_t> seen;
  std::vector<std::size_t> kept;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const bool copy = words[i] != 0 && !seen.insert(keys[i]).second;
    out.without_words += words[i] == 0;
    out.copies += copy;
    if (words[i] == 0 || copy) continue;
    kept.push_back(i);
    out.words.push_back(words[i]);
  }
  out.shingle = options_.shingle;
  if (options_.choose_shingle && out.median_words() < short_text) out.shingle = for_short_texts;
  out.sets.resize(kept.size());
  parallel_for(kept.size(), options_.threads,
               [&](std::size_t i) { out.sets[i] = shingles(chosen_[kept[i]].text, out.shingle); });
  chosen_ = {};
  return out;
}

}  // namespace retold
