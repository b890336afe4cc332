// SPDX-License-Identifier: Apache-2.0
#pragma once
// What `advise` and `evaluate --lsh` share: a sample of a collection.

#include <functional>
#include <string>
#include <vector>

#include "arguments.hpp"
#include "retold/advise.hpp"

namespace retold::cli {

struct sample_arguments {
  read_options fields;
  sketch_arguments sketch;
  advise_options options;
  CLI::Option* threshold_given = nullptr;

  void settle(unsigned threads);  // throws retold::error
};

void add_sample(CLI::App& command, sample_arguments& to);  // --sample, --threshold, sketches, fields

struct read_sample {
  sample sets;
  int code = 0;  // to end with: some inputs may have been skipped
};

// Where a document was read: FILE, or FILE:LINE.
using place_sink = std::function<void(const std::string& place)>;

// Throws retold::error where nothing is found.
read_sample read_for(const std::vector<std::string>& inputs, const sample_arguments& of, const common_arguments& common,
                     const place_sink& at = {});

}  // namespace retold::cli
