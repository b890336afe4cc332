// SPDX-License-Identifier: Apache-2.0
#pragma once
// Runs work(i) for every i in [0, count) on several threads. The order of calls is free, so work(i) must write to place i
// alone. The first exception thrown stops the rest and is rethrown. Threads the system refuses are done without.

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace retold {

inline unsigned thread_count(unsigned wanted) noexcept {
  return wanted != 0 ? wanted : std::max(1u, std::thread::hardware_concurrency());
}

template <class Work>
void parallel_for(std::size_t count, unsigned threads, Work&& work) {
  threads = static_cast<unsigned>(std::min<std::size_t>(thread_count(threads), count));
  if (threads <= 1) {
    for (std::size_t i = 0; i < count; ++i) work(i);
    return;
  }
  std::atomic<std::size_t> next{0};
  std::exception_ptr failure;
  std::mutex guard;
  const auto run = [&] {
    try {
      for (std::size_t i; (i = next.fetch_add(1, std::memory_order_relaxed)) < count;) work(i);
    } catch (...) {
      const std::scoped_lock lock(guard);
      if (!failure) failure = std::current_exception();
      next = count;
    }
  };
  std::vector<std::jthread> crew;
  try {
    for (unsigned t = 1; t < threads && next < count; ++t) crew.emplace_back(run);
  } catch (const std::system_error&) {
  }
  run();
  crew.clear();  // joins
  if (failure) std::rethrow_exception(failure);
}

}  // namespace retold
