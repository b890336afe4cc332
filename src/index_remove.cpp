// SPDX-License-Identifier: Apache-2.0
// What goes out of an index: documents at once, and what stories have of them; their traces in the lists of bands and ids at
// the next compact().
#include <algorithm>
#include <set>

#include "hash.hpp"
#include "index_state.hpp"

namespace retold {
namespace {

constexpr std::size_t change_bytes = std::size_t{1} << 20;  // to write at once
constexpr std::size_t term_bytes = 2048;                    // of the memory that there is, for each whose frequency changes

class removal {
 public:
  explicit removal(index::state& from)
      : in_(from), change_(from.store), scopes_(from.known_scopes({})), stories_(from.store, from.told, scopes_) {}

  void operator()(std::uint64_t number, const index_record& record) {
    const std::string key = number_key(number);
    change_.remove(table::documents, key);
    if (in_.plan.options.store_text) change_.remove(table::texts, key);
    change_.put(table::removed, key, {});
    touched_.insert(record.scope);
    ++count_;
    {
      const std::unique_lock lock(in_.recent_guard);
      --in_.documents[record.scope], ++in_.removed;
    }
    if (in_.plan.options.level == level::story) stories_.remove(number, change_);
    if (change_.bytes() > change_bytes || stories_.waiting() > in_.setup.memory / term_bytes) commit();
  }

  void commit() {
    for (const std::uint32_t scope : touched_) in_.put_count(change_, scope);
    touched_.clear();
    try {
      if (const std::uint64_t ended = stories_.finish(change_); ended != 0) {
        change_.put(table::meta, "stories", std::to_string(in_.stories - ended));
        const std::unique_lock lock(in_.recent_guard);
        in_.stories -= ended;
      }
      change_.commit(in_.setup.sync);
    } catch (...) {
      in_.load();  // the counts in memory must be those on the disk
      throw;
    }
    ++in_.generation;
  }
  std::uint64_t count() const { return count_; }

 private:
  index::state& in_;
  index_store::change change_;
  const std::vector<std::uint32_t> scopes_;  // all
  story_removal stories_;
  std::set<std::uint32_t> touched_;
  std::uint64_t count_ = 0;
};

bool contains(std::span<const std::uint32_t> scopes, std::uint32_t scope) {
  return std::binary_search(scopes.begin(), scopes.end(), scope);
}

}  // namespace

std::uint64_t index::remove(std::span<const std::string> ids, std::span<const std::string> scopes) {
  state& in = *state_;
  in.check_writable();
  const std::scoped_lock one(in.writing);
  in.write_run();
  std::vector<std::uint64_t> numbers;
  const std::vector<std::uint32_t> where = in.known_scopes(scopes);
  std::vector<std::uint64_t> keys;
  for (const std::string& id : ids) {
    if (const auto number = number_in_name(id)) numbers.push_back(*number);
    for (const std::uint32_t scope : where) keys.push_back(posting_key(posting_kind::id, scope, hash_bytes(id)));
  }
  find_postings(in.store, *in.runs(), keys, [&](std::size_t, std::uint64_t number) { numbers.push_back(number); });
  std::sort(numbers.begin(), numbers.end());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  std::vector<std::string_view> names(ids.begin(), ids.end());
  std::sort(names.begin(), names.end());
  removal remove(in);
  for (const std::uint64_t number : numbers) {  // some may only have the key of such an id
    const auto record = in.document(number);
    if (record && contains(where, record->scope) && std::binary_search(names.begin(), names.end(), record->name(number)))
      remove(number, *record);
  }
  remove.commit();
  return remove.count();
}

std::uint64_t index::expire(std::int64_t before, std::span<const std::string> scopes) {
  state& in = *state_;
  in.check_writable();
  const std::scoped_lock one(in.writing);
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
  in.write_run();
  std::vector<std::uint64_t> gone;  // ascending
  in.store.each(table::removed, {}, [&](std::string_view key, std::string_view) {
    if (const auto number = read_number_key(key)) gone.push_back(*number);
    return true;
  });
  const auto is_gone = [&](std::uint64_t number) { return std::binary_search(gone.begin(), gone.end(), number); };
  const auto sweep_ids = [&](std::string_view, std::string_view value) -> std::optional<std::string> {
    const auto entries = read_id_entries(value);
    if (!entries) return std::string(value);
    std::string rest;
    for (const id_entry& entry : *entries)
      if (!is_gone(entry.number)) rest += write_id_entry(entry);
    return rest.empty() ? std::nullopt : std::optional(rest);
  };
  const bool any = !gone.empty();
  if (any || in.runs()->size() > 1)
    in.replace_runs(0, in.runs()->size(), [&](std::uint64_t number) { return !is_gone(number); });
  in.store.rewrite(table::ids, any ? index_store::sweep_function(sweep_ids) : nullptr);
  const std::uint64_t now = story_generation(in.next_number);
  in.store.rewrite(table::frequencies, [&](std::string_view key, std::string_view value) {
    const auto generation = generation_in(key);
    return generation && *generation + 1 < now ? std::nullopt : std::optional<std::string>(value);
  });
  index_store::change swept(in.store);
  for (const std::uint64_t number : gone) swept.remove(table::removed, number_key(number));
  swept.commit(false);
  {
    const std::unique_lock lock(in.recent_guard);
    in.removed -= gone.size();
  }
  for (std::size_t t = 0; t < tables; ++t)
    if (const auto which = static_cast<table>(t); which != table::ids && which != table::frequencies)
      in.store.rewrite(which, nullptr);
}

}  // namespace retold
