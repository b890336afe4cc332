// SPDX-License-Identifier: Apache-2.0
#pragma once
// Threads that take up numbered pieces of work as they come, and do a part of each in the order of the numbers.

#include <condition_variable>
#include <cstddef>
#include <mutex>

#include "parallel.hpp"

namespace retold {

// For one run().
class in_turn {
 public:
  // Runs work() in `threads` threads. When one of them fails, those that wait are let go and its exception is rethrown.
  template <class Work>
  void run(unsigned threads, const Work& work) {
    parallel_for(threads, threads, [&](std::size_t) {
      try {
        work();
      } catch (const abandoned&) {  // because of another thread, which says why
      } catch (...) {
        give_up();
        throw;
      }
    });
  }

  // Within run(): waits until this has been done for every smaller number, then calls part() while all others wait.
  template <class Part>
  void operator()(std::size_t number, const Part& part) {
    std::unique_lock lock(guard_);
    turn_.wait(lock, [&] { return given_up_ || next_ == number; });
    if (given_up_) throw abandoned{};
    part();
    ++next_;
    turn_.notify_all();
  }

 private:
  struct abandoned {};
  void give_up() {
    const std::scoped_lock lock(guard_);
    given_up_ = true;
    turn_.notify_all();
  }

  std::mutex guard_;
  std::condition_variable turn_;
  std::size_t next_ = 0;
  bool given_up_ = false;
};

}  // namespace retold
