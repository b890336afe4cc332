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

  void check() const;  // throws retold::error
};

void add_common(CLI::App& command, common_arguments& to);
void add_fields(CLI::App& command, read_options& to);

// --preset, --shingle, --sketch, --slots, --recall. Call apply() once the line is parsed: what is said on its own wins over
// the preset.
struct sketch_arguments {
  std::string preset, shingle, sketch;
  std::optional<unsigned> slots;
  std::optional<double> recall;
  void apply(cluster_options& to) const;  // throws retold::error
};

void add_sketch(CLI::App& command, sketch_arguments& to);

}  // namespace retold::cli
