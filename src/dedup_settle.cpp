// SPDX-License-Identifier: Apache-2.0
#include "dedup_settle.hpp"

#include <algorithm>
#include <span>

#include "counted.hpp"
#include "dedup_decide.hpp"
#include "read_jsonl.hpp"
#include "retold/error.hpp"

namespace retold {
namespace {

bool is_bad(std::uint8_t kind) { return (kind & ~title_stands) == static_cast<std::uint8_t>(entry_kind::bad); }

// What the segments hold for each entry, in the order of the entries.
struct entry_data {
  std::vector<std::uint8_t> kinds;
  std::vector<double> ranks;
  std::vector<fingerprint> prints;
};

// Calls visit(segment, where its entries begin, place of the chunk) for each chunk.
template <class Visit>
void each_chunk(const signed_records& from, const Visit& visit) {
  from.keys.each([&](const key_segment& s) {
    std::size_t at = 0;
    for (const std::uint64_t number : s.chunks) {
      visit(s, at, from.places[number]);
      at += from.places[number].entries;
    }
  });
}

template <class Item>
void put(const std::vector<Item>& from, std::size_t at, const chunk_place& place, std::vector<Item>& to) {
  if (!from.empty()) std::copy_n(from.begin() + static_cast<std::ptrdiff_t>(at), place.entries, to.begin() + place.first_entry);
}

entry_data gather(const signed_records& from) {
  entry_data out;
  std::size_t entries = 0;
  for (const chunk_place& place : from.places) entries += place.entries;
  out.kinds.resize(entries);
  if (from.plan.wants_ranks()) out.ranks.resize(entries);
  if (from.plan.by_prints()) out.prints.resize(entries);
  each_chunk(from, [&](const key_segment& s, std::size_t at, const chunk_place& place) {
    put(s.kinds, at, place, out.kinds), put(s.ranks, at, place, out.ranks), put(s.prints, at, place, out.prints);
  });
  return out;
}

// The sketches of the candidates, which the first pass kept.
std::vector<std::uint8_t> slots_of(const signed_records& from, const candidates_to_decide& near) {
  const std::size_t slots = from.plan.options.slots;
  const candidate_order order = by_entry(near);
  std::vector<std::uint8_t> out(near.entries.size() * slots);
  each_chunk(from, [&](const key_segment& s, std::size_t at, const chunk_place& place) {
    auto i = static_cast<std::size_t>(std::lower_bound(order.entries.begin(), order.entries.end(), place.first_entry) -
                                      order.entries.begin());
    for (; i < order.entries.size() && order.entries[i] - place.first_entry < place.entries; ++i)
      std::copy_n(s.slots.begin() + static_cast<std::ptrdiff_t>((at + order.entries[i] - place.first_entry) * slots), slots,
                  out.begin() + static_cast<std::ptrdiff_t>(order.which[i] * slots));
  });
  return out;
}

decisions compare(const signed_records& from, const candidates_to_decide& near, const entry_data& data,
                  const progress& report) {
  if (near.entries.empty()) return {};
  const dedup_options& options = from.plan.options;
  const auto by = [&](const find_similar& find) { return decide(near, find, options.threads, report); };
  if (options.verify == verification::exact) {
    set_store sets(near.entries.size(), from.memory, from.folder);
    from.put_sets(near, sets);
    return by(by_sets(sets, options.threshold));
  }
  if (!from.plan.by_prints()) return by(by_slots(slots_of(from, near), options.slots, options.threshold));
  std::vector<fingerprint> prints;
  for (const std::uint32_t entry : near.entries) prints.push_back(data.prints[entry]);
  return by(by_prints(std::move(prints), options.threshold));
}

verdicts put_together(matches&& found, const decisions& decided, std::vector<std::uint8_t>&& kinds) {
  verdicts out;
  out.kinds = std::move(kinds);
  out.leaders = std::move(found.leaders);
  out.of = out.leaders;
  const std::vector<std::uint32_t>& candidates = found.near.entries;
  candidate_order order = by_entry(found.near);
  for (const std::uint32_t c : order.which) {
    out.similarity.push_back(decided.of[c].similarity);
    out.of[candidates[c]] = candidates[decided.of[c].of];
  }
  out.compared = std::move(order.entries);
  const std::size_t entries = out.of.size();
  for (std::uint32_t entry = 0; entry < entries; ++entry)  // copies follow their leader, which may have joined another
    if (out.leaders[entry] != entry) out.of[entry] = out.of[out.leaders[entry]];
  std::vector<std::uint32_t> sizes(entries);
  for (const std::uint32_t keeper : out.of) ++sizes[keeper];
  for (std::uint32_t entry = 0; entry < entries; ++entry)
    if (sizes[entry] > 1) out.keepers.push_back(entry), out.sizes.push_back(sizes[entry]);
  return out;
}

// A field's name that is misspelt would else go unnoticed.
void note_useless_rule(std::span<const double> ranks, const dedup_options& options, dedup_report& out) {
  if (ranks.empty() || std::any_of(ranks.begin(), ranks.end(), [](double r) { return r != nothing_to_rank_by; })) return;
  const bool dates = options.keep == keep_rule::newest;
  const std::string none =
      dates ? no_record_has("a date", options.fields.date_field) : no_record_has("a number", options.keep_field);
  out.notes.push_back(none + ": the first ones stay");
}

void note_no_ids(std::uint64_t ids, std::span<const std::uint8_t> kinds, const std::string& id_field, dedup_report& out) {
  if (ids == 0 && id_field != read_options{}.id_field && !std::all_of(kinds.begin(), kinds.end(), is_bad))
    out.notes.push_back(no_record_has("an id", id_field) + called_by_lines);
}

// A field that was named for the text and that no record has: their titles would decide what goes.
void refuse_titles_alone(std::span<const std::uint8_t> kinds, const std::string& text_field) {
  if (text_field == read_options{}.text_field) return;
  std::size_t records = 0;
  for (const std::uint8_t kind : kinds) {
    if (is_bad(kind)) continue;
    if ((kind & title_stands) == 0) return;
    ++records;
  }
  if (records != 0)
    throw error(error_kind::option, "no record of " + grouped(records) + " has a text in field \"" + text_field +
                                        "\", only titles; name the field that holds it (no file was replaced)");
}

using entry_list = std::span<const std::uint32_t>;

std::size_t index_in(entry_list sorted, std::uint32_t entry) {
  const auto found = std::lower_bound(sorted.begin(), sorted.end(), entry);
  return found != sorted.end() && *found == entry ? static_cast<std::size_t>(found - sorted.begin()) : sorted.size();
}

}  // namespace

bool verdicts::bad(std::uint32_t entry) const noexcept { return is_bad(kinds[entry]); }

double verdicts::similarity_of(std::uint32_t entry) const {
  if (exact(entry)) return 1;
  const std::size_t at = index_in(compared, leaders[entry]);
  return at == compared.size() ? 1 : similarity[at];
}

std::size_t verdicts::group_of(std::uint32_t keeper) const { return index_in(keepers, keeper); }

const std::string& verdicts::name_of(std::uint32_t entry) const { return names[index_in(named, entry)]; }

verdicts settle(const signed_records& records, const progress& report, dedup_report& out) {
  entry_data data = gather(records);
  refuse_titles_alone(data.kinds, records.plan.options.fields.text_field);
  note_useless_rule(data.ranks, records.plan.options, out);
  matches found = match(records.keys, records.plan, data.kinds.size(), data.ranks, data.prints, report);
  note_no_ids(found.ids, data.kinds, records.plan.options.fields.id_field, out);
  const decisions decided = compare(records, found.near, data, report);
  out.changed_ids = found.changed_ids;
  out.candidates = decided.compared;
  out.hot_buckets = decided.hot_buckets;
  return put_together(std::move(found), decided, std::move(data.kinds));
}

}  // namespace retold
