// SPDX-License-Identifier: Apache-2.0
// The stage's entry: stretches of tokens (spans_find) become passages with places in the texts, classes and scores.
#include "retold/spans.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "align_conflicts.hpp"
#include "align_copied.hpp"
#include "retold/error.hpp"
#include "spans_find.hpp"
#include "spans_place.hpp"

namespace retold {
namespace {

using namespace spanning;

// Of the words of either side, in common runs of five or more: above it the span is shared and not paraphrased. A convention,
// that of sentences (the words of their longest common subsequence, src/align_model.cpp).
constexpr double shared_share = 0.8;

class passage_maker {
 public:
  passage_maker(const two_readings& in, const runs_by_place& runs) : in_(in), runs_(runs), cover_(in) {}

  passage make(reused of) {
    of.a = with_whole_figures(in_.a, of.a);
    of.b = with_whole_figures(in_.b, of.b);
    passage made;
    made.a = {0, field::text, place(in_.a, of.a)};
    made.b = {1, field::text, place(in_.b, of.b)};
    made.kind = kind(of);
    made.score = made.kind == passage_class::identical ? 1 : score(of);
    made.copied = alignment::copied(counted(in_.a, of.a), counted(in_.b, of.b));
    return made;
  }

 private:
  static std::vector<alignment::counted_word> counted(const reading& in, stretch of) {
    std::vector<alignment::counted_word> words;
    for (std::uint32_t t = of.begin; t < of.end; ++t) words.push_back({in.tokens[t].word, in.is_single(t)});
    return words;
  }

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

std::vector<passage> find_passages(const article& a, const article& b, std::optional<unsigned> least_words,
                                   const constants& with) {
  // One order for both, so that exchanging them changes nothing but the sides.
  const bool exchanged = text_of(b) < text_of(a);
  const two_readings in = read_both(exchanged ? b : a, exchanged ? a : b, with);
  const runs_by_place runs(common_runs(in));
  passage_maker maker(in, runs);
  alignment::conflict_finder conflicts(a, b);
  std::vector<passage> found;
  for (const reused& r : find_reuse(in, runs, exchanged, least_words, with)) {
    found.push_back(maker.make(r));
    passage& made = found.back();
    if (exchanged) std::swap(made.a.where, made.b.where);
    if (made.kind != passage_class::identical) made.conflicts = conflicts.find(made.a.where, made.b.where);
  }
  std::sort(found.begin(), found.end(),
            [](const passage& x, const passage& y) { return std::tie(x.a.where, x.b.where) < std::tie(y.a.where, y.b.where); });
  return found;
}

}  // namespace spanning

void span_options::validate() const {
  if (least_words && (*least_words < 1 || *least_words > 1'000'000))
    throw error(error_kind::option, "span words " + std::to_string(*least_words) + " is out of range: 1 to 1000000");
}

std::vector<passage> spans(const article& a, const article& b, const span_options& options) {
  return find_passages(a, b, options.least_words, {});
}

}  // namespace retold
