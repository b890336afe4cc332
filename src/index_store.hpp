// SPDX-License-Identifier: Apache-2.0
#pragma once
// The folder of an index: RocksDB behind the few things that an index does with it (part of index).
//
// Every failure of the engine becomes a retold::error that names the folder.

#include <rocksdb/db.h>
#include <rocksdb/sst_file_writer.h>

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "index_files.hpp"
#include "index_logs.hpp"
#include "index_memory.hpp"
#include "retold/index.hpp"

namespace retold {

// Column families, in the order of their handles. docs/format.md §9 says what each holds.
enum class table : std::uint8_t {
  meta,
  pending,
  documents,
  postings,
  filters,
  ids,
  texts,
  removed,
  frequencies,
  terms,
  articles,
  stories
};
inline constexpr std::size_t tables = 12;
const char* name_of(table which) noexcept;

inline constexpr std::size_t change_bytes = std::size_t{1} << 20;  // to write at once

class first_failure;

class index_store {
 public:
  // `fresh`: what "made_with" holds in a new folder; empty: there must be an index. `files`: the file system, for tests.
  // A damaged log is an error(input), unless it is only to be read or salvaged; then damage() tells of it.
  index_store(std::string folder, const index_setup& setup, std::string_view fresh, rocksdb::Env* files = nullptr);
  ~index_store();
  index_store(const index_store&) = delete;
  index_store& operator=(const index_store&) = delete;

  // What to do about damage that leaves nothing to go on with.
  static constexpr const char* start_anew = "; bring the folder back from a copy, or build the index anew in another";

  static bool is_there(const std::string& folder, rocksdb::Env* files = nullptr);

  const std::string& folder() const noexcept { return folder_; }
  bool read_only() const noexcept { return read_only_; }
  const std::vector<std::string>& damage() const noexcept { return damage_; }  // of its logs, when it was opened

  void check_in_place() const;  // throws error where the folder was removed, or another took its place

  using snapshot = std::shared_ptr<const rocksdb::Snapshot>;
  snapshot take_snapshot() const;

  std::optional<std::string> get(table from, std::string_view key, const snapshot& at = {}) const;

  // Calls found(i, value) for those of the keys, which ascend, that are there.
  using found_function = std::function<void(std::size_t, std::string_view)>;
  void get_all(table from, std::span<const std::string> keys, const found_function& found, const snapshot& at = {}) const;

  // Calls visit(key, value) from the first key at or behind `first` on, until it returns false.
  void each(table from, std::string_view first, const std::function<bool(std::string_view, std::string_view)>& visit,
            const snapshot& at = {}) const;

  // The same at the caller's pace.
  class walk {
   public:
    walk(const index_store& store, table from, std::string_view first);  // through much of it
    walk(const index_store& store, table from, const snapshot& at);      // here and there: seek()
    void seek(std::string_view first) { at_->Seek({first.data(), first.size()}); }
    bool valid() const;  // throws error
    std::string_view key() const { return {at_->key().data(), at_->key().size()}; }
    std::string_view value() const { return {at_->value().data(), at_->value().size()}; }
    void next() { at_->Next(); }

   private:
    const index_store& store_;
    std::unique_ptr<rocksdb::Iterator> at_;
  };

  // Changes that take place all or not at all.
  class change {
   public:
    explicit change(index_store& store) : store_(store) {}
    void put(table to, std::string_view key, std::string_view value);
    void append(table to, std::string_view key, std::string_view value);
    void remove(table from, std::string_view key);
    std::size_t bytes() const { return batch_.GetDataSize(); }
    void commit(bool to_disk);

   private:
    index_store& store_;
    rocksdb::WriteBatch batch_;
  };

  // A sorted file of one table, filled in the order of keys; ingest() takes in several at once, all or none.
  class sorted_file {
   public:
    sorted_file(index_store& store, table to) : store_(store), to_(to) {}
    ~sorted_file();
    sorted_file(const sorted_file&) = delete;
    sorted_file& operator=(const sorted_file&) = delete;
    void put(std::string_view key, std::string_view value);
    void append(std::string_view key, std::string_view value);
    void remove(std::string_view key);

   private:
    friend class index_store;
    rocksdb::SstFileWriter& writer();
    index_store& store_;
    table to_;
    std::string path_;
    std::optional<rocksdb::SstFileWriter> writer_;  // none: there is nothing in it
  };
  void ingest(std::vector<std::unique_ptr<sorted_file>>&& files);

  // In changes of a bounded size, the first keys first: whoever calls must be able to go on where it ended.
  void remove_range(table from, std::string_view first, std::string_view end);

  void rewrite(table which);  // as small as it gets
  void flush(table which);
  void to_disk();                                                              // all that was committed
  void drop_files(table which, std::string_view first, std::string_view end);  // of entries removed
  void join_files(table which);                                                // many small ones into few
  std::uint64_t bytes() const;
  std::vector<std::string> check_sums() const;  // what is wrong

  // Throws error: damage is told in these words wherever it is found, and with what to do about it. While the folder is being
  // opened, verify() is no help.
  [[noreturn]] void damaged(const std::string& what) const;
  [[noreturn]] void damaged(table where) const;        // an entry of it is none
  void has_opened() noexcept { opened_ = true; }       // all of it that is kept in memory has been read
  std::string without_advice(std::string said) const;  // for those who know where, and are verify()

 private:
  std::string place_to_make() const { return folder_ + ".making"; }
  void make_if_first(const index_setup& setup, const std::vector<rocksdb::ColumnFamilyDescriptor>& families,
                     std::string_view made_with);
  void make(const index_setup& setup, const std::vector<rocksdb::ColumnFamilyDescriptor>& families, std::string_view made_with);
  void open(const std::string& folder, rocksdb::DBOptions options,
            const std::vector<rocksdb::ColumnFamilyDescriptor>& families);
  void flush_all(bool wait);
  void written(std::uint64_t bytes);
  std::string list_of_files() const;
  void look_at_logs(const index_setup& setup, const std::vector<rocksdb::ColumnFamilyDescriptor>& families);
  void check_readable(const damaged_logs& found, const index_setup& setup,
                      const std::vector<rocksdb::ColumnFamilyDescriptor>& families);
  void set_aside(const damaged_logs& found);
  void copy_beginning(const std::string& from, const std::string& to, std::uint64_t bytes);
  [[noreturn]] void damaged(const damaged_logs& found) const;
  void close();
  [[noreturn]] void fail(const rocksdb::Status& why) const;
  std::string unreadable_table() const;  // its name; empty: there is none
  void check(const rocksdb::Status& done) const {
    if (!done.ok()) fail(done);
  }
  rocksdb::ColumnFamilyHandle* of(table which) const { return handles_[static_cast<std::size_t>(which)]; }
  void write(const std::function<rocksdb::Status()>& what);  // throws error
  std::string new_file();
  void remove_leftovers() const;

  std::string folder_;
  bool read_only_, opened_ = false;
  std::vector<std::string> damage_;
  std::shared_ptr<index_files> files_;
  std::shared_ptr<first_failure> failure_;
  std::unique_ptr<rocksdb::Env> env_;
  std::unique_ptr<rocksdb::DB> db_;
  std::array<rocksdb::ColumnFamilyHandle*, tables> handles_{};
  std::vector<rocksdb::Options> file_options_;  // by table
  index_memory memory_;
  unsigned files_made_ = 0;
  std::uint64_t unflushed_ = 0;  // bytes of changes in the log alone
};

}  // namespace retold
