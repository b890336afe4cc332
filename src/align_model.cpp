// SPDX-License-Identifier: Apache-2.0
// Constants: logistic fit over labelled pairs in seven languages (headlines, news, tweets, rewrites, graded similarity), each
// family left out in turn; the gate on word order is a prior, chosen with adversarial pairs in view. docs/algorithms.md tells.
#include "align_model.hpp"

#include <algorithm>
#include <cmath>

namespace retold::alignment {
namespace {

constexpr double intercept = -3.3, per_coverage = 4.0, per_grams = 3.3;
constexpr double figures_cost = 0.5, names_cost = 0.35, negation_cost = 0.5;
constexpr double gate_begin = 0.75, gate_width = 0.15, swap_cost = 4.0, near_swap_cost = 0.5, order_cost = 0.5;
constexpr double name_weight = 2.0, content_weight = 3.0;
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

bool lacks_name(const side_view& side, const lexicon& words) {
  for (std::size_t i = 1; i < side.tokens.size(); ++i) {
    const double missing = words[side.tokens[i].type].weight * (1 - side.matched[i]);
    if (side.tokens[i].capital && missing > name_weight) return true;
  }
  return false;
}

bool same_words(std::span<const token> a, std::span<const token> b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const token& x, const token& y) { return x.type == y.type; });
}

std::vector<std::uint32_t> places_of_unique(std::span<const token> a, std::span<const token> b,
                                            std::span<const word_match> matches) {
  boost::unordered_flat_map<std::uint32_t, std::uint32_t> in_a, in_b;
  for (const token& t : a) ++in_a[t.type];
  for (const token& t : b) ++in_b[t.type];
  std::vector<std::uint32_t> places;
  for (const word_match& m : matches) {
    const std::uint32_t type = a[m.a].type;
    if (type == b[m.b].type && in_a[type] == 1 && in_b[type] == 1) places.push_back(m.b);
  }
  return places;
}

bool is_content(const token& t, const lexicon& words) {
  return t.capital || words[t.type].digit || words[t.type].length_weight > content_weight;
}

double order_of_content(std::span<const token> a, std::span<const token> b, std::span<const word_match> matches,
                        const lexicon& words) {
  std::vector<std::uint32_t> places;
  for (const word_match& m : matches) {
    if (is_content(a[m.a], words) || is_content(b[m.b], words)) places.push_back(m.b);
  }
  if (places.size() < 2) return 1;
  return static_cast<double>(longest_rise(places)) / static_cast<double>(places.size());
}

// What a swap of roles costs; only between sentences that are made of the same words.
double order_penalty(const pair_features& f) {
  const double gate = std::clamp((f.least_covered() - gate_begin) / gate_width, 0.0, 1.0);
  const double swapped = f.fall >= 3 ? swap_cost : f.fall == 2 ? near_swap_cost : 0;
  return gate * (swapped + order_cost * std::min(1.0, 4 * (1 - f.order)));
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
  f.figures_differ = lacks_figure(left, words) && lacks_figure(right, words);
  f.names_differ = lacks_name(left, words) && lacks_name(right, words);
  const auto denials = [&](std::span<const token> side) {
    return std::count_if(side.begin(), side.end(), [&](const token& t) { return words[t.type].negation; });
  };
  f.negations_differ = denials(a) != denials(b);
  f.fall = longest_fall(places_of_unique(a, b, matches));
  f.order = order_of_content(a, b, matches, words);
  return f;
}

double probability(const pair_features& f) {
  if (f.equal) return identical_probability;
  const double z = intercept + per_coverage * f.least_covered() + per_grams * f.grams - figures_cost * f.figures_differ -
                   names_cost * f.names_differ - negation_cost * f.negations_differ - order_penalty(f);
  return sigmoid(z);
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
