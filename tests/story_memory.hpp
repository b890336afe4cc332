// SPDX-License-Identifier: Apache-2.0
#pragma once
// What src/index_stories.hpp reads and writes, in memory; it counts what is read.

#include <algorithm>
#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "../src/index_stories.hpp"

class story_memory {
 public:
  retold::story_reader reader() {
    retold::story_reader out;
    out.frequencies = [this](std::uint64_t generation, std::span<const std::uint32_t> terms, std::span<std::uint64_t> counts) {
      for (std::size_t i = 0; i < terms.size(); ++i)
        if (const auto found = frequencies_.find(generation << 32 | terms[i]); found != frequencies_.end())
          counts[i] = found->second;
      reads += terms.size();
    };
    out.postings = [this](std::span<const std::uint32_t> terms, std::size_t most, std::span<std::vector<std::uint64_t>> lists) {
      for (std::size_t i = 0; i < terms.size(); ++i)
        if (const auto found = postings_.find(terms[i]); found != postings_.end()) {
          const auto& all = found->second;
          lists[i].assign(all.end() - static_cast<std::ptrdiff_t>(std::min(most, all.size())), all.end());
        }
      reads += terms.size();
    };
    out.articles = [this](auto documents, auto records) { look_up(articles_, documents, records); };
    out.stories = [this](auto stories, auto members) {
      for (std::size_t i = 0; i < stories.size(); ++i)
        if (const auto found = stories_.find(stories[i]); found != stories_.end()) members[i] = found->second.members;
      reads += stories.size();
    };
    return out;
  }

  void write(std::uint64_t document, const retold::story_writes& changes) {
    for (const std::uint32_t term : changes.counted) ++frequencies_[retold::story_generation(document) << 32 | term];
    for (const std::uint32_t term : changes.posted) postings_[term].push_back(document);
    articles_[document] = changes.article;
    retold::story_members& story = stories_[changes.story];
    ++story.size;
    if (changes.member) story.members.push_back(document);
    if (story.members.size() > retold::story_newest) story.members.erase(story.members.begin());
  }

  // False: it is not there.
  bool remove(std::uint64_t document) {
    const auto record = articles_.find(document);
    if (record == articles_.end()) return false;
    const retold::story_writes changes = retold::writes_of(retold::article_from(record->second).value());
    for (const std::uint32_t term : changes.counted)
      if (--frequencies_.at(retold::story_generation(document) << 32 | term) == 0)
        frequencies_.erase(retold::story_generation(document) << 32 | term);
    for (const std::uint32_t term : changes.posted)
      if (std::erase(postings_.at(term), document); postings_.at(term).empty()) postings_.erase(term);
    articles_.erase(record);
    const auto story = stories_.find(changes.story);
    std::erase(story->second.members, document);
    if (--story->second.size == 0) stories_.erase(story);
    return true;
  }

  const retold::story_members& story(std::uint64_t number) const { return stories_.at(number); }

  bool empty() const { return frequencies_.empty() && postings_.empty() && articles_.empty() && stories_.empty(); }

  std::size_t bytes() const {
    std::size_t sum = 0;
    for (const auto& [_, record] : articles_) sum += record.size();
    return sum;
  }

  std::uint64_t reads = 0;

 private:
  using table = boost::unordered_flat_map<std::uint64_t, std::string>;

  void look_up(const table& in, std::span<const std::uint64_t> keys, std::span<std::string> records) {
    for (std::size_t i = 0; i < keys.size(); ++i)
      if (const auto found = in.find(keys[i]); found != in.end()) records[i] = found->second;
    reads += keys.size();
  }

  boost::unordered_flat_map<std::uint64_t, std::uint64_t> frequencies_;  // by generation and term
  boost::unordered_flat_map<std::uint32_t, std::vector<std::uint64_t>> postings_;
  table articles_;
  boost::unordered_flat_map<std::uint64_t, retold::story_members> stories_;
};
