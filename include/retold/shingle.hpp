// SPDX-License-Identifier: Apache-2.0
#pragma once
// Stage 5. A text as a set of 64-bit numbers: one for each run of k successive words (or characters).
//
//   const auto set = retold::shingles("le chat dort sur le lit", {.unit = retold::shingle_unit::word, .size = 3});
//   // 4 numbers, sorted
//
// Each word is hashed by XXH3-64; k hashes are combined by a rolling polynomial and mixed (docs/format.md §3), so no string is
// joined. Fewer than k words make one shingle of them all; no words make the empty set, which is like nothing.
//
// Cost: O(words) or O(characters), the sort included: it is by radix. Never fails (validate throws error); thread-safe.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "retold/boilerplate.hpp"

namespace [[gnu::visibility("default")]] retold {

enum class shingle_unit : std::uint8_t { word, character };

struct shingle_options {
  shingle_unit unit = shingle_unit::word;

  // How many words or characters. More: stricter, an edited word costs more. 3 words suit news, 5 are what pipelines for
  // language models use; 5–9 characters where words are short or misspelt. 1 to 64.
  unsigned size = 3;

  void validate() const;                                // throws error
  static shingle_options parse(std::string_view text);  // "word:3", "char:5"; throws error
  std::string name() const;                             // the same form
};

using shingle_set = std::vector<std::uint64_t>;  // sorted, unique

shingle_set shingles(const segmented& text, const shingle_options& options = {});

// The same set as of segment(text), for those who do not ask where the words stand: words are folded, cut and hashed in one
// pass over the bytes, several times as fast.
shingle_set shingles(std::string_view text, const shingle_options& options = {});

// The same numbers in the order of the text, each as often as it occurs. A MinHash signature of them is that of the set, and
// sorting costs as much as all the rest; `overlap` needs the set.
std::vector<std::uint64_t> shingle_list(std::string_view text, const shingle_options& options = {});

// Of the text (not the title) without boilerplate: shingles do not reach across words left out. Runs of fewer than k words
// between them count only where no run is longer: then each gives one shingle.
shingle_set shingles(const article& from, const shingle_options& options = {});

// The same, leaving out what the markup itself calls furniture and nothing else: what a near-duplicate is compared by, as a
// line that many documents have may still be the one in which two of them differ.
shingle_set shingles_but_furniture(const article& from, const shingle_options& options = {});

// XXH3-64 of all words in order: equal for texts with the same words, 0 for a text without words and for no other.
std::uint64_t exact_key(const segmented& text);

}  // namespace retold
