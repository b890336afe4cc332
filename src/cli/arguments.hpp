// SPDX-License-Identifier: Apache-2.0
#pragma once
// Options that commands share, and help in two lengths: -h says what an option does, --help also its default, range and effect.

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "retold/pipeline.hpp"
#include "retold/read.hpp"

namespace retold::cli {

// One help text: the first sentence is the short one.
class two_length_formatter : public CLI::Formatter {
 public:
  explicit two_length_formatter(bool brief) : brief_(brief) {}
  std::string make_option_desc(const CLI::Option* option) const override;
  std::string make_footer(const CLI::App* app) const override;
  std::string make_description(const CLI::App* app) const override;

 private:
  bool brief_;
};

// -h and --help for a program or command.
void add_help(CLI::App& app);

struct common_arguments {
  std::string json, html;
  bool quiet = false;
  bool verbose = false;
  unsigned threads = 0;
};

void add_common(CLI::App& command, common_arguments& to);
void add_fields(CLI::App& command, read_options& to);

// --preset, --shingle, --sketch, --slots, --recall. Call apply() once the line is parsed: what is said on its own wins over
// the preset.
struct sketch_arguments {
  std::string preset, shingle, sketch;
  unsigned slots = 0;
  double recall = 0;
  void apply(cluster_options& to) const;  // throws retold::error
};

void add_sketch(CLI::App& command, sketch_arguments& to);

}  // namespace retold::cli
