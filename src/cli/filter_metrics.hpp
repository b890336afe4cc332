// SPDX-License-Identifier: Apache-2.0
#pragma once
// Counters of a running filter in the text format of Prometheus.

#include <chrono>
#include <mutex>
#include <string>

#include "retold/filter.hpp"
#include "retold/index.hpp"

namespace retold::cli {

class metrics_file {
 public:
  metrics_file(std::string path, const retold::index& seen);  // path empty: none is written
  void update(const filter_report& so_far);                   // written if it is time to
  void catch_up() noexcept;                                   // the same while nothing comes; from any thread
  void finish(const filter_report& all);

 private:
  void write_if_due();
  void write(const filter_report& found);
  std::string path_;
  const retold::index& seen_;
  std::mutex guard_;
  filter_report latest_;
  bool behind_ = false;  // of it
  std::chrono::steady_clock::time_point last_{};
};

}  // namespace retold::cli
