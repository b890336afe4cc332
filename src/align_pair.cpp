// SPDX-License-Identifier: Apache-2.0
// compare_sentences: words are read and aligned, features made of them, and the model asked.
#include "align_pair.hpp"

#include <algorithm>

#include "align_copied.hpp"
#include "align_differences.hpp"

namespace retold {
namespace alignment {
namespace {

std::uint32_t words_compared(const segmented& of) {
  return static_cast<std::uint32_t>(std::min(of.words.size(), most_words_alone));
}

// Whether nothing follows the words compared, or the same.
bool same_rest(const segmented& a, const segmented& b) {
  if (words_compared(a) == a.words.size() && words_compared(b) == b.words.size()) return true;
  if (a.words.size() != b.words.size()) return false;
  for (std::size_t i = most_words_alone; i < a.words.size(); ++i) {
    if (a.folded(i) != b.folded(i)) return false;
  }
  return true;
}

}  // namespace

statement statement_of(const segmented& part, std::span<const token> tokens) {
  return {part.normal.bytes, tokens, &part.normal.origin};
}

read_pair::read_pair(std::string_view a, std::string_view b, const vocabulary::tables& background)
    : in_a(cut_sentence(a)), in_b(cut_sentence(b)), words(background) {
  left = words.read(in_a, 0, words_compared(in_a));
  right = words.read(in_b, 0, words_compared(in_b));
  words.relate(left, right);
  word_aligner aligner(words);
  aligner.set_b(right);
  matches = aligner.align(left);
  features = compare_words(left, right, matches, words);
  features.equal = features.equal && same_rest(in_a, in_b);
}

}  // namespace alignment

using namespace alignment;

passage compare_sentences(std::string_view a, std::string_view b, const vocabulary& words) {
  const read_pair read(a, b, words.get());
  passage made;
  made.a.where = {0, static_cast<std::uint32_t>(a.size())};
  made.b = {1, field::text, {0, static_cast<std::uint32_t>(b.size())}};
  const double p = probability(read.features);
  made.score = p;
  made.kind = class_of(read.features, p);
  made.copied = copied(read.left, read.right, read.words);
  made.differences = find_differences(read.left, read.right, read.matches);
  if (p >= equal_cut)
    made.conflicts = conflicting_figures(statement_of(read.in_a, read.left), statement_of(read.in_b, read.right), read.words);
  return made;
}

passage compare_sentences(std::string_view a, std::string_view b) {
  static const vocabulary alone{std::span<const sentence_pair_text>()};
  return compare_sentences(a, b, alone);
}

}  // namespace retold
