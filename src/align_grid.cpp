// SPDX-License-Identifier: Apache-2.0
// Cosines through an inverted index of grams, word alignment for what they leave, then margins: a pair counts for more if it
// is the best of its row and column, because each statement has few places where it may be retold.
#include "align_grid.hpp"

#include <algorithm>
#include <cmath>

#include "align_model.hpp"

namespace retold::alignment {
namespace {

// Fit on hand-aligned documents (logistic; each half predicts the other).
constexpr double intercept = -4.6, per_grams = 5.9, per_coverage = 2.7, per_margin = 0.9;
constexpr double scrap_cost = 3.0;

// A sentence without rivals is measured against the best stranger it would usually meet.
// Without background the weights are flatter, and strangers are more alike.
constexpr double stranger = 0.45, stranger_without_background = 0.65;
constexpr std::uint32_t scrap_words = 3;  // fewer: a scrap, like others by chance

// Where two sentences taken at random have more in common than is usual, a likeness says less: languages written in
// syllables, formulaic texts. The middle of all pairs tells, if they are enough.
constexpr double usual_chance = 0.20, per_chance = 15.0;
constexpr std::size_t least_sample = 64;

// Above so many pairs of sentences only the best of each row and column are looked at closely.
constexpr std::size_t most_pairs = 65536;
constexpr std::size_t best_kept = 12;

void read_field(const article& from, retold::field field, lexicon& words, reading& into) {
  const segmented& part = field == field::title ? from.title : from.text;
  std::string_view original;
  if (from.origin != nullptr) original = field == field::title ? from.origin->title : from.origin->text;
  std::uint32_t stretch = into.units.empty() ? 0 : into.units.back().stretch + 1;
  for (std::size_t s = 0; s < part.sentences.size(); ++s) {
    const sentence& each = part.sentences[s];
    if (field == field::text && from.is_boilerplate(s)) {
      ++stretch;
      continue;
    }
    if (each.size() == 0) continue;
    const auto begin = static_cast<std::uint32_t>(into.tokens.size());
    const std::vector<token> tokens = words.read(part, each.first, each.last, original);
    into.tokens.insert(into.tokens.end(), tokens.begin(), tokens.end());
    unit made{field, stretch, begin, static_cast<std::uint32_t>(into.tokens.size()), each.where, words.grams(tokens), 0, 0};
    for (const gram_weight& g : made.grams) made.norm += g.weight * g.weight;
    for (const token& t : tokens) made.singles += words[t.type].single;
    into.units.push_back(std::move(made));
  }
}

struct posting {
  std::uint32_t unit;
  double weight;
};
using index = std::vector<std::vector<posting>>;

index index_grams(const reading& of, const lexicon& words, std::size_t most) {
  index by_gram(words.gram_count());
  for (std::uint32_t u = 0; u < of.units.size(); ++u) {
    for (const gram_weight& g : of.units[u].grams) by_gram[g.gram].push_back({u, g.weight});
  }
  for (auto& postings : by_gram) {
    if (postings.size() > most) postings.clear();
  }
  return by_gram;
}

// Cosines of one unit with all of the other side.
void cosines(const unit& row, const reading& other, const index& by_gram, std::vector<double>& out) {
  out.assign(other.units.size(), 0);
  for (const gram_weight& g : row.grams) {
    for (const posting& p : by_gram[g.gram]) out[p.unit] += g.weight * p.weight;
  }
  for (std::size_t j = 0; j < out.size(); ++j) {
    if (out[j] > 0) out[j] = std::min(1.0, out[j] / std::sqrt(row.norm * other.units[j].norm));
  }
}

std::vector<sentence_pair> all_pairs(const reading& a, const reading& b, const lexicon& words) {
  const index by_gram = index_grams(b, words, b.units.size());
  std::vector<sentence_pair> pairs;
  pairs.reserve(a.units.size() * b.units.size());
  std::vector<double> row;
  for (std::uint32_t i = 0; i < a.units.size(); ++i) {
    cosines(a.units[i], b, by_gram, row);
    for (std::uint32_t j = 0; j < row.size(); ++j) pairs.push_back({i, j, row[j], 0, 0, false});
  }
  return pairs;
}

// For each unit of `from`, its best partners in `to`. Grams that stand everywhere are left out of the search, not of the score.
std::vector<sentence_pair> best_of_rows(const reading& from, const reading& to, const lexicon& words) {
  const index by_gram = index_grams(to, words, std::max<std::size_t>(64, to.units.size() / 16));
  std::vector<sentence_pair> pairs;
  std::vector<double> row;
  std::vector<std::uint32_t> order;
  for (std::uint32_t i = 0; i < from.units.size(); ++i) {
    cosines(from.units[i], to, by_gram, row);
    order.clear();
    for (std::uint32_t j = 0; j < row.size(); ++j) {
      if (row[j] > 0) order.push_back(j);
    }
    const auto kept = static_cast<std::ptrdiff_t>(std::min(best_kept, order.size()));
    std::partial_sort(order.begin(), order.begin() + kept, order.end(),
                      [&](std::uint32_t x, std::uint32_t y) { return row[x] != row[y] ? row[x] > row[y] : x < y; });
    for (auto j = order.begin(); j != order.begin() + kept; ++j) {
      pairs.push_back({i, *j, cosine(from.units[i].grams, to.units[*j].grams), 0, 0, false});
    }
  }
  return pairs;
}

bool by_place(const sentence_pair& x, const sentence_pair& y) { return x.a != y.a ? x.a < y.a : x.b < y.b; }
bool by_column(const sentence_pair& x, const sentence_pair& y) { return x.b != y.b ? x.b < y.b : x.a < y.a; }

std::vector<sentence_pair> likely_pairs(const reading& a, const reading& b, const lexicon& words) {
  std::vector<sentence_pair> pairs = best_of_rows(a, b, words);
  for (sentence_pair p : best_of_rows(b, a, words)) {
    std::swap(p.a, p.b);
    pairs.push_back(p);
  }
  std::sort(pairs.begin(), pairs.end(), by_place);
  const auto same = [](const sentence_pair& x, const sentence_pair& y) { return x.a == y.a && x.b == y.b; };
  pairs.erase(std::unique(pairs.begin(), pairs.end(), same), pairs.end());
  return pairs;
}

class coverage_meter {
 public:
  coverage_meter(const reading& a, const reading& b, const lexicon& words) : a_(a), b_(b), words_(words), aligner_(words) {}

  void measure(sentence_pair& pair) {
    const auto left = a_.words(pair.a, pair.a), right = b_.words(pair.b, pair.b);
    if (pair.b != column_) aligner_.set_b(right);
    column_ = pair.b;
    const std::vector<word_match>& matches = aligner_.align(left);
    matched_a_.assign(left.size(), 0);
    matched_b_.assign(right.size(), 0);
    for (const word_match& m : matches) matched_a_[m.a] = matched_b_[m.b] = m.similarity;
    pair.covered = std::max(coverage(left, matched_a_, words_), coverage(right, matched_b_, words_));
    pair.identical = left.size() == right.size() && std::equal(left.begin(), left.end(), right.begin(),
                                                               [](const token& x, const token& y) { return x.type == y.type; });
  }

 private:
  const reading& a_;
  const reading& b_;
  const lexicon& words_;
  word_aligner aligner_;
  std::uint32_t column_ = ~std::uint32_t{0};
  std::vector<double> matched_a_, matched_b_;
};

// The two best of a row or column.
struct leaders {
  double first = 0, second = 0;
  void meet(double value) {
    if (value > first)
      second = std::exchange(first, value);
    else if (value > second)
      second = value;
  }
  double best_other_than(double value) const { return value == first ? second : first; }
};

double excess_of_chance(const std::vector<sentence_pair>& pairs) {
  if (pairs.size() < least_sample) return 0;
  std::vector<double> strengths;
  strengths.reserve(pairs.size());
  for (const sentence_pair& p : pairs) strengths.push_back(p.covered + p.grams);
  const auto middle = strengths.begin() + static_cast<std::ptrdiff_t>(strengths.size() / 2);
  std::nth_element(strengths.begin(), middle, strengths.end());
  return per_chance * std::max(0.0, *middle - usual_chance);
}

void weigh(std::vector<sentence_pair>& pairs, const reading& a, const reading& b, bool background) {
  const auto least_rival = [&](const reading& rivals) {
    return !background ? stranger_without_background : rivals.units.size() == 1 ? stranger : 0.0;
  };
  const double rival_a = least_rival(a), rival_b = least_rival(b);
  std::vector<leaders> rows(a.units.size()), columns(b.units.size());
  for (const sentence_pair& p : pairs) {
    rows[p.a].meet(p.covered + p.grams);
    columns[p.b].meet(p.covered + p.grams);
  }
  const double chance = excess_of_chance(pairs);
  for (sentence_pair& p : pairs) {
    const double strength = p.covered + p.grams;
    const double margin_in_row = strength - std::max(rival_b, rows[p.a].best_other_than(strength));
    const double margin_in_column = strength - std::max(rival_a, columns[p.b].best_other_than(strength));
    const double margins = margin_in_row + margin_in_column;
    p.evidence = intercept + per_grams * p.grams + per_coverage * p.covered + per_margin * margins - chance;
    const bool scrap = std::min(a.units[p.a].length(), b.units[p.b].length()) < scrap_words;
    if (scrap && !p.identical) p.evidence -= scrap_cost;
  }
}

}  // namespace

reading read_article(const article& from, lexicon& words) {
  reading made;
  read_field(from, field::title, words, made);
  read_field(from, field::text, words, made);
  return made;
}

std::vector<sentence_pair> score_pairs(const reading& a, const reading& b, const lexicon& words) {
  const bool long_documents = a.units.size() * b.units.size() > most_pairs;
  std::vector<sentence_pair> pairs = long_documents ? likely_pairs(a, b, words) : all_pairs(a, b, words);
  std::sort(pairs.begin(), pairs.end(), by_column);
  coverage_meter meter(a, b, words);
  for (sentence_pair& p : pairs) meter.measure(p);
  std::sort(pairs.begin(), pairs.end(), by_place);
  weigh(pairs, a, b, words.background());
  return pairs;
}

}  // namespace retold::alignment
