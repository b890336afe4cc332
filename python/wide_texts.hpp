// SPDX-License-Identifier: Apache-2.0
#pragma once
// str that are not all ASCII → UTF-8, several at a time: Python itself does one after the other, and keeps each.

#include <nanobind/nanobind.h>

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

namespace retold::python {

class wide_texts {
 public:
  // Takes the str on if it must be encoded, and its characters can be had (the limited API does not show them); the view at
  // that place is then set by encode(). The str must live until then.
  bool take(nanobind::handle text, std::size_t place);

  // Called with the GIL, which it lets go. Views are good as long as this lives. Throws Python's UnicodeEncodeError for lone
  // surrogates.
  void encode(std::vector<std::string_view>& views);

 private:
  struct wide {
    nanobind::handle text;
    std::size_t place;
    const void* characters;
    std::size_t size;  // characters
    int width;         // bytes each
  };
  std::vector<wide> taken_;
  std::size_t characters_ = 0;
  std::vector<std::unique_ptr<char[]>> blocks_;
};

}  // namespace retold::python
