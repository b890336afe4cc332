// SPDX-License-Identifier: Apache-2.0
#include "index_story_recent.hpp"

#include <algorithm>
#include <mutex>

#include "index_bytes.hpp"
#include "index_codec.hpp"
#include "index_stories.hpp"
#include "pages.hpp"

namespace retold {
namespace {

const auto* find(const auto& in, std::uint64_t key) {
  const auto found = in.find(key);
  return found == in.end() ? nullptr : &found->second;
}

// Eight bytes for each of a map's: what is written is made of them one at a time.
template <class Map>
pages<std::uint64_t> sorted_keys(const Map& of) {
  pages<std::uint64_t> out(of.size());
  std::transform(of.begin(), of.end(), out.items().begin(), [](const auto& each) { return each.first; });
  std::sort(out.items().begin(), out.items().end());
  return out;
}

std::uint32_t scope_of(std::uint64_t key) noexcept { return static_cast<std::uint32_t>(key >> 32); }
std::uint32_t term_of(std::uint64_t key) noexcept { return static_cast<std::uint32_t>(key); }

}  // namespace

void recent_stories::know(std::uint64_t generation, std::uint32_t scope, terms of, std::span<const std::uint64_t> counts) {
  const std::unique_lock lock(guard_);
  auto& known = counts_[generation];
  for (std::size_t i = 0; i < of.size(); ++i) known.try_emplace(key(scope, of[i]), counts[i]);
}

void recent_stories::add(std::uint32_t scope, std::uint64_t document, terms counted, terms posted) {
  const std::unique_lock lock(guard_);
  auto& known = counts_[story_generation(document)];
  for (const std::uint32_t term : counted) ++known.at(key(scope, term));
  for (const std::uint32_t term : posted) documents_[key(scope, term)].push_back(document);
  posted_ += posted.size();
}

void recent_stories::clear() {
  const std::unique_lock lock(guard_);
  counts_.clear();
  documents_ = {};
  posted_ = 0;
}

std::vector<std::size_t> recent_stories::add_frequencies(std::uint64_t generation, std::uint32_t scope, terms of,
                                                         std::span<std::uint64_t> counts) const {
  const std::shared_lock lock(guard_);
  std::vector<std::size_t> unknown;
  const auto known = counts_.find(generation);
  for (std::size_t i = 0; i < of.size(); ++i) {
    const auto* const found = known == counts_.end() ? nullptr : find(known->second, key(scope, of[i]));
    if (found != nullptr)
      counts[i] += *found;
    else
      unknown.push_back(i);
  }
  return unknown;
}

void recent_stories::newest(std::uint32_t scope, std::uint32_t term, std::size_t most, std::vector<std::uint64_t>& into) const {
  const std::shared_lock lock(guard_);
  if (const auto* const all = find(documents_, key(scope, term)))
    into.insert(into.end(), all->end() - static_cast<std::ptrdiff_t>(std::min(most, all->size())), all->end());
}

std::size_t recent_stories::bytes() const {
  constexpr std::size_t counted = 32, listed = 80, posted = 8;  // with the room that tables and lists keep
  const std::shared_lock lock(guard_);
  std::size_t out = listed * documents_.size() + posted * posted_;
  for (const auto& [generation, counts] : counts_) out += counted * counts.size();
  return out;
}

void recent_stories::each_frequency(const visitor& visit) const {
  const std::shared_lock lock(guard_);
  std::string value;
  for (const auto& [generation, counts] : counts_) {
    const pages<std::uint64_t> keys = sorted_keys(counts);
    for (const std::uint64_t k : keys.items()) {
      const std::uint64_t count = counts.at(k);
      if (count == 0) continue;  // asked for, but not counted: of a copy
      value.clear();
      put_number(value, count);
      visit(frequency_key(generation, scope_of(k), term_of(k)), value);
    }
  }
}

void recent_stories::each_posting(const visitor& visit) const {
  const std::shared_lock lock(guard_);
  const pages<std::uint64_t> keys = sorted_keys(documents_);
  for (const std::uint64_t k : keys.items()) {
    const std::vector<std::uint64_t>& documents = documents_.at(k);
    for (auto newest = documents.rbegin(); newest != documents.rend(); ++newest)
      visit(term_key(scope_of(k), term_of(k), *newest), {});
  }
}

}  // namespace retold
