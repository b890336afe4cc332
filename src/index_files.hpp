// SPDX-License-Identifier: Apache-2.0
#pragma once
// Files that are not deleted too early (part of index).
//
// Where the engine takes in sorted files and cannot tell its list of files to the disk, it deletes them again, though the list
// that a later process reads may name them: such a folder could never be opened. So nothing is deleted before it is known that
// all went well. Where it did not, files that are in no list are deleted at the next opening.

#include <rocksdb/file_system.h>

#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace retold {

class index_files : public rocksdb::FileSystemWrapper {
 public:
  explicit index_files(const std::shared_ptr<rocksdb::FileSystem>& on) : FileSystemWrapper(on) {}
  const char* Name() const override { return "retold.files"; }

  rocksdb::IOStatus DeleteFile(const std::string& path, const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* context) override {
    {
      const std::scoped_lock lock(guard_);
      if (holding_ && path.ends_with(".sst")) return held_.push_back(path), rocksdb::IOStatus::OK();
    }
    return target()->DeleteFile(path, options, context);
  }

  void hold() {
    const std::scoped_lock lock(guard_);
    holding_ = true;
  }
  void release() {
    const std::scoped_lock lock(guard_);
    holding_ = false;
    for (const std::string& path : held_) target()->DeleteFile(path, {}, nullptr).PermitUncheckedError();
    held_.clear();
  }

 private:
  std::mutex guard_;
  bool holding_ = false;
  std::vector<std::string> held_;
};

}  // namespace retold
