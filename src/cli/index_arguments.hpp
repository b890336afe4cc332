// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the commands that work on an index share.

#include <CLI/CLI.hpp>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "arguments.hpp"
#include "console.hpp"
#include "records.hpp"
#include "retold/filter.hpp"
#include "retold/index.hpp"

namespace retold::cli {

struct index_arguments {
  std::string folder, memory = "1G";
  std::string level;  // empty: as the index has it, near for a new one
  const CLI::App* command = nullptr;
  CLI::Option *threshold = nullptr, *store_text = nullptr, *window = nullptr, *story_threshold = nullptr;
  sketch_arguments sketch;
  index_options options;
  bool sync = false;

  index_setup setup(index_access access, unsigned threads) const;
  index open_or_make(const common_arguments& common);  // what is not said is as the index has it. Says if it made one

 private:
  void refuse_idle(retold::level at) const;  // options without effect there
};

void add_folder(CLI::App& command, index_arguments& to);  // --index, --memory
void add_making(CLI::App& command, index_arguments& to);  // what an index is made with
void add_scopes(CLI::App& command, std::vector<std::string>& to, const std::string& what);

// A name that is mistyped finds nothing, or makes what nobody wants. The first throws retold::error for a scope that is not
// there, where it is to be asked or changed. The second is for what adds: it says which is new, and throws for one to search
// that is not there, but where there is no scope yet: then it says so.
void check_scopes(const index& in, const std::string& folder, const std::vector<std::string>& wanted);
void name_scopes(const index& in, const std::string& folder, const index_scopes& wanted, bool quiet);

// What an index was made with: "level near, threshold 0.8, …"; at level story, "window 7 days, story threshold 0.045"; both,
// for one just made.
std::string options_text(const index_options& made_with);
std::string story_text(const index_options& made_with);
void name_made(const std::string& folder, const index_options& made_with);

// What an index was made with, but for whether texts are kept: that has another name for each who asks.
nlohmann::ordered_json options_json(const index_options& made_with);

// Counts of a filter run, and what one should know of them; `repeats` is what became of records that had been fed before,
// `rule` of lines that are no records.
std::string summary_of(const filter_report& found, double seconds, const char* fresh, const char* fate);
void name_odd_fields(const filter_report& found, const read_options& fields, const named_fields& named);  // those of query
void name_caveats(const filter_report& found, const read_options& fields, const named_fields& named, const std::string& repeats,
                  bad_record rule);

}  // namespace retold::cli
