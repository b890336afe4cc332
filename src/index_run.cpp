// SPDX-License-Identifier: Apache-2.0
// Records come into the files in two steps. A record that is added goes whole into the table `pending`, by one small write, and
// into memory. When memory is full of them, all are written as a run of sorted files, taken in all at once together with the
// number up to which the files now hold everything; then `pending` is emptied. So the tables grow by sorted files instead of by
// twenty scattered writes a record, and a process that is killed at any point leaves either the run or what it is made of.
#include <algorithm>
#include <bit>
#include <charconv>
#include <numeric>
#include <set>
#include <tuple>

#include "index_memory.hpp"
#include "index_state.hpp"
#include "pages.hpp"
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
  const std::vector<index_recent::said>& ids = recent.ids();
  const auto key = [](const index_recent::said& each) { return std::tie(each.scope, each.id_hash); };
  std::vector<std::uint32_t> order(ids.size());
  std::iota(order.begin(), order.end(), 0u);
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return std::tuple_cat(key(ids[a]), std::tie(a)) < std::tuple_cat(key(ids[b]), std::tie(b));
  });
  auto out = std::make_unique<sorted_file>(store, table::ids);
  const auto same = [&](std::uint32_t a, std::uint32_t b) { return key(ids[a]) == key(ids[b]); };
  each_run(std::span<const std::uint32_t>(order), 1, same, [&](std::span<const std::uint32_t> run) {
    std::string list;
    for (const std::uint32_t each : run) list += write_id_entry(ids[each].entry);
    out->append(id_key(ids[run.front()].scope, ids[run.front()].id_hash), list);
  });
  files.push_back(std::move(out));
}

void write_stories(index_store& store, const recent_stories& told, sorted_files& files) {
  const auto write = [&](table to, void (recent_stories::*each)(const recent_stories::visitor&) const) {
    auto out = std::make_unique<sorted_file>(store, to);
    (told.*each)([&](std::string_view key, std::string_view value) { out->put(key, value); });
    files.push_back(std::move(out));
  };
  write(table::frequencies, &recent_stories::each_frequency);
  write(table::terms, &recent_stories::each_posting);
}

// A key and where its document stands among the run's, in one number.
constexpr unsigned place_bits = 64 - posting_key_bits;
constexpr std::size_t most_in_run = std::size_t{1} << place_bits;

posting_run write_postings(index_store& store, std::span<const index_recent::kept> documents, std::uint64_t id,
                           sorted_files& files) {
  std::size_t count = 0;
  for (const index_recent::kept& k : documents) count += k.keys.size();
  pages<std::uint64_t> all(count), spare(count);
  auto next = all.items().begin();
  for (std::size_t place = 0; place < documents.size(); ++place)
    for (const std::uint64_t key : documents[place].keys) *next++ = key << place_bits | place;
  radix_sort(all.items(), spare.items());
  run_writer out(store, id, documents.front().number, documents.back().number, count);
  for (const std::uint64_t p : all.items()) out.add({p >> place_bits, documents[p & (most_in_run - 1)].number});
  return out.finish(files);
}

std::vector<unsigned> folds_of(std::span<const posting_run> runs, std::uint64_t bytes) {
  std::vector<std::uint64_t> lines;
  for (const posting_run& run : runs) lines.push_back(run.filter_lines);
  return filter_folds(lines, bytes);
}

// Those that there is no room for any more, as they are.
void drop_filters(std::vector<posting_run>& runs, std::uint64_t bytes) {
  const std::vector<unsigned> folds = folds_of(runs, bytes);
  for (std::size_t r = 0; r < runs.size(); ++r)
    if (runs[r].filter && runs[r].filter->fold() != folds[r]) runs[r].filter.reset();
}

// Those that are missing.
void load_filters(const index_store& store, std::vector<posting_run>& runs, std::uint64_t bytes) {
  const std::vector<unsigned> folds = folds_of(runs, bytes);
  for (std::size_t r = 0; r < runs.size(); ++r)
    if (!runs[r].filter && runs[r].filter_lines != 0 && folds[r] != no_filter)
      runs[r].filter = load_filter(store, runs[r].id, runs[r].filter_lines, folds[r]);
}

// In place of those that there were. Meanwhile whoever looks into a run does without its filter: what was there is gone before
// the next is made.
void publish(index::state& to, std::vector<posting_run> runs, const std::function<void()>& also) {
  const std::uint64_t bytes = index_memory(to.setup.memory).filters;
  drop_filters(runs, bytes);
  const auto put = [&](const std::function<void()>& with) {
    const std::unique_lock lock(to.recent_guard);
    to.runs_ = std::make_shared<const std::vector<posting_run>>(runs);
    with();
  };
  put([&] { ++to.generation, also(); });  // first, for those who look into memory without the lock
  load_filters(to.store, runs, bytes);
  put([] {});
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

void index::state::put_count(index_store::change& to, std::uint32_t scope, std::uint64_t count) const {
  to.put(table::meta, named(count_prefix, scope), std::to_string(count));
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

void index::state::check_whole() const {
  if (!whole) throw error(error_kind::input, store.folder() + ": could not be read again after a failure; open it anew");
}

void index::state::load() {
  const std::unique_lock lock(recent_guard);
  whole = false;
  ++generation;
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
  load_filters(store, found, index_memory(setup.memory).filters);
  runs_ = std::make_shared<const std::vector<posting_run>>(std::move(found));
  const auto flushed = static_cast<std::uint64_t>(std::max<std::int64_t>(1, integer_in(store.get(table::meta, "flushed"))));
  last_arrival = integer_in(store.get(table::meta, "last_arrival"));
  stories = static_cast<std::uint64_t>(integer_in(store.get(table::meta, "stories")));
  removed = 0;
  store.each(table::removed, {}, [&](std::string_view, std::string_view) { return ++removed, true; });
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
  whole = true;
}

// Of what waits for the next run.
void index::state::load_stories() {
  told.clear();
  const story_tables filed(store, told, {});
  for (const index_recent::kept& k : recent.documents()) {
    const auto article = filed.article(k.number);
    if (!article) store.damaged(table::articles);
    filed.look_up(told, k.record.scope, k.number, article->is.features);
    const story_writes came = writes_of(article->is);
    told.add(k.record.scope, k.number, came.counted, came.posted);
  }
}

// So that whoever opens it next need not read all of it into memory. What cannot be written is in the log.
index::state::~state() {
  constexpr std::uint64_t small = 16;  // such a part of a run is read in no time
  try {
    if (whole && !store.read_only() && waiting() > run_bytes / small) write_run();
  } catch (const std::exception&) {
  }
}

void index::state::write_run() {
  if (recent.documents().empty() && recent.ids().empty()) return;
  sorted_files files;
  write_documents(store, recent, files);
  write_ids(store, recent, files);
  if (plan.options.level == level::story) write_stories(store, told, files);
  std::vector<posting_run> all = *runs_;
  auto meta = std::make_unique<sorted_file>(store, table::meta);
  for (const auto& [scope, count] : documents) meta->put(named(count_prefix, scope), std::to_string(count));
  meta->put("flushed", std::to_string(next_number));
  const std::size_t had = all.size();
  for (std::span<const index_recent::kept> rest = recent.documents(); !rest.empty();) {
    const auto some = rest.first(std::min(rest.size(), most_in_run));
    rest = rest.subspan(some.size());
    all.push_back(write_postings(store, some, next_run++, files));
  }
  meta->put("next_run", std::to_string(next_run));
  for (const posting_run& run : std::span(all).subspan(had)) meta->put(named(run_prefix, run.id), run.written());
  files.push_back(std::move(meta));
  store.ingest(std::move(files));
  publish(*this, std::move(all), [&] { recent.clear(), told.clear(); });
  store.drop_files(table::pending, number_key(0), number_key(next_number));
  store.remove_range(table::pending, number_key(0), number_key(next_number));
  store.flush(table::pending);
  for (const table which : {table::documents, table::texts, table::articles}) store.join_files(which);
  for (std::size_t n = runs_->size(); n >= merged_at_once && tier((*runs_)[n - 1]) == tier((*runs_)[n - merged_at_once]);
       n = runs_->size())
    replace_runs(n - merged_at_once, n, [](std::uint64_t) { return true; });
}

void index::state::replace_runs(std::size_t begin, std::size_t end, const std::function<bool(std::uint64_t)>& stays) {
  std::vector<posting_run> all = *runs_;
  const auto from = all.begin() + static_cast<std::ptrdiff_t>(begin), to = all.begin() + static_cast<std::ptrdiff_t>(end);
  std::vector<posting_run> old(from, to);
  for (posting_run& run : old) run.filter.reset();
  sorted_files files;
  const std::uint64_t id = next_run++;
  posting_run merged = merge_runs(store, old, id, stays, files);
  auto meta = std::make_unique<sorted_file>(store, table::meta);
  meta->put("next_run", std::to_string(next_run));
  std::set<std::uint64_t> gone;
  for (const posting_run& run : old) gone.insert(run.id);
  for (const std::uint64_t each : gone) meta->remove(named(run_prefix, each));
  meta->put(named(run_prefix, id), merged.written());
  files.push_back(std::move(meta));
  store.ingest(std::move(files));
  all.insert(all.erase(from, to), std::move(merged));
  publish(*this, std::move(all), [] {});
  for (const std::uint64_t each : gone) remove_run(each, each + 1);
}

// Whoever is looking into them looks again: the generation has changed.
void index::state::remove_run(std::uint64_t begin, std::uint64_t end) {
  for (const table which : {table::postings, table::filters}) {
    store.drop_files(which, number_key(begin), number_key(end));
    store.remove_range(which, number_key(begin), number_key(end));
  }
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
