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

std::string number_bytes(std::uint64_t number) {
  std::string out;
  put_number(out, number);
  return out;
}

void put_story(index_store::change& to, std::uint64_t story, const std::string& opener, const std::string& members) {
  to.put(table::stories, number_key(story), number_bytes(opener.size()) + opener + members);
}

}  // namespace

std::optional<filed_article> filed_article_from(std::string_view bytes) {
  value_reader from(bytes);
  filed_article out;
  out.scope = static_cast<std::uint32_t>(from.number(~0u));
  out.like = from.number();
  out.cosine = from.real();
  auto is = from.good() ? article_from(from.rest()) : std::nullopt;
  if (!is) return std::nullopt;
  out.is = std::move(*is);
  return out;
}

std::optional<filed_story> filed_story_from(std::string_view bytes) {
  value_reader from(bytes);
  filed_story out{std::string(from.bytes(from.number())), {}};
  auto is = from.good() ? members_from(from.rest()) : std::nullopt;
  if (!is) return std::nullopt;
  out.is = std::move(*is);
  return out;
}

story_features story_features_of(const index_entry& entry) {
  document from;
  from.text = entry.text;
  from.title = entry.title;
  std::vector<article> one{prepare(from)};
  mark_boilerplate(one);  // by itself: of those to come nothing is known
  return features_of(one.front());
}

story_tables::story_tables(const index_store& store, const recent_stories& recent, std::span<const std::uint32_t> scopes,
                           index_store::snapshot at)
    : store_(store), recent_(recent), scopes_(scopes), at_(std::move(at)) {}

std::optional<filed_article> story_tables::article(std::uint64_t document) const {
  const auto value = store_.get(table::articles, number_key(document), at_);
  return value ? filed_article_from(*value) : std::nullopt;
}

std::optional<filed_story> story_tables::story(std::uint64_t number) const {
  const auto value = store_.get(table::stories, number_key(number), at_);
  return value ? filed_story_from(*value) : std::nullopt;
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
    sort_and_unique(found[t]);
    if (found[t].size() > most) found[t].erase(found[t].begin(), found[t].end() - static_cast<std::ptrdiff_t>(most));
  }
}

// Of articles those alone that are searched; what lies around the rule's own bytes is taken off.
story_reader story_tables::reader() const {
  story_reader out;
  out.frequencies = [this](std::uint64_t generation, terms of, counts to) {
    for (const std::uint32_t scope : scopes_) add_frequencies(generation, scope, of, to);
  };
  out.postings = [this](terms of, std::size_t most, std::span<numbers> found) { newest(of, most, found); };
  const auto records = [this](table in, story_reader::documents of, const index_store::found_function& found) {
    std::vector<std::string> keys;
    for (const std::uint64_t document : of) keys.push_back(number_key(document));
    find_all(store_, in, keys, at_, found);
  };
  out.articles = [this, records](story_reader::documents of, std::span<std::string> to) {
    records(table::articles, of, [&](std::size_t i, std::string_view value) {
      value_reader from(value);
      const std::uint64_t scope = from.number();
      from.number(), from.real();
      if (from.good() && std::binary_search(scopes_.begin(), scopes_.end(), scope)) to[i] = from.rest();
    });
  };
  out.stories = [records](story_reader::documents of, std::span<std::string> to) {
    records(table::stories, of, [&](std::size_t i, std::string_view value) {
      value_reader from(value);
      from.bytes(from.number());
      if (from.good()) to[i] = from.rest();
    });
  };
  return out;
}

story_decision story_tables::decide(const story_question& question, const index_options& made_with) const {
  return decide_story(question, reader(),
                      {.window_days = made_with.window_days, .constants = {.cut = made_with.story_threshold}});
}

void story_tables::write(index_store::change& to, std::uint32_t scope, std::uint64_t document, std::string_view name,
                         const story_decision& told) const {
  const bool opened = told.story == document;
  std::string article;
  put_number(article, scope);
  put_number(article, opened ? 0 : *told.like);
  put_float(article, opened ? 0 : static_cast<float>(told.cosine));
  to.put(table::articles, number_key(document), article + told.writes.article);
  put_story(to, told.story, opened ? std::string(name) : opener_of(told.story), told.writes.members);
}

void story_tables::look_up(recent_stories& recent, std::uint32_t scope, std::uint64_t document,
                           const story_features& features) const {
  std::vector<std::uint32_t> counted{every_article};
  for (const story_term& t : features.terms) counted.push_back(t.key);
  numbers before(counted.size());
  add_frequencies(story_generation(document), scope, counted, before);
  recent.know(story_generation(document), scope, counted, before);
}

std::string story_tables::opener_of(std::uint64_t number) const {
  const auto found = story(number);
  return found ? found->opener : name_of_number(number);
}

story_removal::story_removal(const index_store& store, const recent_stories& recent, std::span<const std::uint32_t> scopes)
    : filed_(store, recent, scopes) {}

void story_removal::remove(std::uint64_t document, index_store::change& to) {
  const auto own = filed_.article(document);
  story_reader reader = filed_.reader();
  const auto filed = reader.stories;
  reader.stories = [&](story_reader::documents of, std::span<std::string> records) {
    filed(of, records);
    for (std::size_t i = 0; i < of.size(); ++i)
      if (const auto now = members_.find(of[i]); now != members_.end()) records[i] = now->second;
  };
  const auto undone = own ? remove_from_story(document, reader) : std::nullopt;
  if (!undone) return;
  auto& gone = gone_[{story_generation(document), own->scope}];
  for (const std::uint32_t term : undone->counted) waiting_ += ++gone[term] == 1;
  for (const std::uint32_t term : undone->posted) to.remove(table::terms, term_key(own->scope, term, document));
  to.remove(table::articles, number_key(document));
  members_[undone->story] = undone->members;
}

// Frequencies of generations past may have been swept out.
std::uint64_t story_removal::finish(index_store::change& to) {
  for (const auto& [of, gone] : gone_) {
    std::vector<std::uint32_t> terms;
    for (const auto& [term, count] : gone) terms.push_back(term);
    numbers had(terms.size());
    filed_.add_frequencies(of.first, of.second, terms, had);
    for (std::size_t i = 0; i < terms.size(); ++i) {
      const std::uint64_t less = gone.at(terms[i]);
      const std::string key = frequency_key(of.first, of.second, terms[i]);
      had[i] > less ? to.put(table::frequencies, key, number_bytes(had[i] - less)) : to.remove(table::frequencies, key);
    }
  }
  std::uint64_t ended = 0;
  for (const auto& [story, members] : members_) {
    members.empty() ? to.remove(table::stories, number_key(story)) : put_story(to, story, filed_.opener_of(story), members);
    ended += members.empty();
  }
  gone_.clear(), members_.clear();
  waiting_ = 0;
  return ended;
}

}  // namespace retold
