// SPDX-License-Identifier: Apache-2.0
#pragma once
// An open index: its files, what is not in them yet, and the two steps in which a record is judged (part of index).
//
// prepare() does what takes long and needs no order: it signs the text and looks into the files. commit() goes through records
// one after the other, beside what came since, and writes. What prepare() found in the files holds as long as their
// `generation` does; where it does not, commit() looks again. So records may be prepared by many threads, in any order and
// while others are committed, and the answers are those of one thread that does one after the other.

#include <atomic>
#include <map>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <vector>

#include "index_postings.hpp"
#include "index_recent.hpp"
#include "index_sign.hpp"
#include "index_store.hpp"
#include "index_story_tables.hpp"

namespace retold {

// Scopes by their numbers.
struct scope_numbers {
  std::uint32_t into = 0;
  std::vector<std::uint32_t> search;  // ascending; `into` among them
};

// A document like the one asked about.
struct similar_document {
  std::uint64_t number = 0;  // 0: there is none
  double similarity = 0;
  std::string name;
};

struct prepared_entry {
  index_entry entry = {};  // its views must last until commit()
  signed_text is = {};
  std::optional<std::int64_t> arrived = {};  // instead of now
  std::uint64_t id_hash = 0;
  std::vector<std::uint64_t> wanted = {};       // posting keys to look for
  std::vector<posting_kind> kinds = {};         // what each is
  std::optional<story_features> features = {};  // at level story, of what has words

  std::uint64_t generation = 0;    // of the files looked into
  similar_document copy, own;      // of the same words: the earliest; with the same id in its own scope
  similar_document near;           // the earliest within the threshold, where there is no copy
  std::vector<id_entry> ids = {};  // what records of its id have said, in its own scope
};

using posting_runs = std::shared_ptr<const std::vector<posting_run>>;

struct [[gnu::visibility("hidden")]] index::state {  // nobody outside calls it
  state(const std::string& folder, const index_options* made_with, const index_setup& setup, rocksdb::Env* files = nullptr);

  ~state();  // in index_run.cpp

  // In index_judge.cpp.
  void prepare(prepared_entry& of, const scope_numbers& scopes, index_signer& sign) const;
  void prepare_signed(prepared_entry& of, const scope_numbers& scopes, index_signer& sign) const;
  std::vector<index_verdict> commit(std::span<prepared_entry> entries, const scope_numbers& scopes, std::int64_t now);

  // In index_scopes.cpp. Names nobody has used yet: made, or left out.
  scope_numbers scopes_of(const index_scopes& wanted);
  std::uint32_t number_of_scope(const std::string& name);                             // made if it is not there
  std::vector<std::uint32_t> known_scopes(std::span<const std::string> names) const;  // none: all
  std::vector<std::string> scope_names() const;

  // In index_run.cpp. With `writing` held, where they change anything.
  void load();  // what is on the disk, in place of what is in memory
  void load_stories();
  void write_run();
  std::uint64_t waiting() const { return recent.bytes() + told.bytes(); }                                  // for it, about
  void replace_runs(std::size_t begin, std::size_t end, const std::function<bool(std::uint64_t)>& stays);  // by one
  void remove_run(std::uint64_t begin, std::uint64_t end);                                                 // by ids
  void remove_dead_runs();
  void check_writable() const;                                       // throws error
  void check_whole() const;                                          // throws error; with `writing` held
  std::optional<index_record> document(std::uint64_t number) const;  // in the files

  // In the files, of numbers that ascend, those that are there, until visit(number, record) returns false. Throws error.
  void each_document(std::span<const std::uint64_t> numbers,
                     const std::function<bool(std::uint64_t, index_record&&)>& visit) const;
  posting_runs runs() const;
  std::int64_t arrived_last() const;
  void put_count(index_store::change& to, std::uint32_t scope, std::uint64_t count) const;

  index_setup setup;
  std::uint64_t run_bytes;  // in memory, at which they are written as a run
  index_store store;
  index_plan plan;
  std::mutex writing;

  mutable std::shared_mutex recent_guard;  // of all that follows, for readers
  index_recent recent;
  posting_runs runs_ = std::make_shared<std::vector<posting_run>>();
  std::vector<std::string> scopes;                   // number → name
  std::map<std::uint32_t, std::uint64_t> documents;  // scope → how many
  std::uint64_t stories = 0;
  std::uint64_t removed = 0;  // entries of that table
  recent_stories told;
  std::uint64_t next_number = 1, next_run = 0;
  std::int64_t last_arrival = 0;
  std::atomic<std::uint64_t> written_up_to{1};  // numbers from here on are not for readers yet
  std::atomic<std::uint64_t> generation{0};
  bool whole = false;  // what is in memory is what is on the disk: load() has come to its end
};

// "threshold 0.8 (not 0.7)": what one index is made with, and another otherwise. Empty: they may be merged.
std::string differences_of(const index_options& one, const index_options& other);

// 17 of "#17", which stands for a document without an id.
std::optional<std::uint64_t> number_in_name(std::string_view name);

// How like a text is to documents of the index: by sketch, or by the texts themselves. For one thread at a time.
class index_comparison {
 public:
  // Texts that have not been written yet, by their documents' numbers.
  using texts_at_hand = std::map<std::uint64_t, std::string_view>;

  // `text` must last; `sign` is used for sets.
  index_comparison(const index::state& of, const signed_text& is, std::string_view text, index_signer& sign,
                   const texts_at_hand* at_hand = nullptr);
  double with(std::uint64_t number, const index_record& document);

 private:
  const index::state& of_;
  const signed_text& is_;
  std::string_view text_;
  index_signer& sign_;
  const texts_at_hand* at_hand_;
  std::vector<std::uint64_t> set_;  // made when it is first needed
};

}  // namespace retold
