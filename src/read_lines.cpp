// SPDX-License-Identifier: Apache-2.0
// One buffer, which grows only when a line fills it; bytes are searched for the line's end once.
#include "read_lines.hpp"

#include <algorithm>
#include <cstring>

namespace retold {

line_reader::line_reader(fill_function fill, std::size_t limit, std::size_t padding)
    : fill_(std::move(fill)), limit_(limit), padding_(padding), buffer_((1 << 18) + padding, '\0') {}

bool line_reader::more() {
  if (begin_ != 0) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  if (end_ + padding_ >= buffer_.size()) buffer_.resize(buffer_.size() * 2);
  const std::size_t n = fill_(std::span(buffer_).subspan(end_, buffer_.size() - padding_ - end_));
  end_ += n;
  return n != 0;
}

line_reader::line line_reader::take(std::size_t newline, bool ended) {
  std::string_view text(buffer_.data() + begin_, newline - begin_);
  if (text.ends_with('\r')) text.remove_suffix(1);
  begin_ = newline + (ended ? 1 : 0);
  return {text, ++number_, false, ended};
}

std::optional<line_reader::line> line_reader::next() {
  bool too_long = false;
  const auto finish = [&](std::size_t newline, bool ended) {
    const line got = take(newline, ended);
    return too_long || got.text.size() > limit_ ? line{{}, got.number, true, ended} : got;
  };
  for (std::size_t searched = begin_;;) {
    const void* newline = std::memchr(buffer_.data() + searched, '\n', end_ - searched);
    if (newline != nullptr) {
      const auto at = static_cast<std::size_t>(static_cast<const char*>(newline) - buffer_.data());
      return finish(at, true);
    }
    if (end_ - begin_ > limit_ + 1) {  // one more than the limit, since it may be a '\r'
      too_long = true;
      begin_ = end_;
    }
    const std::size_t seen = end_ - begin_;
    if (!more()) break;
    searched = begin_ + seen;
  }
  if (begin_ == end_ && !too_long) return std::nullopt;
  return finish(end_, false);
}

}  // namespace retold
