// SPDX-License-Identifier: Apache-2.0
// The folder holds `job`, which is locked while a run uses it and names what the run computes; segments; and for the time of
// one run copies of streams and shingle sets. Nothing else is ever removed.
#include "dedup_folder.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <vector>

#include "hash.hpp"
#include "retold/error.hpp"

namespace retold {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void refuse(const std::string& path, const std::string& why) {
  throw error(error_kind::output, path + ": cannot be used as working folder: " + why);
}

std::string in_hex(std::uint64_t number) {
  char digits[17];
  std::snprintf(digits, sizeof digits, "%016llx", static_cast<unsigned long long>(number));
  return digits;
}

std::string name_for(const dedup_files& files) {
  if (files.temp.empty()) return files.output + ".retold";
  return files.temp + "/retold-" + in_hex(hash_bytes(fs::absolute(files.output).lexically_normal().string()));
}

std::string make_nameless(const dedup_files& files) {
  std::string path = (files.temp.empty() ? std::string(P_tmpdir) : files.temp) + "/retold-XXXXXX";
  if (::mkdtemp(path.data()) == nullptr) refuse(path, std::strerror(errno));
  return path;
}

// Whether the next run can find what this one has left: devices and pipes have nothing beside them.
bool is_plain(const std::string& output) {
  std::error_code none;
  const fs::file_status there = fs::status(output, none);
  return !output.empty() && (!fs::exists(there) || fs::is_regular_file(there));
}

bool is_ours(const std::string& name) {
  return name == "job" || name == "sets" || name.starts_with("segment-") || name.starts_with("input-");
}

std::vector<fs::path> entries_of(const std::string& path) {
  std::vector<fs::path> out;
  std::error_code failure;
  for (const auto& found : fs::directory_iterator(path, failure)) out.push_back(found.path());
  return out;
}

}  // namespace

work_folder::work_folder(const dedup_files& files) : resumable_(is_plain(files.output)) {
  path_ = resumable_ ? name_for(files) : make_nameless(files);
  if (::mkdir(path_.c_str(), 0700) != 0 && errno != EEXIST) {
    if (!files.temp.empty()) refuse(path_, std::strerror(errno));
    throw error(error_kind::output, files.output + ": cannot be written: " + std::strerror(errno));
  }
  for (const fs::path& found : entries_of(path_))
    if (!is_ours(found.filename().string()))
      refuse(path_, "it holds \"" + found.filename().string() + "\", which is not retold's");
  const std::string job = path_ + "/job";
  lock_ = ::open(job.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock_ < 0) refuse(path_, std::strerror(errno));
  struct stat ours {
  }, there{};  // another run may have removed what we have just opened
  const bool locked = ::flock(lock_, LOCK_EX | LOCK_NB) == 0 && ::fstat(lock_, &ours) == 0 &&
                      ::stat(job.c_str(), &there) == 0 && ours.st_ino == there.st_ino;
  if (locked) return;
  ::close(lock_);
  refuse(path_, "another run is using it");
}

work_folder::~work_folder() {
  bool worth_keeping = false;
  for (const fs::path& found : entries_of(path_)) {
    const std::string name = found.filename().string();
    const bool is_segment = name.starts_with("segment-") && !name.ends_with(".part");
    const bool keep = resumable_ && !finished_ && spools_ == 0 && is_segment;
    worth_keeping = worth_keeping || keep;
    std::error_code ignored;
    if (!keep && name != "job" && is_ours(name)) fs::remove(found, ignored);
  }
  if (!worth_keeping) {
    ::unlink((path_ + "/job").c_str());
    ::rmdir(path_.c_str());
  }
  ::close(lock_);
}

std::string work_folder::next_spool() { return path_ + "/input-" + std::to_string(spools_++); }

bool work_folder::take_up(std::uint64_t job) {
  char digits[16] = {};
  const std::string now = in_hex(job);
  const bool same = spools_ == 0 && ::pread(lock_, digits, sizeof digits, 0) == std::ssize(digits) &&
                    now == std::string_view(digits, sizeof digits);
  if (same) return true;
  for (const fs::path& found : entries_of(path_)) {
    std::error_code ignored;
    if (found.filename().string().starts_with("segment-")) fs::remove(found, ignored);
  }
  if (::pwrite(lock_, now.data(), now.size(), 0) != std::ssize(now)) refuse(path_, std::strerror(errno));
  return false;
}

void work_folder::done() { finished_ = true; }

}  // namespace retold
