// SPDX-License-Identifier: Apache-2.0
// Cosines through an inverted index of grams. In very long documents each sentence looks only at the postings of its rarest
// terms, up to a budget, so that the work grows with the number of sentences and not with its square.
#include "align_candidates.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "hash.hpp"

namespace retold::alignment {
namespace {

// Above so many pairs of sentences, or of words, only the best of each row and column are looked at closely.
constexpr std::size_t most_pairs = 65536, most_word_pairs = std::size_t{1} << 27;
constexpr std::size_t best_kept = 12;

// Above so many pairs not all cosines are computed.
constexpr std::size_t most_cosines = std::size_t{1} << 22;

// Of one sentence among very many: postings read, and partners whose cosine is computed.
constexpr std::size_t postings_read = 768, partners_tried = 24;

struct posting {
  std::uint32_t unit;
  double weight;
};
using index = std::vector<std::vector<posting>>;

index index_grams(const reading& of, const lexicon& words) {
  index by_gram(words.gram_count());
  for (std::uint32_t u = 0; u < of.units.size(); ++u) {
    for (const gram_weight& g : of.units[u].grams) by_gram[g.gram].push_back({u, g.weight});
  }
  return by_gram;
}

double cosine_of(double dot, const unit& x, const unit& y) {
  return dot > 0 ? std::min(1.0, dot / std::sqrt(x.norm * y.norm)) : 0;
}

// Cosines of one unit with all of the other side.
void cosines(const unit& row, const reading& other, const index& by_gram, std::vector<double>& out) {
  out.assign(other.units.size(), 0);
  for (const gram_weight& g : row.grams) {
    for (const posting& p : by_gram[g.gram]) out[p.unit] += g.weight * p.weight;
  }
  for (std::size_t j = 0; j < out.size(); ++j) out[j] = cosine_of(out[j], row, other.units[j]);
}

std::vector<sentence_pair> all_pairs(const reading& a, const reading& b, const lexicon& words) {
  const index by_gram = index_grams(b, words);
  std::vector<sentence_pair> pairs;
  pairs.reserve(a.units.size() * b.units.size());
  std::vector<double> row;
  for (std::uint32_t i = 0; i < a.units.size(); ++i) {
    cosines(a.units[i], b, by_gram, row);
    for (std::uint32_t j = 0; j < row.size(); ++j) pairs.push_back({i, j, row[j], 0, 0, 0, false});
  }
  return pairs;
}

// Of partners equally alike, those nearer the same place in their document come first, so that of a line that stands everywhere
// each occurrence meets its own.
class nearness {
 public:
  nearness(std::uint32_t row, const reading& from, const reading& to)
      : diagonal_(static_cast<std::uint32_t>(std::uint64_t{row} * to.units.size() / from.units.size())) {}
  std::uint32_t diagonal() const { return diagonal_; }
  bool nearer(std::uint32_t x, std::uint32_t y) const { return apart(x) != apart(y) ? apart(x) < apart(y) : x < y; }

 private:
  std::uint32_t apart(std::uint32_t j) const { return j > diagonal_ ? j - diagonal_ : diagonal_ - j; }
  std::uint32_t diagonal_;
};

// For each unit of `from`, its best partners in `to`.
std::vector<sentence_pair> best_of_rows(const reading& from, const reading& to, const lexicon& words) {
  const index by_gram = index_grams(to, words);
  std::vector<sentence_pair> pairs;
  std::vector<double> row;
  std::vector<std::uint32_t> order(to.units.size());
  for (std::uint32_t i = 0; i < from.units.size(); ++i) {
    cosines(from.units[i], to, by_gram, row);
    std::iota(order.begin(), order.end(), 0);
    const nearness near(i, from, to);
    const auto kept = static_cast<std::ptrdiff_t>(std::min(best_kept, order.size()));
    std::partial_sort(order.begin(), order.begin() + kept, order.end(),
                      [&](std::uint32_t x, std::uint32_t y) { return row[x] != row[y] ? row[x] > row[y] : near.nearer(x, y); });
    for (auto j = order.begin(); j != order.begin() + kept; ++j) pairs.push_back({i, *j, row[*j], 0, 0, 0, false});
  }
  return pairs;
}

// The grams of one unit, spread out, to meet those of many.
class spread_grams {
 public:
  explicit spread_grams(const lexicon& words) : weights_(words.gram_count()) {}
  void set(const unit& row) {
    if (row_ != nullptr) {
      for (const gram_weight& g : row_->grams) weights_[g.gram] = 0;
    }
    row_ = &row;
    for (const gram_weight& g : row.grams) weights_[g.gram] = g.weight;
  }
  double cosine_with(const unit& other) const {
    double dot = 0;
    for (const gram_weight& g : other.grams) dot += weights_[g.gram] * g.weight;
    return cosine_of(dot, *row_, other);
  }

 private:
  std::vector<double> weights_;
  const unit* row_ = nullptr;
};

// Terms of a unit: its grams, and behind them in number the stems of its words.
std::vector<gram_weight> terms_of(const reading& in, const unit& of, const lexicon& words) {
  std::vector<gram_weight> terms = of.grams;
  for (const token& t : std::span(in.tokens).subspan(of.first, of.last - of.first)) {
    const word_type& type = words[t.type];
    if (!type.single) terms.push_back({static_cast<std::uint32_t>(words.gram_count()) + type.stem, type.weight});
  }
  const auto grams = terms.begin() + static_cast<std::ptrdiff_t>(of.grams.size());
  const auto same = [](const gram_weight& x, const gram_weight& y) { return x.gram == y.gram; };
  std::sort(grams, terms.end(), [](const gram_weight& x, const gram_weight& y) { return x.gram < y.gram; });
  terms.erase(std::unique(grams, terms.end(), same), terms.end());
  return terms;
}

// The units that hold each term, ascending, and a hash of them: terms of one hash stand in the same units. Comparing the lists
// themselves would cost the square where lines are repeated thousands of times.
class term_index {
 public:
  term_index(const reading& of, const lexicon& words) : begins_(words.gram_count() + words.stem_count() + 1) {
    for (const unit& u : of.units) {
      for (const gram_weight& t : terms_of(of, u, words)) ++begins_[t.gram + 1];
    }
    for (std::size_t t = 1; t < begins_.size(); ++t) begins_[t] += begins_[t - 1];
    units_.resize(begins_.back());
    std::vector<std::size_t> place(begins_.begin(), begins_.end() - 1);
    for (std::uint32_t u = 0; u < of.units.size(); ++u) {
      for (const gram_weight& t : terms_of(of, of.units[u], words)) units_[place[t.gram]++] = u;
    }
    for (std::uint32_t t = 0; t + 1 < begins_.size(); ++t) {
      std::uint64_t hash = 0;
      for (const std::uint32_t u : holding(t)) hash = mix64(hash + u + 1);
      hashes_.push_back(hash);
    }
  }
  std::span<const std::uint32_t> holding(std::uint32_t term) const {
    return std::span(units_).subspan(begins_[term], begins_[term + 1] - begins_[term]);
  }
  std::uint64_t hash_of_holding(std::uint32_t term) const { return hashes_[term]; }

 private:
  std::vector<std::size_t> begins_;
  std::vector<std::uint32_t> units_;
  std::vector<std::uint64_t> hashes_;
};

// Looks for partners of one unit after the other.
class partner_search {
 public:
  partner_search(const reading& from, const reading& to, const lexicon& words)
      : from_(from), to_(to), words_(words), index_(to, words), grams_(words), votes_(to.units.size()) {}

  void find(std::uint32_t row, std::vector<sentence_pair>& into) {
    near_ = nearness(row, from_, to_);
    vote(row);
    keep_best(partners_tried);
    grams_.set(from_.units[row]);
    for (const std::uint32_t j : voted_) votes_[j] = grams_.cosine_with(to_.units[j]);
    keep_best(best_kept);
    for (const std::uint32_t j : voted_) {
      into.push_back({row, j, votes_[j], 0, 0, 0, false});
      votes_[j] = 0;
    }
    voted_.clear();
  }

 private:
  // Rarest first, by a rule in which the numbers of terms do not show.
  bool rarer(const gram_weight& x, const gram_weight& y) const {
    const std::size_t in_x = index_.holding(x.gram).size(), in_y = index_.holding(y.gram).size();
    if (in_x != in_y) return in_x < in_y;
    if (x.weight != y.weight) return x.weight > y.weight;
    return index_.hash_of_holding(x.gram) < index_.hash_of_holding(y.gram);
  }

  void vote(std::uint32_t row) {
    std::vector<gram_weight> terms = terms_of(from_, from_.units[row], words_);
    std::erase_if(terms, [&](const gram_weight& t) { return index_.holding(t.gram).empty(); });
    std::sort(terms.begin(), terms.end(), [this](const gram_weight& x, const gram_weight& y) { return rarer(x, y); });
    std::size_t left = postings_read;
    for (auto t = terms.begin(); t != terms.end() && left > 0; ++t) {
      const auto holding = nearest(index_.holding(t->gram), left);
      left -= holding.size();
      for (const std::uint32_t j : holding) {
        if (votes_[j] == 0) voted_.push_back(j);
        votes_[j] += t->weight + least_vote;
      }
    }
  }

  std::span<const std::uint32_t> nearest(std::span<const std::uint32_t> units, std::size_t most) const {
    if (units.size() <= most) return units;
    const auto at = static_cast<std::size_t>(std::lower_bound(units.begin(), units.end(), near_.diagonal()) - units.begin());
    return units.subspan(std::min(at - std::min(at, most / 2), units.size() - most), most);
  }

  void keep_best(std::size_t most) {
    const auto kept = static_cast<std::ptrdiff_t>(std::min(most, voted_.size()));
    std::partial_sort(voted_.begin(), voted_.begin() + kept, voted_.end(), [&](std::uint32_t x, std::uint32_t y) {
      return votes_[x] != votes_[y] ? votes_[x] > votes_[y] : near_.nearer(x, y);
    });
    for (auto j = voted_.begin() + kept; j != voted_.end(); ++j) votes_[*j] = 0;
    voted_.erase(voted_.begin() + kept, voted_.end());
  }

  static constexpr double least_vote = 1.0 / 1024;  // a term that weighs nothing counts too

  const reading& from_;
  const reading& to_;
  const lexicon& words_;
  term_index index_;
  spread_grams grams_;
  nearness near_{0, from_, to_};
  std::vector<double> votes_;         // all zero between calls
  std::vector<std::uint32_t> voted_;  // those with votes
};

std::vector<sentence_pair> best_by_rare_terms(const reading& from, const reading& to, const lexicon& words) {
  partner_search search(from, to, words);
  std::vector<sentence_pair> pairs;
  for (std::uint32_t i = 0; i < from.units.size(); ++i) search.find(i, pairs);
  return pairs;
}

// What both sides found, once each.
std::vector<sentence_pair> united(std::vector<sentence_pair> pairs, const std::vector<sentence_pair>& mirrored) {
  pairs.reserve(pairs.size() + mirrored.size());
  for (sentence_pair p : mirrored) {
    std::swap(p.a, p.b);
    pairs.push_back(p);
  }
  std::sort(pairs.begin(), pairs.end(),
            [](const sentence_pair& x, const sentence_pair& y) { return x.a != y.a ? x.a < y.a : x.b < y.b; });
  const auto same = [](const sentence_pair& x, const sentence_pair& y) { return x.a == y.a && x.b == y.b; };
  pairs.erase(std::unique(pairs.begin(), pairs.end(), same), pairs.end());
  return pairs;
}

}  // namespace

std::vector<sentence_pair> pairs_by_rare_terms(const reading& a, const reading& b, const lexicon& words) {
  return united(best_by_rare_terms(a, b, words), best_by_rare_terms(b, a, words));
}

std::vector<sentence_pair> propose_pairs(const reading& a, const reading& b, const lexicon& words) {
  const std::size_t pairs = a.units.size() * b.units.size();
  if (pairs > most_cosines) return pairs_by_rare_terms(a, b, words);
  if (pairs > most_pairs || a.tokens.size() * b.tokens.size() > most_word_pairs)
    return united(best_of_rows(a, b, words), best_of_rows(b, a, words));
  return all_pairs(a, b, words);
}

}  // namespace retold::alignment
