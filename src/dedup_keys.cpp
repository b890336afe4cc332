// SPDX-License-Identifier: Apache-2.0
// A segment's file: a header of numbers, then each array as it lies in memory. It is written under another name and renamed,
// so a file of the right name is whole; its checksum tells what a machine that went down left of it.
#include "dedup_keys.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <span>

#include "file_handle.hpp"
#include "hash.hpp"
#include "retold/error.hpp"

namespace retold {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t magic = 0x3167'6573'6465'7231;  // changes with the layout
constexpr const char* prefix = "segment-";

[[noreturn]] void cannot(const char* what, const std::string& path, int reason) {
  throw error(what[0] == 'w' ? error_kind::output : error_kind::input,
              path + ": cannot be " + what + ": " + std::strerror(reason));
}

template <class Item>
std::span<const std::byte> bytes_of(const std::vector<Item>& items) {
  return std::as_bytes(std::span(items));
}

// Every array of a segment in the order of the file; the three tables by partitions come last.
template <class Segment, class Visit>
void each_array(Segment& s, const Visit& visit) {
  visit(s.places), visit(s.chunks), visit(s.kinds), visit(s.ranks), visit(s.prints), visit(s.slots);
}

struct header {
  std::uint64_t what = magic, job = 0, checksum = 0;
  std::array<std::uint64_t, 6> sizes{};                    // of the arrays, in items
  std::array<std::uint64_t, 3 * partitions + 1> starts{};  // of the partitions, in bytes from the file's beginning
};

void write(std::FILE* file, const std::string& path, std::span<const std::byte> bytes) {
  if (!bytes.empty() && std::fwrite(bytes.data(), 1, bytes.size(), file) != bytes.size()) cannot("written", path, errno);
}

std::uint64_t checksum_of(std::uint64_t so_far, std::span<const std::byte> bytes) {
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), so_far);
}

template <class Visit>
void each_table(const key_segment& s, const Visit& visit) {
  for (const auto& part : s.bands) visit(bytes_of(part));
  for (const auto& part : s.texts) visit(bytes_of(part));
  for (const auto& part : s.ids) visit(bytes_of(part));
}

header header_of(const key_segment& s, std::uint64_t job) {
  header out;
  out.job = job;
  std::uint64_t place = sizeof(header);
  std::size_t i = 0;
  each_array(s, [&](const auto& items) {
    out.sizes[i++] = items.size();
    place += bytes_of(items).size();
    out.checksum = checksum_of(out.checksum, bytes_of(items));
  });
  i = 0;
  each_table(s, [&](std::span<const std::byte> bytes) {
    out.starts[i++] = place;
    place += bytes.size();
    out.checksum = checksum_of(out.checksum, bytes);
  });
  out.starts[i] = place;
  return out;
}

bool read_whole(std::FILE* file, std::span<std::byte> into) {
  return into.empty() || std::fread(into.data(), 1, into.size(), file) == into.size();
}

}  // namespace

key_store::key_store(std::string folder, std::uint64_t job) : folder_(std::move(folder)), job_(job) {}

std::string key_store::next_path() {
  const std::scoped_lock lock(guard_);
  return folder_ + '/' + prefix + std::to_string(next_++);
}

void key_store::save(key_segment&& full) {
  const std::string path = next_path(), part = path + ".part";
  const header head = header_of(full, job_);
  {
    const file_handle file(std::fopen(part.c_str(), "wbe"));
    if (!file) cannot("written", part, errno);
    try {
      write(file.get(), part, std::as_bytes(std::span(&head, 1)));
      each_array(full, [&](const auto& items) { write(file.get(), part, bytes_of(items)); });
      each_table(full, [&](std::span<const std::byte> bytes) { write(file.get(), part, bytes); });
      if (std::fflush(file.get()) != 0) cannot("written", part, errno);
    } catch (const error&) {
      std::remove(part.c_str());
      throw;
    }
  }
  if (std::rename(part.c_str(), path.c_str()) != 0) cannot("written", path, errno);
  full = {};
  const std::scoped_lock lock(guard_);
  saved_.push_back({path, head.starts});
}

void key_store::keep(key_segment&& last) {
  const std::scoped_lock lock(guard_);
  kept_.push_back(std::move(last));
}

void key_store::save_kept() {
  for (key_segment& s : kept_) save(std::move(s));
  kept_.clear();
}

std::optional<key_store::saved> key_store::open(const std::string& path) const {
  const file_handle file(std::fopen(path.c_str(), "rbe"));
  header head;
  if (!file || !read_whole(file.get(), std::as_writable_bytes(std::span(&head, 1)))) return std::nullopt;
  std::error_code failure;
  if (head.what != magic || head.job != job_ || fs::file_size(path, failure) != head.starts.back()) return std::nullopt;
  std::uint64_t checksum = 0;
  std::vector<std::byte> bytes;
  const auto check = [&](std::uint64_t size) {
    bytes.resize(size);
    const bool all = read_whole(file.get(), bytes);
    checksum = checksum_of(checksum, bytes);
    return all;
  };
  key_segment shape;
  std::size_t i = 0;
  bool whole = true;
  each_array(shape, [&](auto& items) { whole = whole && check(head.sizes[i++] * sizeof items[0]); });
  for (std::size_t t = 0; whole && t + 1 < head.starts.size(); ++t) whole = check(head.starts[t + 1] - head.starts[t]);
  return whole && checksum == head.checksum ? std::optional<saved>({path, head.starts}) : std::nullopt;
}

std::size_t key_store::resume() {
  std::error_code failure;
  std::vector<std::string> paths;
  for (const auto& found : fs::directory_iterator(folder_, failure))
    if (found.path().filename().string().starts_with(prefix)) paths.push_back(found.path().string());
  for (const std::string& path : paths) {
    if (auto whole = path.ends_with(".part") ? std::nullopt : open(path))
      saved_.push_back(*whole);
    else
      fs::remove(path, failure);
    const std::string_view digits = std::string_view(path).substr(path.rfind('-') + 1);
    next_ = std::max<std::size_t>(next_, std::strtoull(digits.data(), nullptr, 10) + 1);
  }
  return saved_.size();
}

key_segment key_store::load(const saved& from) const {
  const file_handle file(std::fopen(from.path.c_str(), "rbe"));
  header head;
  key_segment out;
  bool whole = file && read_whole(file.get(), std::as_writable_bytes(std::span(&head, 1)));
  std::size_t i = 0;
  each_array(out, [&](auto& items) {
    if (!whole) return;
    items.resize(head.sizes[i++]);
    whole = read_whole(file.get(), std::as_writable_bytes(std::span(items)));
  });
  if (!whole) cannot("read back", from.path, errno);
  return out;
}

template <class Entry>
void key_store::read(std::size_t table, parts<Entry> key_segment::*const kept, std::size_t partition,
                     std::vector<Entry>& into) const {
  for (const key_segment& s : kept_) {
    const std::vector<Entry>& part = (s.*kept)[partition];
    into.insert(into.end(), part.begin(), part.end());
  }
  for (const saved& s : saved_) {
    const std::uint64_t begin = s.starts[table * partitions + partition], end = s.starts[table * partitions + partition + 1];
    if (begin == end) continue;
    const file_handle file(std::fopen(s.path.c_str(), "rbe"));
    const std::size_t before = into.size();
    into.resize(before + (end - begin) / sizeof(Entry));
    if (!file || std::fseek(file.get(), static_cast<long>(begin), SEEK_SET) != 0 ||
        !read_whole(file.get(), std::as_writable_bytes(std::span(into).subspan(before))))
      cannot("read back", s.path, errno);
  }
}

// In the order of the file.
void key_store::read_bands(std::size_t p, std::vector<band_entry>& into) const { read(0, &key_segment::bands, p, into); }
void key_store::read_texts(std::size_t p, std::vector<wide_entry>& into) const { read(1, &key_segment::texts, p, into); }
void key_store::read_ids(std::size_t p, std::vector<wide_entry>& into) const { read(2, &key_segment::ids, p, into); }

}  // namespace retold
