// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the commands share that take JSONL record by record: dedup, filter, index add and index query.

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "console.hpp"
#include "retold/dedup.hpp"
#include "retold/filter.hpp"
#include "retold/types.hpp"

namespace retold::cli {

// --on-error. What follows "pass (default): ", "skip: " and "stop: end with code 3" in its help.
void add_on_error(CLI::App& command, std::string& to, const std::string& passed, const std::string& skipped,
                  const std::string& stopped);
bad_record on_bad_of(const std::string& on_error);

void add_record_fields(CLI::App& command, read_options& to);  // without those that have no effect on a decision

// Inputs of which only a part was read, and the lines that are no records: the first of so many in all.
void name_problems(const std::vector<skipped_input>& skipped, const std::vector<skipped_input>& bad, std::uint64_t bad_lines);

// How many lines are no records, and what became of them by that rule.
std::string bad_lines_of(std::uint64_t count, bad_record rule);

// Whether none of these has the field that should hold the text.
bool all_lack_text(const std::vector<skipped_input>& bad);

// Why a file gives no record at all, where that is an option's fault: its text has another name. Empty: it has not.
// `Report`: of dedup or filter.
std::string why_no_text(std::uint64_t records, std::uint64_t bad_lines, const std::vector<skipped_input>& bad);
[[noreturn]] void refuse_without_text(const std::string& why);

// Throws retold::error(input) naming the first reason where what was read gave no record, though it is not empty: it is of
// another kind, and whoever waits for its records should hear of it.
void check_any_record(std::uint64_t records, const std::vector<skipped_input>& bad, const std::vector<skipped_input>& skipped);

// Throws retold::error(option) where a field was named for the text and no record has it: their titles were compared.
void check_text_field(const filter_report& found, const read_options& fields);

template <class Report>
int exit_code_of(const Report& found) {
  if (const std::string why = why_no_text(found.records, found.bad_lines, found.bad); !why.empty()) refuse_without_text(why);
  check_any_record(found.records, found.bad, found.skipped);
  return found.bad_lines == 0 && found.skipped.empty() ? done : some_skipped;
}

// Says while a stream is still coming, once, that its text or its id seems to have another name.
class field_watch {
 public:
  explicit field_watch(const read_options& fields) : fields_(fields) {}
  void operator()(const filter_report& so_far, progress_line& shown);

 private:
  std::string wrong(const filter_report& so_far) const;  // empty: all is well
  const read_options& fields_;
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  bool told_ = false;
};

}  // namespace retold::cli
