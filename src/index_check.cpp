// SPDX-License-Identifier: Apache-2.0
// How large an index is, and whether its tables agree with one another.
#include <algorithm>
#include <boost/unordered/unordered_flat_map.hpp>

#include "counted.hpp"
#include "hash.hpp"
#include "index_state.hpp"
#include "retold/error.hpp"

namespace retold {
namespace {

// Of one kind, the first few by name, then a number.
class complaints {
 public:
  explicit complaints(std::vector<std::string>& to) : to_(to) {}
  void operator()(const std::string& kind, const std::string& what) {
    constexpr std::uint64_t named = 5;
    if (++count_[kind] <= named) to_.push_back(kind + ": " + what);
  }
  void finish() {
    for (const auto& [kind, count] : count_) to_.push_back(kind + ": " + counted(count, "entry", "entries") + " in all");
  }

 private:
  std::vector<std::string>& to_;
  std::map<std::string, std::uint64_t> count_;
};

// One pass over each table; of documents a bit each is remembered.
class inspection {
 public:
  inspection(const index::state& of, complaints& wrong) : in_(of), wrong_(wrong), at_(of.store.take_snapshot()) {
    live_.resize(in_.next_number), gone_.resize(in_.next_number);
  }

  // What lies behind a table that cannot be read is not looked at: all of it would be wrong.
  void run() {
    const char* at = name_of(table::removed);
    try {
      removed();
      at = name_of(table::documents), documents();
      at = name_of(table::postings), postings();
      at = name_of(table::ids), ids();
      if (in_.plan.options.level == level::story) {
        at = name_of(table::articles), articles();
        at = name_of(table::stories), stories();
        at = name_of(table::terms), terms();
      }
      counts();
    } catch (const error& e) {
      wrong_(at, e.what());
    }
  }

 private:
  bool has(const std::vector<bool>& set, std::uint64_t number) const { return number < set.size() && set[number]; }

  template <class Visit>
  void each(table which, const Visit& visit) {
    in_.store.each(
        which, {},
        [&](std::string_view key, std::string_view value) {
          visit(key, value);
          return true;
        },
        at_);
  }

  void removed() {
    each(table::removed, [&](std::string_view key, std::string_view) {
      const auto number = read_number_key(key);
      if (number && *number < gone_.size()) gone_[*number] = true;
    });
  }

  void documents() {
    each(table::documents, [&](std::string_view key, std::string_view value) {
      const auto number = read_number_key(key);
      const auto record = read_record(value, in_.plan.slots());
      if (!number || *number >= live_.size() || !record) return wrong_("documents", "an entry that is none");
      live_[*number] = true;
      ++count_[record->scope];
      wanted_ += 1 + in_.plan.bands.bands + !record->id.empty();
      if (in_.plan.options.store_text && !in_.store.get(table::texts, key, at_))
        wrong_("documents", record->name(*number) + " has lost its text");
    });
  }

  // Each number leads to a document, or to one whose removal is on record.
  void lead(const char* where, std::uint64_t number) {
    if (!has(live_, number) && !has(gone_, number))
      wrong_(where, "an entry leads to number " + std::to_string(number) + ", which is no document");
  }

  // Every run as long as it says, and of each document as many as it has keys.
  void postings() {
    std::uint64_t found = 0;
    for (const posting_run& run : *in_.runs()) {
      std::uint64_t in_run = 0;
      const std::uint64_t damaged = each_posting(
          in_.store, run, [&](const posting& p) { lead("postings", p.number), found += has(live_, p.number), ++in_run; });
      if (damaged != 0) wrong_("postings", "a chunk that is none, one of " + std::to_string(damaged));
      if (in_run != run.count) wrong_("postings", "a run of " + std::to_string(in_run) + ", not " + std::to_string(run.count));
    }
    if (found != wanted_) wrong_("postings", std::to_string(found) + " lead to documents, not " + std::to_string(wanted_));
  }

  void ids() {
    each(table::ids, [&](std::string_view, std::string_view value) {
      const auto entries = read_id_entries(value);
      if (!entries) return wrong_("ids", "an entry that is none");
      for (const id_entry& entry : *entries)
        if (entry.number != 0) lead("ids", entry.number);
    });
  }

  // One for each document, those that wait among them, and each of a story.
  void articles() {
    std::vector<bool> documents = live_;
    for (const index_recent::kept& k : in_.recent.documents()) documents[k.number] = true;
    each(table::articles, [&](std::string_view key, std::string_view value) {
      const auto number = read_number_key(key);
      const auto article = filed_article_from(value);
      if (!number || !article) return wrong_("articles", "an entry that is none");
      if (!has(documents, *number)) return wrong_("articles", "number " + std::to_string(*number) + " is no document");
      documents[*number] = false;
      ++in_story_[article->is.story];
      for (const story_term& t : article->is.features.terms) posted_ += t.posted;
    });
    if (const auto lost = std::count(documents.begin(), documents.end(), true); lost != 0)
      wrong_("articles", std::to_string(lost) + " documents have lost what stories have of them");
  }

  void stories() {
    std::uint64_t found = 0;
    each(table::stories, [&](std::string_view key, std::string_view value) {
      const auto number = read_number_key(key);
      const auto story = filed_story_from(value);
      if (!number || !story) return wrong_("stories", "an entry that is none");
      if (in_story_[*number] != story->is.size)
        wrong_("stories", "that of " + story->opener + " has " + std::to_string(in_story_[*number]) + " articles, not " +
                              std::to_string(story->is.size));
      ++found;
    });
    if (found != in_story_.size() || found != in_.stories)
      wrong_("stories", std::to_string(found) + " in place of " + std::to_string(in_.stories));
  }

  void terms() {
    std::uint64_t found = in_.told.posted();
    each(table::terms, [&](std::string_view key, std::string_view) {
      const auto document = document_in(key);
      if (!document) return wrong_("terms", "an entry that is none");
      ++found;
    });
    if (found != posted_) wrong_("terms", std::to_string(found) + " in place of " + std::to_string(posted_));
  }

  void counts() {
    for (const index_recent::kept& k : in_.recent.documents()) ++count_[k.record.scope];
    for (const auto& [scope, count] : in_.documents)
      if (count_[scope] != count)
        wrong_("documents",
               "scope " + in_.scopes[scope] + " holds " + std::to_string(count_[scope]) + ", not " + std::to_string(count));
  }

  const index::state& in_;
  complaints& wrong_;
  index_store::snapshot at_;
  std::vector<bool> live_, gone_;  // by number
  std::map<std::uint32_t, std::uint64_t> count_;
  std::uint64_t wanted_ = 0;                                          // postings
  boost::unordered_flat_map<std::uint64_t, std::uint64_t> in_story_;  // its articles
  std::uint64_t posted_ = 0;
};

}  // namespace

index_stats index::stats() const {
  const state& in = *state_;
  index_stats out;
  out.options = in.plan.options;
  in.store.each(table::removed, {}, [&](std::string_view, std::string_view) { return ++out.removed, true; });
  out.bytes = in.store.bytes();
  const std::shared_lock lock(in.recent_guard);
  for (std::uint32_t scope = 0; scope < in.scopes.size(); ++scope) {
    const auto count = in.documents.find(scope);
    out.scopes.push_back({in.scopes[scope], count == in.documents.end() ? 0 : count->second});
    out.documents += out.scopes.back().documents;
  }
  out.next_number = in.written_up_to;
  out.last_arrival = in.last_arrival;
  out.stories = in.stories;
  return out;
}

std::vector<std::string> index::verify() const {
  state& in = *state_;
  const std::scoped_lock one(in.writing);
  std::vector<std::string> out = in.store.check_sums();
  complaints wrong(out);
  inspection(in, wrong).run();
  wrong.finish();
  return out;
}

}  // namespace retold
