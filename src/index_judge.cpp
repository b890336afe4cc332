// SPDX-License-Identifier: Apache-2.0
// Who is like a record: first the copies of its words, then, among those that share a band with it, the earliest that is
// similar enough. Documents in the files are all older than those in memory, so what the files say first is the answer.
#include <algorithm>

#include "hash.hpp"
#include "index_state.hpp"
#include "retold/error.hpp"
#include "retold/verify.hpp"
#include "runs.hpp"

namespace retold {
namespace {

using numbers = std::vector<std::uint64_t>;

// Numbers that a record's keys lead to. Different things may have one key: each is looked at before it is believed.
struct leads {
  numbers words, bands;
};

void want_keys(prepared_entry& of, const scope_numbers& scopes) {
  const auto want = [&](posting_kind kind, std::uint32_t scope, std::uint64_t key) {
    of.wanted.push_back(posting_key(kind, scope, key));
    of.kinds.push_back(kind);
  };
  if (!of.is.words.any()) return;
  for (const std::uint32_t scope : scopes.search) {
    want(posting_kind::words, scope, of.is.words.high);
    for (const std::uint64_t band : of.is.bands) want(posting_kind::band, scope, band);
  }
}

void sort_leads(leads& found) {
  for (numbers* each : {&found.words, &found.bands}) sort_and_unique(*each);
}

void add_lead(leads& to, posting_kind kind, std::uint64_t number) {
  (kind == posting_kind::words ? to.words : to.bands).push_back(number);
}

bool searched(const scope_numbers& scopes, std::uint32_t scope) {
  return std::binary_search(scopes.search.begin(), scopes.search.end(), scope);
}

bool has_id(const scope_numbers& scopes, const prepared_entry& of, const index_record& document) {
  return document.scope == scopes.into && !of.entry.id.empty() && document.id == of.entry.id;
}

// What follows from a document that has the record's words.
void see_document(const scope_numbers& scopes, prepared_entry& of, std::uint64_t number, const index_record& document) {
  if (document.words != of.is.words) return;
  const bool same_id = has_id(scopes, of, document);
  if (same_id) of.ids.push_back({document.words.low, number});
  if (!searched(scopes, document.scope)) return;
  const similar_document found{number, 1, document.name(number)};
  if (same_id) of.own = found;
  if (of.copy.number == 0 || number < of.copy.number) of.copy = found;
}

void find_ids(const index::state& in, const scope_numbers& scopes, prepared_entry& of) {
  if (of.entry.id.empty()) return;
  const auto value = in.store.get(table::ids, id_key(scopes.into, of.id_hash));
  if (!value) return;
  auto entries = read_id_entries(*value);
  if (!entries) in.store.damaged(table::ids);
  of.ids = std::move(*entries);
}

// A document of its id and other words only tells that the id came before: one is enough, and an id may have thousands.
bool tells_of_id(const scope_numbers& scopes, prepared_entry& of, std::uint64_t number, const index_record& document) {
  if (document.words == of.is.words || !has_id(scopes, of, document)) return false;
  of.ids.push_back({document.words.low, number});
  return true;
}

void find_id_in_files(const index::state& in, const posting_runs& runs, const scope_numbers& scopes, prepared_entry& of) {
  if (of.entry.id.empty()) return;
  const std::uint64_t key = posting_key(posting_kind::id, scopes.into, of.id_hash);
  bool told = false;
  numbers found;
  for (std::size_t most = 16; !told; most *= 16) {  // the first may have been removed, or have another id
    found.clear();
    find_postings(
        in.store, *runs, std::span(&key, 1), [&](std::size_t, std::uint64_t number) { found.push_back(number); }, most);
    in.each_document(found, [&](std::uint64_t number, const index_record& document) {
      return !(told = tells_of_id(scopes, of, number, document));
    });
    if (found.size() < most) return;
  }
}

void look_into_files(const index::state& in, const scope_numbers& scopes, index_signer& sign, prepared_entry& of) {
  of.generation = in.generation;
  of.copy = of.own = of.near = {};
  of.ids.clear();
  find_ids(in, scopes, of);
  const posting_runs runs = in.runs();
  leads found;
  find_postings(in.store, *runs, of.wanted,
                [&](std::size_t which, std::uint64_t number) { add_lead(found, of.kinds[which], number); });
  sort_leads(found);
  in.each_document(found.words, [&](std::uint64_t number, const index_record& document) {
    see_document(scopes, of, number, document);
    return true;
  });
  find_id_in_files(in, runs, scopes, of);
  if (of.copy.number != 0 || found.bands.empty()) return;
  index_comparison compare(in, of.is, of.entry.text, sign);
  in.each_document(found.bands, [&](std::uint64_t number, const index_record& document) {
    const double similarity = searched(scopes, document.scope) ? compare.with(number, document) : 0;
    if (similarity < in.plan.options.threshold) return true;
    of.near = {number, similarity, document.name(number)};
    return false;
  });
}

// The same among what is in memory alone.
void look_into_recent(const index::state& in, const scope_numbers& scopes, index_signer& sign,
                      const index_comparison::texts_at_hand& at_hand, prepared_entry& of) {
  const index_recent& recent = in.recent;
  if (!of.entry.id.empty()) recent.entries(scopes.into, of.id_hash, of.ids);
  leads found;
  numbers some;
  for (std::size_t k = 0; k < of.wanted.size(); ++k) {
    some.clear();
    recent.numbers(of.wanted[k], some);
    for (const std::uint64_t number : some) add_lead(found, of.kinds[k], number);
  }
  sort_leads(found);
  for (const std::uint64_t number : found.words) see_document(scopes, of, number, recent.find(number)->record);
  if (!of.entry.id.empty())
    recent.each(posting_key(posting_kind::id, scopes.into, of.id_hash),
                [&](const index_recent::kept& k) { return !tells_of_id(scopes, of, k.number, k.record); });
  if (of.copy.number != 0 || of.near.number != 0 || found.bands.empty()) return;
  index_comparison compare(in, of.is, of.entry.text, sign, &at_hand);
  for (const std::uint64_t number : found.bands) {
    const index_record& record = recent.find(number)->record;
    const double similarity = searched(scopes, record.scope) ? compare.with(number, record) : 0;
    if (similarity < in.plan.options.threshold) continue;
    of.near = {number, similarity, record.name(number)};
    return;
  }
}

// Whether what an entry leads to is still there: until the next compact(), those of removed documents stay.
bool lives(const index::state& in, const prepared_entry& of, std::uint64_t number) {
  for (const std::uint64_t known : {std::uint64_t{0}, of.own.number, of.copy.number, of.near.number})
    if (number == known) return true;
  return in.recent.find(number) != nullptr || in.store.get(table::documents, number_key(number));
}

index_verdict verdict_of(const index::state& in, prepared_entry& of) {
  index_verdict out;
  const auto alive = [&](const id_entry& e) { return lives(in, of, e.number); };
  const auto same = [&](const id_entry& e) { return e.content == of.is.words.low && alive(e); };
  const bool said_it = std::any_of(of.ids.begin(), of.ids.end(), same);
  out.changed_id = !said_it && std::any_of(of.ids.begin(), of.ids.end(), alive);
  const auto is = [&](index_status status, similar_document& document) {
    out.status = status;
    out.number = document.number;
    out.similarity = document.similarity;
    out.of = std::move(document.name);
  };
  if (of.own.number != 0)
    is(index_status::fresh, of.own);
  else if (of.copy.number != 0)
    is(index_status::exact, of.copy);
  else if (of.near.number != 0)
    is(index_status::near, of.near);
  out.repeated = said_it && (out.number != 0 || !of.is.words.any());
  return out;
}

// One call's changes to the index: written at its end, all or none; at level story, record by record.
class addition {
 public:
  addition(index::state& in, const scope_numbers& scopes, std::int64_t now)
      : in_(in), scopes_(scopes), now_(now), change_(in.store), stories_(in.store, in.told, scopes.search) {}

  index_verdict operator()(prepared_entry& of, index_signer& sign) {
    if (of.generation != in_.generation) look_into_files(in_, scopes_, sign, of);
    look_into_recent(in_, scopes_, sign, texts_, of);
    index_verdict out = verdict_of(in_, of);
    const bool is_new = out.number == 0 && of.is.words.any();
    const bool new_id = !of.entry.id.empty() && !out.repeated;
    if (tells_stories() && !is_new) name_story(out);
    if (!is_new && !new_id) {
      if (out.of.empty()) out.of = of.entry.id;
      return out;
    }
    const std::uint64_t number = in_.next_number++;
    pending_record record;
    if (is_new) {
      out.number = number;
      out.of = of.entry.id.empty() ? name_of_number(number) : of.entry.id;
      if (tells_stories()) tell_story(of, out);
      if (in_.plan.options.store_text) {
        change_.put(table::texts, number_key(number), of.entry.text);
        texts_[number] = of.entry.text;
      }
      record.document = {scopes_.into, of.arrived.value_or(now_), of.entry.date,         of.is.set_size,
                         of.is.words,  std::string(of.entry.id),  std::move(of.is.slots)};
      record.keys = of.is.keys(scopes_.into);
      if (!of.entry.id.empty()) record.keys.push_back(posting_key(posting_kind::id, scopes_.into, of.id_hash));
    } else {
      record.scope = scopes_.into, record.id_hash = of.id_hash, record.said = {of.is.words.low, out.number};
      if (out.of.empty()) out.of = of.entry.id;
    }
    change_.put(table::pending, number_key(number), write_pending(record));
    {
      const std::unique_lock lock(in_.recent_guard);
      if (is_new) ++in_.documents[scopes_.into];
      in_.recent.add(number, std::move(record));
    }
    if (tells_stories()) write(false);
    return out;
  }

  void commit() {
    if (in_.next_number == first_) return;
    if (!tells_stories()) return write(in_.setup.sync);
    if (in_.setup.sync) in_.store.to_disk();
  }

 private:
  bool tells_stories() const { return in_.plan.options.level == level::story; }

  void write(bool to_disk) {
    if (now_ != in_.last_arrival) change_.put(table::meta, "last_arrival", std::to_string(now_));
    change_.commit(to_disk);
    const std::unique_lock lock(in_.recent_guard);
    in_.last_arrival = now_;
    in_.written_up_to = in_.next_number;
  }

  // Of a record that is new, whose number and id `out` has.
  void tell_story(const prepared_entry& of, index_verdict& out) {
    const std::int64_t seconds = of.entry.date.value_or(of.arrived.value_or(now_));
    stories_.look_up(in_.told, scopes_.into, out.number, *of.features);
    const story_decision told = stories_.decide({*of.features, out.number, seconds}, in_.plan.options);
    out.story = stories_.write(change_, scopes_.into, out.number, out.of, told);
    in_.told.add(scopes_.into, out.number, told.writes.counted, told.writes.posted);
    if (told.story == out.number) {
      change_.put(table::meta, "stories", std::to_string(in_.stories + 1));
      const std::unique_lock lock(in_.recent_guard);
      ++in_.stories;
      return;
    }
    is_of_story(*told.like, static_cast<float>(told.cosine), out);
  }

  // Of one that is not: the story of the document that it repeats. What came before gets the answer it got.
  void name_story(index_verdict& out) {
    const auto head = out.number != 0 ? stories_.head(out.number) : std::nullopt;
    if (!head) return;
    out.story = stories_.opener_of({head->story, head->scope});
    if (out.status == index_status::fresh && head->like != 0) is_of_story(head->like, head->cosine, out);
  }

  // Most like a document that may be gone: then it is of the story alone.
  void is_of_story(std::uint64_t like, float cosine, index_verdict& out) {
    out.status = index_status::story;
    out.similarity = cosine;
    const auto* recent = in_.recent.find(like);
    const auto filed = recent != nullptr ? std::nullopt : in_.document(like);
    out.of = recent != nullptr ? recent->record.name(like) : filed ? filed->name(like) : out.story;
  }

  index::state& in_;
  const scope_numbers& scopes_;
  std::int64_t now_;
  index_store::change change_;
  story_tables stories_;
  index_comparison::texts_at_hand texts_;
  const std::uint64_t first_ = in_.next_number;
};

}  // namespace

index_comparison::index_comparison(const index::state& of, const signed_text& is, std::string_view text, index_signer& sign,
                                   const texts_at_hand* at_hand)
    : of_(of), is_(is), text_(text), sign_(sign), at_hand_(at_hand) {}

double index_comparison::with(std::uint64_t number, const index_record& document) {
  if (!of_.plan.options.store_text) return estimate(std::span<const std::uint8_t>(is_.slots), document.slots);
  const auto [less, more] = std::minmax(is_.set_size, document.set_size);
  const double at_most = static_cast<double>(less) / static_cast<double>(more);
  if (at_most < of_.plan.options.threshold) return at_most;
  if (set_.empty()) {
    const auto own = sign_.set_of(text_);
    set_.assign(own.begin(), own.end());
  }
  if (at_hand_ != nullptr)
    if (const auto found = at_hand_->find(number); found != at_hand_->end())
      return overlap(set_, sign_.set_of(found->second)).jaccard;
  const auto text = of_.store.get(table::texts, number_key(number));
  if (!text && !of_.document(number)) return 0;  // removed meanwhile
  if (!text) of_.store.damaged(table::texts);
  return overlap(set_, sign_.set_of(*text)).jaccard;
}

void index::state::prepare(prepared_entry& of, const scope_numbers& scopes_to_use, index_signer& sign) const {
  of.is = sign(of.entry.text);
  if (plan.options.level == level::story && of.is.words.any()) of.features = story_features_of(of.entry);
  prepare_signed(of, scopes_to_use, sign);
}

void index::state::prepare_signed(prepared_entry& of, const scope_numbers& scopes_to_use, index_signer& sign) const {
  of.id_hash = hash_bytes(of.entry.id);
  want_keys(of, scopes_to_use);
  look_into_files(*this, scopes_to_use, sign, of);
}

std::vector<index_verdict> index::state::commit(std::span<prepared_entry> entries, const scope_numbers& scopes_to_use,
                                                std::int64_t now) {
  check_whole();
  std::vector<index_verdict> out;
  out.reserve(entries.size());
  index_signer sign(plan);
  addition adding(*this, scopes_to_use, std::max(now, last_arrival));
  try {
    for (prepared_entry& entry : entries) out.push_back(adding(entry, sign));
    adding.commit();
  } catch (...) {
    load();  // what is in memory must be what is on the disk
    throw;
  }
  if (waiting() > run_bytes) write_run();
  return out;
}

}  // namespace retold
