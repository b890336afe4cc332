// SPDX-License-Identifier: Apache-2.0
// The stage's entry: stretches of tokens (spans_find) become passages with places in the texts, classes and scores.
#include "retold/spans.hpp"

#include <unicode/uchar.h>

#include <algorithm>
#include <cmath>
#include <tuple>

#include "retold/error.hpp"
#include "spans_find.hpp"
#include "utf8.hpp"

namespace retold {
namespace {

using namespace spanning;

// Of the words of either side, in common runs of five or more: above it the span is shared and not paraphrased.
constexpr double shared_share = 0.8;

bool opens(char32_t c) { return (U_GET_GC_MASK(static_cast<UChar32>(c)) & (U_GC_PS_MASK | U_GC_PI_MASK)) != 0; }

// What neither separates words nor is one: it belongs to the word before it, brackets and quotes that open to the one after.
bool clings(char32_t c) { return !u_isUWhiteSpace(static_cast<UChar32>(c)) && classify(c) == word_class::none; }

slice with_punctuation(std::string_view text, slice where, slice within) {
  while (where.end < within.end) {
    std::size_t after = where.end;
    const char32_t c = next_code_point(text, after);
    if (!clings(c) || opens(c)) break;
    where.end = static_cast<std::uint32_t>(after);
  }
  std::uint32_t begin = where.begin;
  bool after_space = begin == 0;
  while (begin > within.begin) {
    const std::size_t back = character_start(text, begin - 1);
    std::size_t after = back;
    const char32_t c = next_code_point(text, after);
    after_space = u_isUWhiteSpace(static_cast<UChar32>(c)) != 0;
    if (!clings(c)) break;
    begin = static_cast<std::uint32_t>(back);
    if (opens(c)) where.begin = begin;
  }
  if (after_space || begin == 0) where.begin = begin;  // "straight quotes" open behind a space
  return where;
}

slice place(const reading& in, stretch of) {
  const std::uint32_t from = of.begin == 0 ? 0 : in.tokens[of.begin - 1].where.end;
  const auto to = of.end < in.tokens.size() ? in.tokens[of.end].where.begin : static_cast<std::uint32_t>(in.text.size());
  return with_punctuation(in.text, {in.tokens[of.begin].where.begin, in.tokens[of.end - 1].where.end}, {from, to});
}

class passage_maker {
 public:
  passage_maker(const two_readings& in, const runs_by_place& runs) : in_(in), runs_(runs), cover_(in) {}

  passage make(const reused& of) {
    passage made;
    made.a = {0, field::text, place(in_.a, of.a)};
    made.b = {1, field::text, place(in_.b, of.b)};
    made.kind = kind(of);
    made.score = made.kind == passage_class::identical ? 1 : score(of);
    return made;
  }

 private:
  passage_class kind(const reused& of) {
    const auto word = [](const token& t) { return t.word; };
    const auto tokens = [](const reading& in, stretch s) { return std::span(in.tokens).subspan(s.begin, s.size()); };
    if (std::ranges::equal(tokens(in_.a, of.a), tokens(in_.b, of.b), {}, word, word)) return passage_class::identical;
    std::vector<bool> in_a, in_b;
    runs_.mark(in_, of, 0, in_a, in_b);
    const auto share = [](const std::vector<bool>& in) {
      return static_cast<double>(std::count(in.begin(), in.end(), true)) / static_cast<double>(in.size());
    };
    return std::min(share(in_a), share(in_b)) >= shared_share ? passage_class::shared : passage_class::paraphrased;
  }

  double score(const reused& of) {
    cover_.set(of.a, of.b);
    const auto share = [&](const reading& in, stretch side, auto covered) {
      double matched = 0, all = 0;
      for (std::uint32_t t = side.begin; t < side.end; ++t) {
        const std::uint32_t term = in.tokens[t].term;
        all += in_.weights[term];
        matched += in_.weights[term] * covered(term);
      }
      return all > 0 ? matched / all : 0;
    };
    const double both = share(in_.a, of.a, [&](std::uint32_t term) { return cover_.of_a(term); }) +
                        share(in_.b, of.b, [&](std::uint32_t term) { return cover_.of_b(term); });
    return std::rint(both / 2 * 10000) / 10000;
  }

  const two_readings& in_;
  const runs_by_place& runs_;
  coverage cover_;
};

}  // namespace

namespace spanning {

std::vector<passage> find_passages(const article& a, const article& b, double least_words, const constants& with) {
  // One order for both, so that exchanging them changes nothing but the sides.
  const bool exchanged = b.origin->text < a.origin->text;
  const two_readings in = read_both(exchanged ? b : a, exchanged ? a : b, with);
  const runs_by_place runs(common_runs(in));
  passage_maker maker(in, runs);
  std::vector<passage> found;
  for (const reused& r : find_reuse(in, runs, exchanged, least_words, with)) {
    found.push_back(maker.make(r));
    if (exchanged) std::swap(found.back().a.where, found.back().b.where);
  }
  std::sort(found.begin(), found.end(),
            [](const passage& x, const passage& y) { return std::tie(x.a.where, x.b.where) < std::tie(y.a.where, y.b.where); });
  return found;
}

}  // namespace spanning

void span_options::validate() const {
  if (least_words < 1 || least_words > 1'000'000) throw error(error_kind::option, "least_words must lie between 1 and 1000000");
}

std::vector<passage> spans(const article& a, const article& b, const span_options& options) {
  return find_passages(a, b, options.least_words, {});
}

}  // namespace retold
