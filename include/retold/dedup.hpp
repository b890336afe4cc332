// SPDX-License-Identifier: Apache-2.0
#pragma once
// The batch: JSONL of any size in, what is new out, in bounded memory.
//
//   retold::dedup_files files{.inputs = {"crawl.jsonl.zst"}, .output = "kept.jsonl.zst"};
//   const retold::dedup_report done = retold::dedup(files, {.threshold = 0.8});
//   std::cout << done.kept << " of " << done.records << '\n';
//
// The rule: records are taken in order (of the input, or of what `keep` asks for); each joins the earliest kept record within
// the threshold, else it is kept. So a group never chains: every member is within the threshold of the kept one, and no two
// kept records that were compared are. Exact Jaccard of shingle sets decides (or, on request, the sketches' estimate); LSH only
// proposes whom to compare. Records without any words are nobody's duplicate. The text counts, or where a record has none, its
// title; nothing is taken for boilerplate.
//
// Files: survivors are written byte for byte as read, in input order, beside the output, which is renamed into place at the
// end. What is needed to go on after an interruption stands in a folder beside the output (or in `temp`) until then: the next
// run with the same inputs and options takes it up and gives the same bytes. Without an output's name to find it by (a sink, a
// pipe) it goes with the run; what one that was killed has left there is removed by a later such run, after an hour. What came
// from a stream is not taken up. The same bytes for every number of threads and every amount of memory. Where there are
// lines or files that could not be read and no record, files are left as they were (a sink gets the lines): most likely a field
// has another name. A folder of files that are all of other kinds is an error.
//
// Cost: each input is read two or three times. Of compressed ones, what fits into a sixteenth of `memory` together is unpacked
// once; beyond, gzip goes lightly packed into temporary space (two thirds of the text; where there is none, as the other), and
// Zstandard is unpacked again. About 200 bytes of temporary space a record, and the sets of those that may be duplicates. A
// record that is hard to tell from n kept ones is compared with all of them. Beyond `memory` go some 200 bytes for each record
// that shares a band with another, the ids of groups where they are asked for, the longest line a few times for each thread,
// and with simhash all pairs of fingerprints that are near. Throws error(option), error(input) for an input that cannot be
// read or changes meanwhile, error(output).

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "retold/pipeline.hpp"
#include "retold/read.hpp"

namespace [[gnu::visibility("default")]] retold {

// Which record of a group stays; among equals, the first of the input.
enum class keep_rule : std::uint8_t {
  first,    // of the input
  longest,  // most bytes of text
  newest,   // by date; records without one come last
  field,    // highest number in `keep_field`; records without one come last
};

enum class verification : std::uint8_t {
  exact,   // Jaccard of the shingle sets
  sketch,  // the signatures' estimate, from 8 bits a slot: the inputs are not read again for it, and its errors are theirs
};

// What becomes of a line that is no record.
enum class bad_record : std::uint8_t { pass, skip, stop };  // into the output as it is; into the rejects; error(input)

struct dedup_options {
  retold::level level = level::near;  // exact or near
  double threshold = 0.8;             // Jaccard, (0, 1]

  shingle_options shingle = {};
  sketch_kind sketch = sketch_kind::minhash;  // simhash compares fingerprints all with all where the threshold is low
  unsigned slots = 128;
  double recall = 0.95;  // share of pairs at the threshold that LSH must propose. (0, 1)
  verification verify = verification::exact;

  keep_rule keep = keep_rule::first;
  std::string keep_field = {};  // for keep_rule::field

  bool mark = false;  // keep every record, with "retold": {…} added: see docs/format.md
  bad_record on_bad = bad_record::pass;
  read_options fields = {};

  // Performance only.
  std::uint64_t memory = std::uint64_t{4} << 30;  // bytes; at least 64 MiB
  unsigned threads = 0;                           // 0: all cores

  void set_keep(const std::string& rule);  // "first", "longest", "newest", or the name of a field

  void validate() const;  // throws error
};

struct dedup_files {
  std::vector<std::string> inputs = {};  // JSONL files (.gz, .zst), folders of them, "-"
  std::string output = {};               // by its ending .gz or .zst compressed, never .xz or the like. Empty: goes to `sink`
  std::string groups = {};               // a line for each group of two or more; empty: none
  std::string rejects = {};              // what does not go to the output, byte for byte; empty: none
  std::string temp = {};                 // where the working folder goes; empty: beside the output, or the system's place

  std::function<void(std::string_view)> sink = {};  // in order, one call at a time
};

struct dedup_report {
  std::uint64_t bytes = 0;            // read, decompressed
  std::uint64_t records = 0;          // lines that are records
  std::uint64_t kept = 0;             // of them; the others are exact or near duplicates
  std::uint64_t exact = 0, near = 0;  // removed (or marked) as such
  std::uint64_t groups = 0;           // of two or more
  std::uint64_t changed_ids = 0;      // ids that came again with another text
  std::uint64_t bad_lines = 0;
  std::uint64_t candidates = 0;        // pairs that were compared
  std::uint64_t hot_buckets = 0;       // more than 64 kept records that look alike
  std::uint64_t resumed_bytes = 0;     // of `bytes`, known from an interrupted run
  std::vector<skipped_input> bad;      // the first hundred of the bad lines: FILE:LINE and why
  std::vector<skipped_input> skipped;  // files that are no JSONL, or of which only a part can be read
  std::vector<skipped_input> ignored;  // entries of folders that are not for dedup
  std::vector<std::string> notes;      // what a user may want to know: "feed.jsonl: 4 of 4 records have no text …"
};

// `report`'s stages count bytes of input: "read", "sign", "write"; parts of the key space: "match"; and documents: "compare",
// "verify".
dedup_report dedup(const dedup_files& files, const dedup_options& options = {}, const progress& report = {});

// The same decisions about texts in memory. For each: the index of the record it is a duplicate of (its own if it is kept).
// `ranks`: for keep_rule::newest and ::field, how good each text is to keep, the highest stays; NaN for one without date or
// number.
struct verdict {
  std::uint32_t of = 0;
  double similarity = 1;  // to that record
  bool exact = false;     // the same words in the same order
};
std::vector<verdict> dedup(std::span<const std::string_view> texts, const dedup_options& options = {},
                           const progress& report = {}, std::span<const double> ranks = {});

}  // namespace retold
