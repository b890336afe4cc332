// SPDX-License-Identifier: Apache-2.0
#pragma once
// What an index keeps of an article to tell later whether another is of the same story (part of the index).
//
//   const story_features features = features_of(article);   // in any thread: of this article alone
//   std::string bytes;
//   put_features(bytes, features);                           // some four bytes a term
//   const auto again = take_features(bytes);                 // equal; nothing where the bytes are damaged
//
// The terms are those of the stories stage (stories_terms.hpp), known by 32 bits of their hash: of 17,000 pairs of articles of
// 500 terms, one seems to share a term that it does not.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "retold/boilerplate.hpp"
#include "retold/index.hpp"
#include "stories_space.hpp"

namespace retold {

struct story_term {
  using kind = numbered_terms::kind;
  std::uint32_t key = 0;    // not 0
  std::uint32_t count = 0;  // not 0
  kind of = kind::word;
  bool fresh = false;   // no article had it before
  bool posted = false;  // the index finds the article by it
  friend bool operator==(const story_term&, const story_term&) = default;
};

// By posted, fresh, kind, count and key: as they are written.
bool operator<(const story_term& x, const story_term& y) noexcept;

struct story_features {
  std::vector<story_term> terms;  // sorted
  std::uint32_t words = 0;
  friend bool operator==(const story_features&, const story_features&) = default;
};

// Of the article's first 500 words; what is marked as boilerplate does not count. No term is fresh or posted yet.
story_features features_of(const article& from);
story_features story_features_of(const index_entry& entry);  // of an article that stands alone

void put_features(std::string& out, const story_features& features);
std::optional<story_features> take_features(std::string_view bytes);  // of all the bytes

}  // namespace retold
