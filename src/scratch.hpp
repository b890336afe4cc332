// SPDX-License-Identifier: Apache-2.0
#pragma once
// Memory that is written before it is read, kept from one use to the next: std::vector would fill it with zeros first.

#include <algorithm>
#include <cstddef>
#include <memory>
#include <type_traits>
#include <utility>

namespace retold {

template <class T>
class scratch {
  static_assert(std::is_trivial_v<T>);

 public:
  scratch() = default;
  scratch(scratch&& other) noexcept : data_(std::move(other.data_)), size_(std::exchange(other.size_, 0)) {}
  scratch& operator=(scratch&& other) noexcept {
    data_ = std::move(other.data_);
    size_ = std::exchange(other.size_, 0);
    return *this;
  }

  // At least `size` elements, of which the first `kept` are as they were.
  T* reserve(std::size_t size, std::size_t kept = 0) {
    if (size <= size_) return data_.get();
    auto larger = std::make_unique_for_overwrite<T[]>(size + size / 2);
    std::copy_n(data_.get(), std::min(kept, size_), larger.get());
    data_ = std::move(larger);
    size_ = size + size / 2;
    return data_.get();
  }

  T* data() noexcept { return data_.get(); }
  const T* data() const noexcept { return data_.get(); }

 private:
  std::unique_ptr<T[]> data_;
  std::size_t size_ = 0;
};

}  // namespace retold
