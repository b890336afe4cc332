// SPDX-License-Identifier: Apache-2.0
#pragma once
// The files of an index as the engine sees them (part of index).
//
// They are not deleted too early. Where the engine takes in sorted files and cannot tell its list of files to the disk, it
// deletes them again, though the list that a later process reads may name them: such a folder could never be opened. So nothing
// is deleted before it is known that all went well. Where it did not, files that are in no list are deleted at the next
// opening.
//
// Nothing goes into a folder that took the place of the one that was opened, nor is anything deleted there.
//
// And it is written down which logs there are, and how much of them has reached the disk: the engine does not miss a log that
// is gone, nor the end of one. A log is named as soon as it is there, and no longer before it goes.

#include <rocksdb/file_system.h>

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace retold {

// What a folder is known to hold: logs, and its list of files. Each is at least so long.
struct known_files {
  static constexpr const char* name = "RETOLD";
  std::map<std::string, std::uint64_t> least;

  std::string written() const;
  static std::optional<known_files> of(std::string_view text);                     // none: it is damaged
  static std::string text(rocksdb::FileSystem& files, const std::string& folder);  // empty: there is none
  static std::optional<known_files> read(rocksdb::FileSystem& files, const std::string& folder) {
    return of(text(files, folder));
  }
};

using file_identity = std::pair<std::uint64_t, std::uint64_t>;  // device and inode: the file, whatever its name

// What was made or renamed in it is there also after the machine went down.
rocksdb::IOStatus sync_folder(rocksdb::FileSystem& files, const std::string& folder);

// The name of the list of files: MANIFEST-000005.
std::string current_list(rocksdb::FileSystem& files, const std::string& folder);

class index_files : public rocksdb::FileSystemWrapper {
 public:
  explicit index_files(const std::shared_ptr<rocksdb::FileSystem>& on) : FileSystemWrapper(on) {}
  const char* Name() const override { return "retold.files"; }

  using status = rocksdb::IOStatus;
  using io_options = rocksdb::IOOptions;
  using context = rocksdb::IODebugContext;
  using file_pointer = std::unique_ptr<rocksdb::FSWritableFile>;

  status NewWritableFile(const std::string& path, const rocksdb::FileOptions& options, file_pointer* out,
                         context* more) override;
  status NewSequentialFile(const std::string& path, const rocksdb::FileOptions& options,
                           std::unique_ptr<rocksdb::FSSequentialFile>* out, context* more) override;
  status DeleteFile(const std::string& path, const io_options& options, context* more) override;
  status RenameFile(const std::string& from, const std::string& to, const io_options& options, context* more) override;
  status GetChildren(const std::string& folder, const io_options& options, std::vector<std::string>* names,
                     context* more) override;
  status LockFile(const std::string& path, const io_options& options, rocksdb::FileLock** lock, context* more) override;
  status UnlockFile(rocksdb::FileLock* lock, const io_options& options, context* more) override;

  void hold();
  void release();

  // As long as the engine has the lock of that folder, what is made in it is written down, beside what is known of it and
  // there. Before it lets go of the lock, all of the logs reaches the disk, and is known to.
  void follow(const std::string& folder);
  void write_down();  // what has become known since
  bool in_place();    // it is still there; nothing is written any more where it is not

  // A lock of that folder, for the engine when it asks for one: nobody else has it in between.
  void hand_over(rocksdb::FileLock* lock) { handed_over_ = lock; }
  rocksdb::FileLock* taken_back() { return std::exchange(handed_over_, nullptr); }  // what it has not asked for

  void hide(const std::vector<std::string>& names);                              // from the engine, in place of others
  void cut(const std::map<std::string, std::uint64_t>& names) { cut_ = names; }  // for it, at so many bytes; likewise

 private:
  class counted_file;
  class cut_file;
  std::string in_folder(const std::string& path) const;  // empty: it is of no interest
  void reached(const std::string& name, std::uint64_t bytes);
  void ended(const std::string& name, std::uint64_t bytes);
  void begin_following();
  void end_following();
  bool following() const { return lock_ != nullptr; }
  void write_down_locked();
  bool in_place_locked();

  std::mutex guard_;
  bool holding_ = false;
  std::vector<std::string> held_;
  std::string folder_;
  rocksdb::FileLock *handed_over_ = nullptr, *lock_ = nullptr;  // null: the folder is not followed yet
  std::optional<file_identity> lock_file_;
  bool replaced_ = false;
  known_files known_;
  std::map<std::string, std::uint64_t> ended_;  // how long they are
  std::string on_disk_;
  std::vector<std::string> due_;  // logs to be deleted when that is written down
  std::set<std::string> hidden_;
  std::map<std::string, std::uint64_t> cut_;
};

}  // namespace retold
