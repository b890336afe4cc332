// SPDX-License-Identifier: Apache-2.0
#include "index_store.hpp"

#include <rocksdb/cache.h>
#include <rocksdb/convenience.h>
#include <rocksdb/file_checksum.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/listener.h>
#include <rocksdb/merge_operator.h>
#include <rocksdb/sst_file_writer.h>
#include <rocksdb/table.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <mutex>
#include <thread>
#include <utility>

#include "parallel.hpp"
#include "retold/error.hpp"
#include "runs.hpp"

namespace retold {
namespace {

namespace fs = std::filesystem;

constexpr const char* names[tables] = {"default", "pending", "documents",   "postings", "filters",  "ids",
                                       "texts",   "removed", "frequencies", "terms",    "articles", "stories"};
constexpr const char* leftover = "run-";  // sorted files that have not been taken in

// What to do about damage.
constexpr const char* see_verify = "; `retold index verify` names all that is wrong";
constexpr const char* start_anew = "; bring the folder back from a copy, or build the index anew in another";

rocksdb::Slice slice_of(std::string_view bytes) { return {bytes.data(), bytes.size()}; }
std::string_view view_of(const rocksdb::Slice& bytes) { return {bytes.data(), bytes.size()}; }

// Lists grow by what is appended to their bytes.
class appending : public rocksdb::AssociativeMergeOperator {
 public:
  bool Merge(const rocksdb::Slice&, const rocksdb::Slice* before, const rocksdb::Slice& more, std::string* all,
             rocksdb::Logger*) const override {
    all->clear();
    all->reserve((before != nullptr ? before->size() : 0) + more.size());
    if (before != nullptr) all->assign(before->data(), before->size());
    all->append(more.data(), more.size());
    return true;
  }
  const char* Name() const override { return "retold.append"; }
};

// The engine's diary would lie in the folder, and where it finds no space, the engine ends the process (7.8).
class no_diary : public rocksdb::Logger {
 public:
  using Logger::Logv;
  void Logv(const char*, va_list) override {}
};

rocksdb::ColumnFamilyOptions family_options(table which, const index_memory& memory,
                                            const std::shared_ptr<rocksdb::Cache>& cache) {
  rocksdb::ColumnFamilyOptions out;
  if (which == table::ids) out.merge_operator = std::make_shared<appending>();
  rocksdb::BlockBasedTableOptions blocks;
  blocks.block_cache = cache;
  blocks.format_version = 5;
  blocks.cache_index_and_filter_blocks = true;
  blocks.index_type = rocksdb::BlockBasedTableOptions::kTwoLevelIndexSearch;
  blocks.partition_filters = true;
  if (which == table::ids || which == table::frequencies) blocks.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  blocks.block_size = 4 << 10;
  out.table_factory.reset(rocksdb::NewBlockBasedTableFactory(blocks));
  out.level_compaction_dynamic_level_bytes = true;
  const bool hashes = which == table::postings || which == table::filters;
  out.compression = hashes ? rocksdb::kNoCompression : rocksdb::kLZ4Compression;
  out.bottommost_compression = which == table::texts ? rocksdb::kZSTD : out.compression;
  out.max_write_buffer_number = 4;  // one being filled, others on their way to the disk: flush_all()
  out.write_buffer_size = std::clamp<std::uint64_t>(memory.write_buffers / 2, 1 << 20, 64 << 20);
  out.target_file_size_base = 64 << 20;
  out.max_bytes_for_level_base = 512 << 20;
  return out;
}

rocksdb::DBOptions database_options(const index_setup& setup, rocksdb::Env* env, bool make) {
  const index_memory memory(setup.memory);
  rocksdb::DBOptions out;
  out.env = env;
  out.create_if_missing = out.create_missing_column_families = make;
  out.IncreaseParallelism(static_cast<int>(std::max(2u, thread_count(setup.threads))));
  out.max_open_files = setup.access == index_access::read ? -1 : 256;
  out.db_write_buffer_size = memory.write_buffers;
  out.writable_file_max_buffer_size = memory.file_buffer;
  out.max_total_wal_size = std::max<std::uint64_t>(setup.memory / 4, 16 << 20);
  out.info_log = std::make_shared<no_diary>();
  out.file_checksum_gen_factory = rocksdb::GetFileChecksumGenCrc32cFactory();
  out.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  out.db_host_id.clear();  // files do not name the machine
  return out;
}

rocksdb::EnvOptions environment(const index_memory& memory) {
  rocksdb::EnvOptions out;
  out.writable_file_max_buffer_size = memory.file_buffer;
  return out;
}

}  // namespace

// Of a write, in the foreground or not. There is none after it: the engine's checks would end the process (7.8), or it would go
// on with a log that it cannot read again.
class index_store::first_failure : public rocksdb::EventListener {
 public:
  void OnBackgroundError(rocksdb::BackgroundErrorReason, rocksdb::Status* why) override { keep(*why); }
  void OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason, rocksdb::Status, bool* by_itself) override { *by_itself = false; }
  void keep(const rocksdb::Status& why) {
    const std::scoped_lock lock(guard_);
    if (first_.ok()) first_ = why;
  }
  rocksdb::Status get() const {
    const std::scoped_lock lock(guard_);
    return first_;
  }

 private:
  mutable std::mutex guard_;
  rocksdb::Status first_;
};

bool index_store::is_there(const std::string& folder, rocksdb::Env* files) {
  rocksdb::Env* const env = files != nullptr ? files : rocksdb::Env::Default();
  if (env->FileExists(folder + "/CURRENT").ok()) return true;
  std::error_code failure;
  if (!fs::exists(folder + "/CURRENT", failure) && failure == std::errc::permission_denied)
    throw error(error_kind::input, folder + ": no permission to read it");
  std::vector<std::string> children;
  env->GetChildren(folder, &children).PermitUncheckedError();
  const auto is_data = [](const std::string& name) { return name.ends_with(".sst") || name.ends_with(".log"); };
  if (env->FileExists(folder + "/IDENTITY").ok() && std::any_of(children.begin(), children.end(), is_data))
    throw error(error_kind::input, folder + ": damaged: its file CURRENT is missing" + start_anew);
  return false;
}

const char* name_of(table which) noexcept { return names[static_cast<std::size_t>(which)]; }

index_store::index_store(std::string folder, const index_setup& setup, std::string_view fresh, rocksdb::Env* files)
    : folder_(std::move(folder)),
      read_only_(setup.access == index_access::read),
      files_(std::make_shared<index_files>((files != nullptr ? files : rocksdb::Env::Default())->GetFileSystem())),
      failure_(std::make_shared<first_failure>()),
      env_(rocksdb::NewCompositeEnv(files_)),
      memory_(setup.memory) {
  while (folder_.size() > 1 && folder_.ends_with('/')) folder_.pop_back();
  const bool there = is_there(folder_, env_.get());
  if (!there && (fresh.empty() || read_only_))
    throw error(error_kind::input, folder_ + ": no index there; `retold filter --index " + folder_ + "` makes one");
  const auto cache = rocksdb::NewLRUCache(memory_.blocks, -1, false, 0.5);
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  for (std::size_t t = 0; t < tables; ++t) {
    families.emplace_back(names[t], family_options(static_cast<table>(t), memory_, cache));
    rocksdb::Options& file = file_options_.emplace_back(rocksdb::DBOptions(), families.back().options);
    file.env = env_.get();
    file.db_host_id.clear();
    file.file_checksum_gen_factory = rocksdb::GetFileChecksumGenCrc32cFactory();
  }
  try {
    if (!there) make(setup, families, fresh);
    look_at_logs(setup, families);
    open(folder_, database_options(setup, env_.get(), false), families);
    if (!read_only_) remove_leftovers();
  } catch (...) {
    close();  // the engine ends the process where its tables are still held
    throw;
  }
}

index_store::~index_store() { close(); }

// What is closed well is on the disk, and known to be there.
void index_store::close() {
  for (rocksdb::ColumnFamilyHandle*& handle : handles_)
    if (handle != nullptr) db_->DestroyColumnFamilyHandle(std::exchange(handle, nullptr));
  if (db_) db_->Close().PermitUncheckedError();
  db_.reset();
  files_->end_following();
}

// With the lock of those who write: nobody else does meanwhile.
void index_store::look_at_logs(const index_setup& setup, const std::vector<rocksdb::ColumnFamilyDescriptor>& families) {
  rocksdb::FileLock* lock = nullptr;
  if (!read_only_) check(env_->LockFile(folder_ + "/LOCK", &lock));
  const auto unlock = [&](rocksdb::FileLock* held) { env_->UnlockFile(held).PermitUncheckedError(); };
  const std::unique_ptr<rocksdb::FileLock, decltype(unlock)> held(lock, unlock);
  const damaged_logs found = retold::look_at_logs(*files_, folder_);
  files_->cut(found.torn);  // the engine takes them for damaged where a table was written to a file afterwards
  if (found.what.empty()) return;
  damage_ = found.what;
  if (read_only_) return files_->hide(found.later);
  if (!setup.salvage || !found.only_logs) damaged(found);
  check_readable(found, setup, families);
  set_aside(found);
  const auto kept = [](const std::string& log) { return ", and is kept as damaged-" + log; };
  if (!found.first.empty()) damage_.front() += kept(found.first);
  for (const std::string& log : found.later) damage_.push_back("its log " + log + " goes on from there" + kept(log));
}

// Where a table in the files is ahead of what is whole of the logs, there is nothing to go on with.
void index_store::check_readable(const damaged_logs& found, const index_setup& setup,
                                 const std::vector<rocksdb::ColumnFamilyDescriptor>& families) {
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* opened = nullptr;
  files_->hide(found.later);
  const rocksdb::Status done =
      rocksdb::DB::OpenForReadOnly(database_options(setup, env_.get(), false), folder_, families, &handles, &opened);
  files_->hide({});
  const std::unique_ptr<rocksdb::DB> db(opened);
  for (rocksdb::ColumnFamilyHandle* handle : handles) db->DestroyColumnFamilyHandle(handle).PermitUncheckedError();
  if (!done.ok()) damaged(found.what.front() + ", and other files were written later than what can be read of it");
}

// Under other names, the last first: a process that is killed here leaves a folder that is still known to be damaged. What is
// whole of the damaged one takes its place.
void index_store::set_aside(const damaged_logs& found) {
  const auto there = [&](const std::string& name) { return folder_ + '/' + name; };
  const auto aside = [&](const std::string& name) { return there("damaged-" + name); };
  for (auto log = found.later.rbegin(); log != found.later.rend(); ++log) check(env_->RenameFile(there(*log), aside(*log)));
  if (found.first.empty()) return;
  if (!env_->FileExists(aside(found.first)).ok()) check(env_->LinkFile(there(found.first), aside(found.first)));
  const std::string fresh = there("salvaged");
  copy_beginning(there(found.first), fresh, found.whole);
  check(env_->RenameFile(fresh, there(found.first)));
}

void index_store::copy_beginning(const std::string& from, const std::string& to, std::uint64_t bytes) {
  std::unique_ptr<rocksdb::SequentialFile> in;
  std::unique_ptr<rocksdb::WritableFile> out;
  check(env_->NewSequentialFile(from, &in, {}));
  check(env_->NewWritableFile(to, &out, {}));
  std::string buffer(1 << 20, '\0');
  for (rocksdb::Slice got; bytes != 0; bytes -= got.size()) {
    check(in->Read(std::min<std::uint64_t>(bytes, buffer.size()), &got, buffer.data()));
    if (got.empty()) break;
    check(out->Append(got));
  }
  check(out->Sync());
  check(out->Close());
}

// Changes whenever a table does.
std::string index_store::list_of_files() const {
  std::string name;
  std::uint64_t size = 0;
  rocksdb::ReadFileToString(env_.get(), folder_ + "/CURRENT", &name).PermitUncheckedError();
  env_->GetFileSize(folder_ + '/' + name.substr(0, name.find('\n')), &size).PermitUncheckedError();
  return name + std::to_string(size);
}

// Beside its place, and moved there when it is whole: an index is there or it is not. What a killed process left of it, the
// next one goes on with.
void index_store::make(const index_setup& setup, const std::vector<rocksdb::ColumnFamilyDescriptor>& families,
                       std::string_view made_with) {
  std::error_code failure;
  if (fs::exists(folder_, failure) && !fs::is_directory(folder_, failure))
    throw error(error_kind::output, folder_ + ": cannot be made: there is a file of that name");
  if (fs::exists(folder_, failure) && !fs::is_empty(folder_, failure))
    throw error(error_kind::option, folder_ + ": holds other files; an index wants a folder of its own");
  const std::string beside = folder_ + ".making";
  fs::create_directories(beside, failure);
  if (failure) throw error(error_kind::output, folder_ + ": cannot be made: " + failure.message());
  open(beside, database_options(setup, env_.get(), true), families);
  change made(*this);
  made.put(table::meta, "made_with", made_with);
  made.commit(true);
  close();
  check(env_->RenameFile(beside, folder_));
}

void index_store::open(const std::string& folder, const rocksdb::DBOptions& options,
                       const std::vector<rocksdb::ColumnFamilyDescriptor>& families) {
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* opened = nullptr;
  rocksdb::DBOptions watched = options;
  watched.listeners = {failure_};
  const auto try_to = [&] {
    return read_only_ ? rocksdb::DB::OpenForReadOnly(options, folder, families, &handles, &opened)
                      : rocksdb::DB::Open(watched, folder, families, &handles, &opened);
  };
  // Whoever writes may change the list of files between our reading of it and of the log, which would not fit together then.
  constexpr int patience = 30;
  if (!read_only_) files_->follow(folder);
  for (int i = 0;; ++i) {
    const std::string before = list_of_files();
    const rocksdb::Status done = try_to();
    const bool whole = !read_only_ || before == list_of_files();
    if (!done.ok() && (!read_only_ || (whole && i == patience))) fail(done);
    if (done.ok()) {
      db_.reset(opened);
      std::copy(handles.begin(), handles.end(), handles_.begin());
      if (whole) return;
      close();
    }
    if (i == patience) throw error(error_kind::input, folder_ + ": changes faster than it can be read; try again");
    std::this_thread::sleep_for(std::chrono::milliseconds(i));
  }
}

namespace {

// The file that the engine speaks of; empty: none.
std::string file_in(const std::string& words) {
  const std::size_t at = words.rfind('/') + 1;
  if (at == 0) return {};
  const auto is_part = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-';
  };
  std::size_t end = at;
  while (end < words.size() &&
         (is_part(words[end]) || (words[end] == '.' && end + 1 < words.size() && is_part(words[end + 1]))))
    ++end;
  return words.substr(at, end - at);
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
  if (why.IsCorruption() || why.IsPathNotFound()) damaged(damage_in(why));
  if (why.IsInvalidArgument() && !db_)
    throw error(error_kind::input, folder_ + ": no index of retold, or another version's (" + words + ")");
  if (why.IsNoSpace() || speaks_of(words, "No space left"))
    throw error(error_kind::output, folder_ + ": no space left on the disk; make room and go on: what was added is safe");
  const bool denied = speaks_of(words, "Permission denied") || speaks_of(words, "Read-only file system");
  if (denied && read_only_) throw error(error_kind::input, folder_ + ": no permission to read its file " + file_in(words));
  if (denied) throw error(error_kind::output, folder_ + ": may not be written to; stats and query still work");
  if (speaks_of(words, "While lock file") || speaks_of(words, "lock hold by") || speaks_of(words, "/LOCK"))
    throw error(error_kind::output, folder_ + ": another process is writing to this index; try again when it has ended");
  throw error(read_only_ ? error_kind::input : error_kind::output, folder_ + ": " + words);
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

void index_store::change::commit(bool to_disk) {
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
  store_.check(writer_->Open(path_));
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
  store_.check(writer().Put(slice_of(key), slice_of(value)));
}
void index_store::sorted_file::append(std::string_view key, std::string_view value) {
  store_.check(writer().Merge(slice_of(key), slice_of(value)));
}
void index_store::sorted_file::remove(std::string_view key) { store_.check(writer().Delete(slice_of(key))); }

void index_store::ingest(std::vector<std::unique_ptr<sorted_file>>&& files) {
  std::vector<rocksdb::IngestExternalFileArg> arguments;
  for (const auto& file : files) {
    if (!file->writer_) continue;
    rocksdb::ExternalSstFileInfo written;
    check(file->writer_->Finish(&written));
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
// room: the engine, once it has found none, refuses for a while what else is to be written.
void index_store::join_files(table which) {
  constexpr std::size_t least = 16;
  rocksdb::CompactionOptions how;
  how.compression = rocksdb::kDisableCompressionOption;  // as the table has it
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
