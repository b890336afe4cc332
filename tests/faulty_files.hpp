// SPDX-License-Identifier: Apache-2.0
#pragma once
// A file system that counts what is written and goes wrong at the n-th time.

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <system_error>
#include <utility>

namespace faulty {

enum class fault {
  none,
  full_once,  // one write finds no space
  full,       // from there on none does; removing still works
  death,      // from there on nothing happens any more, as if the process had been killed
  power,      // likewise, and lost() takes from the files what was never synced
};

class files : public rocksdb::FileSystemWrapper {
 public:
  files(fault how, std::uint64_t at) : FileSystemWrapper(rocksdb::FileSystem::Default()), how_(how), at_(at) {}
  const char* Name() const override { return "faulty"; }

  std::uint64_t count() const {
    const std::scoped_lock lock(guard_);
    return count_;
  }

  // The machine comes up again.
  void lose() const {
    const std::scoped_lock lock(guard_);
    std::error_code gone;
    for (const auto& [path, length] : lengths_)
      if (length.written > length.synced && std::filesystem::exists(path, gone))
        std::filesystem::resize_file(path, length.synced, gone);
  }

  using status = rocksdb::IOStatus;
  using io_options = rocksdb::IOOptions;
  using context = rocksdb::IODebugContext;
  using file_options = rocksdb::FileOptions;
  using file_pointer = std::unique_ptr<rocksdb::FSWritableFile>;

  status NewWritableFile(const std::string& path, const file_options& o, file_pointer* out, context* c) override {
    return opened(path, change(), true, out, [&] { return target()->NewWritableFile(path, o, out, c); });
  }
  status ReopenWritableFile(const std::string& path, const file_options& o, file_pointer* out, context* c) override {
    return opened(path, change(), false, out, [&] { return target()->ReopenWritableFile(path, o, out, c); });
  }
  status RenameFile(const std::string& from, const std::string& to, const io_options& o, context* c) override {
    if (status s = change(); !s.ok()) return s;
    status s = target()->RenameFile(from, to, o, c);
    if (s.ok()) move_length(from, to, true);
    return s;
  }
  status LinkFile(const std::string& from, const std::string& to, const io_options& o, context* c) override {
    if (status s = change(); !s.ok()) return s;
    status s = target()->LinkFile(from, to, o, c);
    if (s.ok()) move_length(from, to, false);
    return s;
  }
  status DeleteFile(const std::string& path, const io_options& o, context* c) override {
    if (status s = removal(); !s.ok()) return s;
    const std::scoped_lock lock(guard_);
    lengths_.erase(path);
    return target()->DeleteFile(path, o, c);
  }
  status Truncate(const std::string& path, std::size_t size, const io_options& o, context* c) override {
    if (status s = change(); !s.ok()) return s;
    return target()->Truncate(path, size, o, c);
  }
  status NewDirectory(const std::string& path, const io_options& o, std::unique_ptr<rocksdb::FSDirectory>* out,
                      context* c) override {
    status s = target()->NewDirectory(path, o, out, c);
    if (s.ok()) *out = std::make_unique<directory>(std::move(*out), *this);
    return s;
  }

 private:
  class file : public rocksdb::FSWritableFileOwnerWrapper {
   public:
    file(file_pointer&& of, std::string path, files& in)
        : FSWritableFileOwnerWrapper(std::move(of)), path_(std::move(path)), in_(in) {}
    status Append(const rocksdb::Slice& bytes, const io_options& o, context* c) override { return append(bytes, o, c); }
    status Append(const rocksdb::Slice& bytes, const io_options& o, const rocksdb::DataVerificationInfo&, context* c) override {
      return append(bytes, o, c);
    }
    status Sync(const io_options& o, context* c) override {
      if (status s = in_.change(); !s.ok()) return s;
      in_.synced(path_);
      return target()->Sync(o, c);
    }
    status Fsync(const io_options& o, context* c) override {
      if (status s = in_.change(); !s.ok()) return s;
      in_.synced(path_);
      return target()->Fsync(o, c);
    }
    status Truncate(std::uint64_t size, const io_options& o, context* c) override {
      if (status s = in_.removal(); !s.ok()) return s;
      return target()->Truncate(size, o, c);
    }
    status Allocate(std::uint64_t, std::uint64_t, const io_options&, context*) override { return status::OK(); }

   private:
    // At the very fault, half of the bytes get through.
    status append(const rocksdb::Slice& bytes, const io_options& o, context* c) {
      bool first = false;
      const status s = in_.change(&first);
      if (!s.ok() && !first) return s;
      const rocksdb::Slice some(bytes.data(), s.ok() ? bytes.size() : bytes.size() / 2);
      in_.written(path_, some.size());
      const status done = target()->Append(some, o, c);
      return s.ok() ? done : s;
    }
    std::string path_;
    files& in_;
  };

  class directory : public rocksdb::FSDirectoryWrapper {
   public:
    directory(std::unique_ptr<rocksdb::FSDirectory>&& of, files& in) : FSDirectoryWrapper(std::move(of)), in_(in) {}
    status Fsync(const io_options& o, context* c) override {
      if (status s = in_.change(); !s.ok()) return s;
      return FSDirectoryWrapper::Fsync(o, c);
    }
    status FsyncWithDirOptions(const io_options& o, context* c, const rocksdb::DirFsyncOptions& d) override {
      if (status s = in_.change(); !s.ok()) return s;
      return FSDirectoryWrapper::FsyncWithDirOptions(o, c, d);
    }

   private:
    files& in_;
  };

  struct length {
    std::uint64_t written = 0, synced = 0;
  };

  template <class Open>
  status opened(const std::string& path, status allowed, bool anew, file_pointer* out, const Open& open) {
    if (!allowed.ok()) return allowed;
    status s = open();
    if (!s.ok()) return s;
    *out = std::make_unique<file>(std::move(*out), path, *this);
    const std::scoped_lock lock(guard_);
    if (anew) lengths_[path] = {};
    return s;
  }

  status change(bool* first = nullptr) {
    const std::scoped_lock lock(guard_);
    ++count_;
    if (how_ == fault::none || count_ < at_ || (how_ == fault::full_once && count_ > at_)) return status::OK();
    if (first != nullptr) *first = count_ == at_;
    if (how_ == fault::death || how_ == fault::power) return status::IOError("the process is dead");
    return status::NoSpace("No space left on device");
  }
  status removal() {
    const std::scoped_lock lock(guard_);
    const bool dead = (how_ == fault::death || how_ == fault::power) && count_ >= at_;
    return dead ? status::IOError("the process is dead") : status::OK();
  }
  void written(const std::string& path, std::uint64_t bytes) {
    const std::scoped_lock lock(guard_);
    lengths_[path].written += bytes;
  }
  void synced(const std::string& path) {
    const std::scoped_lock lock(guard_);
    lengths_[path].synced = lengths_[path].written;
  }
  void move_length(const std::string& from, const std::string& to, bool away) {
    const std::scoped_lock lock(guard_);
    const auto at = lengths_.find(from);
    if (at == lengths_.end()) return;
    lengths_[to] = at->second;
    if (away) lengths_.erase(from);
  }

  mutable std::mutex guard_;
  fault how_;
  std::uint64_t at_, count_ = 0;
  std::map<std::string, length> lengths_;
};

}  // namespace faulty
