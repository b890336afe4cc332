// SPDX-License-Identifier: Apache-2.0
// A plain file is cut at multiples of the chunk size, each cut moved to the next line's beginning, so threads read their chunks
// without waiting for one another. A packed one can only be read from its beginning: whoever comes next unpacks the next chunk.
#include "dedup_input.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "descriptor.hpp"
#include "read_encoding.hpp"
#include "read_lines.hpp"
#include "read_markup.hpp"
#include "read_record.hpp"
#include "retold/error.hpp"

namespace retold {
namespace {

[[noreturn]] void changed(const std::string& label) {
  throw error(error_kind::input, label + ": changed while it was read; run again when nobody writes it");
}

void refuse_long_line(const std::string& label, std::uint64_t begin) {
  throw error(error_kind::input, label + ": a line of more than 1 GiB from byte " + std::to_string(begin) +
                                     " on; JSONL is expected here, one JSON object a line");
}

// Some systems read less than asked for even from files.
void read_at(const descriptor& from, const input_file& file, std::uint64_t begin, std::span<char> into) {
  const int reason = move_all(into.size(), [&](std::size_t done) {
    return ::pread(from.get(), into.data() + done, into.size() - done, static_cast<off_t>(begin + done));
  });
  if (reason == nothing_more) changed(file.label);
  if (reason != 0) file.cannot_read(reason);
}

void make_room(std::string& buffer, std::uint64_t bytes) {
  if (buffer.size() < bytes + record_parser::padding()) buffer.resize(bytes + bytes / 4 + record_parser::padding());
}

std::size_t newline_from(const std::string& buffer, std::size_t from, std::size_t end) {
  const void* found = from < end ? std::memchr(buffer.data() + from, '\n', end - from) : nullptr;
  return found == nullptr ? end : static_cast<std::size_t>(static_cast<const char*>(found) - buffer.data());
}

}  // namespace

void check_unchanged(const chunk_place& before, const chunk_place& now, const input_file& file) {
  if (before.file != now.file || before.begin != now.begin || before.bytes != now.bytes) changed(file.label);
}

struct chunk_reader::open_file {
  const input_file& file;
  descriptor plain;
  std::optional<byte_stream> packed;
  bool ended = false, reported = false;

  open_file(const input_file& from, bool unpack) : file(from), plain(::open(from.path.c_str(), O_RDONLY | O_CLOEXEC)) {
    if (!plain) file.cannot_read(errno);
    struct stat found {};
    if (::fstat(plain.get(), &found) != 0) file.cannot_read(errno);
    input_file now;
    now.stamp(found);
    if (now.size != file.size || now.modified != file.modified) changed(file.label);
    if (file.how != compression::none && unpack) packed.emplace(file.path, file.how);
  }
};

chunk_reader::~chunk_reader() = default;

bool chunk_reader::open_next() {
  open_.reset();
  offset_ = 0;
  rest_.clear();
  if (file_ == files_.size()) return false;
  open_ = std::make_shared<open_file>(files_[file_], copies_ == nullptr || !copies_->hold(file_));
  return true;
}

std::optional<chunk_reader::chunk> chunk_reader::next(std::string& buffer, const std::function<bool(std::size_t)>& wanted) {
  std::unique_lock lock(guard_);
  while (open_ || open_next()) {
    const bool is_wanted = !wanted || wanted(number_);
    auto found = open_->packed        ? next_packed(buffer, is_wanted || places_ == nullptr)
                 : places_ != nullptr ? next_known(lock, buffer, is_wanted)
                                      : next_plain(lock, buffer, is_wanted);
    if (found) return found;
    ++file_;
    open_.reset();
  }
  return std::nullopt;
}

// Of the next chunk, if that is known and of the file at hand.
const chunk_place* chunk_reader::next_place() const {
  const bool known = places_ != nullptr && number_ < places_->size() && (*places_)[number_].file == file_;
  return known ? &(*places_)[number_] : nullptr;
}

std::optional<chunk_reader::chunk> chunk_reader::next_plain(std::unique_lock<std::mutex>& lock, std::string& buffer,
                                                            bool is_wanted) {
  const std::shared_ptr<open_file> from = open_;  // stays open while we read, whoever moves on
  const input_file& file = from->file;
  if (offset_ >= file.size) return std::nullopt;
  chunk out;
  out.number = number_++;
  out.place.file = file_;
  const std::uint64_t low = offset_, high = std::min(low + chunk_size_, file.size);
  offset_ = high;
  lock.unlock();

  if (!is_wanted) return out;
  const std::uint64_t base = low == 0 ? 0 : low - 1;
  std::size_t size = high - base;
  make_room(buffer, size);
  read_at(from->plain, file, base, std::span(buffer).first(size));
  std::size_t begin = low == 0 ? 0 : newline_from(buffer, 0, size) + 1;
  if (low == 0 && std::string_view(buffer).substr(0, size).starts_with(utf8_mark)) begin = utf8_mark.size();
  if (begin >= size) return out;  // no line begins here
  for (std::size_t searched = size - 1;;) {
    const std::size_t newline = newline_from(buffer, searched, size);
    if (newline != size) {
      size = newline + 1;
      break;
    }
    searched = size;
    if (base + size == file.size) break;
    if (size > longest_line) refuse_long_line(file.label, base + begin);
    const std::size_t more = std::min<std::uint64_t>(std::max<std::uint64_t>(1 << 16, size / 2), file.size - base - size);
    make_room(buffer, size + more);
    read_at(from->plain, file, base + size, std::span(buffer).subspan(size, more));
    size += more;
  }
  out.place.begin = base + begin;
  out.place.bytes = size - begin;
  out.lines = std::string_view(buffer).substr(begin, size - begin);
  return out;
}

std::optional<chunk_reader::chunk> chunk_reader::next_known(std::unique_lock<std::mutex>& lock, std::string& buffer,
                                                            bool is_wanted) {
  const chunk_place* const known = next_place();
  if (known == nullptr) return std::nullopt;
  chunk out;
  out.number = number_++;
  out.place = *known;
  if (!is_wanted) return out;
  const std::shared_ptr<open_file> from = open_;  // stays open while we read, whoever moves on
  lock.unlock();
  make_room(buffer, out.place.bytes);
  const auto into = std::span(buffer).first(out.place.bytes);
  if (from->file.how == compression::none)
    read_at(from->plain, from->file, out.place.begin, into);
  else
    copies_->get(out.number, into);
  out.lines = std::string_view(buffer).substr(0, out.place.bytes);
  return out;
}

std::optional<chunk_reader::chunk> chunk_reader::next_packed(std::string& buffer, bool is_wanted) {
  open_file& from = *open_;
  std::size_t size = rest_.size(), end = 0;  // of what was unpacked, and of its last whole line
  make_room(buffer, std::max<std::uint64_t>(chunk_size_, size));
  rest_.copy(buffer.data(), size);
  while (!from.ended && end == 0) {
    const std::size_t goal = std::max<std::size_t>(chunk_size_, size * 2);
    make_room(buffer, goal);
    while (size < goal && !from.ended) {
      const std::size_t n = from.packed->fill(std::span(buffer).subspan(size, goal - size));
      from.ended = n == 0;
      size += n;
    }
    const std::size_t newline = std::string_view(buffer).substr(0, size).rfind('\n');
    if (newline != std::string_view::npos) end = newline + 1;
    if (end == 0 && size > longest_line) refuse_long_line(from.file.label, offset_);
  }
  if (from.ended) {
    const std::string& problem = from.packed->problem();
    if (problem.empty()) end = size;  // the last line need not have an end
    if (!problem.empty() && !std::exchange(from.reported, true))
      damaged_.push_back({from.file.label, problem + "; read up to byte " + std::to_string(offset_ + end)});
  }
  rest_.assign(buffer, end, size - end);
  const chunk_place* const known = next_place();
  if ((places_ != nullptr && end != 0) != (known != nullptr)) changed(from.file.label);
  if (end == 0) return std::nullopt;
  chunk out;
  out.number = number_++;
  const std::size_t mark =
      offset_ == 0 && std::string_view(buffer).substr(0, end).starts_with(utf8_mark) ? utf8_mark.size() : 0;
  out.place.file = file_;
  out.place.begin = offset_ + mark;
  out.place.bytes = end - mark;
  offset_ += end;
  if (known != nullptr) {
    check_unchanged(*known, out.place, from.file);
    out.place = *known;
  }
  if (is_wanted) out.lines = std::string_view(buffer).substr(mark, end - mark);
  return out;
}

void entry_numbers::place(chunk_place& counted) {
  if (counted.file != file_) file_ = counted.file, line_ = 0;
  counted.first_line = line_;
  counted.first_entry = static_cast<std::uint32_t>(entry_);
  line_ += counted.lines;
  entry_ += counted.entries;
  if (entry_ > 0xFFFF'FFFE) throw error(error_kind::input, "more than 4,294,967,294 records; split the input");
}

void split_entries(std::string_view lines, std::vector<entry_line>& into, std::uint32_t& line_count) {
  into.clear();
  line_count = 0;
  for (std::size_t begin = 0, end = 0; begin < lines.size(); begin = end, ++line_count) {
    const void* found = std::memchr(lines.data() + begin, '\n', lines.size() - begin);
    end = found == nullptr ? lines.size() : static_cast<std::size_t>(static_cast<const char*>(found) - lines.data()) + 1;
    const std::string_view stored = lines.substr(begin, end - begin);
    std::string_view text = stored;
    if (text.ends_with('\n')) text.remove_suffix(1);
    if (text.ends_with('\r')) text.remove_suffix(1);
    if (!std::all_of(text.begin(), text.end(), is_html_space)) into.push_back({text, stored, line_count});
  }
}

void append_line(std::string& to, std::string_view stored) {
  to += stored;
  if (!stored.ends_with('\n')) to += '\n';
}

std::string line_name(const std::string& file, const chunk_place& place, const entry_line& line) {
  return file + ':' + std::to_string(place.first_line + line.line + 1);
}

}  // namespace retold
