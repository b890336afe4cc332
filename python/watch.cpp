// SPDX-License-Identifier: Apache-2.0
#include "watch.hpp"

#include <nanobind/stl/string.h>

#include <tuple>

namespace nb = nanobind;

namespace retold::python {

void watch::tell(std::string_view stage, std::size_t done, std::size_t total) {
  const std::scoped_lock lock(guard_);
  if (stop_) throw stopped{};
  stage_ = stage, done_ = done, total_ = total;
  fresh_ = true;
}

void watch::stop() {
  const std::scoped_lock lock(guard_);
  stop_ = true;
}

void watch::attend() {
  const nb::gil_scoped_acquire here;
  if (PyErr_CheckSignals() != 0) throw nb::python_error();
  std::unique_lock lock(guard_);
  if (!std::exchange(fresh_, false) || show_.is_none()) return;
  const auto [stage, done, total] = std::tuple(stage_, done_, total_);
  lock.unlock();  // what shows it may take its time
  show_(stage, done, total);
}

}  // namespace retold::python
