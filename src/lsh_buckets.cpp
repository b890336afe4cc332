// SPDX-License-Identifier: Apache-2.0
// A bucket of n documents has n²/2 pairs: fine for a few, ruin for a template of ten thousand. There, a member that follows a
// leader says all that matters, and memory stays linear.
#include "lsh_buckets.hpp"

#include <algorithm>

#include "radix_sort.hpp"

namespace retold {
namespace {

constexpr std::size_t template_size = 10000;  // more: one text with other words filled in

}  // namespace

std::span<const std::uint32_t> bucket_pairs::add(std::span<const std::uint32_t> members) {
  if (members.size() <= hot_size) {
    for (std::size_t i = 0; i < members.size(); ++i)
      for (std::size_t j = i + 1; j < members.size(); ++j) add_pair(members[i], members[j]);
    return members;
  }
  ++found_.hot_buckets;
  found_.templates += members.size() > template_size;
  if (led_.size() <= members.back()) led_.resize(std::size_t{members.back()} + 1);
  leaders_.clear();
  for (const std::uint32_t member : members)
    if (!follows_one_leader(member)) leaders_.push_back(member);
  for (const std::uint32_t leader : leaders_) led_[leader].push_back(static_cast<std::uint32_t>(found_.hot_buckets));
  return leaders_;
}

bool bucket_pairs::follows_one_leader(std::uint32_t document) {
  for (const std::uint32_t leader : leaders_) {
    if (led_together(leader, document)) continue;
    if (follows_.contains(packed(leader, document))) return true;
    if (!similar_(leader, document)) continue;
    follows_.insert(packed(leader, document));
    add_pair(leader, document);
    return true;
  }
  return false;
}

bool bucket_pairs::led_together(std::uint32_t first, std::uint32_t second) const noexcept {
  const std::vector<std::uint32_t>&a = led_[first], &b = led_[second];
  for (auto x = a.begin(), y = b.begin(); x != a.end() && y != b.end(); *x < *y ? ++x : ++y)
    if (*x == *y) return true;
  return false;
}

// A pair that shares several buckets comes several times: duplicates are removed whenever they may have doubled the memory.
void bucket_pairs::tidy() {
  radix_sort(pairs_);
  pairs_.erase(std::unique(pairs_.begin(), pairs_.end()), pairs_.end());
  limit_ = std::max(limit_, 2 * pairs_.size());
}

candidate_set bucket_pairs::take() {
  tidy();
  found_.pairs.reserve(pairs_.size());
  for (const std::uint64_t pair : pairs_)
    found_.pairs.emplace_back(static_cast<std::uint32_t>(pair >> 32), static_cast<std::uint32_t>(pair));
  return std::move(found_);
}

}  // namespace retold
