// SPDX-License-Identifier: Apache-2.0
#pragma once
// Texts as Python has them → views of UTF-8: lists of str or bytes, and columns by the Arrow C interface (pyarrow, pandas,
// polars). Without copying, but for str that are not ASCII.

#include <nanobind/nanobind.h>

#include <memory>
#include <string_view>
#include <vector>

#include "wide_texts.hpp"

namespace retold::python {

class texts {
 public:
  // Holds what it looks at. A missing value (None, null, NaN) is the empty text. Throws nanobind's type_error for others.
  explicit texts(nanobind::handle from);
  const std::vector<std::string_view>& views() const noexcept { return views_; }
  std::size_t size() const noexcept { return views_.size(); }

 private:
  void add_sequence(nanobind::handle from);
  void add_stream(nanobind::handle capsule);
  std::vector<std::string_view> views_;
  std::vector<nanobind::object> held_;
  std::vector<std::shared_ptr<void>> chunks_;
  wide_texts wide_;
};

// The UTF-8 of a str, or a bytes' own; as long as the object lives.
std::string_view view_of(nanobind::handle text);

}  // namespace retold::python
