// SPDX-License-Identifier: Apache-2.0
#pragma once
// Counts the items of one stage from many threads and reports about a hundred times in all (part of the pipeline).

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <mutex>
#include <string_view>

#include "retold/pipeline.hpp"

namespace retold {

class counted_progress {
 public:
  counted_progress(const progress& report, std::string_view stage, std::size_t total)
      : report_(report), stage_(stage), total_(total), every_(std::max<std::size_t>(1, total / 100)) {
    if (report_) report_(stage_, 0, total_);
  }

  void step() {
    const std::size_t done = done_.fetch_add(1, std::memory_order_relaxed) + 1;
    if (!report_ || (done % every_ != 0 && done != total_)) return;
    const std::scoped_lock lock(guard_);
    reported_ = std::max(reported_, done);  // threads may arrive out of order; the count shown never falls
    report_(stage_, reported_, total_);
  }

 private:
  const progress& report_;
  std::string_view stage_;
  std::size_t total_, every_, reported_ = 0;
  std::atomic<std::size_t> done_{0};
  std::mutex guard_;
};

}  // namespace retold
