// SPDX-License-Identifier: Apache-2.0
#pragma once
// What `compare` does for two files and for lists of pairs.

#include <string>

#include "arguments.hpp"

namespace retold::cli {

struct compare_arguments {
  const CLI::App* command = nullptr;
  std::string a, b, list, pairs;
  std::string weakest;
  bool spans = false;
  std::string offsets = "bytes";
  common_arguments common;
  read_options fields;
  sketch_arguments sketch;
  cluster_options options;
};

// One document from a file; throws retold::error when there is none or more than one in it.
// Records that were skipped beside it are added to `skipped`.
document read_one(const std::string& path, const read_options& fields, std::vector<skipped_input>* skipped = nullptr);

// `json` is that of a comparison; what was skipped beside its documents is added, where there is any.
std::string with_skipped(const std::string& json, const std::vector<skipped_input>& skipped);

int run_list(const compare_arguments& with);   // lines {"a": PATH, "b": PATH} or {"a_text", "b_text"}
int run_pairs(const compare_arguments& with);  // lines {"a": "text", "b": "text"}

}  // namespace retold::cli
