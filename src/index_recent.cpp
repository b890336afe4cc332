// SPDX-License-Identifier: Apache-2.0
#include "index_recent.hpp"

#include <algorithm>

namespace retold {

void index_recent::chains::add(std::uint64_t key, std::uint32_t item) {
  const auto [last, fresh] = last_.try_emplace(key, nobody);
  links_.push_back({item, last->second});
  last->second = static_cast<std::uint32_t>(links_.size() - 1);
}

void index_recent::add(std::uint64_t number, pending_record&& from) {
  constexpr std::size_t chained = 40;  // bytes in the chains for each key: 27 to 55
  if (!from.document) {
    by_id_.add(from.id_hash, static_cast<std::uint32_t>(ids_.size()));
    ids_.push_back({from.scope, from.id_hash, from.said});
    bytes_ += sizeof(said) + chained;
    return;
  }
  const auto place = static_cast<std::uint32_t>(documents_.size());
  kept& added = documents_.emplace_back(kept{number, std::move(*from.document), std::move(from.keys)});
  added.keys.shrink_to_fit();
  for (const std::uint64_t key : added.keys) by_key_.add(key, place);
  bytes_ +=
      sizeof(kept) + added.record.slots.size() + added.record.id.size() + (sizeof(std::uint64_t) + chained) * added.keys.size();
}

void index_recent::clear() {
  documents_.clear();
  ids_.clear();
  by_key_.clear();
  by_id_.clear();
  bytes_ = 0;
}

const index_recent::kept* index_recent::find(std::uint64_t number) const {
  const auto found = std::lower_bound(documents_.begin(), documents_.end(), number,
                                      [](const kept& k, std::uint64_t n) { return k.number < n; });
  return found != documents_.end() && found->number == number ? &*found : nullptr;
}

void index_recent::numbers(std::uint64_t key, std::vector<std::uint64_t>& into) const {
  each(key, [&](const kept& k) { return into.push_back(k.number), true; });
}

void index_recent::entries(std::uint32_t scope, std::uint64_t id_hash, std::vector<id_entry>& into) const {
  const auto before = static_cast<std::ptrdiff_t>(into.size());
  by_id_.each(id_hash, [&](std::uint32_t place) {
    if (ids_[place].scope == scope && ids_[place].id_hash == id_hash) into.push_back(ids_[place].entry);
    return true;
  });
  std::reverse(into.begin() + before, into.end());
}

}  // namespace retold
