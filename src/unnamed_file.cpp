// SPDX-License-Identifier: Apache-2.0
#include "unnamed_file.hpp"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <cerrno>

#include "retold/error.hpp"

namespace retold {
namespace {

void check(int reason, const char* what, error_kind kind, const std::string& folder) {
  if (reason != 0) throw error(kind, folder + ": temporary files cannot be " + what + ": " + words_of(reason));
}

}  // namespace

int unnamed_file::open() {
  const std::scoped_lock lock(guard_);
  if (file_) return file_.get();
  std::string path = folder_ + "/scratch-XXXXXX";
  file_ = descriptor(::mkostemp(path.data(), O_CLOEXEC));
  check(file_ ? 0 : errno, "written", error_kind::output, folder_);
  ::unlink(path.c_str());
  return file_.get();
}

std::uint64_t unnamed_file::append(std::span<const std::byte> bytes) {
  const int file = open();
  const std::uint64_t begin = size_.fetch_add(bytes.size());
  const auto write = [&](std::size_t done) {
    return ::pwrite(file, bytes.data() + done, bytes.size() - done, static_cast<off_t>(begin + done));
  };
  check(move_all(bytes.size(), write), "written", error_kind::output, folder_);
  return begin;
}

void unnamed_file::clear() noexcept {
  const std::scoped_lock lock(guard_);
  if (file_) (void)!::ftruncate(file_.get(), 0);
}

void unnamed_file::read(std::uint64_t from, std::span<std::byte> into) const {
  const auto read = [&](std::size_t done) {
    return ::pread(file_.get(), into.data() + done, into.size() - done, static_cast<off_t>(from + done));
  };
  check(move_all(into.size(), read), "read back", error_kind::input, folder_);
}

}  // namespace retold
