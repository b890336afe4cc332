// SPDX-License-Identifier: Apache-2.0
#include "index_files.hpp"

#include <rocksdb/env.h>
#include <sys/stat.h>

#include <atomic>
#include <charconv>

#include "hash.hpp"

namespace retold {
namespace {

constexpr std::string_view first_line = "retold-files 1\n", sum_is = "sum ";
constexpr std::uint64_t step = std::uint64_t{1} << 20;  // of a log that reaches the disk: so much is written down at once

bool is_log(std::string_view name) { return name.ends_with(".log"); }
bool is_list(std::string_view name) { return name.starts_with("MANIFEST-"); }

std::optional<file_identity> identity_of(const std::string& path) {
  struct stat found {};
  if (::stat(path.c_str(), &found) != 0) return std::nullopt;
  return file_identity{found.st_dev, found.st_ino};
}

}  // namespace

std::string known_files::written() const {
  std::string out(first_line);
  for (const auto& [file, bytes] : least) out += file + ' ' + std::to_string(bytes) + '\n';
  return out + std::string(sum_is) + std::to_string(hash_bytes(out)) + '\n';
}

std::optional<known_files> known_files::of(std::string_view text) {
  known_files out;
  if (!text.starts_with(first_line)) return std::nullopt;
  for (std::size_t at = first_line.size(); at < text.size();) {
    const std::string_view line = text.substr(at, std::min(text.find('\n', at), text.size()) - at);
    const std::size_t space = line.find(' ');
    std::uint64_t number = 0;
    if (space == line.npos) return std::nullopt;
    const auto [end, failed] = std::from_chars(line.data() + space + 1, line.data() + line.size(), number);
    if (failed != std::errc() || end != line.data() + line.size()) return std::nullopt;
    if (line.starts_with(sum_is)) return number == hash_bytes(text.substr(0, at)) ? std::optional(out) : std::nullopt;
    out.least[std::string(line.substr(0, space))] = number;
    at += line.size() + 1;
  }
  return std::nullopt;
}

std::string known_files::text(rocksdb::FileSystem& files, const std::string& folder) {
  std::string out;
  rocksdb::ReadFileToString(&files, folder + '/' + name, &out).PermitUncheckedError();
  return out;
}

rocksdb::IOStatus sync_folder(rocksdb::FileSystem& files, const std::string& folder) {
  std::unique_ptr<rocksdb::FSDirectory> directory;
  rocksdb::IOStatus done = files.NewDirectory(folder, {}, &directory, nullptr);
  return done.ok() ? directory->Fsync({}, nullptr) : done;
}

std::string current_list(rocksdb::FileSystem& files, const std::string& folder) {
  std::string out;
  rocksdb::ReadFileToString(&files, folder + "/CURRENT", &out).PermitUncheckedError();
  return out.substr(0, out.find('\n'));
}

// Tells how much of it has reached the disk.
class index_files::counted_file : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  counted_file(file_pointer&& of, std::string name, index_files& in)
      : FSWritableFileOwnerWrapper(std::move(of)), name_(std::move(name)), in_(in) {}
  ~counted_file() override {
    if (!broken_) in_.ended(name_, bytes_);
  }

  status Append(const rocksdb::Slice& bytes, const io_options& o, context* c) override {
    return appended(bytes.size(), target()->Append(bytes, o, c));
  }
  status Append(const rocksdb::Slice& bytes, const io_options& o, const rocksdb::DataVerificationInfo& sums,
                context* c) override {
    return appended(bytes.size(), target()->Append(bytes, o, sums, c));
  }
  status Sync(const io_options& o, context* c) override {
    const std::uint64_t before = bytes_;
    return synced(before, target()->Sync(o, c));
  }
  status Fsync(const io_options& o, context* c) override {
    const std::uint64_t before = bytes_;
    return synced(before, target()->Fsync(o, c));
  }

 private:
  status appended(std::uint64_t bytes, status done) {
    done.ok() ? bytes_ += bytes : (broken_ = true, 0);
    return done;
  }
  status synced(std::uint64_t bytes, status done) {
    if (done.ok() && !broken_) in_.reached(name_, bytes);
    return done;
  }

  std::string name_;
  index_files& in_;
  std::atomic<std::uint64_t> bytes_{0};
  std::atomic<bool> broken_{false};  // what stands in it is no longer known
};

// Ends earlier than it does.
class index_files::cut_file : public rocksdb::FSSequentialFileOwnerWrapper {
 public:
  cut_file(std::unique_ptr<rocksdb::FSSequentialFile>&& of, std::uint64_t bytes)
      : FSSequentialFileOwnerWrapper(std::move(of)), left_(bytes) {}
  status Read(std::size_t bytes, const io_options& o, rocksdb::Slice* out, char* buffer, context* c) override {
    status done = FSSequentialFileOwnerWrapper::Read(std::min<std::uint64_t>(bytes, left_), o, out, buffer, c);
    left_ -= out->size();
    return done;
  }

 private:
  std::uint64_t left_;
};

// Files that are removed while they are open can be written to as ever, and are gone when they are closed.
bool index_files::in_place_locked() {
  if (following() && !replaced_) replaced_ = identity_of(folder_ + "/LOCK") != lock_file_;
  return !replaced_;
}

bool index_files::in_place() {
  const std::scoped_lock lock(guard_);
  return in_place_locked();
}

std::string index_files::in_folder(const std::string& path) const {
  if (!following() || !path.starts_with(folder_ + '/')) return {};
  std::string name = path.substr(path.find_last_of('/') + 1);
  return path.size() == folder_.size() + 1 + name.size() && (is_log(name) || is_list(name)) ? name : std::string();
}

index_files::status index_files::NewWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                                                 file_pointer* out, context* more) {
  const std::scoped_lock lock(guard_);
  if (!in_place_locked()) return status::IOError("the folder was removed or replaced");
  status made = target()->NewWritableFile(path, options, out, more);
  const std::string name = in_folder(path);
  if (!made.ok() || name.empty()) return made;
  *out = std::make_unique<counted_file>(std::move(*out), name, *this);
  known_.least[name] = 0;
  if (is_log(name)) write_down_locked();
  return made;
}

index_files::status index_files::NewSequentialFile(const std::string& path, const rocksdb::FileOptions& options,
                                                   std::unique_ptr<rocksdb::FSSequentialFile>* out, context* more) {
  status done = target()->NewSequentialFile(path, options, out, more);
  const auto cut = cut_.find(path.substr(path.find_last_of('/') + 1));
  if (done.ok() && cut != cut_.end()) *out = std::make_unique<cut_file>(std::move(*out), cut->second);
  return done;
}

index_files::status index_files::DeleteFile(const std::string& path, const io_options& options, context* more) {
  {
    const std::scoped_lock lock(guard_);
    if (!in_place_locked()) return status::OK();
    if (holding_ && path.ends_with(".sst")) return held_.push_back(path), status::OK();
    const std::string name = in_folder(path);
    known_.least.erase(name);
    if (is_log(name)) return due_.push_back(path), write_down_locked(), status::OK();
  }
  return target()->DeleteFile(path, options, more);
}

index_files::status index_files::RenameFile(const std::string& from, const std::string& to, const io_options& options,
                                            context* more) {
  if (!in_place()) return status::IOError("the folder was removed or replaced");
  return target()->RenameFile(from, to, options, more);
}

index_files::status index_files::GetChildren(const std::string& folder, const io_options& options,
                                             std::vector<std::string>* names, context* more) {
  status done = target()->GetChildren(folder, options, names, more);
  std::erase_if(*names, [&](const std::string& name) { return hidden_.contains(name); });
  return done;
}

void index_files::hold() {
  const std::scoped_lock lock(guard_);
  holding_ = true;
}

void index_files::release() {
  const std::scoped_lock lock(guard_);
  holding_ = false;
  if (!in_place_locked()) held_.clear();
  for (const std::string& path : held_) target()->DeleteFile(path, {}, nullptr).PermitUncheckedError();
  held_.clear();
}

index_files::status index_files::LockFile(const std::string& path, const io_options& options, rocksdb::FileLock** lock,
                                          context* more) {
  const std::scoped_lock guard(guard_);
  const bool ours = !folder_.empty() && path == folder_ + "/LOCK";
  *lock = ours ? taken_back() : nullptr;
  status done = *lock != nullptr ? status::OK() : target()->LockFile(path, options, lock, more);
  if (ours && done.ok()) lock_ = *lock, begin_following();
  return done;
}

// The engine lets go of it last.
index_files::status index_files::UnlockFile(rocksdb::FileLock* lock, const io_options& options, context* more) {
  const std::scoped_lock guard(guard_);
  if (lock == lock_) end_following();
  return target()->UnlockFile(lock, options, more);
}

void index_files::follow(const std::string& folder) {
  const std::scoped_lock lock(guard_);
  folder_ = folder;
}

void index_files::begin_following() {
  lock_file_ = identity_of(folder_ + "/LOCK");
  on_disk_ = known_files::text(*target(), folder_);
  known_ = known_files::of(on_disk_).value_or(known_files{});
  for (auto each = known_.least.begin(); each != known_.least.end();) {
    std::uint64_t size = 0;
    const bool there = target()->GetFileSize(folder_ + '/' + each->first, {}, &size, nullptr).ok();
    each->second = std::min(each->second, size);
    each = there ? std::next(each) : known_.least.erase(each);
  }
}

void index_files::reached(const std::string& name, std::uint64_t bytes) {
  const std::scoped_lock lock(guard_);
  const auto known = known_.least.find(name);
  if (!following() || known == known_.least.end()) return;
  const bool far = is_log(name) && bytes / step != known->second / step;
  known->second = std::max(known->second, bytes);
  if (far) write_down_locked();
}

void index_files::ended(const std::string& name, std::uint64_t bytes) {
  const std::scoped_lock lock(guard_);
  if (is_log(name)) ended_[name] = bytes;
}

void index_files::write_down() {
  const std::scoped_lock lock(guard_);
  if (following()) write_down_locked();
}

// Not by way of the engine: after some failures it would not come to an end.
void index_files::end_following() {
  if (!in_place_locked()) ended_.clear();
  for (const auto& [name, bytes] : ended_) {
    const auto known = known_.least.find(name);
    file_pointer file;
    if (known == known_.least.end() || bytes <= known->second) continue;
    status done = target()->ReopenWritableFile(folder_ + '/' + name, {}, &file, nullptr);
    if (done.ok()) done = file->Sync({}, nullptr);
    if (done.ok()) known->second = bytes;
    if (file) file->Close({}, nullptr).PermitUncheckedError();
  }
  ended_.clear();
  write_down_locked();
  lock_ = nullptr;
  replaced_ = false;
  folder_.clear();
}

// In place of what was there only when it is on the disk. Logs that are named no longer may go then, and none before another:
// of those that are there each follows the one before.
void index_files::write_down_locked() {
  if (!in_place_locked()) return;
  const std::string text = known_.written(), path = folder_ + '/' + known_files::name, fresh = path + ".new";
  if (text != on_disk_) {
    status done = rocksdb::WriteStringToFile(target(), text, fresh, true);
    if (done.ok()) done = target()->RenameFile(fresh, path, {}, nullptr);
    if (done.ok()) done = sync_folder(*target(), folder_);
    if (!done.ok()) return done.PermitUncheckedError();  // on a full disk: later
    on_disk_ = text;
  }
  for (const std::string& log : due_) target()->DeleteFile(log, {}, nullptr).PermitUncheckedError();
  due_.clear();
}

void index_files::hide(const std::vector<std::string>& names) { hidden_ = {names.begin(), names.end()}; }

}  // namespace retold
