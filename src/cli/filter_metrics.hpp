// SPDX-License-Identifier: Apache-2.0
#pragma once
// Counters of a running filter in the text format of Prometheus.

#include <chrono>
#include <string>

#include "retold/filter.hpp"
#include "retold/index.hpp"

namespace retold::cli {

class metrics_file {
 public:
  metrics_file(std::string path, const retold::index& seen);  // path empty: none is written
  void update(const filter_report& so_far);                   // if it is time to
  void finish(const filter_report& all);

 private:
  void write(const filter_report& found);
  std::string path_;
  const retold::index& seen_;
  std::chrono::steady_clock::time_point last_{};
};

}  // namespace retold::cli
