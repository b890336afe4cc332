// SPDX-License-Identifier: Apache-2.0
#include "index_story_removal.hpp"

#include <set>
#include <string>
#include <vector>

#include "index_bytes.hpp"

namespace retold {

story_removal::story_removal(const index_store& store, const recent_stories& recent)
    : store_(store), filed_(store, recent, {}) {}

void story_removal::remove(std::uint64_t document, index_store::change& to) {
  const auto own = filed_.article(document);
  if (!own) return;
  const story_writes came = writes_of(own->is);
  auto& gone = gone_[{story_generation(document), own->head.scope}];
  for (const std::uint32_t term : came.counted) waiting_ += ++gone[term] == 1;
  for (const std::uint32_t term : came.posted) to.remove(table::terms, term_key(own->head.scope, term, document));
  to.remove(table::articles, number_key(document));
  const story_place at{came.story, own->head.scope};
  const auto [story, first] = left_.try_emplace(at);
  if (first) story->second = filed_.story(at);
  if (story->second) leave(story->second->is, document);
}

std::uint64_t story_removal::finish(index_store::change& to) {
  finish_frequencies(to);
  for (const auto& [at, story] : left_)
    if (story)
      story->is.size > 0 ? to.put(table::stories, story_key(at), to_bytes(*story)) : to.remove(table::stories, story_key(at));
  const std::uint64_t out = ended();
  gone_.clear(), left_.clear();
  waiting_ = 0;
  return out;
}

// Frequencies of generations past may have been swept out.
void story_removal::finish_frequencies(index_store::change& to) {
  for (const auto& [of, gone] : gone_) {
    std::vector<std::uint32_t> terms;
    for (const auto& [term, count] : gone) terms.push_back(term);
    std::vector<std::uint64_t> had(terms.size());
    filed_.add_frequencies(of.first, of.second, terms, had);
    for (std::size_t i = 0; i < terms.size(); ++i) {
      const std::uint64_t less = gone.at(terms[i]);
      const std::string key = frequency_key(of.first, of.second, terms[i]);
      std::string left;
      if (had[i] > less) put_number(left, had[i] - less);
      left.empty() ? to.remove(table::frequencies, key) : to.put(table::frequencies, key, left);
    }
  }
}

// Of those that have lost a scope, the ones that are left in none.
std::uint64_t story_removal::ended() const {
  const auto is_gone = [&](const story_place& place) {
    const auto found = left_.find(place);
    return found != left_.end() && found->second && found->second->is.size == 0;
  };
  std::set<std::uint64_t> out;
  for (const auto& [place, _] : left_)
    if (is_gone(place)) out.insert(place.story);
  if (out.empty()) return 0;
  index_store::walk at(store_, table::stories, index_store::snapshot{});
  std::erase_if(out, [&](std::uint64_t story) {
    const std::string prefix = number_key(story);
    for (at.seek(prefix); at.valid() && at.key().starts_with(prefix); at.next())
      if (const auto place = place_in(at.key()); place && !is_gone(*place)) return true;
    return false;
  });
  return out.size();
}

}  // namespace retold
