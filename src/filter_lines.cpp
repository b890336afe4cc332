// SPDX-License-Identifier: Apache-2.0
#include "filter_lines.hpp"

#include <algorithm>
#include <cstring>

#include "read_encoding.hpp"
#include "read_lines.hpp"
#include "retold/error.hpp"
#include "retold/read.hpp"

namespace retold {
namespace {

constexpr std::size_t read_at_once = std::size_t{1} << 18, most_bytes = std::size_t{1} << 20;  // of a batch

std::string shown(const std::string& input) { return input == "-" ? "standard input" : input; }

}  // namespace

line_batches::line_batches(std::vector<std::string> inputs, std::size_t most, std::size_t padding, std::function<bool()> stop)
    : inputs_(std::move(inputs)), most_(most), padding_(padding), stop_(std::move(stop)) {
  check_files(inputs_);
}

bool line_batches::open_next() {
  if (stream_) {
    if (const std::string& why = stream_->problem(); !why.empty())
      problems_.push_back({shown(inputs_[input_]), why + (line_ == 0 ? "" : "; read up to line " + std::to_string(line_))});
    stream_.reset();
    ++input_;
  }
  line_ = 0;
  if (input_ == inputs_.size()) return false;
  stream_ = std::make_unique<byte_stream>(inputs_[input_], stop_ ? [this] { return stopped(); } : std::function<bool()>());
  return true;
}

// Whole lines of what is held, as many as a batch takes; false: there is none.
bool line_batches::take(line_batch& into, bool at_end) {
  std::size_t end = begin_, lines = 0;
  while (lines < most_ && end - begin_ < most_bytes && end < held_.size()) {
    const void* found = std::memchr(held_.data() + std::max(end, searched_), '\n', held_.size() - std::max(end, searched_));
    if (found == nullptr && !at_end) {
      searched_ = held_.size();
      break;
    }
    end = found == nullptr ? held_.size() : static_cast<std::size_t>(static_cast<const char*>(found) - held_.data()) + 1;
    ++lines;
  }
  if (lines == 0) return false;
  const std::size_t size = end - begin_;
  into.bytes.assign(held_, begin_, size);
  into.bytes.append(padding_, '\0');
  into.lines = std::string_view(into.bytes).substr(0, size);
  if (line_ == 0 && into.lines.starts_with(utf8_mark)) into.lines.remove_prefix(utf8_mark.size());
  into.file = shown(inputs_[input_]);
  into.first_line = line_;
  into.number = number_++;
  line_ += lines;
  begin_ = end;
  return true;
}

bool line_batches::next(line_batch& into) {
  const std::scoped_lock lock(guard_);
  if (stopped() || (!stream_ && !open_next())) return false;
  while (!take(into, false)) {
    held_.erase(0, begin_);
    searched_ -= std::min(searched_, begin_);
    begin_ = 0;
    if (held_.size() > longest_line)
      throw error(error_kind::input, shown(inputs_[input_]) + ':' + std::to_string(line_ + 1) + ": a line of more than 1 GiB");
    const std::size_t had = held_.size();
    held_.resize(had + read_at_once);
    const std::size_t n = stream_->fill(std::span(held_).subspan(had));
    held_.resize(had + n);
    if (const char* const why = line_ == 0 ? why_no_records(held_) : nullptr) {
      problems_.push_back({shown(inputs_[input_]), why});
      if (!leave()) return false;
      continue;
    }
    if (n != 0) continue;
    if (stopped()) return false;
    if (stream_->problem().empty() && take(into, true)) return true;  // a line that has come in part is none
    if (!leave()) return false;
  }
  return true;
}

// For the next input, if there is one.
bool line_batches::leave() {
  held_.clear(), begin_ = searched_ = 0;
  return open_next();
}

}  // namespace retold
