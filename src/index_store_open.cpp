// SPDX-License-Identifier: Apache-2.0
// An index's folder is made, looked through and opened; how the engine is set up.
#include <rocksdb/cache.h>
#include <rocksdb/file_checksum.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/merge_operator.h>
#include <rocksdb/table.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <thread>
#include <utility>

#include "index_failure.hpp"
#include "index_store.hpp"
#include "parallel.hpp"
#include "retold/error.hpp"

namespace retold {
namespace {

namespace fs = std::filesystem;

constexpr const char* names[tables] = {"default", "pending", "documents",   "postings", "filters",  "ids",
                                       "texts",   "removed", "frequencies", "terms",    "articles", "stories"};

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

}  // namespace

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
  if (!there && (fresh.empty() || read_only_)) {
    std::error_code none;
    const bool file = fs::exists(folder_, none) && !fs::is_directory(folder_, none);
    const bool taken = !file && fs::exists(folder_, none) && !fs::is_empty(folder_, none);
    throw error(error_kind::input, folder_ + (file    ? ": is a file; an index is a folder"
                                              : taken ? ": is no index, but holds other files; name the folder of one"
                                                      : ": no index there; `retold filter --index " + folder_ + "` makes one"));
  }
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
    if (!there) make_if_first(setup, families, fresh);
    look_at_logs(setup, families);
    open(folder_, database_options(setup, env_.get(), false), families);
    if (!read_only_) remove_leftovers();
  } catch (...) {
    close();  // the engine ends the process where its tables are still held
    throw;
  }
}

index_store::~index_store() { close(); }

void index_store::close() {
  for (rocksdb::ColumnFamilyHandle*& handle : handles_)
    if (handle != nullptr) db_->DestroyColumnFamilyHandle(std::exchange(handle, nullptr));
  if (db_) db_->Close().PermitUncheckedError();
  db_.reset();
  if (rocksdb::FileLock* const lock = files_->taken_back()) env_->UnlockFile(lock).PermitUncheckedError();
}

// With the lock of those who write, which the engine gets then: nobody else does in between.
void index_store::look_at_logs(const index_setup& setup, const std::vector<rocksdb::ColumnFamilyDescriptor>& families) {
  rocksdb::FileLock* lock = nullptr;
  if (!read_only_) check(env_->LockFile(folder_ + "/LOCK", &lock));
  files_->hand_over(lock);
  const damaged_logs found = retold::look_at_logs(*files_, folder_);
  check(found.unreadable);
  files_->cut(found.torn);  // the engine takes them for damaged where a table was written to a file afterwards
  if (found.what.empty()) return;
  damage_ = found.what;
  if (read_only_) return files_->hide(found.later);
  if (!setup.salvage || !found.only_logs) damaged(found);
  check_readable(found, setup, families);
  set_aside(found);
  const auto kept = [](const std::string& log) { return ", and is kept as damaged-" + log; };
  if (!found.first.empty()) damage_.back() += kept(found.first);
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
  const std::string name = current_list(*files_, folder_);
  std::uint64_t size = 0;
  env_->GetFileSize(folder_ + '/' + name, &size).PermitUncheckedError();
  return name + ' ' + std::to_string(size);
}

// Another process may make it at the same time: then it is there.
void index_store::make_if_first(const index_setup& setup, const std::vector<rocksdb::ColumnFamilyDescriptor>& families,
                                std::string_view made_with) {
  try {
    make(setup, families, made_with);
  } catch (const error&) {
    close();
    if (!is_there(folder_, env_.get())) throw;
    std::error_code ignored;
    fs::remove_all(place_to_make(), ignored);  // begun when the other one had just moved its own
    failure_ = std::make_shared<first_failure>();
  }
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
  const std::string beside = place_to_make();
  fs::create_directories(beside, failure);
  if (failure) throw error(error_kind::output, folder_ + ": cannot be made: " + failure.message());
  open(beside, database_options(setup, env_.get(), true), families);
  change made(*this);
  made.put(table::meta, "made_with", made_with);
  made.commit(true);
  close();
  if (!known_files::read(*files_, beside))
    throw error(error_kind::output, folder_ + ": cannot be made: its file RETOLD could not be written");
  check(env_->RenameFile(beside, folder_));
  const std::string parent = fs::path(folder_).parent_path().string();
  check(sync_folder(*files_, parent.empty() ? "." : parent));
}

void index_store::open(const std::string& folder, rocksdb::DBOptions options,
                       const std::vector<rocksdb::ColumnFamilyDescriptor>& families) {
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* opened = nullptr;
  options.listeners = {failure_};
  const auto try_to = [&] {
    return read_only_ ? rocksdb::DB::OpenForReadOnly(options, folder, families, &handles, &opened)
                      : rocksdb::DB::Open(options, folder, families, &handles, &opened);
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

}  // namespace retold
