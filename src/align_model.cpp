// SPDX-License-Identifier: Apache-2.0
// Constants: bench/quality/fit_pairs.py, a logistic fit over labelled pairs in seven languages (headlines, news, tweets,
// rewrites, graded similarity), each family left out in turn; that a swap of roles counts at all is a prior, taken from
// adversarial pairs. docs/algorithms.md tells.
#include "align_model.hpp"

#include <algorithm>
#include <cmath>

namespace retold::alignment {
namespace {

constexpr double intercept = -0.68, per_coverage = 2.97, per_grams = 2.0, per_addition = -2.26;
constexpr double figures_cost = 0.54, negation_cost = 0.43;
constexpr double gate_begin = 0.7, gate_width = 0.15, swap_cost = 5.0;
// Of a word that is more than grammar. AUC of MRPC / PAWS-X en with 1.0, 1.7, 2.5: .783 / .852, .790 / .840, .790 / .837.
constexpr double role_weight = 1.7;
constexpr double identical_probability = 0.99;
constexpr double paraphrased_cut = 0.50, related_cut = 0.13;
constexpr double shared_subsequence = 0.80, shared_coverage = 0.90, shared_run = 0.60;

struct side_view {
  std::span<const token> tokens;
  std::vector<double> matched;  // similarity of each word's counterpart
};

// A word of this side bears a digit and has no equal on the other.
bool lacks_figure(const side_view& side, const lexicon& words) {
  for (std::size_t i = 0; i < side.tokens.size(); ++i) {
    if (words[side.tokens[i].type].digit && side.matched[i] == 0) return true;
  }
  return false;
}

bool same_words(std::span<const token> a, std::span<const token> b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const token& x, const token& y) { return x.type == y.type; });
}

// The heaviest run of words without counterpart, as a share of its side.
double heaviest_addition(const side_view& side, const lexicon& words) {
  double heaviest = 0, now = 0, all = 0;
  for (std::size_t i = 0; i < side.tokens.size(); ++i) {
    const double weight = words[side.tokens[i].type].weight;
    all += weight;
    now = side.matched[i] == 0 ? now + weight : 0;
    heaviest = std::max(heaviest, now);
  }
  return all > 0 ? heaviest / all : 1;
}

// What a swap of roles costs; only between sentences that are made of the same words.
double order_penalty(const pair_features& f) {
  return f.swapped ? swap_cost * std::clamp((f.least_covered() - gate_begin) / gate_width, 0.0, 1.0) : 0;
}

struct placed_word {
  std::uint64_t key = 0;
  std::uint32_t place = 0;
};

// Words that stand once in a sentence, by key. Of scripts without spaces, two characters make a word. What is mostly grammar is
// left out.
std::vector<placed_word> words_by_key(std::span<const token> tokens, const lexicon& words) {
  std::vector<placed_word> found;
  for (std::uint32_t i = 0; i < tokens.size(); ++i) {
    const word_type& type = words[tokens[i].type];
    if (!type.single) {
      if (type.weight >= role_weight) found.push_back({std::uint64_t{tokens[i].type} << 32, i});
    } else if (i + 1 < tokens.size() && words[tokens[i + 1].type].single) {
      found.push_back({std::uint64_t{tokens[i].type} << 32 | (tokens[i + 1].type + 1), i});
    }
  }
  std::sort(found.begin(), found.end(), [](const placed_word& x, const placed_word& y) { return x.key < y.key; });
  std::vector<placed_word> once;
  for (std::size_t i = 0; i < found.size(); ++i) {
    const bool again =
        (i > 0 && found[i - 1].key == found[i].key) || (i + 1 < found.size() && found[i + 1].key == found[i].key);
    if (!again) once.push_back(found[i]);
  }
  return once;
}

// The places in b of the words that stand once on each side, in a's order.
std::vector<std::uint32_t> places_of_unique(std::span<const token> a, std::span<const token> b, const lexicon& words) {
  const std::vector<placed_word> in_a = words_by_key(a, words), in_b = words_by_key(b, words);
  std::vector<std::pair<std::uint32_t, std::uint32_t>> both;
  for (auto x = in_a.begin(), y = in_b.begin(); x != in_a.end() && y != in_b.end();) {
    if (x->key == y->key) {
      both.emplace_back(x++->place, y++->place);
    } else if (x->key < y->key) {
      ++x;
    } else {
      ++y;
    }
  }
  std::sort(both.begin(), both.end());
  std::vector<std::uint32_t> places;
  for (const auto& [place_in_a, place_in_b] : both) places.push_back(place_in_b);
  return places;
}

}  // namespace

double sigmoid(double z) { return 1 / (1 + std::exp(-z)); }

double rounded(double probability) { return std::clamp(std::rint(probability * 1e4) / 1e4, 0.0001, 0.9999); }

double cosine(std::span<const gram_weight> a, std::span<const gram_weight> b) noexcept {
  double dot = 0, of_a = 0, of_b = 0;
  for (const gram_weight& g : a) of_a += g.weight * g.weight;
  for (const gram_weight& g : b) of_b += g.weight * g.weight;
  for (auto x = a.begin(), y = b.begin(); x != a.end() && y != b.end();) {
    if (x->gram == y->gram)
      dot += x++->weight * y++->weight;
    else if (x->gram < y->gram)
      ++x;
    else
      ++y;
  }
  return dot > 0 ? std::min(1.0, dot / std::sqrt(of_a * of_b)) : 0;
}

double coverage(std::span<const token> side, std::span<const double> matched, const lexicon& words) {
  double covered = 0, all = 0;
  for (std::size_t i = 0; i < side.size(); ++i) {
    covered += matched[i] * words[side[i].type].weight;
    all += words[side[i].type].weight;
  }
  return all > 0 ? covered / all : 0;
}

bool roles_swapped(std::span<const token> a, std::span<const token> b, const lexicon& words) {
  return longest_fall(places_of_unique(a, b, words)) >= 3;
}

pair_features compare_words(std::span<const token> a, std::span<const token> b, std::span<const word_match> matches,
                            lexicon& words) {
  side_view left{a, std::vector<double>(a.size())}, right{b, std::vector<double>(b.size())};
  for (const word_match& m : matches) left.matched[m.a] = right.matched[m.b] = m.similarity;
  pair_features f;
  if (a.empty() || b.empty()) return f;
  f.grams = cosine(words.grams(a), words.grams(b));
  f.covered_a = coverage(a, left.matched, words);
  f.covered_b = coverage(b, right.matched, words);
  f.equal = same_words(a, b);
  f.subsequence = 2.0 * static_cast<double>(common_subsequence(a, b)) / static_cast<double>(a.size() + b.size());
  f.run = static_cast<double>(common_run(a, b)) / static_cast<double>(std::min(a.size(), b.size()));
  f.addition = std::sqrt(std::max(heaviest_addition(left, words), heaviest_addition(right, words)));
  f.figures_differ = lacks_figure(left, words) && lacks_figure(right, words);
  const auto denials = [&](std::span<const token> side) {
    return std::count_if(side.begin(), side.end(), [&](const token& t) { return words[t.type].negation; });
  };
  f.negations_differ = denials(a) != denials(b);
  f.swapped = roles_swapped(a, b, words);
  return f;
}

double probability(const pair_features& f) {
  if (f.equal) return identical_probability;
  const double z = intercept + per_coverage * f.least_covered() + per_grams * f.grams + per_addition * f.addition -
                   figures_cost * f.figures_differ - negation_cost * f.negations_differ - order_penalty(f);
  return rounded(sigmoid(z));
}

passage_class class_by_words(const pair_features& f) noexcept {
  if (f.equal) return passage_class::identical;
  const bool contains = f.most_covered() >= shared_coverage && f.run >= shared_run;
  return f.subsequence >= shared_subsequence || contains ? passage_class::shared : passage_class::unrelated;
}

passage_class class_of(const pair_features& f, double p) noexcept {
  if (f.equal) return passage_class::identical;
  if (p >= paraphrased_cut) {
    return class_by_words(f) == passage_class::shared ? passage_class::shared : passage_class::paraphrased;
  }
  return p >= related_cut ? passage_class::related : passage_class::unrelated;
}

}  // namespace retold::alignment
