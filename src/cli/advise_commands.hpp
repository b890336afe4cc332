// SPDX-License-Identifier: Apache-2.0
#pragma once
// The commands that `advise` prints: to be run as they stand.

#include <string>
#include <unordered_map>
#include <vector>

#include "retold/advise.hpp"
#include "retold/read.hpp"

namespace retold::cli {

// Which of the inputs hold records, read from FILE:LINE, and nothing else.
class record_inputs {
 public:
  explicit record_inputs(const std::vector<std::string>& inputs);  // which it keeps a reference to
  void add(const std::string& place);                              // where a document was read
  std::vector<std::string> take() const;

 private:
  struct kinds {
    bool records = false, texts = false;
  };
  const std::vector<std::string>& inputs_;
  std::unordered_map<std::string, kinds> kinds_;  // by the input with a '/' at its end: many inputs cost no more than few
};

// A line for dedup, where there is anything that it takes (`with_records`), and one for cluster.
std::string command_lines(const std::vector<std::string>& inputs, const std::vector<std::string>& with_records,
                          const read_options& fields, const advice& found);

}  // namespace retold::cli
