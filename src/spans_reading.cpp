// SPDX-License-Identifier: Apache-2.0
// Words as `align` takes them (figures with their separators, no vowel signs), numbered over both texts. Lines that a text was
// wrapped into are joined again where `segment` could not tell for the text as a whole.
#include "spans_reading.hpp"

#include <unicode/uchar.h>

#include <algorithm>
#include <cmath>
#include <deque>
#include <string>

#include <boost/unordered/unordered_flat_map.hpp>

#include "align_tokens.hpp"
#include "hash.hpp"
#include "segment_sentences.hpp"
#include "utf8.hpp"

namespace retold::spanning {
namespace {

// A sentence of fewer words says nothing alone; a line of as many is no heading if it stops in mid-sentence. Judgements.
constexpr std::uint32_t least_unit_words = 3, line_words = 10;

// As rare as a word with a digit by alignment::rarity_by_length.
constexpr double pair_rarity = 3;

struct word_type {
  std::uint32_t term = 0;
  bool single = false;
};

// Numbers words and terms of both texts. Hashes stand for them: that two words share one of 64 bits does not happen by chance.
class numbering {
 public:
  std::uint32_t word(std::string_view key) {
    const auto [at, fresh] = words_.try_emplace(hash_bytes(key), static_cast<std::uint32_t>(types_.size()));
    if (fresh) {
      const alignment::word_shape shape = alignment::shape_of(key);
      types_.push_back({term(hash_bytes(key.substr(0, shape.stem)), alignment::rarity_by_length(shape)), shape.single});
    }
    return at->second;
  }
  std::uint32_t pair(std::uint32_t left, std::uint32_t right) { return term(mix64(mix64(left) + right) | 1, pair_rarity); }
  const word_type& type(std::uint32_t word) const noexcept { return types_[word]; }
  const std::vector<double>& rarities() const noexcept { return rarities_; }

 private:
  std::uint32_t term(std::uint64_t key, double rarity) {
    const auto [at, fresh] = terms_.try_emplace(key, static_cast<std::uint32_t>(rarities_.size()));
    if (fresh) rarities_.push_back(rarity);
    return at->second;
  }
  boost::unordered_flat_map<std::uint64_t, std::uint32_t> words_, terms_;
  std::vector<word_type> types_;
  std::vector<double> rarities_;
};

// Tokens of one sentence, or of several that are one.
struct unit_of_text {
  stretch tokens;
  slice where;
};

bool begins_lower(std::string_view text, std::size_t at) {
  return at < text.size() && u_islower(static_cast<UChar32>(next_code_point(text, at)));
}

class reader {
 public:
  reader(const article& from, numbering& numbers, const constants& with)
      : from_(from), numbers_(numbers), with_(with), text_(text_of(from)) {
    out_.text = text_;
    if (from.origin == nullptr) return;
    raw_ = alignment::read_tokens(from.text, 0, static_cast<std::uint32_t>(from.text.words.size()), pool_);
    out_.tokens.reserve(raw_.size());
  }

  reading read() {
    for (std::size_t s = 0; s < from_.text.sentences.size(); ++s) {
      const unit_of_text next = take(s);
      if (next.tokens.empty()) continue;
      if (!joined_.empty() && goes_on(joined_.back(), next)) {
        joined_.back().tokens.end = next.tokens.end;
        joined_.back().where.end = next.where.end;
      } else {
        joined_.push_back(next);
      }
    }
    for (const unit_of_text& unit : joined_) cut(unit.tokens);
    return std::move(out_);
  }

 private:
  // The tokens of sentence s; none if it is boilerplate. A figure (1.5) belongs to the sentence it begins in.
  unit_of_text take(std::size_t s) {
    const sentence& of = from_.text.sentences[s];
    const auto begin = static_cast<std::uint32_t>(out_.tokens.size());
    const bool last = of.last >= from_.text.words.size();
    const bool passed_over = from_.is_boilerplate(s);
    for (; next_ < raw_.size() && (last || raw_[next_].where.begin < from_.text.words[of.last].where.begin); ++next_) {
      if (!passed_over) add(raw_[next_], next_ + 1 < raw_.size() ? &raw_[next_ + 1] : nullptr);
    }
    return {{begin, static_cast<std::uint32_t>(out_.tokens.size())}, of.where};
  }

  void add(const alignment::raw_token& raw, const alignment::raw_token* after) {
    token made{0, numbers_.word(raw.key), out_.thirds, raw.where};
    const word_type type = numbers_.type(made.word);
    made.term = type.term;
    if (type.single && after != nullptr && after->joined) {
      const std::uint32_t right = numbers_.word(after->key);
      if (numbers_.type(right).single) made.term = numbers_.pair(made.word, right);
    }
    out_.thirds += type.single ? 1 : 3;
    out_.tokens.push_back(made);
  }

  std::uint32_t thirds(stretch tokens) const {
    return (tokens.end < out_.tokens.size() ? out_.tokens[tokens.end].thirds : out_.thirds) - out_.tokens[tokens.begin].thirds;
  }

  bool goes_on(const unit_of_text& now, const unit_of_text& next) const {
    const std::string_view gap = text_.substr(now.where.end, std::max(now.where.end, next.where.begin) - now.where.end);
    const auto lines = std::count(gap.begin(), gap.end(), '\n');
    if (lines > 1) return false;
    if (thirds(now.tokens) < 3 * least_unit_words) return true;
    if (ends_sentence(text_.substr(now.where.begin, now.where.size()))) return false;
    return lines == 0 || begins_lower(text_, next.where.begin) || thirds(now.tokens) < 3 * line_words;
  }

  void cut(stretch tokens) {
    const double size = thirds(tokens) / 3.0;
    const auto parts = static_cast<std::uint32_t>(std::ceil(size / with_.unit_words));
    std::uint32_t begin = tokens.begin;
    for (std::uint32_t part = 1; part <= std::max(1u, parts); ++part) {
      const auto end = tokens.begin + static_cast<std::uint32_t>(std::uint64_t{tokens.size()} * part / std::max(1u, parts));
      if (begin < end) out_.units.push_back({begin, end});
      begin = end;
    }
  }

  const article& from_;
  numbering& numbers_;
  const constants& with_;
  std::string_view text_;
  std::deque<std::string> pool_;
  std::vector<alignment::raw_token> raw_;
  std::size_t next_ = 0;
  std::vector<unit_of_text> joined_;
  reading out_;
};

// The units' terms; `holding` counts units for each term.
void count_terms(reading& in, std::vector<std::uint32_t>& holding) {
  constexpr std::uint32_t nowhere = ~0u;
  std::vector<std::uint32_t> place(holding.size(), nowhere);  // in occurrences, while in the same unit
  in.occurrences.reserve(in.tokens.size());
  in.of_unit.reserve(in.units.size());
  for (const stretch unit : in.units) {
    const auto first = static_cast<std::uint32_t>(in.occurrences.size());
    for (std::uint32_t t = unit.begin; t < unit.end; ++t) {
      const std::uint32_t term = in.tokens[t].term;
      if (place[term] == nowhere || place[term] < first) {
        place[term] = static_cast<std::uint32_t>(in.occurrences.size());
        in.occurrences.push_back({term, 0});
        ++holding[term];
      }
      ++in.occurrences[place[term]].times;
    }
    in.of_unit.push_back({first, static_cast<std::uint32_t>(in.occurrences.size())});
  }
}

void measure(reading& in, const std::vector<double>& weights) {
  in.squares.reserve(in.units.size());
  for (std::uint32_t unit = 0; unit < in.units.size(); ++unit) {
    double sum = 0;
    for (const auto [term, times] : in.terms(unit)) sum += weights[term] * weights[term] * times * times;
    in.squares.push_back(sum);
  }
}

// Few enough bits that sums of products of two weights are exact in any order.
double quantised(double weight) { return std::rint(weight * 4096.0) / 4096.0; }

}  // namespace

std::uint32_t common(stretch x, stretch y) noexcept {
  const std::uint32_t begin = std::max(x.begin, y.begin), end = std::min(x.end, y.end);
  return begin < end ? end - begin : 0;
}

std::uint32_t reading::unit_of(std::uint32_t token) const noexcept {
  const auto after =
      std::upper_bound(units.begin(), units.end(), token, [](std::uint32_t t, stretch u) { return t < u.begin; });
  return static_cast<std::uint32_t>(after - units.begin()) - 1;
}

std::string_view text_of(const article& from) noexcept {
  return from.origin == nullptr ? std::string_view() : std::string_view(from.origin->text);
}

double reading::words(stretch of) const noexcept {
  if (of.empty()) return 0;
  return ((of.end < tokens.size() ? tokens[of.end].thirds : thirds) - tokens[of.begin].thirds) / 3.0;
}

two_readings read_both(const article& a, const article& b, const constants& with) {
  numbering numbers;
  two_readings both;
  both.a = reader(a, numbers, with).read();
  both.b = reader(b, numbers, with).read();
  std::vector<std::uint32_t> holding(numbers.rarities().size());
  count_terms(both.a, holding);
  count_terms(both.b, holding);
  const double units = static_cast<double>(both.a.units.size() + both.b.units.size());
  both.log_units = quantised(std::log(std::max(2.0, units)));
  both.weights.reserve(holding.size());
  for (std::size_t term = 0; term < holding.size(); ++term) {
    const double expected = holding[term] + with.background * std::exp(-numbers.rarities()[term]);
    both.weights.push_back(expected > 0 ? quantised(std::max(0.0, std::log((units + with.background) / expected))) : 0);
  }
  measure(both.a, both.weights);
  measure(both.b, both.weights);
  return both;
}

}  // namespace retold::spanning
