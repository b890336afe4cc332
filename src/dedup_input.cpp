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
#include <filesystem>
#include <map>
#include <utility>

#include "read_encoding.hpp"
#include "read_folder.hpp"
#include "read_markup.hpp"
#include "read_record.hpp"
#include "retold/error.hpp"

namespace retold {
namespace {

constexpr std::uint64_t longest_line = std::uint64_t{1} << 30;

[[noreturn]] void cannot_read(const std::string& label, int reason) {
  throw error(error_kind::input, label + ": cannot be read: " + std::strerror(reason));
}

[[noreturn]] void changed(const std::string& label) {
  throw error(error_kind::input, label + ": changed while it was read; run again when nobody writes it");
}

void refuse_long_line(const std::string& label, std::uint64_t begin) {
  throw error(error_kind::input, label + ": a line of more than 1 GiB from byte " + std::to_string(begin) +
                                     " on; JSONL is expected here, one JSON object a line");
}

void stamp(input_file& file, const struct stat& found) {
  file.size = static_cast<std::uint64_t>(found.st_size);
  file.modified = std::int64_t{found.st_mtim.tv_sec} * 1'000'000'000 + found.st_mtim.tv_nsec;
}

// Some systems read less than asked for even from files.
void read_at(int file, const std::string& label, std::uint64_t from, std::span<char> into) {
  while (!into.empty()) {
    const ssize_t n = ::pread(file, into.data(), into.size(), static_cast<off_t>(from));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) cannot_read(label, errno);
    if (n == 0) changed(label);
    from += static_cast<std::uint64_t>(n);
    into = into.subspan(static_cast<std::size_t>(n));
  }
}

void make_room(std::string& buffer, std::uint64_t bytes) {
  if (buffer.size() < bytes + record_parser::padding()) buffer.resize(bytes + bytes / 4 + record_parser::padding());
}

std::size_t newline_from(const std::string& buffer, std::size_t from, std::size_t end) {
  const void* found = from < end ? std::memchr(buffer.data() + from, '\n', end - from) : nullptr;
  return found == nullptr ? end : static_cast<std::size_t>(static_cast<const char*>(found) - buffer.data());
}

}  // namespace

struct chunk_reader::open_file {
  const input_file& file;
  int plain = -1;
  std::optional<byte_stream> packed;
  bool ended = false, reported = false;

  explicit open_file(const input_file& from) : file(from), plain(::open(from.path.c_str(), O_RDONLY | O_CLOEXEC)) {
    if (plain < 0) cannot_read(file.label, errno);
    struct stat found {};
    if (::fstat(plain, &found) != 0) cannot_read(file.label, errno);
    input_file now;
    stamp(now, found);
    if (now.size != file.size || now.modified != file.modified) changed(file.label);
    if (file.how != compression::none) packed.emplace(file.path, file.how);
  }
  ~open_file() { ::close(plain); }
  open_file(const open_file&) = delete;
  open_file& operator=(const open_file&) = delete;
};

chunk_reader::chunk_reader(const std::vector<input_file>& files, const std::vector<chunk_place>* places,
                           std::uint64_t chunk_size)
    : files_(files), places_(places), chunk_size_(chunk_size) {}
chunk_reader::~chunk_reader() = default;

bool chunk_reader::open_next() {
  open_.reset();
  offset_ = 0;
  rest_.clear();
  if (file_ == files_.size()) return false;
  open_ = std::make_shared<open_file>(files_[file_]);
  return true;
}

std::optional<chunk_reader::chunk> chunk_reader::next(std::string& buffer, const std::function<bool(std::size_t)>& wanted) {
  std::unique_lock lock(guard_);
  while (open_ || open_next()) {
    const bool is_wanted = !wanted || wanted(number_);
    auto found = open_->packed ? next_packed(buffer, is_wanted) : next_plain(lock, buffer, is_wanted);
    if (found) return found;
    ++file_;
    open_.reset();
  }
  return std::nullopt;
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

  if (places_ != nullptr) {
    out.place = (*places_)[out.number];
    if (!is_wanted) return out;
    make_room(buffer, out.place.bytes);
    read_at(from->plain, file.label, out.place.begin, std::span(buffer).first(out.place.bytes));
    out.lines = std::string_view(buffer).substr(0, out.place.bytes);
    return out;
  }
  if (!is_wanted) return out;
  const std::uint64_t base = low == 0 ? 0 : low - 1;
  std::size_t size = high - base;
  make_room(buffer, size);
  read_at(from->plain, file.label, base, std::span(buffer).first(size));
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
    read_at(from->plain, file.label, base + size, std::span(buffer).subspan(size, more));
    size += more;
  }
  out.place.begin = base + begin;
  out.place.bytes = size - begin;
  out.lines = std::string_view(buffer).substr(begin, size - begin);
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
  if (end == 0) return std::nullopt;
  chunk out;
  out.number = number_++;
  if (places_ != nullptr) out.place = (*places_)[out.number];
  const std::size_t mark =
      offset_ == 0 && std::string_view(buffer).substr(0, end).starts_with(utf8_mark) ? utf8_mark.size() : 0;
  out.place.file = file_;
  out.place.begin = offset_ + mark;
  out.place.bytes = end - mark;
  offset_ += end;
  if (is_wanted) out.lines = std::string_view(buffer).substr(mark, end - mark);
  return out;
}

void entry_numbers::place(std::size_t number, chunk_place& counted) {
  std::unique_lock lock(guard_);
  turn_.wait(lock, [&] { return given_up_ || next_ == number; });
  if (given_up_) throw abandoned{};
  if (counted.file != file_) file_ = counted.file, line_ = 0;
  counted.first_line = line_;
  counted.first_entry = static_cast<std::uint32_t>(entry_);
  line_ += counted.lines;
  entry_ += counted.entries;
  if (entry_ > 0xFFFF'FFFE) {
    given_up_ = true;
    turn_.notify_all();
    throw error(error_kind::input, "more than 4,294,967,294 records; split the input");
  }
  ++next_;
  turn_.notify_all();
}

void entry_numbers::give_up() {
  const std::scoped_lock lock(guard_);
  given_up_ = true;
  turn_.notify_all();
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

namespace {

namespace fs = std::filesystem;

constexpr const char* standard_input = "standard input";

// Links followed as far as there is something; empty is nothing.
std::string real_path(const std::string& path) {
  std::error_code none;
  return path.empty() ? path : fs::weakly_canonical(path, none).string();
}

// What can be read once only is copied to a file.
void copy_stream(int from, const std::string& label, const std::string& to, const std::function<void(std::uint64_t)>& copied) {
  const int file = ::open(to.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  const auto fail = [&](int reason) {
    ::close(file);
    throw error(error_kind::output, to + ": cannot be written: " + std::strerror(reason));
  };
  if (file < 0) throw error(error_kind::output, to + ": cannot be written: " + std::strerror(errno));
  std::string buffer(std::size_t{1} << 18, '\0');
  std::uint64_t total = 0;
  for (;;) {
    const ssize_t n = ::read(from, buffer.data(), buffer.size());
    if (n < 0 && errno == EINTR) {
      copied(total);  // whoever interrupted may want to be asked
      continue;
    }
    if (n < 0) {
      ::close(file);
      cannot_read(label, errno);
    }
    if (n == 0) break;
    for (ssize_t done = 0; done < n;) {
      const ssize_t put = ::write(file, buffer.data() + done, static_cast<std::size_t>(n - done));
      if (put < 0 && errno != EINTR) fail(errno);
      if (put > 0) done += put;
    }
    copied(total += static_cast<std::uint64_t>(n));
  }
  if (::close(file) != 0) throw error(error_kind::output, to + ": cannot be written: " + std::strerror(errno));
}

void spool_stream(input_file& file, const std::string& to, const std::function<void(std::uint64_t)>& copied) {
  const bool standard = file.path == "-";
  const int from = standard ? STDIN_FILENO : ::open(file.path.c_str(), O_RDONLY | O_CLOEXEC);
  if (from < 0) cannot_read(file.label, errno);
  copy_stream(from, file.label, to, copied);
  if (!standard) ::close(from);
  file.path = to;
}

struct opening {
  std::string_view bytes;
  compression how;
  const char* problem;  // null: it can be read
};
constexpr opening openings[] = {{"\x1F\x8B", compression::gzip, nullptr},
                                {"\x28\xB5\x2F\xFD", compression::zstd, nullptr},
                                {"\xFF\xFE", compression::none, "JSONL in UTF-16; convert it to UTF-8"},
                                {"\xFE\xFF", compression::none, "JSONL in UTF-16; convert it to UTF-8"},
                                {"BZh", compression::none, "compressed by bzip2; unpack it, or pipe it in unpacked"},
                                {"\xFD"
                                 "7zXZ",
                                 compression::none, "compressed by xz; unpack it, or pipe it in unpacked"},
                                {"PK\x03\x04", compression::none, "a ZIP archive; unpack it"}};

const opening* opening_of(const input_file& file) {
  char bytes[6] = {};
  byte_stream stream(file.path, file.how);
  const std::string_view first(bytes, stream.fill(bytes));
  const auto found =
      std::find_if(std::begin(openings), std::end(openings), [&](const opening& o) { return first.starts_with(o.bytes); });
  return found == std::end(openings) ? nullptr : found;
}

// By its first bytes, where the name does not tell. Returns why it cannot be read; null if it can.
const char* recognise(input_file& file) {
  const opening* found = opening_of(file);
  if (found != nullptr && found->problem == nullptr && file.how == compression::none) {
    file.how = found->how;
    found = opening_of(file);
  }
  return found == nullptr ? nullptr : found->problem;
}

// Files of one name in several places: their records' ids are made of the whole path.
void tell_ids_apart(std::vector<input_file>& files) {
  std::map<std::string, std::size_t> count;
  for (const input_file& file : files) ++count[file.id];
  for (input_file& file : files)
    if (count[file.id] > 1) file.id = file.label;
}

}  // namespace

std::vector<input_file> find_inputs(const std::vector<std::string>& inputs, const std::vector<std::string>& own,
                                    const std::function<std::string()>& spool, read_report& report,
                                    const std::function<void(std::uint64_t)>& spooled) {
  std::vector<input_file> out;
  paths_seen seen;
  const auto add = [&](input_file file) {
    struct stat found {};
    const bool stream = file.path == "-" || (::stat(file.path.c_str(), &found) == 0 && !S_ISREG(found.st_mode));
    if (stream) spool_stream(file, spool(), spooled);
    if (::stat(file.path.c_str(), &found) != 0) cannot_read(file.label, errno);
    stamp(file, found);
    if (const char* problem = recognise(file))
      report.skipped.push_back({file.label, problem});
    else
      out.push_back(std::move(file));
  };
  std::vector<std::string> mine;
  for (const std::string& path : own) mine.push_back(real_path(path));
  const auto is_own = [&](const std::string& path) {
    return std::find(mine.begin(), mine.end(), real_path(path)) != mine.end();
  };
  for (const std::string& input : inputs) {
    if (input == "-") {
      add({"-", standard_input, "-"});
      continue;
    }
    std::error_code none;
    const bool folder = fs::is_directory(input, none);
    for (found_file& file : files_of(input, seen, report)) {
      const bool records = !file.kind.known || file.kind.what == content::jsonl;
      if (!records && !folder)
        throw error(error_kind::input,
                    file.label + ": dedup takes JSONL, one record a line; for articles in files there is cluster");
      if (folder && (!records || is_own(file.path)))
        report.ignored.push_back({file.label, records ? "an output of this run" : "no JSONL"});
      else
        add({file.path, file.label, file.id, file.kind.how});
    }
  }
  std::erase_if(report.ignored, [&](const skipped_input& s) { return is_own(fs::path(s.input).parent_path()); });
  tell_ids_apart(out);
  return out;
}

}  // namespace retold
