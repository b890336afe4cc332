// SPDX-License-Identifier: Apache-2.0
#pragma once
// Last pass: who stays, who belongs to whom, and the files that say so (part of dedup).

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "dedup_decide.hpp"
#include "dedup_input.hpp"
#include "write_file.hpp"

namespace retold {

struct verdicts {
  std::vector<std::uint8_t> kinds;      // entry → entry_kind, with title_stands
  std::vector<std::uint32_t> leaders;   // entry → the first of its words
  std::vector<std::uint32_t> of;        // entry → the kept one it belongs to
  std::vector<std::uint32_t> compared;  // candidates' entries, ascending
  std::vector<double> similarity;       // theirs to the kept one

  std::vector<std::uint32_t> keepers;  // of groups of two or more, ascending
  std::vector<std::uint32_t> sizes;    // of the groups
  std::vector<std::uint32_t> named;    // entries whose ids are asked for, ascending
  std::vector<std::string> names;      // their ids

  bool bad(std::uint32_t entry) const noexcept;
  bool kept(std::uint32_t entry) const noexcept { return of[entry] == entry; }
  bool exact(std::uint32_t entry) const noexcept { return of[entry] == leaders[entry]; }  // or kept
  double similarity_of(std::uint32_t entry) const;
  std::size_t group_of(std::uint32_t keeper) const;  // keepers.size() if it is alone
  const std::string& name_of(std::uint32_t entry) const;
};

verdicts settle(matches&& found, const decisions& decided, std::vector<std::uint8_t>&& kinds);

// The files of a run, tried before there is anything to write.
struct output_set {
  explicit output_set(const dedup_files& files);  // throws error(output)
  std::optional<output_file> records, groups, rejects;
  std::function<void(std::string_view)> sink;  // in place of records
};

struct output_job {
  const std::vector<input_file>& inputs;
  const std::vector<chunk_place>& places;
  const dedup_options& options;
  const progress& report;
};

// Reads the ids that the files will name, then writes them; they appear together, the records last.
void write_outputs(const output_job& job, verdicts& all, output_set& to, dedup_report& report);

// Calls visit(i, line, place) for each i with wanted[i] (entries, ascending) from several threads; make_visit() makes one's
// own.
using entry_visit = std::function<void(std::size_t, const entry_line&, const chunk_place&)>;
void read_entries(const std::vector<input_file>& inputs, const std::vector<chunk_place>& places,
                  std::span<const std::uint32_t> wanted, unsigned threads, const std::function<entry_visit()>& make_visit);

}  // namespace retold
