// SPDX-License-Identifier: Apache-2.0
// Questions that change nothing. The files are asked without a lock, what is in memory under a short one; if a run was written
// in between, all is asked again.
#include <algorithm>

#include "hash.hpp"
#include "index_state.hpp"
#include "retold/error.hpp"
#include "runs.hpp"

namespace retold {
namespace {

using scope_list = std::span<const std::uint32_t>;

struct found_document {
  std::uint64_t number = 0;
  index_record record;
};

// Calls look() until the files did not change while it looked.
template <class Look>
auto steadily(const index::state& in, const Look& look) {
  for (;;) {
    const std::uint64_t before = in.generation;
    auto found = look();
    if (in.generation == before) return found;
  }
}

index_match match_of(const index::state& in, const found_document& of, index_status status, double similarity) {
  const std::shared_lock lock(in.recent_guard);
  if (of.record.scope >= in.scopes.size()) in.store.damaged(table::documents);
  return {
      of.record.name(of.number), in.scopes[of.record.scope], of.number, status, similarity, of.record.arrived, of.record.date};
}

void documents_in_files(const index::state& in, std::vector<std::uint64_t> numbers, std::vector<found_document>& into) {
  sort_and_unique(numbers);
  in.each_document(numbers, [&](std::uint64_t number, index_record&& record) {
    into.push_back({number, std::move(record)});
    return true;
  });
}

void documents_in_memory(const index::state& in, std::span<const std::uint64_t> keys, std::vector<found_document>& into) {
  const std::shared_lock lock(in.recent_guard);
  std::vector<std::uint64_t> numbers;
  for (const std::uint64_t key : keys) in.recent.numbers(key, numbers);
  sort_and_unique(numbers);
  for (const std::uint64_t number : numbers)
    if (number < in.written_up_to) into.push_back({number, in.recent.find(number)->record});
}

// Copies and candidates, from the files and from memory.
std::vector<found_document> candidates(const index::state& in, const signed_text& is, scope_list scopes) {
  std::vector<std::uint64_t> keys, numbers;
  for (const std::uint32_t scope : scopes)
    for (const std::uint64_t key : is.keys(scope)) keys.push_back(key);
  find_postings(in.store, *in.runs(), keys, [&](std::size_t, std::uint64_t number) { numbers.push_back(number); });
  std::vector<found_document> out;
  documents_in_files(in, std::move(numbers), out);
  documents_in_memory(in, keys, out);
  std::erase_if(out,
                [&](const found_document& d) { return !std::binary_search(scopes.begin(), scopes.end(), d.record.scope); });
  return out;
}

// The documents of an id, and what its records were duplicates of: all that its entries say.
std::vector<id_entry> entries_of(const index::state& in, std::uint32_t scope, std::string_view id,
                                 std::vector<found_document>& own) {
  const std::uint64_t hash = hash_bytes(id), key = posting_key(posting_kind::id, scope, hash);
  std::vector<id_entry> out;
  if (const auto value = in.store.get(table::ids, id_key(scope, hash)))
    if (auto entries = read_id_entries(*value)) out = std::move(*entries);
  std::vector<std::uint64_t> numbers;
  find_postings(in.store, *in.runs(), std::span(&key, 1),
                [&](std::size_t, std::uint64_t number) { numbers.push_back(number); });
  documents_in_files(in, std::move(numbers), own);
  documents_in_memory(in, std::span(&key, 1), own);
  std::erase_if(own, [&](const found_document& d) { return d.record.id != id || d.record.scope != scope; });
  const std::shared_lock lock(in.recent_guard);
  in.recent.entries(scope, hash, out);
  return out;
}

std::optional<index_record> record_of(const index::state& in, std::uint64_t number) {
  {
    const std::shared_lock lock(in.recent_guard);
    if (const auto* kept = number < in.written_up_to ? in.recent.find(number) : nullptr) return kept->record;
  }
  return in.document(number);
}

void name_stories(const index::state& in, std::vector<index_match>& matches) {
  const story_tables stories(in.store, in.told, {});
  for (index_match& match : matches)
    if (const auto head = stories.head(match.number)) match.story = stories.opener_of({head->story, head->scope});
}

// The article of its story that is most like it; nothing where it would open one.
std::vector<index_match> of_its_story(const index::state& in, const index_entry& entry, scope_list scopes) {
  const story_features features = story_features_of(entry);
  return steadily(in, [&]() -> std::vector<index_match> {
    const story_tables stories(in.store, in.told, scopes, in.store.take_snapshot());
    const std::uint64_t number = in.written_up_to;
    const std::int64_t seconds = entry.date.value_or(in.arrived_last());
    const story_decision told = stories.decide({features, number, seconds}, in.plan.options);
    const auto like = told.story == number ? std::nullopt : record_of(in, *told.like);
    if (!like) return {};
    index_match out = match_of(in, {*told.like, *like}, index_status::story, static_cast<float>(told.cosine));
    out.story = stories.opener_of({told.story, like->scope});
    return {out};
  });
}

}  // namespace

std::vector<index_match> index::query(std::string_view text, std::span<const std::string> scopes) const {
  return query(index_entry{.text = text}, scopes);
}

std::vector<index_match> index::query(const index_entry& entry, std::span<const std::string> scopes) const {
  const state& in = *state_;
  index_signer sign(in.plan);
  const signed_text is = sign(entry.text);
  if (!is.words.any()) return {};
  const std::vector<std::uint32_t> where = in.known_scopes(scopes);
  std::vector<index_match> out;
  index_comparison compare(in, is, entry.text, sign);
  for (const found_document& each : steadily(in, [&] { return candidates(in, is, where); })) {
    if (each.record.words == is.words) {
      out.push_back(match_of(in, each, index_status::exact, 1));
      continue;
    }
    const double similarity = compare.with(each.number, each.record);
    if (similarity >= in.plan.options.threshold) out.push_back(match_of(in, each, index_status::near, similarity));
  }
  std::sort(out.begin(), out.end(), [](const index_match& a, const index_match& b) {
    return a.similarity != b.similarity ? a.similarity > b.similarity : a.number < b.number;
  });
  if (in.plan.options.level != level::story) return out;
  if (out.empty()) return of_its_story(in, entry, where);
  name_stories(in, out);
  return out;
}

std::vector<index_match> index::find(std::string_view id, std::span<const std::string> scopes) const {
  const state& in = *state_;
  const std::vector<std::uint32_t> where = in.known_scopes(scopes);
  return steadily(in, [&] {
    std::vector<index_match> out;
    const auto add = [&](std::uint64_t number, const index_record& record, index_status status) {
      if (std::none_of(out.begin(), out.end(), [&](const index_match& m) { return m.number == number; }))
        out.push_back(match_of(in, {number, record}, status, status == index_status::near ? 0 : 1));
    };
    if (const auto number = number_in_name(id)) {
      const auto record = record_of(in, *number);
      if (record && record->id.empty() && std::binary_search(where.begin(), where.end(), record->scope))
        add(*number, *record, index_status::fresh);
    }
    for (const std::uint32_t scope : where) {
      std::vector<found_document> own;
      const auto entries = entries_of(in, scope, id, own);
      for (const found_document& each : own) add(each.number, each.record, index_status::fresh);
      for (const id_entry& entry : entries)
        if (const auto record = record_of(in, entry.number))
          add(entry.number, *record, record->words.low == entry.content ? index_status::exact : index_status::near);
    }
    if (in.plan.options.level == level::story) name_stories(in, out);
    return out;
  });
}

}  // namespace retold
