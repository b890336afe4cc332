// SPDX-License-Identifier: Apache-2.0
// A log of RocksDB: blocks of 32 KiB, in each of which records follow one another: a masked CRC-32C of all that comes after it
// in the record, two bytes of length, one of type, the payload. A change that does not fit into what is left of a block goes
// on in the next: first, middle, last. Fewer bytes than a head at a block's end are zeros.
#include "index_logs.hpp"

#include <rocksdb/file_checksum.h>

#include <algorithm>
#include <charconv>

#include "index_files.hpp"

namespace retold {
namespace {

constexpr std::size_t head_bytes = 7;
enum record_type : unsigned { whole_record = 1, first_part, middle_part, last_part };

std::uint64_t little(std::string_view bytes, std::size_t at, unsigned count) {
  std::uint64_t out = 0;
  for (unsigned i = count; i-- > 0;) out = out << 8 | static_cast<unsigned char>(bytes[at + i]);
  return out;
}

std::uint32_t crc32c(std::string_view bytes) {
  static const auto factory = rocksdb::GetFileChecksumGenCrc32cFactory();
  const auto sum = factory->CreateFileChecksumGenerator({});
  sum->Update(bytes.data(), bytes.size());
  sum->Finalize();
  std::uint32_t out = 0;
  for (const char byte : sum->GetChecksum()) out = out << 8 | static_cast<unsigned char>(byte);
  return out;
}

std::uint32_t masked(std::uint32_t crc) { return ((crc >> 15) | (crc << 17)) + 0xa282ead8u; }

}  // namespace

std::optional<log_scan::record> log_scan::record_at(std::string_view block, std::size_t at) {
  if (block.size() - at < head_bytes) return std::nullopt;
  const auto length = static_cast<std::size_t>(little(block, at + 4, 2));
  const auto type = static_cast<unsigned char>(block[at + 6]);
  if (type == 0 || length > block.size() - at - head_bytes) return std::nullopt;
  if (masked(crc32c(block.substr(at + 6, length + 1))) != little(block, at, 4)) return std::nullopt;
  return record{type, block.substr(at + head_bytes, length)};
}

// False: no such record can stand here.
bool log_scan::take(const record& next) {
  if (next.type > last_part) return true;  // a later version's; no change
  const bool begins = next.type == whole_record || next.type == first_part;
  if (begins == inside_) return false;
  if (begins) after_this_.reset();
  if (begins && next.payload.size() >= 12) {
    const std::uint64_t change = little(next.payload, 0, 8);
    if (!first_) first_ = change;
    after_this_ = change + little(next.payload, 8, 4);
  }
  inside_ = next.type == first_part || next.type == middle_part;
  if (!inside_) next_ = after_this_;
  return true;
}

// Returns where the first record begins that is not whole, or the end.
std::size_t log_scan::walk(std::string_view block) {
  std::size_t at = 0;
  while (block.size() - at >= head_bytes) {
    const auto next = record_at(block, at);
    broken_ = !next || !take(*next);
    if (broken_) return at;
    at += head_bytes + next->payload.size();
    if (!inside_) whole_ = size_ + at;
  }
  if (block.size() == block_bytes && !inside_) whole_ = size_ + block.size();
  return block.size();
}

void log_scan::block(std::string_view bytes) {
  std::size_t at = broken_ ? 0 : walk(bytes);
  for (; broken_ && !more_behind_ && at + head_bytes <= bytes.size(); ++at) {
    const char type = bytes[at + 6];
    more_behind_ = (type == whole_record || type == first_part) && record_at(bytes, at);
  }
  size_ += bytes.size();
}

namespace {

// None where there is no such file; one that cannot be opened for another reason is no damage, and said in `unreadable`.
std::optional<log_scan> scan(rocksdb::FileSystem& files, const std::string& path, rocksdb::Status& unreadable) {
  std::uint64_t size = 0;
  std::unique_ptr<rocksdb::FSSequentialFile> in;
  rocksdb::Status done = files.GetFileSize(path, {}, &size, nullptr);
  if (done.ok()) done = files.NewSequentialFile(path, {}, &in, nullptr);
  if (!done.ok()) {
    if (!done.IsNotFound() && !done.IsPathNotFound()) unreadable = done;
    return std::nullopt;
  }
  log_scan out;
  std::string buffer(log_scan::block_bytes, '\0');
  while (size != 0) {  // it may be growing
    rocksdb::Slice got;
    if (!in->Read(std::min<std::uint64_t>(size, buffer.size()), {}, &got, buffer.data(), nullptr).ok()) return std::nullopt;
    if (got.empty()) break;
    out.block({got.data(), got.size()});
    size -= got.size();
  }
  return out;
}

std::string at_byte(std::uint64_t at, std::uint64_t of) { return std::to_string(at) + " of " + std::to_string(of); }

std::string wrong_with(const std::optional<log_scan>& found, std::uint64_t least) {
  if (!found) return "is missing, or cannot be read";
  if (found->size() < least) return "breaks off at byte " + at_byte(found->whole(), least);
  if (found->whole() < least || found->more_behind()) return "is not whole at byte " + at_byte(found->whole(), found->size());
  return {};
}

std::optional<std::uint64_t> log_number(const std::string& name) {
  std::uint64_t number = 0;
  const auto [end, failed] = std::from_chars(name.data(), name.data() + name.size(), number);
  return failed == std::errc() && std::string_view(end) == ".log" ? std::optional(number) : std::nullopt;
}

class examination {
 public:
  examination(rocksdb::FileSystem& files, const std::string& folder) : files_(files), folder_(folder) {
    const auto known = known_files::read(files, folder);
    if (!known)
      out_.what.push_back("its file " + std::string(known_files::name) + " is missing or damaged, and so may be logs");
    least_ = known.value_or(known_files{}).least;
    std::vector<std::string> names;
    files.GetChildren(folder, {}, &names, nullptr).PermitUncheckedError();
    for (const std::string& name : names)
      if (const auto number = log_number(name)) logs_[*number] = {name, true};
    for (const auto& each : least_)
      if (const auto number = log_number(each.first)) logs_.try_emplace(*number, log{each.first, false});
  }

  damaged_logs run() {
    list_of_files();
    for (const auto& [number, each] : logs_) {
      if (!out_.first.empty() || missing_) {
        if (each.there) out_.later.push_back(each.name);
      } else {
        look_at(each);
      }
    }
    return std::move(out_);
  }

 private:
  struct log {
    std::string name;
    bool there;
  };

  std::uint64_t least(const std::string& name) const {
    const auto found = least_.find(name);
    return found == least_.end() ? 0 : found->second;
  }

  void list_of_files() {
    const std::string name = current_list(files_, folder_);
    const auto found = scan(files_, folder_ + '/' + name, out_.unreadable);
    const std::string wrong = found ? wrong_with(found, least(name)) : "";  // none: the engine says so
    if (wrong.empty()) return;
    out_.what.push_back("its list of files, " + name + ", " + wrong);
    out_.only_logs = false;
  }

  void look_at(const log& each) {
    const auto found = each.there ? scan(files_, folder_ + '/' + each.name, out_.unreadable) : std::nullopt;
    if (!found && !least_.contains(each.name)) return;  // it was about to go, and has gone
    std::string wrong = wrong_with(found, least(each.name));
    // What a process left that was killed is read and goes on in the next log. If that does not follow, there was more.
    if (wrong.empty() && torn_ && next_ && found->first_change() && found->first_change() != next_) {
      out_.what.push_back("its log " + torn_name_ + " breaks off, and " + each.name + " does not follow");
      out_.first = torn_name_, out_.whole = torn_at_;
      if (each.there) out_.later.push_back(each.name);
      return;
    }
    if (!wrong.empty()) {
      out_.what.push_back("its log " + each.name + ' ' + wrong);
      missing_ = !found;
      if (found) out_.first = each.name, out_.whole = found->whole();
      return;
    }
    if (torn_) out_.torn[torn_name_] = torn_at_;
    if (found->size() == 0) return;
    torn_ = found->torn();
    torn_name_ = each.name, torn_at_ = found->whole();
    next_ = found->next_change() ? found->next_change() : next_;
  }

  rocksdb::FileSystem& files_;
  const std::string& folder_;
  std::map<std::string, std::uint64_t> least_;
  std::map<std::uint64_t, log> logs_;
  bool missing_ = false, torn_ = false;
  std::string torn_name_;
  std::uint64_t torn_at_ = 0;
  std::optional<std::uint64_t> next_;
  damaged_logs out_;
};

}  // namespace

// Whoever writes meanwhile tells what there is before it goes. So what was missed was damaged only if nothing has changed.
damaged_logs look_at_logs(rocksdb::FileSystem& files, const std::string& folder) {
  constexpr int patience = 30;
  for (int i = 0;; ++i) {
    const std::string before = known_files::text(files, folder) + current_list(files, folder);
    damaged_logs out = examination(files, folder).run();
    if (out.what.empty() || !out.unreadable.ok() || i == patience ||
        before == known_files::text(files, folder) + current_list(files, folder))
      return out;
  }
}

}  // namespace retold
