// SPDX-License-Identifier: Apache-2.0
// What goes out of an index: documents at once, and what stories have of them; their traces in the lists of bands and ids at
// the next compact().
#include <algorithm>
#include <map>
#include <set>

#include "hash.hpp"
#include "index_state.hpp"
#include "index_story_removal.hpp"
#include "runs.hpp"

namespace retold {
namespace {

constexpr std::size_t term_bytes = 2048;  // of the memory that there is, for each whose frequency changes

class removal {
 public:
  explicit removal(index::state& from) : in_(from), change_(from.store), stories_(from.store, from.told) {}

  void operator()(std::uint64_t number, const index_record& record) {
    const std::string key = number_key(number);
    change_.remove(table::documents, key);
    if (in_.plan.options.store_text) change_.remove(table::texts, key);
    change_.put(table::removed, key, {});
    ++gone_[record.scope];
    if (in_.plan.options.level == level::story) stories_.remove(number, change_);
    if (change_.bytes() > change_bytes || stories_.waiting() > in_.setup.memory / term_bytes) commit();
  }

  // Counts change when it is done: whatever is thrown before, they are as on the disk.
  void commit() {
    const std::uint64_t stories = in_.stories - stories_.finish(change_);
    std::map<std::uint32_t, std::uint64_t> documents = in_.documents;
    for (const auto& [scope, gone] : gone_) {
      std::uint64_t& left = documents[scope];
      in_.put_count(change_, scope, left -= std::min(left, gone));
    }
    if (stories != in_.stories) change_.put(table::meta, "stories", std::to_string(stories));
    change_.commit(in_.setup.sync);
    const std::unique_lock lock(in_.recent_guard);
    in_.documents = std::move(documents);
    in_.stories = stories;
    for (const auto& [scope, gone] : gone_) count_ += gone, in_.removed += gone;
    gone_.clear();
    ++in_.generation;
  }
  std::uint64_t count() const { return count_; }

 private:
  index::state& in_;
  index_store::change change_;
  story_removal stories_;
  std::map<std::uint32_t, std::uint64_t> gone_;  // by scope, since the last commit()
  std::uint64_t count_ = 0;
};

bool contains(std::span<const std::uint32_t> scopes, std::uint32_t scope) {
  return std::binary_search(scopes.begin(), scopes.end(), scope);
}

bool contains(std::span<const std::uint64_t> numbers, std::uint64_t number) {
  return std::binary_search(numbers.begin(), numbers.end(), number);
}

// What was said of documents that are gone. Written as changes, not left to the engine's filter of compactions: while a query
// holds a snapshot, what was appended to a list before and after it stays apart, and no filter is asked about it.
void sweep_ids(index_store& store, std::span<const std::uint64_t> gone) {
  index_store::change swept(store);
  store.each(table::ids, {}, [&](std::string_view key, std::string_view value) {
    const auto entries = read_id_entries(value);
    if (!entries) return true;
    std::string rest;
    for (const id_entry& entry : *entries)
      if (!contains(gone, entry.number)) rest += write_id_entry(entry);
    if (rest.size() == value.size()) return true;
    rest.empty() ? swept.remove(table::ids, key) : swept.put(table::ids, key, rest);
    if (swept.bytes() > change_bytes) swept.commit(false);
    return true;
  });
  swept.commit(false);
}

// Only what the last generation and the one before counted is asked for.
void sweep_frequencies(index_store& store, std::uint64_t generation) {
  if (generation < 2) return;
  const std::string first = frequency_key(0, 0, 0), end = frequency_key(generation - 1, 0, 0);
  store.drop_files(table::frequencies, first, end);
  store.remove_range(table::frequencies, first, end);
}

}  // namespace

std::uint64_t index::remove(std::span<const std::string> ids, std::span<const std::string> scopes,
                            const std::function<void(const std::string&)>& unknown) {
  state& in = *state_;
  in.check_writable();
  const std::scoped_lock one(in.writing);
  in.check_whole();
  in.write_run();
  std::vector<std::uint64_t> numbers;
  const std::vector<std::uint32_t> where = in.known_scopes(scopes);
  std::vector<std::uint64_t> keys;
  for (const std::string& id : ids) {
    if (const auto number = number_in_name(id)) numbers.push_back(*number);
    for (const std::uint32_t scope : where) keys.push_back(posting_key(posting_kind::id, scope, hash_bytes(id)));
  }
  find_postings(in.store, *in.runs(), keys, [&](std::size_t, std::uint64_t number) { numbers.push_back(number); });
  sort_and_unique(numbers);
  std::vector<std::string_view> names(ids.begin(), ids.end());
  std::sort(names.begin(), names.end());
  std::set<std::string, std::less<>> met;
  removal remove(in);
  for (const std::uint64_t number : numbers) {  // some may only have the key of such an id
    const auto record = in.document(number);
    if (!record || !contains(where, record->scope)) continue;
    std::string name = record->name(number);
    if (!std::binary_search(names.begin(), names.end(), name)) continue;
    remove(number, *record);
    if (unknown) met.insert(std::move(name));
  }
  remove.commit();
  if (unknown)
    for (const std::string& id : ids)
      if (met.insert(id).second) unknown(id);
  return remove.count();
}

std::uint64_t index::expire(std::int64_t before, std::span<const std::string> scopes) {
  state& in = *state_;
  in.check_writable();
  const std::scoped_lock one(in.writing);
  in.check_whole();
  in.write_run();
  const std::vector<std::uint32_t> where = in.known_scopes(scopes);
  removal remove(in);
  in.store.each(table::documents, {}, [&](std::string_view key, std::string_view value) {
    const auto number = read_number_key(key);
    const auto record = read_record(value, in.plan.slots());
    if (number && record && contains(where, record->scope) && record->date.value_or(record->arrived) < before)
      remove(*number, *record);
    return true;
  });
  remove.commit();
  return remove.count();
}

void index::compact() {
  state& in = *state_;
  in.check_writable();
  const std::scoped_lock one(in.writing);
  in.check_whole();
  in.write_run();
  std::vector<std::uint64_t> gone;  // ascending
  in.store.each(table::removed, {}, [&](std::string_view key, std::string_view) {
    if (const auto number = read_number_key(key)) gone.push_back(*number);
    return true;
  });
  const bool any = !gone.empty();
  if (any || in.runs()->size() > 1)
    in.replace_runs(0, in.runs()->size(), [&](std::uint64_t number) { return !contains(gone, number); });
  if (any) sweep_ids(in.store, gone);
  sweep_frequencies(in.store, story_generation(in.next_number));
  // Not before all is swept: a process that is killed in the middle leaves what the next compact() needs to go on. What is
  // written later is not on the disk earlier.
  if (any) in.store.remove_range(table::removed, number_key(0), number_key(gone.back() + 1));
  {
    const std::unique_lock lock(in.recent_guard);
    in.removed -= gone.size();
  }
  for (std::size_t t = 0; t < tables; ++t) in.store.rewrite(static_cast<table>(t));
}

}  // namespace retold
