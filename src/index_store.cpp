// SPDX-License-Identifier: Apache-2.0
#include "index_store.hpp"

#include <rocksdb/convenience.h>
#include <rocksdb/sst_file_reader.h>
#include <rocksdb/sst_file_writer.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "index_failure.hpp"
#include "retold/error.hpp"
#include "runs.hpp"

namespace retold {
namespace {

namespace fs = std::filesystem;

constexpr const char* leftover = "run-";  // sorted files that have not been taken in

// What to do about damage.
constexpr const char* see_verify = "; `retold index verify` names all that is wrong";

rocksdb::Slice slice_of(std::string_view bytes) { return {bytes.data(), bytes.size()}; }
std::string_view view_of(const rocksdb::Slice& bytes) { return {bytes.data(), bytes.size()}; }

rocksdb::EnvOptions environment(const index_memory& memory) {
  rocksdb::EnvOptions out;
  out.writable_file_max_buffer_size = memory.file_buffer;
  return out;
}

// The file that the engine speaks of; empty: none. Of several it is the one that another, the last, makes it look for: a table,
// which it looks for by an older ending, too.
std::string file_in(const std::string& words) {
  const std::size_t table = std::min(words.find(".sst"), words.find(".ldb"));
  const std::size_t at = words.rfind('/', table) + 1;
  if (at == 0) return {};
  const auto is_part = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-';
  };
  std::size_t end = at;
  while (end < words.size() &&
         (is_part(words[end]) || (words[end] == '.' && end + 1 < words.size() && is_part(words[end + 1]))))
    ++end;
  const std::string name = words.substr(at, end - at);
  return name.ends_with(".ldb") ? name.substr(0, name.size() - 3) + "sst" : name;
}

bool speaks_of(const std::string& words, const char* what) { return words.find(what) != words.npos; }

// In our words; where they would say less than the engine's, with those.
std::string damage_in(const rocksdb::Status& why) {
  const std::string words = why.ToString(), file = file_in(words);
  if (file.empty()) return "its files do not fit together (" + words + ")";
  if (why.IsPathNotFound() || speaks_of(words, "No such file")) return "its file " + file + " is missing";
  return "its file " + file + " is not as it was written";
}

}  // namespace

void index_store::write(const std::function<rocksdb::Status()>& what) {
  rocksdb::Status done = failure_->get();
  if (done.ok() && !(done = what()).ok()) failure_->keep(done);
  check(done);
}

void index_store::fail(const rocksdb::Status& why) const {
  const std::string words = why.ToString();
  if (why.IsCorruption() || why.IsPathNotFound()) {
    const std::string table = file_in(words).starts_with("MANIFEST-") ? unreadable_table() : std::string();
    damaged(table.empty() ? damage_in(why) : "its file " + table + " is not as it was written");
  }
  if (why.IsInvalidArgument() && !db_)
    throw error(error_kind::input, folder_ + ": no index of retold, or another version's (" + words + ")");
  if (why.IsNoSpace() || speaks_of(words, "No space left"))
    throw error(error_kind::output, folder_ + ": no space left on the disk; make room and go on: what was added is safe");
  const bool denied = speaks_of(words, "Permission denied") || speaks_of(words, "Read-only file system");
  if (denied && read_only_) throw error(error_kind::input, folder_ + ": no permission to read its file " + file_in(words));
  if (denied) throw error(error_kind::output, folder_ + ": may not be written to; stats, query and verify still work");
  if (speaks_of(words, "While lock file") || speaks_of(words, "lock hold by") || speaks_of(words, "/LOCK"))
    throw error(error_kind::output, folder_ + ": another process is writing to this index; try again when it has ended");
  throw error(read_only_ ? error_kind::input : error_kind::output, folder_ + ": " + words);
}

// Where it cannot be opened the engine blames the list of files.
std::string index_store::unreadable_table() const {
  std::vector<std::string> names;
  env_->GetChildren(folder_, &names).PermitUncheckedError();
  std::sort(names.begin(), names.end());
  const auto cannot_be_read = [&](const std::string& name) {
    return name.ends_with(".sst") && !rocksdb::SstFileReader(file_options_.front()).Open(folder_ + '/' + name).ok();
  };
  const auto found = std::find_if(names.begin(), names.end(), cannot_be_read);
  return found == names.end() ? std::string() : *found;
}

void index_store::damaged(const std::string& what) const {
  throw error(error_kind::input, folder_ + ": damaged: " + what + (opened_ ? see_verify : start_anew));
}

void index_store::damaged(table where) const {
  damaged("an entry of its table \"" + std::string(name_of(where)) + "\" is no such entry");
}

void index_store::damaged(const damaged_logs& found) const {
  std::string what;
  for (const std::string& each : found.what) what += (what.empty() ? "" : "; ") + each;
  if (!found.only_logs) damaged(what);
  throw error(error_kind::input,
              folder_ + ": damaged: " + what +
                  "; bring the folder back from a copy, or go on with what can be read: `retold index repair "
                  "--index " +
                  folder_ + '`');
}

std::string index_store::without_advice(std::string said) const {
  const std::string head = folder_ + ": damaged: ";
  if (said.starts_with(head)) said.erase(0, head.size());
  for (const std::string_view advice : {see_verify, start_anew})
    if (said.ends_with(advice)) said.resize(said.size() - advice.size());
  return said;
}

// One that is still there may be the other name of a file that was taken in.
std::string index_store::new_file() {
  for (;;) {
    std::string path = folder_ + '/' + leftover + std::to_string(files_made_++);
    if (!env_->FileExists(path).ok()) return path;
  }
}

// Of runs that were being written when a process ended.
void index_store::remove_leftovers() const {
  std::vector<std::string> children;
  env_->GetChildren(folder_, &children).PermitUncheckedError();
  for (const std::string& name : children)
    if (name.starts_with(leftover)) env_->DeleteFile(folder_ + '/' + name).PermitUncheckedError();
}

index_store::snapshot index_store::take_snapshot() const {
  rocksdb::DB* const db = db_.get();
  return {db->GetSnapshot(), [db](const rocksdb::Snapshot* s) { db->ReleaseSnapshot(s); }};
}

std::optional<std::string> index_store::get(table from, std::string_view key, const snapshot& at) const {
  rocksdb::ReadOptions options;
  options.snapshot = at.get();
  std::string value;
  const rocksdb::Status found = db_->Get(options, of(from), slice_of(key), &value);
  if (found.IsNotFound()) return std::nullopt;
  check(found);
  return value;
}

void index_store::get_all(table from, std::span<const std::string> keys, const found_function& found,
                          const snapshot& at) const {
  thread_local std::vector<rocksdb::Slice> wanted;
  thread_local std::vector<rocksdb::PinnableSlice> values;
  thread_local std::vector<rocksdb::Status> statuses;
  wanted.clear();
  for (const std::string& key : keys) wanted.emplace_back(key);
  if (values.size() < keys.size()) values.resize(keys.size()), statuses.resize(keys.size());
  rocksdb::ReadOptions options;
  options.snapshot = at.get();
  constexpr bool sorted = true;
  db_->MultiGet(options, of(from), keys.size(), wanted.data(), values.data(), statuses.data(), sorted);
  struct release {  // whatever is thrown: blocks must not be held longer than they last
    std::size_t count;
    ~release() {
      for (std::size_t i = 0; i < count; ++i) values[i].Reset();
    }
  } const at_end{keys.size()};
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (statuses[i].ok()) found(i, view_of(values[i]));
    if (!statuses[i].ok() && !statuses[i].IsNotFound()) fail(statuses[i]);
    values[i].Reset();
  }
}

void index_store::each(table from, std::string_view first, const std::function<bool(std::string_view, std::string_view)>& visit,
                       const snapshot& at) const {
  rocksdb::ReadOptions options;
  options.snapshot = at.get();
  options.readahead_size = memory_.ahead;
  options.fill_cache = false;
  const std::unique_ptr<rocksdb::Iterator> it(db_->NewIterator(options, of(from)));
  for (it->Seek(slice_of(first)); it->Valid(); it->Next())
    if (!visit(view_of(it->key()), view_of(it->value()))) return;
  check(it->status());
}

index_store::walk::walk(const index_store& store, table from, std::string_view first) : store_(store) {
  rocksdb::ReadOptions options;
  options.readahead_size = store.memory_.ahead;
  options.fill_cache = false;
  at_.reset(store.db_->NewIterator(options, store.of(from)));
  at_->Seek(slice_of(first));
}

index_store::walk::walk(const index_store& store, table from, const snapshot& at) : store_(store) {
  rocksdb::ReadOptions options;
  options.snapshot = at.get();
  at_.reset(store.db_->NewIterator(options, store.of(from)));
}

bool index_store::walk::valid() const {
  if (at_->Valid()) return true;
  store_.check(at_->status());
  return false;
}

void index_store::change::put(table to, std::string_view key, std::string_view value) {
  store_.check(batch_.Put(store_.of(to), slice_of(key), slice_of(value)));
}
void index_store::change::append(table to, std::string_view key, std::string_view value) {
  store_.check(batch_.Merge(store_.of(to), slice_of(key), slice_of(value)));
}
void index_store::change::remove(table from, std::string_view key) {
  store_.check(batch_.Delete(store_.of(from), slice_of(key)));
}

void index_store::check_in_place() const {
  if (!files_->in_place())
    throw error(error_kind::output, folder_ + ": was removed or replaced while it was written to; nothing more is kept there");
}

void index_store::change::commit(bool to_disk) {
  store_.check_in_place();
  rocksdb::WriteOptions options;
  options.sync = to_disk;
  store_.write([&] { return store_.db_->Write(options, &batch_); });
  store_.written(batch_.GetDataSize());
  batch_.Clear();
}

// At the first entry: most tables get nothing in most runs.
rocksdb::SstFileWriter& index_store::sorted_file::writer() {
  if (writer_) return *writer_;
  path_ = store_.new_file();
  writer_.emplace(environment(store_.memory_), store_.file_options_[static_cast<std::size_t>(to_)], store_.of(to_));
  store_.write([&] { return writer_->Open(path_); });
  return *writer_;
}

// What was not taken in must not lie about: on a full disk each attempt would leave its part. What was taken in has another
// name by now.
index_store::sorted_file::~sorted_file() {
  if (!writer_) return;
  writer_.reset();
  store_.env_->DeleteFile(path_).PermitUncheckedError();
}

void index_store::sorted_file::put(std::string_view key, std::string_view value) {
  store_.write([&] { return writer().Put(slice_of(key), slice_of(value)); });
}
void index_store::sorted_file::append(std::string_view key, std::string_view value) {
  store_.write([&] { return writer().Merge(slice_of(key), slice_of(value)); });
}
void index_store::sorted_file::remove(std::string_view key) {
  store_.write([&] { return writer().Delete(slice_of(key)); });
}

void index_store::ingest(std::vector<std::unique_ptr<sorted_file>>&& files) {
  std::vector<rocksdb::IngestExternalFileArg> arguments;
  for (const auto& file : files) {
    if (!file->writer_) continue;
    rocksdb::ExternalSstFileInfo written;
    write([&] { return file->writer_->Finish(&written); });
    const auto same = [&](const auto& a) { return a.column_family == of(file->to_); };
    const auto there = std::find_if(arguments.begin(), arguments.end(), same);
    rocksdb::IngestExternalFileArg& one = there == arguments.end() ? arguments.emplace_back() : *there;
    one.column_family = of(file->to_);
    one.external_files.push_back(file->path_);
    one.options.move_files = true;
    one.options.write_global_seqno = false;
    one.files_checksums.push_back(written.file_checksum);
    one.files_checksum_func_names.push_back(written.file_checksum_func_name);
    one.options.verify_file_checksum = false;  // they have been made while it was written
  }
  if (arguments.empty()) return;
  flush_all(true);  // what these files stand on must not be lost where they are not
  files_->hold();
  write([&] { return db_->IngestExternalFiles(arguments); });
  files_->release();
  files_->write_down();
}

// SyncWAL() ends the process where the last write has failed.
void index_store::to_disk() {
  rocksdb::WriteBatch nothing;
  check(nothing.PutLogData({}));
  rocksdb::WriteOptions synced;
  synced.sync = true;
  write([&] { return db_->Write(synced, &nothing); });
}

void index_store::remove_range(table from, std::string_view first, std::string_view end) {
  // One by one: where a compaction drops all that a range covers and the disk is full just then, the engine's own checks end
  // the process (7.8), and each range is looked at by every reader.
  change gone(*this);
  each(from, first, [&](std::string_view key, std::string_view) {
    if (key >= end) return false;
    gone.remove(from, key);
    if (gone.bytes() > change_bytes) gone.commit(false);
    return true;
  });
  gone.commit(false);
}

void index_store::rewrite(table which) {
  flush_all(true);
  rocksdb::CompactRangeOptions all;
  all.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForceOptimized;
  write([&] { return db_->CompactRange(all, of(which), nullptr, nullptr); });
}

void index_store::flush(table which) {
  write([&] { return db_->Flush({}, of(which)); });
}

// All tables together, before the engine thinks of the largest alone: a log of which only some tables still need a part cannot
// be done without if it is damaged, and the others would be ahead of it.
void index_store::flush_all(bool wait) {
  rocksdb::FlushOptions how;
  how.wait = wait;
  how.allow_write_stall = true;
  write([&] {
    const rocksdb::Status done = db_->Flush(how, {handles_.begin(), handles_.end()});
    if (done.IsTryAgain() && !wait) return rocksdb::Status();  // the disk is behind; with the next change
    unflushed_ = 0;
    return done;
  });
}

void index_store::written(std::uint64_t bytes) {
  unflushed_ += bytes;
  if (unflushed_ > memory_.write_buffers / 4) flush_all(false);
}

void index_store::drop_files(table which, std::string_view first, std::string_view end) {
  const rocksdb::Slice from = slice_of(first), to = slice_of(end);
  write([&] { return rocksdb::DeleteFilesInRange(db_.get(), of(which), &from, &to, false); });
}

// Of keys that only ascend no two files overlap, and the engine leaves each as small as it came. More of them than may be open
// make every read open one. Sixteen of a size become one: a byte is written anew three times at most. Not where there is little
// room: where there is none, nothing more could be written at all.
void index_store::join_files(table which) {
  constexpr std::size_t least = 16;
  rocksdb::CompactionOptions how;
  how.compression = rocksdb::kDisableCompressionOption;  // as the table has it
  how.output_file_size_limit = std::uint64_t{256} << 20;
  for (const std::uint64_t small : {std::uint64_t{128} << 10, std::uint64_t{2} << 20, std::uint64_t{32} << 20}) {
    rocksdb::ColumnFamilyMetaData is;
    db_->GetColumnFamilyMetaData(of(which), &is);
    for (const rocksdb::LevelMetaData& level : is.levels) {
      if (level.level == 0) continue;  // those do overlap
      const auto alike = [&](const auto& a, const auto& b) { return (a.size < small) == (b.size < small); };
      each_run(std::span<const rocksdb::SstFileMetaData>(level.files), least, alike, [&](auto files) {
        if (files.front().size >= small) return;
        std::vector<std::string> names;
        std::uint64_t bytes = 0, room = 0;
        for (const rocksdb::SstFileMetaData& file : files) names.push_back(file.name), bytes += file.size;
        if (env_->GetFreeSpace(folder_, &room).ok() && room / 2 < bytes) return;  // with a later run
        write([&] {
          const rocksdb::Status done = db_->CompactFiles(how, of(which), names, level.level);
          return done.IsAborted() || done.IsInvalidArgument() ? rocksdb::Status() : done;  // it is at some of them, or was
        });
      });
    }
  }
}

std::uint64_t index_store::bytes() const {
  std::uint64_t total = 0;
  std::error_code failure;
  for (const auto& file : fs::directory_iterator(folder_, failure))
    if (const std::uint64_t size = file.is_regular_file(failure) ? file.file_size(failure) : 0; !failure) total += size;
  return total;
}

std::vector<std::string> index_store::check_sums() const {
  std::vector<std::string> wrong = read_only_ ? damage_ : std::vector<std::string>();
  const rocksdb::Status sums = db_->VerifyFileChecksums({});  // all bytes; the engine's own sums leave some out
  // Who only reads may still read what has been deleted meanwhile, but not open it again.
  if (!sums.ok() && !(read_only_ && sums.IsPathNotFound())) wrong.push_back(damage_in(sums));
  return wrong;
}

}  // namespace retold
