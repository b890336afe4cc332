// SPDX-License-Identifier: Apache-2.0
#pragma once
// Columns of numbers, and of lists of numbers, as buffers (bytes-like objects): without nulls, and of exactly their rows.

#include <nanobind/nanobind.h>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "retold/error.hpp"

namespace retold::python {

template <class Number>
class numbers {
 public:
  explicit numbers(nanobind::handle from) {
    if (PyObject_GetBuffer(from.ptr(), &view_, PyBUF_SIMPLE) != 0) throw nanobind::python_error();
  }
  ~numbers() { PyBuffer_Release(&view_); }
  numbers(const numbers&) = delete;
  numbers& operator=(const numbers&) = delete;

  std::size_t size() const noexcept { return static_cast<std::size_t>(view_.len) / sizeof(Number); }
  const Number& operator[](std::size_t row) const noexcept { return static_cast<const Number*>(view_.buf)[row]; }
  std::span<const Number> rows() const noexcept { return {static_cast<const Number*>(view_.buf), size()}; }

 private:
  Py_buffer view_;
};

// (where each row begins, and the last one ends; the numbers of all)
template <class Number>
class number_lists {
 public:
  explicit number_lists(nanobind::handle from) : bounds_(from[0]), items_(from[1]) {}
  std::size_t size() const noexcept { return bounds_.size() == 0 ? 0 : bounds_.size() - 1; }
  std::span<const Number> operator[](std::size_t row) const {
    return items_.rows().subspan(static_cast<std::size_t>(bounds_[row]),
                                 static_cast<std::size_t>(bounds_[row + 1] - bounds_[row]));
  }
  std::vector<Number> list(std::size_t row) const {
    const auto part = (*this)[row];
    return {part.begin(), part.end()};
  }

 private:
  numbers<std::int32_t> bounds_;
  numbers<Number> items_;
};

template <class... Columns>
std::size_t rows_of(const Columns&... columns) {
  const std::size_t sizes[] = {columns.size()...};
  for (const std::size_t size : sizes)
    if (size != sizes[0]) throw error(error_kind::option, "the columns are not equally long");
  return sizes[0];
}

template <class Item>
nanobind::bytes bytes_of(const std::vector<Item>& items) {
  return nanobind::bytes(reinterpret_cast<const char*>(items.data()), items.size() * sizeof(Item));
}

// A column of lists on its way out: the same two parts.
template <class Number>
class lists_out {
 public:
  template <class List>
  void add(const List& list) {
    items_.insert(items_.end(), list.begin(), list.end());
    if (items_.size() > most)
      throw error(error_kind::option, "a batch is too large; lower spark.sql.execution.arrow.maxRecordsPerBatch");
    bounds_.push_back(static_cast<std::int32_t>(items_.size()));
  }
  nanobind::tuple bytes() const { return nanobind::make_tuple(bytes_of(bounds_), bytes_of(items_)); }

 private:
  static constexpr std::size_t most = std::numeric_limits<std::int32_t>::max();  // Arrow's
  std::vector<std::int32_t> bounds_{0};
  std::vector<Number> items_;
};

}  // namespace retold::python
