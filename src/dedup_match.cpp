// SPDX-License-Identifier: Apache-2.0
// Partition by partition: read, sort, read off the runs of equal keys. Sorted by (key, entry), so in whatever order the threads
// gathered the keys, the runs are the same.
#include "dedup_match.hpp"

#include <algorithm>
#include <array>

#include "parallel.hpp"
#include "pipeline_progress.hpp"
#include "radix_sort.hpp"
#include "runs.hpp"

namespace retold {
namespace {

using wide_run = std::span<const wide_entry>;

bool less(const wide_entry& a, const wide_entry& b) noexcept {
  if (a.key != b.key) return a.key < b.key;
  if (a.more != b.more) return a.more < b.more;
  return a.entry < b.entry;
}

void sort_wide(std::vector<wide_entry>& items) {
  radix_sort(items, [](const wide_entry& e) { return e.key; });
  const auto same_key = [](const wide_entry& a, const wide_entry& b) { return a.key == b.key; };
  each_run(std::span(items), 2, same_key, [](std::span<wide_entry> run) { std::sort(run.begin(), run.end(), less); });
}

// Entries of one run are of no other, so threads never write to the same place.
void lead_equal_texts(const key_store& keys, std::size_t partition, std::span<const double> ranks,
                      std::vector<std::uint32_t>& leaders) {
  std::vector<wide_entry> items;
  keys.read_texts(partition, items);
  sort_wide(items);
  const auto same = [](const wide_entry& a, const wide_entry& b) { return a.key == b.key && a.more == b.more; };
  each_run(std::span<const wide_entry>(items), 2, same, [&](wide_run run) {
    std::uint32_t best = run.front().entry;
    for (const wide_entry& e : run)
      if (goes_first(ranks, e.entry, best)) best = e.entry;
    for (const wide_entry& e : run) leaders[e.entry] = best;
  });
}

struct id_counts {
  std::uint64_t all = 0, changed = 0;
};

id_counts count_ids(const key_store& keys, std::size_t partition) {
  std::vector<wide_entry> items;
  keys.read_ids(partition, items);
  sort_wide(items);
  id_counts out{items.size()};
  const auto same = [](const wide_entry& a, const wide_entry& b) { return a.key == b.key; };
  each_run(std::span<const wide_entry>(items), 2, same,
           [&](wide_run run) { out.changed += run.front().more != run.back().more; });
  return out;
}

// Buckets one after the other: members (entries, ascending), and where each ends.
struct bucket_list {
  std::vector<std::uint32_t> members;
  std::vector<std::size_t> ends;

  void close() {
    const std::size_t begin = ends.empty() ? 0 : ends.back();
    if (members.size() - begin > 1)
      ends.push_back(members.size());
    else
      members.resize(begin);
  }
};

bucket_list buckets_of(const key_store& keys, std::size_t partition, std::span<const std::uint32_t> leaders) {
  std::vector<band_entry> items;
  keys.read_bands(partition, items);
  radix_sort(items);
  bucket_list out;
  const auto same = [](band_entry a, band_entry b) { return a >> 32 == b >> 32; };
  each_run(std::span<const band_entry>(items), 2, same, [&](std::span<const band_entry> run) {
    for (const band_entry e : run) {
      const auto entry = static_cast<std::uint32_t>(e);
      if (leaders[entry] == entry) out.members.push_back(entry);
    }
    out.close();
  });
  return out;
}

// Fingerprints propose pairs; each is a bucket of two. Equal ones are one print, whose records share a bucket.
bucket_list buckets_of_prints(std::span<const fingerprint> prints, std::span<const std::uint32_t> leaders, double threshold,
                              double recall) {
  std::vector<std::uint32_t> order;
  for (std::uint32_t i = 0; i < prints.size(); ++i)
    if (leaders[i] == i && prints[i] != fingerprint{}) order.push_back(i);
  const auto key = [&](std::uint32_t i) { return std::pair(prints[i].high, prints[i].low); };
  std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) { return key(a) < key(b); });
  bucket_list out;
  std::vector<fingerprint> unlike;
  std::vector<std::span<const std::uint32_t>> having;
  const auto same = [&](std::uint32_t a, std::uint32_t b) { return prints[a] == prints[b]; };
  each_run(std::span<const std::uint32_t>(order), 1, same, [&](std::span<const std::uint32_t> run) {
    unlike.push_back(prints[run.front()]);
    having.push_back(run);
    out.members.insert(out.members.end(), run.begin(), run.end());
    out.close();
  });
  for (const auto& [a, b] : hamming_pairs(unlike, distance_for(2 * threshold / (1 + threshold), recall))) {
    for (const std::size_t side : {a, b}) out.members.insert(out.members.end(), having[side].begin(), having[side].end());
    out.close();
  }
  return out;
}

// From buckets that list their members to candidates that list their buckets.
candidates_to_decide turn(std::vector<bucket_list>& lists, std::size_t entries, std::span<const double> ranks) {
  candidates_to_decide out;
  std::vector<std::uint32_t> place(entries);  // entry → how many buckets it has, then which candidate it is
  for (const bucket_list& list : lists)
    for (const std::uint32_t member : list.members) ++place[member];
  for (std::uint32_t i = 0; i < entries; ++i)
    if (place[i] != 0) out.entries.push_back(i);
  if (!ranks.empty())
    std::sort(out.entries.begin(), out.entries.end(),
              [&](std::uint32_t a, std::uint32_t b) { return goes_first(ranks, a, b); });
  out.starts.resize(out.entries.size() + 1);
  for (std::size_t c = 0; c < out.entries.size(); ++c) {
    out.starts[c + 1] = out.starts[c] + place[out.entries[c]];
    place[out.entries[c]] = static_cast<std::uint32_t>(c);
  }
  out.buckets.resize(out.starts.back());
  std::vector<std::uint64_t> next(out.starts.begin(), out.starts.end() - 1);
  for (bucket_list& list : lists) {
    std::size_t begin = 0;
    for (const std::size_t end : list.ends) {
      for (; begin < end; ++begin) out.buckets[next[place[list.members[begin]]]++] = out.bucket_count;
      ++out.bucket_count;
    }
    list = {};
  }
  return out;
}

}  // namespace

matches match(const key_store& keys, const sign_plan& plan, std::size_t entries, std::span<const double> ranks,
              std::span<const fingerprint> prints, const progress& report) {
  const dedup_options& options = plan.options;
  matches out;
  out.leaders.resize(entries);
  for (std::uint32_t i = 0; i < entries; ++i) out.leaders[i] = i;
  const bool banded = plan.near() && !plan.by_prints();
  counted_progress matching(report, "match", partitions * (banded ? 2 : 1));
  std::array<id_counts, partitions> ids{};
  parallel_for(partitions, options.threads, [&](std::size_t p) {
    lead_equal_texts(keys, p, ranks, out.leaders);
    ids[p] = count_ids(keys, p);
    matching.step();
  });
  for (const id_counts& some : ids) out.ids += some.all, out.changed_ids += some.changed;
  if (!plan.near()) return out;
  std::vector<bucket_list> lists(banded ? partitions : 1);
  if (plan.by_prints()) lists[0] = buckets_of_prints(prints, out.leaders, options.threshold, options.recall);
  if (banded)
    parallel_for(partitions, options.threads, [&](std::size_t p) {
      lists[p] = buckets_of(keys, p, out.leaders);
      matching.step();
    });
  out.near = turn(lists, entries, ranks);
  return out;
}

candidate_order by_entry(const candidates_to_decide& near) {
  candidate_order out;
  out.which.resize(near.entries.size());
  for (std::uint32_t c = 0; c < out.which.size(); ++c) out.which[c] = c;
  std::sort(out.which.begin(), out.which.end(),
            [&](std::uint32_t a, std::uint32_t b) { return near.entries[a] < near.entries[b]; });
  for (const std::uint32_t c : out.which) out.entries.push_back(near.entries[c]);
  return out;
}

}  // namespace retold
