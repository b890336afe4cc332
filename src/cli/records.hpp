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

// Which fields were named on the line or in a file, be it by the names that they have anyway.
struct named_fields {
  const CLI::Option *text = nullptr, *title = nullptr, *date = nullptr;
};
named_fields add_record_fields(CLI::App& command, read_options& to);  // without those that have no effect on a decision

// Inputs of which only a part was read, and the lines that are no records: the first of so many in all; where there is no
// record, a few: what ends the command says so, too.
void name_problems(std::uint64_t records, std::uint64_t bad_lines, const std::vector<skipped_input>& bad,
                   const std::vector<skipped_input>& skipped);

std::string part_of(std::uint64_t number, std::uint64_t records);  // 12 of 1,234 records

// How many lines are no records, and what became of them by that rule.
std::string bad_lines_of(std::uint64_t count, bad_record rule);

// Whether none of these has the field that should hold the text.
bool all_lack_text(const std::vector<skipped_input>& bad);

// The exit code for what was read. Throws retold::error where it gave no record, though it is not empty, naming the first
// reason: (option) if the text has another name in all of it, or (input), for whoever waits for its records should hear of it.
// `then`: what that means for the outputs.
int exit_code_of(std::uint64_t records, std::uint64_t bad_lines, const std::vector<skipped_input>& bad,
                 const std::vector<skipped_input>& skipped, const std::string& then = {});

// Throws also where a field was named for the text and no record has it: titles were compared. `stays`: what is done anyway.
int exit_code_of(const filter_report& found, const read_options& fields, const named_fields& named,
                 const std::string& stays = {});
inline constexpr const char* added_stays = ", and the index holds what was added";

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
