// SPDX-License-Identifier: Apache-2.0
#pragma once
// The stories of an index in its files: what the rule of index_stories.hpp reads and writes (part of index).
//
// Each article is written before the next is decided, so that it is there for it. Frequencies and postings are kept apart by
// scope: what counts is what is searched. docs/format.md gives keys and values.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "index_store.hpp"
#include "index_stories.hpp"
#include "index_story_recent.hpp"

namespace retold {

// An article as it was judged.
struct filed_article {
  std::uint32_t scope = 0;
  std::uint64_t like = 0;  // the earlier article of its story that is most like it; 0: it opened the story
  float cosine = 0;        // with that
  story_article is;
};

struct filed_story {
  std::string opener;  // the id of the article that opened it, which may be gone
  story_members is;
};

// Nothing where the bytes are no such record.
std::optional<filed_article> filed_article_from(std::string_view bytes);
std::optional<filed_story> filed_story_from(std::string_view bytes);

story_features story_features_of(const index_entry& entry);  // in any thread

// For one thread at a time.
class story_tables {
 public:
  // `scopes`: those to search, ascending. Both must last.
  story_tables(const index_store& store, const recent_stories& recent, std::span<const std::uint32_t> scopes,
               index_store::snapshot at = {});

  story_decision decide(const story_question& question, unsigned window_days) const;
  std::optional<filed_article> article(std::uint64_t document) const;  // of any scope
  std::optional<filed_story> story(std::uint64_t number) const;
  std::string opener_of(std::uint64_t story) const;  // its id

  // The records of an article and of its story. `name`: the article's.
  void write(index_store::change& to, std::uint32_t scope, std::uint64_t document, std::string_view name,
             const story_decision& told) const;

  // Has `recent` know what the files have of the terms of an article to come.
  void look_up(recent_stories& recent, std::uint32_t scope, std::uint64_t document, const story_features& features) const;

  // Undoes all that has been written of an article, in the files. Returns whether nobody is left of its story.
  bool remove(index_store::change& to, std::uint64_t document) const;

 private:
  using counts = std::span<std::uint64_t>;
  using terms = std::span<const std::uint32_t>;
  story_reader reader() const;
  void add_frequencies(std::uint64_t generation, std::uint32_t scope, terms of, counts to) const;
  void uncount(index_store::change& to, std::uint32_t scope, std::uint64_t document, terms of) const;
  static void put_story(index_store::change& to, const story_writes& writes, const std::string& opener);
  void newest(terms of, std::size_t most, std::span<std::vector<std::uint64_t>> found) const;

  const index_store& store_;
  const recent_stories& recent_;
  std::span<const std::uint32_t> scopes_;
  index_store::snapshot at_;
};

}  // namespace retold
