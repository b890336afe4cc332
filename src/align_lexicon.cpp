// SPDX-License-Identifier: Apache-2.0
// Weights by rarity (natural logarithm, smoothed), similarity of words by stem and trigrams. Words like one another are found
// through an inverted index of grams, so the work grows with what they share and not with the square of the vocabulary.
#include "align_lexicon.hpp"

#include <boost/unordered/unordered_flat_set.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "align_negations.hpp"
#include "utf8.hpp"

namespace retold::alignment {
namespace {

// Under so many sentences, counting them says less about a word than its length.
constexpr std::uint32_t least_background = 8;

constexpr double least_weight = 0.1;

// Judgements. F1 of links of hand-aligned documents (bench/quality/links.py): .703 with a stem of 0.8 to 0.95; .695, .703,
// .702 with a least Dice of 0.4, 0.5, 0.6.
constexpr double stem_similarity = 0.9;
constexpr double least_dice = 0.5;

// More words like one word than this are never needed; a text made to have them must not cost the square.
constexpr std::size_t most_similar = 64;

// In isolated pairs the length of a word says how rare it is as surely as this many sentences do. So a few pairs are judged
// nearly as one alone, and thousands by what they hold. bench/quality/fit_pairs.py --sizes: 5 to 50 are alike.
constexpr double pairs_for_length = 20;
constexpr double gram_rarity = 4;  // what a gram is taken for before any is counted

double quantised(double weight) { return std::rint(weight * 4096.0) / 4096.0; }

double rarity(std::uint32_t sentences, std::uint32_t holding) { return std::log((1.0 + sentences) / (1.0 + holding)); }

// Rarity that a guess made before anything was counted has its part in; with nothing counted, the guess.
double blended(double guess, std::uint32_t sentences, std::uint32_t holding) {
  return std::max(0.0, std::log((pairs_for_length + sentences) / (pairs_for_length * std::exp(-guess) + holding)));
}

bool compares_by_letters(const word_type& t) { return !t.digit && !t.single && t.length >= 3; }

bool shares_stem(const word_type& a, const word_type& b) {
  return a.stem == b.stem && a.length > 3 && b.length > 3 && !a.digit && !b.digit && !a.single && !b.single;
}

bool denies(std::string_view key) {
  static const boost::unordered_flat_set<std::string_view> all(std::begin(negations), std::end(negations));
  return all.contains(key);
}

template <class Map>
std::uint32_t count_of(const Map& map, std::uint64_t key) {
  const auto found = map.find(key);
  return found == map.end() ? 0 : found->second;
}

}  // namespace

double gram_weight_in_pairs(std::uint32_t pairs, std::uint32_t holding) {
  return quantised(blended(gram_rarity, pairs, holding));
}

bool lexicon::background() const noexcept { return background_.sentences >= least_background; }

double lexicon::weight_of_gram(std::uint32_t holding) const {
  if (background_.of_pairs) return background_.gram_weights[holding];
  return background() ? quantised(std::max(0.0, rarity(background_.sentences, holding))) : 1.0;
}

double lexicon::weight_of(double by_length, std::uint32_t holding) const {
  if (background_.of_pairs) return quantised(least_weight + blended(by_length, background_.sentences, holding));
  return background() ? quantised(least_weight + std::max(0.0, rarity(background_.sentences, holding))) : by_length;
}

std::uint32_t lexicon::intern_gram(std::uint64_t key) {
  const auto [at, fresh] = grams_.try_emplace(key, static_cast<std::uint32_t>(gram_weights_.size()));
  if (fresh) gram_weights_.push_back(weight_of_gram(count_of(background_.grams, key)));
  return at->second;
}

std::uint32_t lexicon::intern(std::string_view key) {
  const auto [at, fresh] = numbers_.try_emplace(key, static_cast<std::uint32_t>(types_.size()));
  if (!fresh) return at->second;
  const word_shape shape = shape_of(key);
  const std::uint64_t stem = stem_key(key.substr(0, shape.stem));
  word_type made{key, 0, 0, shape.length, 0, shape.digit, shape.single, false, {}};
  made.negation = denies(key);
  made.stem = stems_.try_emplace(stem, static_cast<std::uint32_t>(stems_.size())).first->second;
  made.length_weight = quantised(rarity_by_length(shape));
  made.weight = weight_of(made.length_weight, count_of(background_.stems, stem));
  for (const std::uint64_t gram : grams_of(key, shape.single)) made.grams.push_back(intern_gram(gram));
  std::sort(made.grams.begin(), made.grams.end());
  types_.push_back(std::move(made));
  return static_cast<std::uint32_t>(types_.size() - 1);
}

std::vector<token> lexicon::read(const segmented& from, std::uint32_t first, std::uint32_t last) {
  std::vector<token> tokens;
  tokens.reserve(last - first);
  for (const raw_token& raw : read_tokens(from, first, last, pool_)) {
    tokens.push_back({intern(raw.key), raw.where, raw.folded, raw.joined});
  }
  return tokens;
}

std::vector<gram_weight> lexicon::grams(std::span<const token> tokens) {
  std::vector<std::uint32_t> all;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const word_type& t = types_[tokens[i].type];
    all.insert(all.end(), t.grams.begin(), t.grams.end());
    if (i == 0 || !t.single || !tokens[i].joined || !types_[tokens[i - 1].type].single) continue;
    const std::uint64_t pair = std::uint64_t{tokens[i - 1].type} << 32 | tokens[i].type;
    const auto known = pairs_.find(pair);
    if (known != pairs_.end()) {
      all.push_back(known->second);
    } else {
      all.push_back(pairs_[pair] = intern_gram(pair_gram(types_[tokens[i - 1].type].key, t.key)));
    }
  }
  counts_.resize(std::max(counts_.size(), gram_weights_.size()));
  std::vector<gram_weight> out;
  out.reserve(all.size());
  for (const std::uint32_t gram : all) {
    if (counts_[gram]++ == 0) out.push_back({gram, 0});
  }
  for (gram_weight& g : out) g.weight = std::exchange(counts_[g.gram], 0) * gram_weights_[g.gram];
  std::sort(out.begin(), out.end(), [](const gram_weight& x, const gram_weight& y) { return x.gram < y.gram; });
  return out;
}

// Which words hold each gram (stem), in one piece of memory.
class lexicon::inverted_index {
 public:
  inverted_index(const std::vector<posting>& postings, std::size_t keys) : begins_(keys + 1), words_(postings.size()) {
    for (const posting& p : postings) ++begins_[p.key];
    std::partial_sum(begins_.begin(), begins_.end(), begins_.begin());
    for (auto p = postings.rbegin(); p != postings.rend(); ++p) words_[--begins_[p->key]] = p->word;
  }
  std::span<const std::uint32_t> operator[](std::uint32_t key) const {
    return std::span(words_).subspan(begins_[key], begins_[key + 1] - begins_[key]);
  }

 private:
  std::vector<std::uint32_t> begins_, words_;
};

// `shared` is all zero before and after.
void lexicon::relate_word(std::uint32_t type, const inverted_index& by_gram, const inverted_index& by_stem,
                          std::vector<std::uint32_t>& shared) {
  const word_type& word = types_[type];
  std::vector<similar_word>& found = similar_[type];
  std::vector<std::uint32_t> touched;
  for (const std::uint32_t gram : word.grams) {
    for (const std::uint32_t other : by_gram[gram]) {
      if (shared[other]++ == 0) touched.push_back(other);
    }
  }
  for (const std::uint32_t other : by_stem[word.stem]) {
    if (other != type && shares_stem(word, types_[other])) found.push_back({other, stem_similarity});
  }
  for (const std::uint32_t other : touched) {
    const double dice = 2.0 * shared[other] / static_cast<double>(word.grams.size() + types_[other].grams.size());
    shared[other] = 0;
    if (dice >= least_dice && other != type && !shares_stem(word, types_[other])) found.push_back({other, dice});
  }
}

void lexicon::relate(std::span<const token> a, std::span<const token> b) {
  std::vector<bool> in_a(types_.size()), in_b(types_.size());
  for (const token& t : a) in_a[t.type] = true;
  for (const token& t : b) in_b[t.type] = true;
  std::vector<posting> of_grams, of_stems;
  for (std::uint32_t t = 0; t < types_.size(); ++t) {
    if (!in_b[t] || !compares_by_letters(types_[t])) continue;
    of_stems.push_back({types_[t].stem, t});
    for (const std::uint32_t gram : types_[t].grams) of_grams.push_back({gram, t});
  }
  const inverted_index by_gram(of_grams, gram_weights_.size()), by_stem(of_stems, stems_.size());
  similar_.assign(types_.size(), {});
  std::vector<std::uint32_t> shared(types_.size());
  for (std::uint32_t t = 0; t < types_.size(); ++t) {
    if (!in_a[t]) continue;
    if (compares_by_letters(types_[t])) relate_word(t, by_gram, by_stem, shared);
    if (in_b[t]) similar_[t].push_back({t, 1});
    const auto stronger = [](const similar_word& x, const similar_word& y) {
      return x.similarity != y.similarity ? x.similarity > y.similarity : x.type < y.type;
    };
    std::sort(similar_[t].begin(), similar_[t].end(), stronger);
    if (similar_[t].size() > most_similar) similar_[t].resize(most_similar);
  }
}

double similarity_of(const word_type& a, const word_type& b) {
  if (a.key == b.key) return 1;
  if (!compares_by_letters(a) || !compares_by_letters(b)) return 0;
  if (shares_stem(a, b)) return stem_similarity;
  std::vector<std::uint32_t> both;
  std::set_intersection(a.grams.begin(), a.grams.end(), b.grams.begin(), b.grams.end(), std::back_inserter(both));
  const double dice = 2.0 * static_cast<double>(both.size()) / static_cast<double>(a.grams.size() + b.grams.size());
  return dice >= least_dice ? dice : 0;
}

}  // namespace retold::alignment
