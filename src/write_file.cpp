// SPDX-License-Identifier: Apache-2.0
// Linux makes files without a name (O_TMPFILE) and names them later, through /proc; file systems that do not, and machines
// without /proc, get a name of ours beside the target: OUT.PID.part.
#include "write_file.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <new>
#include <optional>
#include <system_error>

#include "read_folder.hpp"
#include "retold/error.hpp"

namespace retold {
namespace {

namespace fs = std::filesystem;

constexpr int most_links = 40;    // as the kernel has it
constexpr mode_t anybody = 0666;  // less the umask

// What a name stands for, there already or not: links are followed, so that they stay links.
fs::path behind_links(fs::path path) {
  std::error_code problem;
  for (int i = 0; i < most_links && fs::is_symlink(path, problem); ++i) {
    const fs::path to = fs::read_symlink(path, problem);
    if (problem) break;
    path = path.parent_path() / to;
  }
  return path;
}

std::string folder_of(const std::string& path) {
  const std::string folder = fs::path(path).parent_path().string();
  return folder.empty() ? "." : folder;
}

std::string in_proc(int file) { return "/proc/self/fd/" + std::to_string(file); }

std::optional<mode_t> permissions_of(const std::string& path) {
  struct stat found {};
  if (::stat(path.c_str(), &found) != 0) return std::nullopt;
  return found.st_mode & 07777;
}

// Written on with, whatever it has been directed to.
bool is_standard_output(const std::string& path) {
  std::error_code none;
  return fs::equivalent(path, "/dev/stdout", none);
}

// Names beside the target, until one is free for `take`, which returns 0 or an errno.
template <class taker>
int take_name(const std::string& target, std::string& name, const taker& take) {
  const std::string stem = target + '.' + std::to_string(::getpid());
  for (int i = 0;; ++i) {
    name = stem + (i == 0 ? "" : '.' + std::to_string(i)) + ".part";
    const int reason = take(name);
    if (reason != EEXIST) return reason;
  }
}

// Whoever started us may have made the pipe non-blocking.
ssize_t write_waiting(int file, std::string_view bytes) {
  const ssize_t n = ::write(file, bytes.data(), bytes.size());
  if (n >= 0 || errno != EAGAIN) return n;
  pollfd room{.fd = file, .events = POLLOUT, .revents = 0};
  ::poll(&room, 1, -1);
  return 0;
}

}  // namespace

bool is_replaced(const std::string& path) {
  if (is_standard_output(path)) return false;
  // Open already, by somebody who goes on with it; memory for files is the one folder for everybody's own.
  if (path.starts_with("/dev/") && !path.starts_with("/dev/shm/")) return false;
  if (path.starts_with("/proc/")) return false;
  std::error_code none;
  const fs::file_status there = fs::status(path, none);
  return !fs::exists(there) || fs::is_regular_file(there);
}

output_file::output_file(const std::string& path) : path_(path), how_(kind_of(path).how), direct_(!is_replaced(path)) {
  if (!direct_) {
    target_ = behind_links(path_).string();  // of pipes, the names in /dev lead nowhere
    open_beside();
    return;
  }
  const bool standard = is_standard_output(path_);
  file_ = descriptor(standard ? ::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0)
                              : ::open(path_.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC));
  if (!file_) fail(errno);
}

output_file::~output_file() {
  if (!beside_.empty()) ::unlink(beside_.c_str());
}

void output_file::fail(int reason) const {
  throw error(error_kind::output, path_ + ": cannot be written: " + std::generic_category().message(reason));
}

void output_file::open_beside() {
  std::error_code none;
  if (target_.empty()) fail(ENOENT);
  if (fs::is_symlink(target_, none)) fail(ELOOP);
  if (!open_nameless(folder_of(target_))) {
    std::string name;
    const int reason = take_name(target_, name, [&](const std::string& free) {
      file_ = descriptor(::open(free.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, anybody));
      return file_ ? 0 : errno;
    });
    if (reason != 0) fail(reason);
    beside_ = name;
  }
  // From the beginning: what is meant for few must not be readable by all meanwhile. Not every file system has permissions.
  if (const auto old = permissions_of(target_)) (void)!::fchmod(file_.get(), *old);
}

bool output_file::open_nameless([[maybe_unused]] const std::string& folder) {
#ifdef O_TMPFILE
  file_ = descriptor(::open(folder.c_str(), O_WRONLY | O_TMPFILE | O_CLOEXEC, anybody));
  if (!file_) return false;
  if (::access(in_proc(file_.get()).c_str(), F_OK) == 0) return true;
  file_.close();
#endif
  return false;
}

void output_file::name_nameless() {
  std::string name;
  const int reason = take_name(target_, name, [&](const std::string& free) {
    const int linked = ::linkat(AT_FDCWD, in_proc(file_.get()).c_str(), AT_FDCWD, free.c_str(), AT_SYMLINK_FOLLOW);
    return linked != 0 ? errno : 0;
  });
  if (reason != 0) fail(reason);
  beside_ = name;
}

void output_file::append(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = write_waiting(file_.get(), bytes);
    if (n < 0 && errno != EINTR) fail(errno);
    if (n > 0) bytes.remove_prefix(static_cast<std::size_t>(n));
    any_ = any_ || n > 0;
  }
}

void output_file::close() {
  if (const int reason = file_.close(); reason != 0) fail(reason);
}

void output_file::commit() {
  if (how_ != compression::none && !any_) append(packed(how_, {}));
  if (direct_) return close();
  // What replaces a file must be on the disk before that is gone. Where there was none, waiting for the disk would often take
  // longer than all the rest, and protect what can be made again.
  if (std::error_code none; fs::exists(target_, none) && ::fsync(file_.get()) != 0) fail(errno);
  if (beside_.empty()) name_nameless();
  close();
  if (std::rename(beside_.c_str(), target_.c_str()) != 0) fail(errno);
  beside_.clear();
}

namespace {

std::string gzip(std::string_view piece) {
  constexpr int window = 15, with_header = 16, memory = 8;
  z_stream stream{};
  if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, window + with_header, memory, Z_DEFAULT_STRATEGY) != Z_OK)
    throw std::bad_alloc();
  const std::unique_ptr<z_stream, int (*)(z_stream*)> closer(&stream, deflateEnd);
  std::string out(deflateBound(&stream, piece.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(piece.data()));  // zlib has no const
  stream.avail_in = static_cast<uInt>(piece.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);  // the bound is one: it is done in one call
  out.resize(stream.total_out);
  return out;
}

std::string zstd(std::string_view piece) {
  const std::unique_ptr<ZSTD_CCtx, std::size_t (*)(ZSTD_CCtx*)> context(ZSTD_createCCtx(), ZSTD_freeCCtx);
  if (!context) throw std::bad_alloc();
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_checksumFlag, 1);
  std::string out(ZSTD_compressBound(piece.size()), '\0');
  const std::size_t size = ZSTD_compress2(context.get(), out.data(), out.size(), piece.data(), piece.size());
  if (ZSTD_isError(size) != 0) throw std::bad_alloc();  // within the bound, nothing else goes wrong
  out.resize(size);
  return out;
}

}  // namespace

std::string packed(compression how, std::string_view piece) { return how == compression::gzip ? gzip(piece) : zstd(piece); }

}  // namespace retold
