// SPDX-License-Identifier: Apache-2.0
// The folder holds `job`, which is locked while a run uses it and names what the run computes; segments; and for the time of
// one run copies of streams and chunks, and shingle sets. Nothing else is ever removed.
#include "dedup_folder.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <string_view>
#include <vector>

#include "hash.hpp"
#include "retold/error.hpp"
#include "write_file.hpp"

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

bool is_ours(const std::string& name) {
  return name == "job" || name.starts_with("scratch-") || name.starts_with("segment-") || name.starts_with("input-");
}

std::vector<fs::path> entries_of(const std::string& path) {
  std::vector<fs::path> out;
  std::error_code failure;
  for (const auto& found : fs::directory_iterator(path, failure)) out.push_back(found.path());
  return out;
}

// Nobody has it, and nobody can get it while the descriptor is open.
bool lock(const descriptor& job) { return job && ::flock(job.get(), LOCK_EX | LOCK_NB) == 0; }

// What `job` holds: nothing yet, or the number of a job.
bool is_job(const descriptor& job) {
  char bytes[17];
  const ssize_t size = ::pread(job.get(), bytes, sizeof bytes, 0);
  const auto is_digit = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  return size == 0 || (size == 16 && std::all_of(bytes, bytes + 16, is_digit));
}

// A folder without an output's name is found again by nobody. One whose run was killed (kill -9, a machine that went down) is
// removed by the next run that makes such a folder in the same place; after an hour, since one that has just been made is not
// locked yet.
void remove_if_abandoned(const fs::path& folder) {
  struct stat found {};
  const bool ours = ::lstat(folder.c_str(), &found) == 0 && S_ISDIR(found.st_mode) && found.st_uid == ::geteuid();
  if (!ours || found.st_mtim.tv_sec > std::time(nullptr) - 3600) return;
  const descriptor job(::open((folder / "job").c_str(), O_RDWR | O_CLOEXEC));
  if (!lock(job) || !is_job(job)) return;
  const std::vector<fs::path> left = entries_of(folder.string());
  if (!std::all_of(left.begin(), left.end(), [](const fs::path& each) { return is_ours(each.filename().string()); })) return;
  std::error_code ignored;
  for (const fs::path& each : left)
    if (each.filename() != "job") fs::remove(each, ignored);
  fs::remove(folder / "job", ignored);  // last: without it nobody would know the folder for ours
  fs::remove(folder, ignored);
}

std::string make_nameless(const dedup_files& files) {
  constexpr std::string_view prefix = "retold-", changing = "XXXXXX";
  const fs::path parent = files.temp.empty() ? P_tmpdir : files.temp;
  for (const fs::path& each : entries_of(parent.string())) {
    const std::string name = each.filename().string();
    if (name.starts_with(prefix) && name.size() == prefix.size() + changing.size()) remove_if_abandoned(each);
  }
  std::string path = (parent / (std::string(prefix) += changing)).string();
  if (::mkdtemp(path.data()) == nullptr) refuse(path, std::strerror(errno));
  return path;
}

}  // namespace

work_folder::work_folder(const dedup_files& files) : resumable_(!files.output.empty() && is_replaced(files.output)) {
  path_ = resumable_ ? name_for(files) : make_nameless(files);
  if (::mkdir(path_.c_str(), 0700) != 0 && errno != EEXIST) {
    if (!files.temp.empty()) refuse(path_, std::strerror(errno));
    throw error(error_kind::output, files.output + ": cannot be written: " + std::strerror(errno));
  }
  for (const fs::path& found : entries_of(path_))
    if (!is_ours(found.filename().string()))
      refuse(path_, "it holds \"" + found.filename().string() + "\", which is not retold's");
  const std::string job = path_ + "/job";
  lock_ = descriptor(::open(job.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!lock_) refuse(path_, std::strerror(errno));
  struct stat ours {
  }, there{};  // another run may have removed what we have just opened
  const bool locked =
      lock(lock_) && ::fstat(lock_.get(), &ours) == 0 && ::stat(job.c_str(), &there) == 0 && ours.st_ino == there.st_ino;
  if (!locked) refuse(path_, "another run is using it");
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
}

std::string work_folder::next_spool() { return path_ + "/input-" + std::to_string(spools_++); }

bool work_folder::take_up(std::uint64_t job) {
  char digits[16] = {};
  const std::string now = in_hex(job);
  const bool same = spools_ == 0 && ::pread(lock_.get(), digits, sizeof digits, 0) == std::ssize(digits) &&
                    now == std::string_view(digits, sizeof digits);
  if (same) return true;
  for (const fs::path& found : entries_of(path_)) {
    std::error_code ignored;
    if (found.filename().string().starts_with("segment-")) fs::remove(found, ignored);
  }
  if (::pwrite(lock_.get(), now.data(), now.size(), 0) != std::ssize(now)) refuse(path_, std::strerror(errno));
  return false;
}

void work_folder::done() { finished_ = true; }

}  // namespace retold
