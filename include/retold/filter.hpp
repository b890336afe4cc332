// SPDX-License-Identifier: Apache-2.0
#pragma once
// The stream: JSONL goes in as it comes, what is new goes out, and an index remembers it.
//
//   retold::index seen("seen.index", retold::index_options{});
//   retold::filter_report done = retold::filter(seen, {"-"}, [](std::string_view lines) { std::cout << lines << std::flush; });
//   std::cerr << done.fresh << " of " << done.records << " are new\n";
//
// Records pass byte for byte, in the order in which they came; a mark is spliced in and changes nothing else. A record is in
// the index before its line goes out: whatever was written out is remembered, also by a process that is killed. What was
// remembered but not yet written out is told again when it is fed again, as new as it was, if it has an id; without ids, feed
// what came after the last line that was written out.
//
// The text counts, or where a record has none, its title, as with `dedup`; for stories both. The decisions are those of
// `index::add`, and depend neither on threads nor on how many records are judged at once; `now` is asked once for those that
// are, so a record without a date is of the time at which its batch was judged. That counts at level story alone, where its
// articles are as many days apart. A slow stream is not held up: what has come is judged at once. Blank lines go nowhere. Told
// to stop, it judges and passes on what was taken up, and returns; a line that has come in part only is not touched.
//
// Cost: that of index::add; a batch's lines for each thread in memory, and the longest line. Throws as the index does, and
// error(input) for an input that cannot be opened or, with bad_record::stop, at the first line that is no record: what came
// before it has been judged and written out.

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "retold/dedup.hpp"
#include "retold/index.hpp"

namespace [[gnu::visibility("default")]] retold {

struct filter_options {
  index_scopes scopes = {};
  bool mark = false;          // pass every record, with "retold": {…} added: see docs/format.md
  bool drop_repeats = false;  // leave out what was fed before, or where all pass, mark it so: then what was judged, but not
                              // yet written out when a process was killed, is left out too
  bad_record on_bad = bad_record::pass;
  read_options fields = {};
  std::size_t batch = 1024;                // most records judged at once. More: faster, later
  std::function<std::int64_t()> now = {};  // seconds since 1970-01-01 UTC; none: records come when the last one came
  std::function<bool()> stop = {};         // true: no more is read. Asked by any thread; must not throw

  void validate() const;  // throws error
};

struct filter_report {
  std::uint64_t bytes = 0;    // read, unpacked
  std::uint64_t records = 0;  // lines that are records
  std::uint64_t fresh = 0;    // of them; the others are exact or near duplicates, or of known stories
  std::uint64_t exact = 0, near = 0, story = 0;
  std::uint64_t repeated = 0;     // that had been fed before: same id, same words
  std::uint64_t changed_ids = 0;  // whose id came before with other words
  std::uint64_t without_id = 0;   // called by a number; fed again, it is a duplicate of itself
  std::uint64_t titles = 0;       // without text: judged by their titles
  std::uint64_t bad_dates = 0;    // whose date cannot be read: it counts as none
  std::uint64_t dated = 0;        // whose date can
  std::uint64_t titled = 0;       // with a title
  std::uint64_t bad_lines = 0;
  std::vector<skipped_input> bad;      // the first hundred of them: FILE:LINE and why
  std::vector<skipped_input> skipped;  // inputs of which only a part could be read

  std::uint64_t& of(index_status status) noexcept;  // fresh, exact, near or story
};

// `inputs`: JSONL files, unpacked if their first bytes say so; "-" is standard input. `sink` gets whole lines, one call at a
// time. `watch` is called after each batch, also one that `sink` throws at, with what was done so far.
filter_report filter(index& seen, const std::vector<std::string>& inputs, const std::function<void(std::string_view)>& sink,
                     const filter_options& options = {}, const std::function<void(const filter_report&)>& watch = {});

// Tells of each record what is within the threshold of it, a line of JSON each, in their order (docs/format.md); changes
// nothing. Of `options`, what to read, where to search, when to stop and what to do with bad records counts (pass: a line that
// says what is wrong; skip: none); no scope to search is all of them. Nothing is counted as repeated, changed or without id.
filter_report ask(const index& seen, const std::vector<std::string>& inputs, const std::function<void(std::string_view)>& sink,
                  const filter_options& options = {}, const std::function<void(const filter_report&)>& watch = {});

// One answer of those: {"id": …, "matches": […]}.
std::string to_json(std::string_view id, const std::vector<index_match>& matches);

}  // namespace retold
