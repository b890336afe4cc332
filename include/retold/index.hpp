// SPDX-License-Identifier: Apache-2.0
#pragma once
// The index: what has been seen, in a folder that lasts, so that what comes can be told from what was there.
//
//   retold::index seen("seen.index", retold::index_options{});         // opened, or made where there is none
//   const retold::index_entry today[] = {{.id = "a-17", .text = "…"}, {.id = "a-18", .text = "…"}};
//   for (const auto& verdict : seen.add(today, {}, std::time(nullptr)))
//     if (verdict.status == retold::index_status::fresh) …;            // nothing like it was there; now it is
//   seen.query("…");                                                   // what is like a text; changes nothing
//   seen.remove(std::vector<std::string>{"a-17"});
//
// The rule is that of `dedup` with keep_rule::first: a record joins the earliest kept record within the threshold, else it is
// kept itself. So groups never chain, a batch and a stream agree, and how the records are cut into calls of add() does not
// show. A record that comes again, known by its id and its words, gets the answer it got and changes nothing; a known id with
// other words is a new record. Records without any words are nobody's duplicate, and are not kept.
//
// At level story, what is no duplicate is told to be of a story that has been seen, within some days, or to open one: by rare
// words in common, not by phrases. It is kept either way, for what comes after to be compared with. An index knows what is rare
// from what it holds: it judges well when it has some weeks of news, in one language.
//
// What is compared: signatures of 8 bits a slot, unless texts are stored (`store_text`): then their shingle sets, exactly. LSH
// only proposes whom to compare.
//
// Scopes are named sets of records in one folder: a record is added to one, and compared with those of any.
//
// Durability: when add() returns, a killed process loses nothing of it; with `sync`, nor does a machine that goes down. A
// folder is written to by one process at a time. Any number may read meanwhile: they see what was there when they opened it.
//
// Cost: a document takes some 320 bytes on disk after compact() (128 slots, no text), adding and asking some tens of
// microseconds. At level story an article of 150 words takes some 1,500 bytes, one of 500 or more 4,000, and adding it a
// millisecond, one after the other. Memory stays within `memory` and some 24 MB of the program's
// own, whatever the size of the index; opening one whose process was killed also takes what came since its last run of files,
// up to an eighth of the memory of that. docs/format.md says what lies in the folder, and docs/algorithms.md what each step
// costs.
//
// Threads: query(), find(), stats() and verify() from any thread at any time, also while one thread changes the index; two
// changes wait for one another. stats() counts what has been written; at level story `stories` may count one that is just
// being written.
//
// Failure: throws error(option) for options out of range, or others than the index was made with; error(input) for a folder
// that is no index, another version's, damaged, or may not be read; error(output) where it cannot be written (a full disk, a
// second writer). After any of them that is not damage the folder still opens with all that was added before. Of an add() that
// throws nothing is kept, or all where what failed was writing files of it; at level story also the records before the one that
// failed. Nothing more is written then: close it, make room, and open it again. Add them again: of those that were kept, the
// ones with an id get the answer that they got. Damage is told when the folder is opened, as far as its logs show it, else when
// what is damaged is read, and by verify(). A folder with a damaged log opens to be read, and with `salvage`; docs/format.md §9
// says what is damage.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "retold/shingle.hpp"
#include "retold/types.hpp"

namespace [[gnu::visibility("default")]] retold {

// What an index is made with. They stay with it: signatures made otherwise cannot be compared.
struct index_options {
  retold::level level = level::near;  // the coarsest it can tell: exact, near or story
  double threshold = 0.8;             // Jaccard, (0, 1]
  shingle_options shingle = {};
  unsigned slots = 128;
  double recall = 0.95;      // share of pairs at the threshold that LSH must propose. (0, 1)
  bool store_text = false;   // compare the texts' own shingle sets instead of sketches
  unsigned window_days = 7;  // at level story: articles further apart are not compared. 0: no limit
  // At level story: what an article and its story have in common at least: the mean cosine of rare terms, less what chance and
  // a single name would make. [0, 1]. Higher: smaller stories.
  double story_threshold = 0.045;

  void validate() const;  // throws error
};

enum class index_access : std::uint8_t { read, write };

// How one process uses it. Does not affect answers.
struct index_setup {
  index_access access = index_access::write;
  std::uint64_t memory = std::uint64_t{1} << 30;  // bytes; at least 32 MiB
  unsigned threads = 0;                           // 0: all cores
  bool sync = false;                              // add() returns when the disk has it
  bool salvage = false;                           // of a damaged log, take what can be read: see damage()
};

// A record. Views need to last for the call alone.
struct index_entry {
  std::string_view id = {};  // empty: it has none, and is called by the number under which it is kept, "#17"
  std::string_view text = {};
  std::optional<std::int64_t> date = {};  // seconds since 1970-01-01 UTC
  std::string_view title = {};            // counts at level story
};

struct index_scopes {
  std::string into = "default";          // made when it is first used
  std::vector<std::string> search = {};  // where to look besides; those that do not exist yet hold nothing
  bool search_all = false;
};

// fresh: nothing like it was there; exact, near: a duplicate; story: none, but of a story that was there.
enum class index_status : std::uint8_t { fresh, exact, near, story };

struct index_verdict {
  index_status status = index_status::fresh;
  std::uint64_t number = 0;  // of the document that it repeats, or is; 0: a record without words, which is not kept
  std::string of;            // the id of the document that it repeats, or is; of status story: of the one most like it
  double similarity = 1;     // to that: Jaccard, or its estimate; of status story: cosine
  std::string story;         // at level story: the id of the article that opened its story
  bool repeated = false;     // the same record was here before: nothing has changed
  bool changed_id = false;   // its id came before with other words
};

struct index_match {
  std::string id, scope;
  std::uint64_t number = 0;
  index_status status = index_status::near;  // of find() also fresh: the document of that id itself
  double similarity = 1;
  std::int64_t arrived = 0;  // seconds since 1970-01-01 UTC
  std::optional<std::int64_t> date = {};
  std::string story = {};  // at level story: the id of the article that opened its story
};

struct index_stats {
  index_options options;
  struct scope {
    std::string name;
    std::uint64_t documents = 0;
  };
  std::vector<scope> scopes;
  std::uint64_t documents = 0;
  std::uint64_t removed = 0;  // whose traces compact() has not swept out yet
  std::uint64_t stories = 0;  // at level story
  std::uint64_t next_number = 0;
  std::uint64_t bytes = 0;  // on disk
  std::int64_t last_arrival = 0;
};

class index {
 public:
  explicit index(const std::string& folder, const index_setup& setup = {});                         // one that is there
  index(const std::string& folder, const index_options& made_with, const index_setup& setup = {});  // or is made
  ~index();
  index(index&&) noexcept;
  index& operator=(index&&) noexcept;

  static bool exists(const std::string& folder);

  const index_options& options() const noexcept;
  void expect(const index_options& wanted) const;  // throws error(option) naming what it was made with instead

  // Judges the records one after the other and keeps what is new. `now`: when they came, in seconds since 1970-01-01 UTC; a
  // time before the last one counts as that. What has no date counts as of then; with 0, 1970, the next expire() takes it.
  std::vector<index_verdict> add(std::span<const index_entry> entries, const index_scopes& scopes = {}, std::int64_t now = 0);

  // What is within the threshold of a text, most similar first, then by number; at level story, where that is nothing, the
  // article of its story that is most like it. Undated counts as of the last arrival. `scopes` empty: all.
  std::vector<index_match> query(std::string_view text, std::span<const std::string> scopes = {}) const;
  std::vector<index_match> query(const index_entry& entry, std::span<const std::string> scopes = {}) const;

  // The documents of an id, and those that a record of that id was taken for a duplicate of.
  std::vector<index_match> find(std::string_view id, std::span<const std::string> scopes = {}) const;

  // All documents of the ids. Returns how many there were. `unknown` is told, once and in their order, of the ids of none.
  std::uint64_t remove(std::span<const std::string> ids, std::span<const std::string> scopes = {},
                       const std::function<void(const std::string&)>& unknown = {});

  // All documents dated before that, or if undated, which came before. Returns how many there were.
  std::uint64_t expire(std::int64_t before, std::span<const std::string> scopes = {});

  // Adds the documents of another index made with the same options, as if they came now, each into the scope of its name, and
  // makes its scopes that hold nothing; what is a duplicate here is left out. Returns how many were added.
  std::uint64_t merge(const index& other);

  // Sweeps out what removals left, and rewrites the files as small as they get. May take minutes.
  void compact();

  index_stats stats() const;

  // What is wrong with the folder's logs: nothing, unless it was opened to be read, or with `salvage`. What stood in a log
  // behind the damage is not in the index then. Salvaged, the folder is without damage from there on, and keeps the logs as
  // files called damaged-….
  const std::vector<std::string>& damage() const noexcept;

  // Reads everything: checksums, and that each entry leads to a document. Returns what is wrong; nothing if all is well.
  std::vector<std::string> verify() const;

  struct state;  // for later stages of the library
  explicit index(std::unique_ptr<state> opened);
  state& parts() const noexcept { return *state_; }

 private:
  std::unique_ptr<state> state_;
};

}  // namespace retold
