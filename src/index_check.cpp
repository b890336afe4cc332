// SPDX-License-Identifier: Apache-2.0
// How large an index is, and whether its tables agree with one another.
#include <algorithm>
#include <boost/unordered/unordered_flat_map.hpp>

#include "counted.hpp"
#include "hash.hpp"
#include "index_bytes.hpp"
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

// No index will ever have come so far.
constexpr std::uint64_t most_numbers = std::uint64_t{1} << 48;

// One pass over each table; of documents two bits each are remembered, at level story the story and the scope too.
//
// Terms and frequencies are too many to be remembered. Their hashes are added up, those of the table and those that follow from
// the articles: sums of 64 bits, whatever the order, that are equal where the entries are.
class inspection {
 public:
  inspection(const index::state& of, complaints& wrong) : in_(of), wrong_(wrong), at_(of.store.take_snapshot()) {}

  // What lies behind a table that cannot be read is not looked at: all of it would be wrong.
  void run() {
    if (in_.next_number > most_numbers)
      return wrong_(name_of(table::meta), "the next number is " + std::to_string(in_.next_number) + ", which cannot be");
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
        at = name_of(table::frequencies), frequencies();
      }
      counts();
    } catch (const error& e) {
      wrong_(at, in_.store.without_advice(e.what()));
    }
  }

 private:
  static bool has(const std::vector<bool>& set, std::uint64_t number) { return number < set.size() && set[number]; }
  static void put(std::vector<bool>& set, std::uint64_t number) {
    if (number >= set.size()) set.resize(number + 1);
    set[number] = true;
  }

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
      if (!number || *number >= in_.next_number) return wrong_("removed", "an entry that is none");
      put(gone_, *number);
    });
  }

  void documents() {
    each(table::documents, [&](std::string_view key, std::string_view value) {
      const auto number = read_number_key(key);
      const auto record = read_record(value, in_.plan.slots());
      if (!number || *number >= in_.next_number || !record) return wrong_("documents", "an entry that is none");
      put(live_, *number);
      put_scope(*number, *record);
      if (record->scope < in_.scopes.size())
        ++count_[record->scope];
      else
        wrong_("documents", record->name(*number) + " is of scope " + std::to_string(record->scope) + ", which is none");
      wanted_ += 1 + in_.plan.bands.bands + !record->id.empty();
      if (in_.plan.options.store_text && !in_.store.get(table::texts, key, at_))
        wrong_("documents", record->name(*number) + " has lost its text");
    });
  }

  void put_scope(std::uint64_t number, const index_record& record) {
    if (in_.plan.options.level != level::story) return;
    if (number >= scope_of_.size()) scope_of_.resize(number + 1);
    scope_of_[number] = static_cast<std::uint16_t>(record.scope);  // there are no more
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
    for (const index_recent::kept& k : in_.recent.documents()) put(documents, k.number), put_scope(k.number, k.record);
    story_of_.resize(documents.size());
    each(table::articles, [&](std::string_view key, std::string_view value) {
      const auto number = read_number_key(key);
      const auto article = filed_article_from(value);
      if (!number || !article) return wrong_("articles", "an entry that is none");
      if (!has(documents, *number)) return wrong_("articles", "number " + std::to_string(*number) + " is no document");
      documents[*number] = false;
      if (article->head.scope != scope_of_[*number])
        return wrong_("articles", "number " + std::to_string(*number) + " is of another scope than its document");
      ++in_story_[{article->is.story, article->head.scope}];
      if (!article->is.copy) story_of_[*number] = article->is.story;
      if (has(live_, *number)) expect_entries(*number, *article);
    });
    if (const auto lost = std::count(documents.begin(), documents.end(), true); lost != 0)
      wrong_("articles", std::to_string(lost) + " documents have lost what stories have of them");
  }

  // What the tables of terms and frequencies have of an article in the files. Of one that waits they have nothing yet.
  void expect_entries(std::uint64_t number, const filed_article& article) {
    const std::uint64_t generation = story_generation(number);
    const bool counted = !article.is.copy && is_kept(generation);
    if (counted) frequencies_ += hash_bytes(frequency_key(generation, article.head.scope, every_article));
    for (const story_term& t : article.is.features.terms) {
      if (counted) frequencies_ += hash_bytes(frequency_key(generation, article.head.scope, t.key));
      if (t.posted) terms_ += hash_bytes(term_key(article.head.scope, t.key, number));
    }
  }

  // Older frequencies are of no use any more, and may have been swept out.
  bool is_kept(std::uint64_t generation) const { return generation + 1 >= story_generation(in_.next_number); }

  // One for each scope that has articles of it, all with one name.
  void stories() {
    std::uint64_t found = 0;
    std::pair<std::uint64_t, std::string> last;  // number, and name
    each(table::stories, [&](std::string_view key, std::string_view value) {
      const auto place = place_in(key);
      const auto story = filed_story_from(value);
      if (!place || !story || story->is.size == 0) return wrong_("stories", "an entry that is none");
      if (found == 0 || last.first != place->story) ++found, last = {place->story, story->opener};
      if (last.second != story->opener)
        wrong_("stories", "that of " + last.second + " is that of " + story->opener + " in another scope");
      story_of_scope(*place, *story);
    });
    if (!in_story_.empty()) wrong_("stories", std::to_string(in_story_.size()) + " have articles, but no entry");
    if (found != in_.stories) wrong_("stories", std::to_string(found) + ", not " + std::to_string(in_.stories));
  }

  void story_of_scope(const story_place& place, const filed_story& story) {
    const auto articles = in_story_.find({place.story, place.scope});
    const std::uint64_t size = articles == in_story_.end() ? 0 : articles->second;
    if (size != 0) in_story_.erase(articles);
    if (size != story.is.size)
      wrong_("stories",
             "that of " + story.opener + " has " + std::to_string(size) + " articles, not " + std::to_string(story.is.size));
    for (const std::uint64_t member : story.is.members)
      if (member >= story_of_.size() || story_of_[member] != place.story || scope_of_[member] != place.scope)
        wrong_("stories", "that of " + story.opener + " compares with number " + std::to_string(member) +
                              ", which is no article of it, or a copy");
  }

  void terms() {
    each(table::terms, [&](std::string_view key, std::string_view value) {
      const auto document = document_in(key);
      if (!document || !value.empty()) return wrong_("terms", "an entry that is none");
      lead("terms", *document);
      terms_ -= hash_bytes(key);
    });
    if (terms_ != 0) wrong_("terms", "not those by which the articles are found");
  }

  void frequencies() {
    each(table::frequencies, [&](std::string_view key, std::string_view value) {
      const auto generation = generation_in(key);
      value_reader from(value);
      const std::uint64_t count = from.number();
      if (!generation || !from.whole() || count == 0) return wrong_("frequencies", "an entry that is none");
      if (is_kept(*generation)) frequencies_ -= count * hash_bytes(key);
    });
    if (frequencies_ != 0) wrong_("frequencies", "not those of the articles");
  }

  void counts() {
    for (const index_recent::kept& k : in_.recent.documents()) ++count_[k.record.scope];
    for (std::uint32_t scope = 0; scope < in_.scopes.size(); ++scope) {
      const auto kept = in_.documents.find(scope);
      const std::uint64_t count = kept == in_.documents.end() ? 0 : kept->second;
      if (count_[scope] != count)
        wrong_("documents",
               "scope " + in_.scopes[scope] + " holds " + std::to_string(count_[scope]) + ", not " + std::to_string(count));
    }
    for (const auto& [scope, count] : in_.documents)
      if (scope >= in_.scopes.size())
        wrong_(name_of(table::meta), "documents of scope " + std::to_string(scope) + ", which is none");
  }

  const index::state& in_;
  complaints& wrong_;
  index_store::snapshot at_;
  std::vector<bool> live_, gone_;  // by number
  std::map<std::uint32_t, std::uint64_t> count_;
  std::uint64_t wanted_ = 0;                                                                    // postings
  boost::unordered_flat_map<std::pair<std::uint64_t, std::uint32_t>, std::uint64_t> in_story_;  // articles by story and scope
  std::vector<std::uint64_t> story_of_;  // by number; 0: of a copy, or none
  std::vector<std::uint16_t> scope_of_;
  std::uint64_t terms_ = 0, frequencies_ = 0;  // sums of hashes: what articles make of them less what the tables have
};

}  // namespace

index_stats index::stats() const {
  const state& in = *state_;
  index_stats out;
  out.options = in.plan.options;
  out.bytes = in.store.bytes();
  const std::shared_lock lock(in.recent_guard);
  std::map<std::uint32_t, std::uint64_t> documents = in.documents;
  const std::vector<index_recent::kept>& recent = in.recent.documents();
  for (auto k = recent.rbegin(); k != recent.rend() && k->number >= in.written_up_to; ++k) --documents[k->record.scope];
  for (std::uint32_t scope = 0; scope < in.scopes.size(); ++scope) {
    out.scopes.push_back({in.scopes[scope], documents[scope]});
    out.documents += out.scopes.back().documents;
  }
  out.next_number = in.written_up_to;
  out.last_arrival = in.last_arrival;
  out.stories = in.stories;
  out.removed = in.removed;
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
