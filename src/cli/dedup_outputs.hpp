// SPDX-License-Identifier: Apache-2.0
#pragma once
// Where the results of `dedup` go, and that none of them spoils another or an input.

#include <string>
#include <vector>

namespace retold::cli {

struct dedup_outputs {
  std::string records = "-", groups, rejects, json;

  // Throws retold::error: two of them are one, one is an input or would be read as one by the next run.
  void check(const std::vector<std::string>& inputs) const;
};

}  // namespace retold::cli
