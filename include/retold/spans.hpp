// SPDX-License-Identifier: Apache-2.0
#pragma once
// Stage 13. Two documents in, the longest stretches of reuse between them out: copied, reworded, translated to and fro, or
// summed up. Where `align` links sentences, `spans` says from where to where one text was made from the other.
//
//   retold::article a = retold::prepare(da), b = retold::prepare(db);
//   for (const retold::passage& p : retold::spans(a, b))
//     std::cout << da.text.substr(p.a.where.begin, p.a.where.size()) << '\n';
//
// Classes: identical (the same folded words), shared (most words stand in common runs), paraphrased (all else). The score is
// the share of both sides' words, weighted by rarity, that have their counterpart on the other side. Conflicting figures are
// those that `align` tells of the sentences within a span; differences are left to it. Texts alone are compared: titles that
// are fields of their own, and boilerplate, take no part.
//
// Method: sentences alike by tf-idf (seeds), neighbours among them gathered into pieces, pieces cut to where words match
// (Kadane's maximum subarray), copied runs, digests; docs/algorithms.md. No stretch of either text lies in two spans but for a
// part of the shorter. The two sides are exchangeable, spans(b, a) is spans(a, b) with sides exchanged, but for digests: they
// are sought in a, of b. The text that may have been made from the other comes first.
//
// Cost: near linear. Two articles of 100 sentences take less than a millisecond, two documents of 150,000 sentences a dozen
// seconds and 600 MB: words that are common in both are not looked at in documents so large. Where both sides of a span
// have figures that the other lacks, its sentences are aligned, which costs what `align` does. Thread-safe. Any articles will
// do; span_options::validate throws error.

#include <optional>
#include <vector>

#include "retold/boilerplate.hpp"

namespace [[gnu::visibility("default")]] retold {

struct span_options {
  // A span has at least so many words on each side. If nothing is said: 25, or a tenth of the shorter text where that is less.
  // A character of a script without spaces counts a third of a word. 1 to 1,000,000.
  std::optional<unsigned> least_words;

  void validate() const;  // throws error
};

// Sorted by position in a. `a` and `b` of the passages' sides are numbered 0 and 1.
std::vector<passage> spans(const article& a, const article& b, const span_options& = {});

}  // namespace retold
