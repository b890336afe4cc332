// SPDX-License-Identifier: Apache-2.0
#pragma once
// Whether the logs of an index, and its list of files, which is written likewise, are what they were (part of index).
//
// A process that is killed leaves the last record of its log in part, and so may a machine that goes down. The engine reads a
// log up to the first record that is not whole, and takes no notice of what lies behind. So it is looked at here, before:
//   - a log, or a record in it, that the folder is known to hold (index_files.hpp) is missing or not whole;
//   - behind a record that is not whole others begin.
// Either is damage. What is left of a record at the end of a log is none.

#include <rocksdb/file_system.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace retold {

// Takes a log's blocks one after the other.
class log_scan {
 public:
  static constexpr std::size_t block_bytes = 32 << 10;

  void block(std::string_view bytes);  // all but the last have block_bytes

  std::uint64_t size() const noexcept { return size_; }
  std::uint64_t whole() const noexcept { return whole_; }     // up to here all records are
  bool more_behind() const noexcept { return more_behind_; }  // a record begins behind one that is not whole
  bool torn() const noexcept { return whole_ != size_; }

  // By the engine's count of changes: the first in the log, and what would follow the last that is whole.
  std::optional<std::uint64_t> first_change() const noexcept { return first_; }
  std::optional<std::uint64_t> next_change() const noexcept { return next_; }

 private:
  struct record {
    unsigned type = 0;
    std::string_view payload;
  };
  static std::optional<record> record_at(std::string_view block, std::size_t at);
  std::size_t walk(std::string_view block);
  bool take(const record& next);

  std::uint64_t size_ = 0, whole_ = 0;
  bool broken_ = false, inside_ = false, more_behind_ = false;
  std::optional<std::uint64_t> first_, next_, after_this_;
};

struct damaged_logs {
  std::vector<std::string> what;   // in words; empty: none
  std::string first;               // the log that is damaged, if it is there
  std::uint64_t whole = 0;         // up to here it can be read
  std::vector<std::string> later;  // logs behind it: without it they make no sense
  bool only_logs = true;           // false: the list of files is damaged
  rocksdb::Status unreadable;      // why a file that may be whole could not be opened: nothing is known then

  // Logs that end in what a failed write has left, and have been gone on with in the next one; and up to where they are whole.
  std::map<std::string, std::uint64_t> torn = {};
};

// Others may write to the folder meanwhile.
damaged_logs look_at_logs(rocksdb::FileSystem& files, const std::string& folder);

}  // namespace retold
