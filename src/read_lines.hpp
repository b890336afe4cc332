// SPDX-License-Identifier: Apache-2.0
#pragma once
// A stream cut into lines, each of which may be parsed by simdjson where it lies: readable bytes follow it. Memory is that of
// the longest line, and a line past the limit is let through in pieces nobody keeps.

#include <optional>
#include <string>
#include <string_view>

#include "read_stream.hpp"

namespace retold {

inline constexpr std::size_t longest_line = std::size_t{1} << 30;  // of records

class line_reader {
 public:
  // `padding`: how many bytes after a line may be read.
  line_reader(fill_function fill, std::size_t limit, std::size_t padding);

  struct line {
    std::string_view text;     // without its end; good until the next call
    std::uint64_t number = 0;  // from 1
    bool too_long = false;     // text is empty then
    bool ended = true;         // by a line end, not by the end of the stream
  };
  std::optional<line> next();

 private:
  bool more();  // reads on behind end_; false at the end of the stream
  line take(std::size_t newline, bool ended);

  fill_function fill_;
  std::size_t limit_, padding_;
  std::string buffer_;
  std::size_t begin_ = 0, end_ = 0;  // bytes not yet handed out
  std::uint64_t number_ = 0;
};

}  // namespace retold
