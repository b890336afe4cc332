// SPDX-License-Identifier: Apache-2.0
#pragma once
// Whole pages of the system: zeros at first, and given back when they go, whatever has been allocated since. Large blocks from
// the heap leave holes in it that the next, which is a little larger, does not fit into.

#include <sys/mman.h>

#include <cstddef>
#include <new>
#include <span>
#include <type_traits>
#include <utility>

namespace retold {

template <class T>
class pages {
  static_assert(std::is_trivial_v<T>);

 public:
  pages() = default;
  explicit pages(std::size_t count) {
    if (count == 0) return;
    void* const at = mmap(nullptr, count * sizeof(T), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (at == MAP_FAILED) throw std::bad_alloc();
    items_ = {static_cast<T*>(at), count};
  }
  pages(pages&& other) noexcept : items_(std::exchange(other.items_, {})) {}
  pages& operator=(pages&& other) noexcept {
    std::swap(items_, other.items_);
    return *this;
  }
  ~pages() {
    if (!items_.empty()) munmap(items_.data(), items_.size_bytes());
  }

  std::span<T> items() noexcept { return items_; }
  std::span<const T> items() const noexcept { return items_; }

 private:
  std::span<T> items_;
};

}  // namespace retold
