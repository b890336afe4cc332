// SPDX-License-Identifier: Apache-2.0
#pragma once
// Whole pages of the system: zeros at first, and given back when they go, whatever has been allocated since. Large blocks from
// the heap leave holes in it that the next, which is a little larger, does not fit into.

#include <sys/mman.h>

#include <cstddef>
#include <memory>
#include <new>
#include <span>
#include <type_traits>
#include <utility>

namespace retold {

inline void* take_pages(std::size_t bytes) {
  void* const at = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (at == MAP_FAILED) throw std::bad_alloc();
  return at;
}

template <class T>
class pages {
  static_assert(std::is_trivial_v<T>);

 public:
  pages() = default;
  explicit pages(std::size_t count) {
    if (count != 0) items_ = {static_cast<T*>(take_pages(count * sizeof(T))), count};
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

// The same for containers, where they are large.
template <class T>
struct page_allocator {
  using value_type = T;
  static constexpr std::size_t large = 64 << 10;

  page_allocator() = default;
  template <class Other>
  page_allocator(const page_allocator<Other>&) noexcept {}

  T* allocate(std::size_t count) {
    const std::size_t bytes = count * sizeof(T);
    return bytes < large ? std::allocator<T>().allocate(count) : static_cast<T*>(take_pages(bytes));
  }
  void deallocate(T* at, std::size_t count) noexcept {
    count * sizeof(T) < large ? std::allocator<T>().deallocate(at, count) : static_cast<void>(munmap(at, count * sizeof(T)));
  }
  friend bool operator==(const page_allocator&, const page_allocator&) noexcept { return true; }
};

}  // namespace retold
