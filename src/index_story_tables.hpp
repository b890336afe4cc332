// SPDX-License-Identifier: Apache-2.0
#pragma once
// The stories of an index in its files: what the rule of index_stories.hpp reads and writes (part of index).
//
// Each article is written before the next is decided, so that it is there for it. Frequencies and postings are kept apart by
// scope, and so are the members of stories: what counts is what is searched. docs/format.md gives keys and values.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "index_codec.hpp"
#include "index_store.hpp"
#include "index_stories.hpp"
#include "index_story_recent.hpp"

namespace retold {

// For one thread at a time.
class story_tables {
 public:
  // `scopes`: those to search, ascending. Both must last.
  story_tables(const index_store& store, const recent_stories& recent, std::span<const std::uint32_t> scopes,
               index_store::snapshot at = {});

  story_decision decide(const story_question& question, const index_options& made_with) const;
  std::optional<filed_article> article(std::uint64_t document) const;  // of any scope
  std::optional<filed_head> head(std::uint64_t document) const;        // the same without its terms: much less to read
  std::optional<filed_story> story(const story_place& at) const;       // throws error where it is none
  std::string opener_of(const story_place& story) const;               // its id, of a scope that has an article of it

  // The records of an article and of its story in its scope. `name`: the article's. Returns the id of the story's opener.
  std::string write(index_store::change& to, std::uint32_t scope, std::uint64_t document, std::string_view name,
                    const story_decision& told) const;

  // Has `recent` know what the files have of the terms of an article to come.
  void look_up(recent_stories& recent, std::uint32_t scope, std::uint64_t document, const story_features& features) const;

  // Of articles and members those alone that are searched. Good as long as this is where it is.
  story_reader reader() const;
  void add_frequencies(std::uint64_t generation, std::uint32_t scope, std::span<const std::uint32_t> of,
                       std::span<std::uint64_t> to) const;

 private:
  using counts = std::span<std::uint64_t>;
  using terms = std::span<const std::uint32_t>;
  void newest(terms of, std::size_t most, std::span<std::vector<std::uint64_t>> found) const;
  void members(story_reader::documents stories, std::span<std::vector<std::uint64_t>> found) const;
  filed_story story_of(const story_decision& told, std::uint32_t scope) const;

  const index_store& store_;
  const recent_stories& recent_;
  std::span<const std::uint32_t> scopes_;
  index_store::snapshot at_;
};

}  // namespace retold
