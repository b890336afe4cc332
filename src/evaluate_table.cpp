// SPDX-License-Identifier: Apache-2.0
#include "evaluate_table.hpp"

#include <algorithm>
#include <boost/unordered/unordered_flat_map.hpp>
#include <tuple>

#include "runs.hpp"

namespace retold {
namespace {

// Documents of one found group, one story and the same tags: all their pairs are alike.
struct tagged {
  std::uint32_t found = 0, gold = 0;
  std::vector<std::uint32_t> tags = {};  // ascending
  std::uint64_t count = 1;
};

std::vector<tagged> tagged_kinds(const group_table& table, const document_tags& tags) {
  std::vector<tagged> all;
  for (std::size_t i = 0; i < tags.size(); ++i) {
    if (tags[i].empty()) continue;
    all.push_back({table.found.of[i], table.gold.of[i], tags[i]});
    auto& own = all.back().tags;
    sort_and_unique(own);
  }
  const auto key = [](const tagged& t) { return std::tie(t.found, t.gold, t.tags); };
  std::sort(all.begin(), all.end(), [&](const tagged& a, const tagged& b) { return key(a) < key(b); });
  std::vector<tagged> out;
  for (tagged& t : all) {
    if (!out.empty() && key(out.back()) == key(t))
      ++out.back().count;
    else
      out.push_back(std::move(t));
  }
  return out;
}

bool share_a_tag(const tagged& a, const tagged& b) noexcept {
  for (auto x = a.tags.begin(), y = b.tags.begin(); x != a.tags.end() && y != b.tags.end(); *x < *y ? ++x : ++y)
    if (*x == *y) return true;
  return false;
}

}  // namespace

numbered_groups::numbered_groups(std::span<const std::uint32_t> labels) {
  boost::unordered_flat_map<std::uint32_t, std::uint32_t> numbers;
  of.reserve(labels.size());
  for (const std::uint32_t label : labels) {
    const auto [place, fresh] = numbers.try_emplace(label, static_cast<std::uint32_t>(sizes.size()));
    if (fresh) {
      sizes.push_back(0);
      first.push_back(static_cast<std::uint32_t>(of.size()));
    }
    of.push_back(place->second);
    ++sizes[place->second];
  }
}

group_table::group_table(std::span<const std::uint32_t> gold_labels, std::span<const std::uint32_t> found_labels)
    : gold(gold_labels), found(found_labels) {
  std::vector<std::uint64_t> both;
  both.reserve(gold.of.size());
  for (std::size_t i = 0; i < gold.of.size(); ++i) both.push_back(std::uint64_t{gold.of[i]} << 32 | found.of[i]);
  std::sort(both.begin(), both.end());
  const auto same = [](std::uint64_t a, std::uint64_t b) { return a == b; };
  each_run(std::span<const std::uint64_t>(both), 1, same, [&](std::span<const std::uint64_t> run) {
    cells.push_back(
        {static_cast<std::uint32_t>(run[0] >> 32), static_cast<std::uint32_t>(run[0]), static_cast<std::uint32_t>(run.size())});
  });
}

std::vector<std::uint64_t> ambiguous_pairs(const group_table& table, const document_tags& tags) {
  std::vector<std::uint64_t> out(table.found.sizes.size());
  const std::vector<tagged> kinds = tagged_kinds(table, tags);
  const auto same = [](const tagged& a, const tagged& b) { return a.found == b.found; };
  each_run(std::span<const tagged>(kinds), 2, same, [&](std::span<const tagged> group) {
    for (std::size_t i = 0; i < group.size(); ++i)
      for (std::size_t j = i + 1; j < group.size(); ++j)
        if (group[i].gold != group[j].gold && share_a_tag(group[i], group[j]))
          out[group[i].found] += group[i].count * group[j].count;
  });
  return out;
}

}  // namespace retold
