// SPDX-License-Identifier: Apache-2.0
#pragma once
// Options that commands share.

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <vector>

#include "retold/pipeline.hpp"
#include "retold/read.hpp"

namespace retold::cli {

struct common_arguments {
  std::string json, html;
  bool quiet = false;
  bool verbose = false;
  unsigned threads = 0;

  void check(const std::vector<std::string>& inputs) const;  // that no output spoils an input; throws retold::error
};

// An option with a value of that type, as help names it; and one whose value is one of some words.
template <class T>
CLI::Option* add_value(CLI::App& command, const char* option, T& to, const char* type, const std::string& what) {
  return command.add_option(option, to, what)->type_name(type);
}
CLI::Option* add_choice(CLI::App& command, const char* option, std::string& to, const std::vector<std::string>& of,
                        const std::string& what, const char* type = "WHAT");

// The long names of the options that were given, by the line or a file: "--slots".
std::vector<std::string> given_to(const CLI::App& command);

// What was not meant to be read: counted, or named where that is asked for.
void name_ignored(const std::vector<skipped_input>& ignored, const common_arguments& common);

void add_common(CLI::App& command, common_arguments& to);  // all of them
void add_json(CLI::App& command, common_arguments& to, const std::string& what);
void add_running(CLI::App& command, common_arguments& to);  // --threads, --quiet
void add_verbose(CLI::App& command, common_arguments& to, const std::string& what);
void add_fields(CLI::App& command, read_options& to);

// --preset, --shingle, --sketch, --slots, --recall. Call apply() once the line is parsed: what is said on its own wins over
// the preset.
struct sketch_arguments {
  std::string preset, shingle, sketch;
  std::optional<unsigned> slots;
  std::optional<double> recall;

  template <class Options>  // cluster_options, dedup_options or index_options; throws retold::error
  void apply(Options& to) const {
    if (!preset.empty()) preset_of(preset).apply_to(to.shingle, to.slots);
    if (!shingle.empty()) to.shingle = shingle_options::parse(shingle);
    if constexpr (requires { to.sketch; })
      if (!sketch.empty()) to.sketch = sketch == "simhash" ? sketch_kind::simhash : sketch_kind::minhash;
    to.slots = slots.value_or(to.slots);
    to.recall = recall.value_or(to.recall);
  }
};

void add_sketch(CLI::App& command, sketch_arguments& to);

}  // namespace retold::cli
