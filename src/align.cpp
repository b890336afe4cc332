// SPDX-License-Identifier: Apache-2.0
// The stage's entry points: sentences are scored in pairs (align_grid), linked along paths (align_blocks), then each link is
// judged as the statement it is (align_model) and explained (align_differences, align_figures).
#include "retold/align.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "align_blocks.hpp"
#include "align_conflicts.hpp"
#include "align_copied.hpp"
#include "align_differences.hpp"
#include "align_figures.hpp"
#include "align_model.hpp"
#include "align_pair.hpp"
#include "retold/error.hpp"

namespace retold {
namespace {

using namespace alignment;

const segmented& part_of(const article& from, field which) { return which == field::title ? from.title : from.text; }

side side_of(const reading& in, std::uint32_t first, std::uint32_t last, std::uint32_t document) {
  return {document, in.units[first].field, {in.units[first].where.begin, in.units[last - 1].where.end}};
}

slice within(slice inner, slice outer) { return {std::max(inner.begin, outer.begin), std::min(inner.end, outer.end)}; }

class passage_maker {
 public:
  // `read` makes the reading of an article, or of a part of it.
  template <class Read>
  passage_maker(const article& a, const article& b, const vocabulary& background, const Read& read)
      : a_(a), b_(b), words_(background.get()), in_a_(read(a, words_)), in_b_(read(b, words_)) {
    words_.relate(in_a_.tokens, in_b_.tokens);
  }

  std::vector<passage> make(const align_options& options) {
    std::vector<passage> found;
    word_aligner aligner(words_);
    for (const block& each : find_blocks(score_pairs(in_a_, in_b_, words_), in_a_, in_b_, options.least_path)) {
      passage made = judge(each, aligner);
      if (made.kind <= options.weakest) found.push_back(std::move(made));
    }
    std::sort(found.begin(), found.end(), [](const passage& x, const passage& y) { return place(x) < place(y); });
    return found;
  }

 private:
  // The title stands before the text.
  static std::tuple<bool, slice, bool, slice> place(const passage& p) {
    return {p.a.field == field::text, p.a.where, p.b.field == field::text, p.b.where};
  }

  passage judge(const block& of, word_aligner& aligner) {
    passage made;
    made.a = side_of(in_a_, of.a_first, of.a_last, 0);
    made.b = side_of(in_b_, of.b_first, of.b_last, 1);
    const auto left = in_a_.words(of.a_first, of.a_last - 1), right = in_b_.words(of.b_first, of.b_last - 1);
    aligner.set_b(right);
    const std::vector<word_match>& matches = aligner.align(left);
    const pair_features features = compare_words(left, right, matches, words_);
    const double alone = probability(features);
    made.score = std::max(alone, rounded(sigmoid(of.logit)));
    made.kind = class_by_words(features);
    if (made.kind == passage_class::unrelated)
      made.kind = of.logit >= told_logit ? passage_class::paraphrased : passage_class::related;
    made.copied = copied(left, right, words_);
    made.differences = find_differences(left, right, matches);
    made.conflicts =
        conflicting_figures(statement_of(part_of(a_, made.a.field), left), statement_of(part_of(b_, made.b.field), right),
                            words_, alone >= equal_cut ? context_of_equals : context_of_others);
    for (conflict& each : made.conflicts) {  // a piece of a long sentence may begin behind a currency sign
      each.a = within(each.a, made.a.where);
      each.b = within(each.b, made.b.where);
    }
    return made;
  }

  const article& a_;
  const article& b_;
  lexicon words_;
  reading in_a_, in_b_;
};

bool holds(const side& outer, field which, slice where) {
  return outer.field == which && outer.where.begin <= where.begin && where.end <= outer.where.end;
}

// Words of one field by class: identical, shared, paraphrased, anything else; and the sum of squares of how far each is copied.
struct tally {
  std::uint64_t words[4] = {0, 0, 0, 0};
  double squares = 0;
};

// The strongest class of the passages that hold a word, and the most literal of those that are sure.
struct standing {
  std::uint8_t kind = 3;
  double copied = 0;
};

void count_words(const article& of, field which, const std::vector<std::pair<side, const passage*>>& sides, double sure,
                 tally& into) {
  const segmented& part = part_of(of, which);
  std::vector<standing> best(part.words.size());
  for (const auto& [side, from] : sides) {
    if (side.field != which || from->kind >= passage_class::related) continue;
    const auto begin = std::lower_bound(part.words.begin(), part.words.end(), side.where.begin,
                                        [](const word& w, std::uint32_t at) { return w.where.begin < at; });
    for (auto w = begin; w != part.words.end() && holds(side, which, w->where); ++w) {
      standing& now = best[static_cast<std::size_t>(w - part.words.begin())];
      now.kind = std::min(now.kind, static_cast<std::uint8_t>(from->kind));
      if (from->score >= sure) now.copied = std::max(now.copied, from->copied);
    }
  }
  for (std::size_t s = 0; s < part.sentences.size(); ++s) {
    if (which == field::text && of.is_boilerplate(s)) continue;
    for (std::uint32_t w = part.sentences[s].first; w < part.sentences[s].last; ++w) {
      ++into.words[best[w].kind];
      into.squares += best[w].copied * best[w].copied;
    }
  }
}

bool figures_differ_between(const article& a, slice in_a, const article& b, slice in_b) {
  static const vocabulary::tables none;
  lexicon words(none);
  const auto figures = [&](const article& of, slice in) {
    const reading read = read_part(of, in, words);
    return read_figures(statement_of(of.text, read.tokens), words);
  };
  const std::vector<figure> of_a = figures(a, in_a);
  return !of_a.empty() && have_figures_of_their_own(of_a, figures(b, in_b));
}

}  // namespace

namespace alignment {

std::vector<conflict> conflict_finder::find(slice in_a, slice in_b) {
  std::vector<conflict> found;
  if (!figures_differ_between(a_, in_a, b_, in_b)) return found;
  if (!words_) {
    const article* both[] = {&a_, &b_};
    words_.emplace(both);
  }
  const auto read = [&](const article& from, lexicon& words) { return read_part(from, &from == &a_ ? in_a : in_b, words); };
  for (const passage& p : passage_maker(a_, b_, *words_, read).make({})) {
    std::copy_if(p.conflicts.begin(), p.conflicts.end(), std::back_inserter(found),
                 [&](const conflict& c) { return within(c.a, in_a) == c.a && within(c.b, in_b) == c.b; });
  }
  std::sort(found.begin(), found.end(),
            [](const conflict& x, const conflict& y) { return std::tie(x.a, x.b) < std::tie(y.a, y.b); });
  return found;
}

}  // namespace alignment

void align_options::validate() const {
  if (!(least_path >= 0 && least_path <= 100)) throw error(error_kind::option, "least_path must lie between 0 and 100");
}

std::vector<passage> align(const article& a, const article& b, const vocabulary& words, const align_options& options) {
  return passage_maker(a, b, words, read_article).make(options);
}

reuse share(const article& of, std::uint32_t document, std::span<const passage> passages, double sure) {
  std::vector<std::pair<side, const passage*>> sides;
  for (const passage& p : passages) {
    if (p.a.document == document) sides.emplace_back(p.a, &p);
    if (p.b.document == document) sides.emplace_back(p.b, &p);
  }
  tally counted;
  count_words(of, field::title, sides, sure, counted);
  count_words(of, field::text, sides, sure, counted);
  const auto [identical, shared, paraphrased, other] = counted.words;
  const double all = std::max(1.0, static_cast<double>(identical + shared + paraphrased + other));
  return {static_cast<double>(identical) / all, static_cast<double>(shared) / all, static_cast<double>(paraphrased) / all,
          static_cast<double>(other) / all, std::sqrt(counted.squares / all)};
}

}  // namespace retold
