// SPDX-License-Identifier: Apache-2.0
#pragma once
// Last pass: the files that say who stays and who belongs to whom (part of dedup).

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "dedup_input.hpp"
#include "dedup_settle.hpp"
#include "write_file.hpp"

namespace retold {

// The files of a run, tried before there is anything to write.
struct output_set {
  explicit output_set(const dedup_files& files);  // throws error(output)
  std::optional<output_file> records, groups, rejects;
  std::function<void(std::string_view)> sink;  // in place of records
};

struct output_job {
  const chunks_read& chunks;
  const dedup_options& options;
  const progress& report;
};

// Reads the ids that the files will name, then writes them; they appear together, the records last. Where lines or
// files could not be read, and none gave a record, none appears.
void write_outputs(const output_job& job, verdicts& all, output_set& to, dedup_report& report);

// Calls visit(i, line, place) for each i with wanted[i] (entries, ascending) from several threads; make_visit() makes one's
// own.
using entry_visit = std::function<void(std::size_t, const entry_line&, const chunk_place&)>;
void read_entries(const chunks_read& chunks, std::span<const std::uint32_t> wanted, unsigned threads,
                  const std::function<entry_visit()>& make_visit);

}  // namespace retold
