// SPDX-License-Identifier: Apache-2.0
// Lines for whoever takes them one by one.
#include <filesystem>
#include <system_error>

#include "read_encoding.hpp"
#include "read_lines.hpp"
#include "retold/error.hpp"
#include "retold/read.hpp"
#include "utf8.hpp"

namespace retold {
namespace {

std::string label_of(const std::string& path) { return path == "-" ? "standard input" : repair_utf8(path); }

void check_opened(const std::string& path, const byte_stream& stream) {
  std::error_code none;
  if (path != "-" && std::filesystem::is_directory(path, none))
    throw error(error_kind::input, label_of(path) + ": is a folder; give a file");
  if (!stream.problem().empty()) throw error(error_kind::input, label_of(path) + ": cannot be read: " + stream.problem());
}

}  // namespace

struct line_source::state {
  byte_stream stream;
  line_reader lines;
  std::uint64_t last = 0;
  std::string problem;

  explicit state(const std::string& path)
      : stream(path), lines([this](std::span<char> into) { return stream.fill(into); }, longest_line, 0) {
    check_opened(path, stream);
  }

  bool stop(std::string why) {
    problem = std::move(why) + (last == 0 ? "" : "; read up to line " + std::to_string(last));
    return false;
  }
};

void check_files(const std::vector<std::string>& paths) {
  std::error_code none;
  for (const std::string& path : paths)  // what opens a named pipe and closes it ends whoever writes to it
    if (path == "-" || !std::filesystem::is_fifo(path, none)) check_opened(path, byte_stream(path, compression::none));
}

line_source::line_source(const std::string& path) : state_(std::make_unique<state>(path)) {}
line_source::~line_source() = default;
line_source::line_source(line_source&&) noexcept = default;

bool line_source::next(std::string& line) {
  if (!state_->problem.empty()) return false;
  const auto got = state_->lines.next();
  const std::string& broken = state_->stream.problem();
  if (!broken.empty() && (!got || !got->ended)) return state_->stop(broken);  // a part of a line is none
  if (!got) return false;
  if (got->too_long) return state_->stop("a line of more than 1 GiB");
  std::string_view text = got->text;
  if (got->number == 1 && text.starts_with(utf8_mark)) text.remove_prefix(utf8_mark.size());
  line = text;
  state_->last = got->number;
  return true;
}

const std::string& line_source::problem() const noexcept { return state_->problem; }

}  // namespace retold
