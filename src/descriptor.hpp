// SPDX-License-Identifier: Apache-2.0
#pragma once
// An open file of the system, closed when it goes out of scope.

#include <sys/types.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <string>
#include <system_error>
#include <utility>

namespace retold {

class descriptor {
 public:
  descriptor() = default;
  explicit descriptor(int opened) noexcept : number_(opened) {}  // what open() returned, -1 too
  descriptor(descriptor&& from) noexcept : number_(std::exchange(from.number_, -1)) {}
  descriptor& operator=(descriptor&& from) noexcept {
    std::swap(number_, from.number_);
    return *this;
  }
  ~descriptor() { close(); }

  int get() const noexcept { return number_; }
  explicit operator bool() const noexcept { return number_ >= 0; }

  // Returns an errno, or 0: some file systems tell only here what they could not write.
  int close() noexcept {
    const int open = std::exchange(number_, -1);
    return open >= 0 && ::close(open) != 0 && errno != EINTR ? errno : 0;
  }

 private:
  int number_ = -1;
};

inline constexpr int nothing_more = -1;

// Of an errno, or of nothing_more to one who had counted on more.
inline std::string words_of(int reason) { return std::generic_category().message(reason == nothing_more ? EIO : reason); }

// Calls step(bytes moved so far), which reads or writes some more, until all are moved. Returns 0, an errno, or nothing_more.
template <class Step>
int move_all(std::size_t bytes, const Step& step) {
  for (std::size_t done = 0; done < bytes;) {
    const ssize_t n = step(done);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return n < 0 ? errno : nothing_more;
    done += static_cast<std::size_t>(n);
  }
  return 0;
}

}  // namespace retold
