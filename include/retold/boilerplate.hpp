// SPDX-License-Identifier: Apache-2.0
#pragma once
// Stage 4. Finds the lines that belong to the page and not to the article: navigation, teasers, "read more", newsletter
// and copyright lines, lines that recur from article to article of one site. They are never deleted: they get weight zero in
// sketches and scores, and offsets survive.
//
//   std::vector<retold::article> articles = …;       // segmented documents
//   retold::mark_boilerplate(articles);
//   articles[0].is_boilerplate(3);                   // sentence 3 of the text
//
// A line is boilerplate if it
//   · lies in markup that calls itself navigation, aside or footer;
//   · is one of two or more successive lines cut off by an ellipsis (teasers), or repeats another document's title;
//   · opens with a call to action ("Read more", "Lire aussi", "Subscribe", …, in a dozen languages) and is short;
//   · is one of several successive scraps, of a word or two before the text begins, of up to three after it ends;
//   · recurs, digits masked, in three or more documents of one source that share less than half of their lines, and has at most
//     40 words. Documents whose source is missing count as one source, and there a line must be shorter, of up to 12 words, and
//     must not end as a sentence does: what reads like a sentence there may be a quote or a figure that several papers report.
// A word here is three characters in scripts without spaces. A document that would lose more than 70 % of its words keeps them
// all.
//
// Cost: O(lines) hash look-ups. Deterministic in any order of documents. Throws what segment does.

#include <cstdint>
#include <string>
#include <vector>

#include "retold/segment.hpp"
#include "retold/types.hpp"

namespace [[gnu::visibility("default")]] retold {

// A document with its text and its title (when that is a field of its own) cut into sentences.
struct article {
  const document* origin = nullptr;  // must outlive the article
  segmented text;
  segmented title;                // empty when the title is part of the text, or equals its beginning
  std::vector<bool> boilerplate;  // for each sentence of `text`; empty: none
  std::vector<bool> furniture;    // of these, what the markup itself says is; empty: none
  bool spared = false;            // looked like boilerplate throughout, and so was left whole
  bool is_boilerplate(std::size_t sentence) const noexcept { return !boilerplate.empty() && boilerplate[sentence]; }
};

article prepare(const document& from);

// Fills in `boilerplate`, `furniture` and `spared`; returns how many lines were marked.
std::uint64_t mark_boilerplate(std::vector<article>& articles);

}  // namespace retold
