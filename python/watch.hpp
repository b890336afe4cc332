// SPDX-License-Identifier: Apache-2.0
#pragma once
// Long work: another thread does it without the GIL, while the one that called takes signals and shows how far it is. So what
// shows it runs where the call was made, and Ctrl-C ends the work as soon as it tells how far it is.
//
//   return watch(show)([&](const progress& report) { return cluster(std::move(documents), options, report); });

#include <nanobind/nanobind.h>

#include <chrono>
#include <future>
#include <mutex>
#include <string>
#include <system_error>
#include <utility>

#include "retold/pipeline.hpp"

namespace retold::python {

class watch {
 public:
  // Called with (stage, done, total), at most some times a second; None: nobody looks. What it throws ends the work.
  explicit watch(nanobind::handle show) : show_(show) {}

  template <class Work>
  auto operator()(const Work& work) -> std::invoke_result_t<Work, const progress&> {
    const progress report = [this](std::string_view stage, std::size_t done, std::size_t total) { tell(stage, done, total); };
    const nanobind::gil_scoped_release others;
    std::future<std::invoke_result_t<Work, const progress&>> result;
    try {
      result = std::async(std::launch::async, [&] { return work(report); });
    } catch (const std::system_error&) {  // no thread to be had: then unwatched
      return work({});
    }
    try {
      while (result.wait_for(between) != std::future_status::ready) attend();
    } catch (...) {
      stop();
      result.wait();
      throw;
    }
    return result.get();
  }

 private:
  struct stopped {};  // goes through the library, and no further
  static constexpr std::chrono::milliseconds between{50};

  void tell(std::string_view stage, std::size_t done, std::size_t total);  // by the work, from any thread
  void attend();                                                           // throws what a signal's handler or show_ throws
  void stop();

  const nanobind::handle show_;
  std::mutex guard_;
  bool stop_ = false, fresh_ = false;
  std::string stage_;
  std::size_t done_ = 0, total_ = 0;
};

}  // namespace retold::python
