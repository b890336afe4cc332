// SPDX-License-Identifier: Apache-2.0
#pragma once
// What an index writes down of an article and of a story: what the rule of index_stories.hpp has of them, and what the tables
// put before that (part of the index). docs/format.md gives the bytes.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "index_story_terms.hpp"

namespace retold {

// Written once, when it has been decided where the article belongs.
struct story_article {
  std::uint64_t story = 0;   // number of the article that opened it
  bool copy = false;         // of another: it is compared with nothing
  std::int64_t seconds = 0;  // since 1970
  float fresh = 0;           // squared length of its vector: of the terms that were fresh, weighed by count alone
  float known = 0;           // of the others, weighed by count and rarity
  story_features features;
  friend bool operator==(const story_article&, const story_article&) = default;
};

inline constexpr std::size_t story_newest = 32;  // articles of a story that a new one is compared with

struct story_members {
  std::uint64_t size = 0;              // articles in all, with copies
  std::vector<std::uint64_t> members;  // the newest that are no copies, ascending
  friend bool operator==(const story_members&, const story_members&) = default;
};

void join(story_members& story, std::uint64_t document, bool member);  // the newest document; not a member: a copy
void leave(story_members& story, std::uint64_t document);              // one of them

std::string to_bytes(const story_article& record);
std::string to_bytes(const story_members& record);

// Nothing where the bytes are not such as `to_bytes` returns.
std::optional<story_article> article_from(std::string_view bytes);
std::optional<story_members> members_from(std::string_view bytes);

// How an article was judged: what its entry begins with.
struct filed_head {
  std::uint32_t scope = 0;
  std::uint64_t like = 0;   // the earlier article of its story that is most like it; 0: it opened the story
  float cosine = 0;         // with that
  std::uint64_t story = 0;  // with which the rule's own bytes, which follow, begin
};

struct filed_article {
  filed_head head;
  story_article is;
};

// What one scope has of a story.
struct filed_story {
  std::string opener;  // the id of the article that opened it, which may be gone
  story_members is;
};

std::string to_bytes(const filed_head& head);  // without what follows
std::string to_bytes(const filed_story& entry);

// Nothing where the bytes are no such entry.
std::optional<filed_head> take_head(std::string_view& bytes);  // what follows is left
std::optional<filed_article> filed_article_from(std::string_view bytes);
std::optional<filed_story> filed_story_from(std::string_view bytes);

}  // namespace retold
