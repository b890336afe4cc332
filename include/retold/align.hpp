// SPDX-License-Identifier: Apache-2.0
#pragma once
// Stage 12. Two documents in, the sentences that one retells of the other out.
//
//   retold::article a = retold::prepare(da), b = retold::prepare(db);
//   retold::vocabulary words({&a, &b});                    // how rare each word is, in the documents compared
//   for (const retold::passage& p : retold::align(a, b, words))
//     std::cout << da.text.substr(p.a.where.begin, p.a.where.size()) << '\n';
//
// Classes: identical (the same folded words), shared (near-identical, or one contains the other), paraphrased, related;
// splits and merges up to 3:3 and moved blocks are found. Boilerplate never takes part.
//
// Method: a sentence-pair model (idf-weighted cosine of letter trigrams, one-to-one soft word alignment, costs for
// figures that differ, denials, swapped roles and what one side adds, logistic score) and repeated best paths on the sentence
// grid, each masked once found (Waterman and Eggert 1987), so order does not matter. docs/algorithms.md has the formulas.
//
// Cost: a sentence of more than 400 words is taken for several. Cosines of all pairs of sentences up to 4 million pairs; above,
// each sentence meets only those that share its rarest words and grams (768 postings), so the cost is linear in sentences:
// 30,000 × 30,000 take seconds, 100,000 × 100,000 half a minute and 0.9 GB. Words are aligned for all pairs up to 65,536, above
// for the 12 best of each row and column, microseconds each. Words like one another are sought once, through trigrams: that
// grows with vocabulary a × words of b that share a trigram. Thread-safe: a vocabulary is const once built.
// Inner stages never fail; align_options::validate throws error.

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "retold/boilerplate.hpp"

namespace [[gnu::visibility("default")]] retold {

struct align_options {
  // Least score of a path on the sentence grid: 0 leaves the choice to each link's own probability, 2 and more is surer. 0 to
  // 100.
  double least_path = 0;

  // Report passages of this class or stronger.
  passage_class weakest = passage_class::paraphrased;

  void validate() const;  // throws error
};

// Two sentences of which nothing is known but that they shall be compared.
struct sentence_pair_text {
  std::string_view a, b;
};

// Document frequencies over the sentences of a few documents, or over pairs of sentences: weights of words and of letter
// trigrams.
class vocabulary {
 public:
  explicit vocabulary(std::span<const article* const> articles);
  explicit vocabulary(std::span<const sentence_pair_text> pairs);  // for compare_sentences; a word counts once in a pair
  vocabulary();                                                    // no background: weights by word length
  ~vocabulary();
  vocabulary(vocabulary&&) noexcept;
  vocabulary& operator=(vocabulary&&) noexcept;

  struct tables;
  const tables& get() const noexcept { return *tables_; }

 private:
  std::unique_ptr<tables> tables_;
};

// Sorted by position in a, then b. `a` and `b` of the passages' sides are numbered 0 and 1.
std::vector<passage> align(const article& a, const article& b, const vocabulary& words, const align_options& = {});

// One isolated pair of sentences: class and score, with its differences and conflicts. Of longer ones only the first 10,000
// words are compared; identical ones are equal in all. Who has many pairs lets their own words tell what is rare, which judges
// better than the length of words does, from a dozen pairs on:
//
//   const retold::vocabulary words(pairs);  // std::vector<retold::sentence_pair_text>; a few thousand of them are enough
//   for (const auto& [a, b] : pairs) std::cout << retold::compare_sentences(a, b, words).score << '\n';
//
// Microseconds a word; the vocabulary costs a quarter of that.
passage compare_sentences(std::string_view a, std::string_view b);
passage compare_sentences(std::string_view a, std::string_view b, const vocabulary& words);

// Of a document's words outside boilerplate: the share that lies in passages of each class.
struct reuse {
  double identical = 0, shared = 0, paraphrased = 0, unique = 0;

  // How much was taken over word for word: the root mean square, over all words, of `copied` of the passage that holds them, if
  // that is sure. Ranks documents by how freely they use another: a copy has 1, a retelling near 0.
  double reused = 0;
};

// Two texts on one subject state much alike: passages of a lower score do not count as reused.
inline constexpr double sure_to_state_the_same = 0.85;

// Each word counts once, for the strongest class; merely related ones are unique. `document` is the number that the passages'
// sides give the article (0 or 1, as align made them). Of spans, whose score is no probability, all are reused: give 0 for
// `sure`. All zero for an article without words.
reuse share(const article& of, std::uint32_t document, std::span<const passage> passages, double sure = sure_to_state_the_same);

}  // namespace retold
