// SPDX-License-Identifier: Apache-2.0
// Records come into the files in two steps. A record that is added goes whole into the table `pending`, by one small write, and
// into memory. When memory is full of them, all are written as a run of sorted files, taken in all at once together with the
// number up to which the files now hold everything; then `pending` is emptied. So the tables grow by sorted files instead of by
// twenty scattered writes a record, and a process that is killed at any point leaves either the run or what it is made of.
#include <algorithm>
#include <bit>
#include <charconv>
#include <set>

#include "index_state.hpp"
#include "radix_sort.hpp"
#include "retold/error.hpp"
#include "runs.hpp"

namespace retold {
namespace {

using sorted_file = index_store::sorted_file;
using sorted_files = std::vector<std::unique_ptr<sorted_file>>;
constexpr std::string_view scope_prefix = "scope/", count_prefix = "count/", run_prefix = "run/";
constexpr std::size_t merged_at_once = 4;

std::int64_t integer_in(const std::optional<std::string>& text) { return text ? std::strtoll(text->c_str(), nullptr, 10) : 0; }

std::string named(std::string_view prefix, std::uint64_t number) { return std::string(prefix) + number_key(number); }

// Calls visit(number, value) for the numbered entries of a kind.
template <class Visit>
void each_meta(const index_store& store, std::string_view prefix, const Visit& visit) {
  store.each(table::meta, prefix, [&](std::string_view key, std::string_view value) {
    if (!key.starts_with(prefix)) return false;
    if (const auto number = read_number_key(key.substr(prefix.size()))) visit(*number, value);
    return true;
  });
}

void write_documents(index_store& store, const index_recent& recent, sorted_files& files) {
  auto out = std::make_unique<sorted_file>(store, table::documents);
  for (const index_recent::kept& k : recent.documents()) out->put(number_key(k.number), write_record(k.record));
  files.push_back(std::move(out));
}

void write_ids(index_store& store, const index_recent& recent, sorted_files& files) {
  std::vector<std::pair<std::string, std::string>> all;
  for (const index_recent::said& each : recent.ids())
    all.emplace_back(id_key(each.scope, each.id_hash), write_id_entry(each.entry));
  std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  auto out = std::make_unique<sorted_file>(store, table::ids);
  using item = const std::pair<std::string, std::string>;
  const auto same = [](item& a, item& b) { return a.first == b.first; };
  each_run(std::span<item>(all), 1, same, [&](std::span<item> run) {
    std::string list;
    for (item& i : run) list += i.second;
    out->append(run.front().first, list);
  });
  files.push_back(std::move(out));
}

void write_stories(index_store& store, const recent_stories& told, sorted_files& files) {
  const auto write = [&](table to, const recent_stories::entries& all) {
    auto out = std::make_unique<sorted_file>(store, to);
    for (const auto& [key, value] : all) out->put(key, value);
    files.push_back(std::move(out));
  };
  write(table::frequencies, told.frequencies());
  write(table::terms, told.postings());
}

posting_run write_postings(index_store& store, const index_recent& recent, std::uint64_t id, bool filtered,
                           sorted_files& files) {
  std::vector<posting> all;
  for (const index_recent::kept& k : recent.documents())
    for (const std::uint64_t key : k.keys) all.push_back({key, k.number});
  radix_sort(all, [](const posting& p) { return p.key << (64 - posting_key_bits); });  // stable: numbers stay in order
  run_writer out(store, id, recent.documents().front().number, recent.documents().back().number, all.size(), filtered);
  for (const posting& p : all) out.add(p);
  return out.finish(files);
}

std::size_t filter_bytes(std::span<const posting_run> runs) {
  std::size_t out = 0;
  for (const posting_run& run : runs) out += run.filter ? run.filter->bytes() : 0;
  return out;
}

// Runs of like size: documents to a power of four.
int tier(const posting_run& run) { return static_cast<int>(std::bit_width(run.count)) / 2; }

}  // namespace

std::optional<index_record> index::state::document(std::uint64_t number) const {
  const auto value = store.get(table::documents, number_key(number));
  return value ? read_record(*value, plan.slots()) : std::nullopt;
}

std::int64_t index::state::arrived_last() const {
  const std::shared_lock lock(recent_guard);
  return last_arrival;
}

void index::state::each_document(std::span<const std::uint64_t> numbers,
                                 const std::function<bool(std::uint64_t, index_record&&)>& visit) const {
  constexpr std::size_t at_once = 16;
  std::vector<std::string> keys;
  bool going_on = true;
  for (std::size_t begin = 0; begin < numbers.size() && going_on; begin += at_once) {
    const auto some = numbers.subspan(begin, std::min(at_once, numbers.size() - begin));
    keys.clear();
    for (const std::uint64_t number : some) keys.push_back(number_key(number));
    store.get_all(table::documents, keys, [&](std::size_t i, std::string_view value) {
      if (!going_on) return;
      auto document = read_record(value, plan.slots());
      if (!document) store.damaged(table::documents);
      going_on = visit(some[i], std::move(*document));
    });
  }
}

posting_runs index::state::runs() const {
  const std::shared_lock lock(recent_guard);
  return runs_;
}

void index::state::put_count(index_store::change& to, std::uint32_t scope) const {
  to.put(table::meta, named(count_prefix, scope), std::to_string(documents.at(scope)));
}

std::optional<std::uint64_t> number_in_name(std::string_view name) {
  std::uint64_t number = 0;
  if (!name.starts_with('#')) return std::nullopt;
  const auto [end, failed] = std::from_chars(name.data() + 1, name.data() + name.size(), number);
  return failed == std::errc() && end == name.data() + name.size() ? std::optional(number) : std::nullopt;
}

void index::state::check_writable() const {
  if (store.read_only()) throw error(error_kind::option, store.folder() + ": opened for reading only");
}

void index::state::load() {
  const std::unique_lock lock(recent_guard);
  recent.clear();
  scopes.clear();
  documents.clear();
  each_meta(store, scope_prefix, [&](std::uint64_t number, std::string_view name) {
    if (number != scopes.size()) store.damaged(table::meta);
    scopes.emplace_back(name);
  });
  each_meta(store, count_prefix, [&](std::uint64_t scope, std::string_view count) {
    documents[static_cast<std::uint32_t>(scope)] = static_cast<std::uint64_t>(integer_in(std::string(count)));
  });
  std::vector<posting_run> found;
  each_meta(store, run_prefix, [&](std::uint64_t id, std::string_view value) {
    const auto run = posting_run::read(id, value);
    run ? found.push_back(*run) : store.damaged(table::meta);
  });
  std::sort(found.begin(), found.end(), [](const posting_run& a, const posting_run& b) { return a.first < b.first; });
  for (std::size_t r = found.size(); r-- > 0;)  // the small ones first
    if (filter_bytes(found) + found[r].filter_lines * posting_filter::line_bytes <= setup.memory / 4)
      found[r].filter = load_filter(store, found[r]);
  runs_ = std::make_shared<const std::vector<posting_run>>(std::move(found));
  const auto flushed = static_cast<std::uint64_t>(std::max<std::int64_t>(1, integer_in(store.get(table::meta, "flushed"))));
  last_arrival = integer_in(store.get(table::meta, "last_arrival"));
  stories = static_cast<std::uint64_t>(integer_in(store.get(table::meta, "stories")));
  next_number = flushed;
  next_run = static_cast<std::uint64_t>(integer_in(store.get(table::meta, "next_run")));
  // What is below has been taken into the files, and was about to be removed here.
  store.each(table::pending, number_key(flushed), [&](std::string_view key, std::string_view value) {
    const auto number = read_number_key(key);
    auto record = read_pending(value, plan.slots());
    if (number != next_number || !record || (record->document ? record->document->scope : record->scope) >= scopes.size())
      store.damaged(table::pending);
    if (record->document) ++documents[record->document->scope];
    recent.add(*number, std::move(*record));
    next_number = *number + 1;
    return true;
  });
  if (plan.options.level == level::story) load_stories();
  written_up_to = next_number;
  ++generation;
}

// Of what waits for the next run.
void index::state::load_stories() {
  told.clear();
  const story_tables filed(store, told, {});
  for (const index_recent::kept& k : recent.documents()) {
    const auto article = filed.article(k.number);
    if (!article) store.damaged(table::articles);
    std::vector<std::uint32_t> counted, posted;
    filed.look_up(told, k.record.scope, k.number, article->is.features);
    if (!article->is.copy) counted.push_back(every_article);
    for (const story_term& t : article->is.features.terms) {
      if (!article->is.copy) counted.push_back(t.key);
      if (t.posted) posted.push_back(t.key);
    }
    told.add(k.record.scope, k.number, counted, posted);
  }
}

void index::state::write_run() {
  if (recent.documents().empty() && recent.ids().empty()) return;
  sorted_files files;
  write_documents(store, recent, files);
  write_ids(store, recent, files);
  write_stories(store, told, files);
  std::vector<posting_run> all = *runs_;
  auto meta = std::make_unique<sorted_file>(store, table::meta);
  for (const auto& [scope, count] : documents) meta->put(named(count_prefix, scope), std::to_string(count));
  meta->put("flushed", std::to_string(next_number));
  if (!recent.documents().empty()) {
    const std::uint64_t id = next_run++;
    const bool filtered = filter_bytes(all) + recent.bytes() / 8 <= setup.memory / 4;
    all.push_back(write_postings(store, recent, id, filtered, files));
    meta->put("next_run", std::to_string(next_run));
    meta->put(named(run_prefix, id), all.back().written());
  }
  files.push_back(std::move(meta));
  store.ingest(std::move(files));
  {
    const std::unique_lock lock(recent_guard);
    runs_ = std::make_shared<const std::vector<posting_run>>(std::move(all));
    recent.clear();
    told.clear();
    ++generation;
  }
  index_store::change empty(store);
  empty.remove_up_to(table::pending, number_key(0), number_key(next_number));
  empty.commit(false);
  store.flush(table::pending);
  for (std::size_t n = runs_->size(); n >= merged_at_once && tier((*runs_)[n - 1]) == tier((*runs_)[n - merged_at_once]);
       n = runs_->size())
    replace_runs(n - merged_at_once, n, [](std::uint64_t) { return true; });
}

void index::state::replace_runs(std::size_t begin, std::size_t end, const std::function<bool(std::uint64_t)>& stays) {
  std::vector<posting_run> all = *runs_;
  const auto from = all.begin() + static_cast<std::ptrdiff_t>(begin), to = all.begin() + static_cast<std::ptrdiff_t>(end);
  const std::vector<posting_run> old(from, to);
  std::size_t lines = 0;
  for (const posting_run& run : old) lines += run.filter_lines;
  const bool filtered = filter_bytes(all) - filter_bytes(old) + lines * posting_filter::line_bytes <= setup.memory / 4;
  sorted_files files;
  const std::uint64_t id = next_run++;
  posting_run merged = merge_runs(store, old, id, filtered, stays, files);
  auto meta = std::make_unique<sorted_file>(store, table::meta);
  meta->put("next_run", std::to_string(next_run));
  std::set<std::uint64_t> gone;
  for (const posting_run& run : old) gone.insert(run.id);
  for (const std::uint64_t each : gone) meta->remove(named(run_prefix, each));
  meta->put(named(run_prefix, id), merged.written());
  files.push_back(std::move(meta));
  store.ingest(std::move(files));
  all.insert(all.erase(from, to), std::move(merged));
  {
    const std::unique_lock lock(recent_guard);
    runs_ = std::make_shared<const std::vector<posting_run>>(std::move(all));
    ++generation;
  }
  for (const std::uint64_t each : gone) remove_run(each, each + 1);
}

// Whoever is looking into them looks again: the generation has changed.
void index::state::remove_run(std::uint64_t begin, std::uint64_t end) {
  index_store::change gone(store);
  for (const table which : {table::postings, table::filters}) {
    store.drop_files(which, number_key(begin), number_key(end));
    gone.remove_up_to(which, number_key(begin), number_key(end));
  }
  gone.commit(false);
}

// Of a process that was killed before it had removed them.
void index::state::remove_dead_runs() {
  std::set<std::uint64_t> living;
  for (const posting_run& run : *runs_) living.insert(run.id);
  std::uint64_t next = 0;
  living.insert(next_run);
  for (const std::uint64_t id : living) {
    for (const table which : {table::postings, table::filters}) {
      const index_store::walk at(store, which, number_key(next));
      if (at.valid() && at.key().substr(0, 8) < number_key(id)) {
        remove_run(next, id);
        break;
      }
    }
    next = id + 1;
  }
}

}  // namespace retold
