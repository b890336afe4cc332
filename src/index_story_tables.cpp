// SPDX-License-Identifier: Apache-2.0
#include "index_story_tables.hpp"

#include <algorithm>
#include <utility>

#include "index_codec.hpp"
#include "index_bytes.hpp"
#include "runs.hpp"

namespace retold {
namespace {

using numbers = std::vector<std::uint64_t>;

// Calls found(which, value) for those of the keys that are there, in any order.
void find_all(const index_store& store, table in, const std::vector<std::string>& keys, const index_store::snapshot& at,
              const index_store::found_function& found) {
  std::vector<std::size_t> order(keys.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return keys[a] < keys[b]; });
  std::vector<std::string> sorted;
  for (const std::size_t i : order) sorted.push_back(keys[i]);
  store.get_all(
      in, sorted, [&](std::size_t i, std::string_view value) { found(order[i], value); }, at);
}

std::uint64_t count_in(std::string_view value) {
  value_reader from(value);
  const std::uint64_t count = from.number();
  return from.whole() ? count : 0;
}

void keep_newest(numbers& of, std::size_t most) {
  sort_and_unique(of);
  if (of.size() > most) of.erase(of.begin(), of.end() - static_cast<std::ptrdiff_t>(most));
}

}  // namespace

story_tables::story_tables(const index_store& store, const recent_stories& recent, std::span<const std::uint32_t> scopes,
                           index_store::snapshot at)
    : store_(store), recent_(recent), scopes_(scopes), at_(std::move(at)) {}

std::optional<filed_article> story_tables::article(std::uint64_t document) const {
  const auto value = store_.get(table::articles, number_key(document), at_);
  return value ? filed_article_from(*value) : std::nullopt;
}

std::optional<filed_head> story_tables::head(std::uint64_t document) const {
  const auto value = store_.get(table::articles, number_key(document), at_);
  if (!value) return std::nullopt;
  std::string_view bytes(*value);
  return take_head(bytes);
}

std::optional<filed_story> story_tables::story(const story_place& at) const {
  const auto value = store_.get(table::stories, story_key(at), at_);
  if (!value) return std::nullopt;
  auto out = filed_story_from(*value);
  if (!out) store_.damaged(table::stories);
  return out;
}

void story_tables::add_frequencies(std::uint64_t generation, std::uint32_t scope, terms of, counts to) const {
  const std::vector<std::size_t> unknown = recent_.add_frequencies(generation, scope, of, to);
  std::vector<std::string> keys;
  for (const std::size_t i : unknown) keys.push_back(frequency_key(generation, scope, of[i]));
  find_all(store_, table::frequencies, keys, at_,
           [&](std::size_t i, std::string_view value) { to[unknown[i]] += count_in(value); });
}

// What is in memory has just been written, for all one knows, so both may have it.
void story_tables::newest(terms of, std::size_t most, std::span<numbers> found) const {
  index_store::walk at(store_, table::terms, at_);
  for (std::size_t t = 0; t < of.size(); ++t) {
    for (const std::uint32_t scope : scopes_) {
      const std::string first = term_key(scope, of[t], ~std::uint64_t{0}), prefix = first.substr(0, 6);
      std::size_t taken = 0;
      for (at.seek(first); taken < most && at.valid() && at.key().starts_with(prefix); at.next(), ++taken)
        if (const auto document = document_in(at.key())) found[t].push_back(*document);
      recent_.newest(scope, of[t], most, found[t]);
    }
    keep_newest(found[t], most);
  }
}

void story_tables::members(story_reader::documents stories, std::span<numbers> found) const {
  std::vector<std::string> keys;
  for (const std::uint64_t story : stories)
    for (const std::uint32_t scope : scopes_) keys.push_back(story_key({story, scope}));
  find_all(store_, table::stories, keys, at_, [&](std::size_t i, std::string_view value) {
    const auto story = filed_story_from(value);
    numbers& into = found[i / scopes_.size()];
    if (story) into.insert(into.end(), story->is.members.begin(), story->is.members.end());
  });
  for (numbers& each : found) keep_newest(each, story_newest);
}

// Of articles what lies before the rule's own bytes is taken off.
story_reader story_tables::reader() const {
  story_reader out;
  out.frequencies = [this](std::uint64_t generation, terms of, counts to) {
    for (const std::uint32_t scope : scopes_) add_frequencies(generation, scope, of, to);
  };
  out.postings = [this](terms of, std::size_t most, std::span<numbers> found) { newest(of, most, found); };
  out.articles = [this](story_reader::documents of, std::span<std::string> to) {
    std::vector<std::string> keys;
    for (const std::uint64_t document : of) keys.push_back(number_key(document));
    find_all(store_, table::articles, keys, at_, [&](std::size_t i, std::string_view value) {
      const auto head = take_head(value);
      if (head && std::binary_search(scopes_.begin(), scopes_.end(), head->scope)) to[i] = value;
    });
  };
  out.stories = [this](story_reader::documents of, std::span<numbers> to) { members(of, to); };
  return out;
}

story_decision story_tables::decide(const story_question& question, const index_options& made_with) const {
  return decide_story(question, reader(),
                      {.window_days = made_with.window_days, .constants = {.cut = made_with.story_threshold}});
}

std::string story_tables::write(index_store::change& to, std::uint32_t scope, std::uint64_t document, std::string_view name,
                                const story_decision& told) const {
  const bool opened = told.story == document;
  filed_head head{scope, 0, 0, told.story};
  if (!opened) head.like = *told.like, head.cosine = static_cast<float>(told.cosine);
  to.put(table::articles, number_key(document), to_bytes(head) + told.writes.article);
  filed_story story = opened ? filed_story{std::string(name), {}} : story_of(told, scope);
  join(story.is, document, told.writes.member);
  to.put(table::stories, story_key({told.story, scope}), to_bytes(story));
  return story.opener;
}

// What the scope has so far of the story that an article joins. If that is nothing, its name stands where the article lies that
// it was found by.
filed_story story_tables::story_of(const story_decision& told, std::uint32_t scope) const {
  if (auto own = story({told.story, scope})) return std::move(*own);
  const auto like = head(*told.like);
  return {opener_of({told.story, like ? like->scope : scope}), {}};
}

void story_tables::look_up(recent_stories& recent, std::uint32_t scope, std::uint64_t document,
                           const story_features& features) const {
  const std::vector<std::uint32_t> counted = counted_of(features);
  numbers before(counted.size());
  add_frequencies(story_generation(document), scope, counted, before);
  recent.know(story_generation(document), scope, counted, before);
}

std::string story_tables::opener_of(const story_place& of) const {
  const auto found = story(of);
  return found ? found->opener : name_of_number(of.story);
}

}  // namespace retold
