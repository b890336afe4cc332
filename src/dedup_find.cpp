// SPDX-License-Identifier: Apache-2.0
#include "dedup_find.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <map>

#include "counted.hpp"
#include "descriptor.hpp"
#include "read_folder.hpp"
#include "retold/error.hpp"

namespace retold {
namespace {

namespace fs = std::filesystem;

constexpr const char* standard_input = "standard input";
constexpr int longest_wait = 200;  // milliseconds

// Links followed as far as there is something; empty is nothing.
std::string real_path(const std::string& path) {
  std::error_code none;
  return path.empty() ? path : fs::weakly_canonical(path, none).string();
}

// What can be read once only is copied to a file.
void copy_stream(int from, const input_file& file, const std::string& to, const std::function<void(std::uint64_t)>& copied) {
  const auto check = [&](int reason) {
    if (reason != 0) throw error(error_kind::output, to + ": cannot be written: " + words_of(reason));
  };
  descriptor copy(::open(to.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  check(copy ? 0 : errno);
  std::string buffer(std::size_t{1} << 18, '\0');
  std::uint64_t total = 0;
  for (;; copied(total)) {  // whoever interrupted may want to be asked, also where the signal came just before we wait
    pollfd waiting{.fd = from, .events = POLLIN, .revents = 0};
    if (::poll(&waiting, 1, longest_wait) <= 0) continue;
    const ssize_t n = ::read(from, buffer.data(), buffer.size());
    if (n < 0 && errno != EINTR && errno != EAGAIN) file.cannot_read(errno);
    if (n == 0) break;
    if (n < 0) continue;
    const auto size = static_cast<std::size_t>(n);
    check(move_all(size, [&](std::size_t done) { return ::write(copy.get(), buffer.data() + done, size - done); }));
    total += size;
  }
  check(copy.close());
}

void spool_stream(input_file& file, const std::string& to, const std::function<void(std::uint64_t)>& copied) {
  const bool standard = file.path == "-";
  // Not waiting for a pipe's other end: copy_stream waits, and asks whether to go on meanwhile.
  const descriptor opened(standard ? -1 : ::open(file.path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  if (!standard && !opened) file.cannot_read(errno);
  copy_stream(standard ? STDIN_FILENO : opened.get(), file, to, copied);
  file.path = to;
}

std::string first_bytes(const input_file& file) {
  char bytes[6] = {};
  byte_stream stream(file.path, file.how);
  return {bytes, stream.fill(bytes)};
}

// By its first bytes, where the name does not tell. Returns why it cannot be read; null if it can.
const char* recognise(input_file& file) {
  std::string first = first_bytes(file);
  if (const compression packed = compression_of(first); packed != compression::none && file.how == compression::none) {
    file.how = packed;
    first = first_bytes(file);
  }
  return why_no_records(first);
}

// Files of one name in several places: their records' ids are made of the whole path.
void tell_ids_apart(std::vector<input_file>& files) {
  std::map<std::string, std::size_t> count;
  for (const input_file& file : files) ++count[file.id];
  for (input_file& file : files)
    if (count[file.id] > 1) file.id = file.label;
}

constexpr const char* no_records = "no JSONL";

// What was named holds files, all of other kinds: what an earlier run wrote is not to be replaced by nothing.
void refuse_other_kinds(const std::vector<skipped_input>& ignored) {
  const auto other = [](const skipped_input& s) { return s.reason == no_records || s.reason == not_a_kind_that_is_read; };
  const auto first = std::find_if(ignored.begin(), ignored.end(), other);
  if (first == ignored.end()) return;
  const auto more = static_cast<std::uint64_t>(std::count_if(first + 1, ignored.end(), other));
  throw error(error_kind::input, "nothing to read: " + first->input + ": " + first->reason +
                                     (more == 0 ? "" : " (and " + counted(more, "other", "others") + ')') +
                                     "; .jsonl and .ndjson files are read, also .gz and .zst");
}

}  // namespace

void input_file::stamp(const struct stat& found) noexcept {
  size = static_cast<std::uint64_t>(found.st_size);
  modified = std::int64_t{found.st_mtim.tv_sec} * 1'000'000'000 + found.st_mtim.tv_nsec;
}

void input_file::cannot_read(int reason) const {
  throw error(error_kind::input, label + ": cannot be read: " + words_of(reason));
}

std::vector<input_file> find_inputs(const std::vector<std::string>& inputs, const std::vector<std::string>& own,
                                    const std::function<std::string()>& spool, read_report& report,
                                    const std::function<void(std::uint64_t)>& spooled) {
  std::vector<input_file> out;
  paths_seen seen;
  const auto add = [&](input_file file) {
    struct stat found {};
    const bool stream = file.path == "-" || (::stat(file.path.c_str(), &found) == 0 && !S_ISREG(found.st_mode));
    if (stream) spool_stream(file, spool(), spooled);
    if (::stat(file.path.c_str(), &found) != 0) file.cannot_read(errno);
    file.stamp(found);
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
        report.ignored.push_back({file.label, records ? "an output of this run" : no_records});
      else
        add({file.path, file.label, file.id, file.kind.how});
    }
  }
  std::erase_if(report.ignored, [&](const skipped_input& s) { return is_own(fs::path(s.input).parent_path()); });
  if (out.empty() && report.skipped.empty()) refuse_other_kinds(report.ignored);
  tell_ids_apart(out);
  return out;
}

}  // namespace retold
