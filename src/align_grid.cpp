// SPDX-License-Identifier: Apache-2.0
// Cosines of the pairs worth a look (align_candidates), word alignment for what they leave, then margins: a pair counts for
// less the more of either sentence another one accounts for, because what was retold in full needs no second place. Where each
// of several accounts for a part, as after a split, the margins stay small.
#include "align_grid.hpp"

#include <algorithm>
#include <cmath>

#include "align_candidates.hpp"
#include "align_model.hpp"
#include "hash.hpp"

namespace retold::alignment {
namespace {

// Logistic fit on hand-aligned documents, by bench/quality/fit_links.py.
constexpr double intercept = -4.5, per_grams = 7.0, per_coverage = 1.6, per_margin = 2.1;

// A sentence without rivals is measured against the best stranger it would usually meet. Without background the weights are
// flatter, and strangers are more alike. A judgement, which the headlines in tests/align_test.cpp hold: no labelled documents
// have one sentence.
constexpr double stranger = 0.2, stranger_without_background = 0.3;

// Fewer words are a scrap, like others by chance. A judgement: links of hand-aligned documents hardly feel it (F1 with a cost
// of 0, 1.5, 3, 6: .705, .700, .703, .701; bench/quality/links.py), their probabilities do (Brier .118, .116, .114, .113).
constexpr std::uint32_t scrap_words = 3;
constexpr double scrap_cost = 3.0;

constexpr slice everywhere{0, ~std::uint32_t{0}};

// Where two sentences taken at random have more in common than is usual, a likeness says less: languages written in
// syllables, formulaic texts. The middle of all pairs tells, if they are enough, equal ones apart (a line that is repeated is
// no chance); of documents so long that only the best pairs are looked at, that of a sample of all, or every document would be
// formulaic from there on. A judgement: links of hand-aligned documents are alike from 0.15 to 0.25 and from 8 to 25, passages
// of the French articles in bench/quality/links.py are not (F1 .842; with 0.25 .787, with 25 .706).
constexpr double usual_chance = 0.20, per_chance = 15.0;
constexpr std::size_t least_sample = 64;
constexpr std::uint32_t sample_draws = 1024;  // of two pairs each

void add_unit(unit made, lexicon& words, reading& into) {
  const auto tokens = std::span(into.tokens).subspan(made.first, made.last - made.first);
  made.grams = words.grams(tokens);
  for (const gram_weight& g : made.grams) made.norm += g.weight * g.weight;
  for (const token& t : tokens) made.singles += words[t.type].single;
  into.units.push_back(std::move(made));
}

// A sentence is one unit, unless it is too long for one.
void read_sentence(const segmented& part, const sentence& from, const unit& like, lexicon& words, reading& into) {
  const std::vector<token> tokens = words.read(part, from.first, from.last);
  auto first = static_cast<std::uint32_t>(into.tokens.size());
  into.tokens.insert(into.tokens.end(), tokens.begin(), tokens.end());
  const auto end = static_cast<std::uint32_t>(into.tokens.size());
  unit made = like;
  for (made.where = from.where; first < end; first = made.last) {
    made.first = first;
    made.last = end - first > most_words ? first + most_words : end;
    made.where.begin = first + tokens.size() == end ? from.where.begin : into.tokens[first].where.begin;
    made.where.end = made.last == end ? from.where.end : into.tokens[made.last - 1].where.end;
    add_unit(made, words, into);
  }
}

void read_field(const article& from, retold::field field, slice within, lexicon& words, reading& into) {
  const segmented& part = field == field::title ? from.title : from.text;
  unit like;
  like.field = field;
  like.stretch = into.units.empty() ? 0 : into.units.back().stretch + 1;
  const auto first = std::upper_bound(part.sentences.begin(), part.sentences.end(), within.begin,
                                      [](std::uint32_t at, const sentence& s) { return at < s.where.end; });
  for (auto s = first; s != part.sentences.end() && s->where.begin < within.end; ++s) {
    if (field == field::text && from.is_boilerplate(static_cast<std::size_t>(s - part.sentences.begin())))
      ++like.stretch;
    else if (s->size() > 0)
      read_sentence(part, *s, like, words, into);
  }
}

bool by_place(const sentence_pair& x, const sentence_pair& y) { return x.a != y.a ? x.a < y.a : x.b < y.b; }
bool by_column(const sentence_pair& x, const sentence_pair& y) { return x.b != y.b ? x.b < y.b : x.a < y.a; }

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
    pair.covered_a = coverage(left, matched_a_, words_);
    pair.covered_b = coverage(right, matched_b_, words_);
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

// Pairs of sentences drawn by a hash, each place of the grid as likely as any other, by column. Two numbers are drawn and used
// both ways round, so that exchanging the documents exchanges the sides of the pairs and nothing else.
std::vector<sentence_pair> sampled_pairs(const reading& a, const reading& b) {
  std::vector<sentence_pair> drawn;
  const auto place = [](std::uint64_t hash, const reading& of) { return static_cast<std::uint32_t>(hash % of.units.size()); };
  for (std::uint64_t draw = 0; draw < sample_draws; ++draw) {
    const std::uint64_t one = mix64(golden * (2 * draw + 1)), other = mix64(golden * (2 * draw + 2));
    drawn.push_back({place(one, a), place(other, b)});
    drawn.push_back({place(other, a), place(one, b)});
  }
  std::sort(drawn.begin(), drawn.end(), by_column);
  for (sentence_pair& p : drawn) p.grams = cosine(a.units[p.a].grams, b.units[p.b].grams);
  return drawn;
}

double excess_of_chance(const std::vector<sentence_pair>& pairs) {
  std::vector<double> strengths;
  strengths.reserve(pairs.size());
  for (const sentence_pair& p : pairs) {
    if (!p.identical) strengths.push_back(p.most_covered() + p.grams);
  }
  if (strengths.size() < least_sample) return 0;
  const auto middle = strengths.begin() + static_cast<std::ptrdiff_t>(strengths.size() / 2);
  std::nth_element(strengths.begin(), middle, strengths.end());
  return per_chance * std::max(0.0, *middle - usual_chance);
}

void weigh(std::vector<sentence_pair>& pairs, const reading& a, const reading& b, bool background, double chance) {
  const auto least_rival = [&](const reading& rivals) {
    return !background ? stranger_without_background : rivals.units.size() == 1 ? stranger : 0.0;
  };
  const double rival_a = least_rival(a), rival_b = least_rival(b);
  std::vector<leaders> rows(a.units.size()), columns(b.units.size());
  for (const sentence_pair& p : pairs) {
    rows[p.a].meet(p.covered_a);
    columns[p.b].meet(p.covered_b);
  }
  for (sentence_pair& p : pairs) {
    const double margin_in_row = p.covered_a - std::max(rival_b, rows[p.a].best_other_than(p.covered_a));
    const double margin_in_column = p.covered_b - std::max(rival_a, columns[p.b].best_other_than(p.covered_b));
    const double margins = margin_in_row + margin_in_column;
    p.evidence = intercept + per_grams * p.grams + per_coverage * p.most_covered() + per_margin * margins - chance;
    const bool scrap = std::min(a.units[p.a].length(), b.units[p.b].length()) < scrap_words;
    if (scrap && !p.identical) p.evidence -= scrap_cost;
  }
}

}  // namespace

reading read_article(const article& from, lexicon& words) {
  reading made;
  read_field(from, field::title, everywhere, words, made);
  read_field(from, field::text, everywhere, words, made);
  return made;
}

reading read_part(const article& from, slice part, lexicon& words) {
  reading made;
  read_field(from, field::text, part, words, made);
  return made;
}

std::vector<sentence_pair> score_pairs(const reading& a, const reading& b, const lexicon& words) {
  std::vector<sentence_pair> pairs = propose_pairs(a, b, words);
  std::sort(pairs.begin(), pairs.end(), by_column);
  coverage_meter meter(a, b, words);
  for (sentence_pair& p : pairs) meter.measure(p);
  std::sort(pairs.begin(), pairs.end(), by_place);
  std::vector<sentence_pair> sample;
  const bool all = pairs.size() == a.units.size() * b.units.size();
  if (!all) sample = sampled_pairs(a, b);
  for (sentence_pair& p : sample) meter.measure(p);
  weigh(pairs, a, b, words.background(), excess_of_chance(all ? pairs : sample));
  return pairs;
}

}  // namespace retold::alignment
