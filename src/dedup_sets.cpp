// SPDX-License-Identifier: Apache-2.0
#include "dedup_sets.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "retold/error.hpp"
#include "retold/verify.hpp"

namespace retold {
namespace {

void check(int reason, const char* what, error_kind kind, const std::string& folder) {
  if (reason != 0)
    throw error(kind,
                folder + ": temporary files cannot be " + what + ": " + std::strerror(reason == nothing_more ? EIO : reason));
}

template <class Similarity>
std::size_t first_similar(std::span<const std::uint32_t> others, double threshold, double& similarity, const Similarity& with) {
  for (std::size_t i = 0; i < others.size(); ++i)
    if (similarity = with(others[i]); similarity >= threshold) return i;
  return others.size();
}

}  // namespace

set_store::set_store(std::size_t count, std::uint64_t memory, std::string folder)
    : places_(count), memory_(memory), folder_(std::move(folder)) {}

// Removed at once: it is gone with the process, however that ends.
int set_store::open_file() {
  const std::scoped_lock lock(guard_);
  if (file_) return file_.get();
  const std::string path = folder_ + "/sets";
  file_ = descriptor(::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  check(file_ ? 0 : errno, "written", error_kind::output, folder_);
  ::unlink(path.c_str());
  return file_.get();
}

void set_store::put(std::uint32_t which, std::span<const std::uint64_t> set) {
  place& to = places_[which];
  to.size = static_cast<std::uint32_t>(set.size());
  const std::uint64_t bytes = set.size_bytes();
  if (used_.fetch_add(bytes) + bytes <= memory_) {
    to.here = std::make_unique_for_overwrite<std::uint64_t[]>(set.size());
    std::copy(set.begin(), set.end(), to.here.get());
    return;
  }
  used_.fetch_sub(bytes);  // a smaller one may still fit
  const int file = open_file();
  to.offset = written_.fetch_add(bytes);
  const auto* const from = reinterpret_cast<const char*>(set.data());
  const auto write = [&](std::size_t done) {
    return ::pwrite(file, from + done, bytes - done, static_cast<off_t>(to.offset + done));
  };
  check(move_all(bytes, write), "written", error_kind::output, folder_);
}

std::span<const std::uint64_t> set_store::get(std::uint32_t which, std::vector<std::uint64_t>& buffer) const {
  const place& from = places_[which];
  if (from.here) return {from.here.get(), from.size};
  buffer.resize(from.size);
  auto* const to = reinterpret_cast<char*>(buffer.data());
  const std::size_t bytes = from.size * sizeof(std::uint64_t);
  const auto read = [&](std::size_t done) {
    return ::pread(file_.get(), to + done, bytes - done, static_cast<off_t>(from.offset + done));
  };
  check(move_all(bytes, read), "read back", error_kind::input, folder_);
  return buffer;
}

find_similar by_sets(const set_store& sets, double threshold) {
  return [&sets, threshold](std::uint32_t of, std::span<const std::uint32_t> others, double& similarity) {
    thread_local std::vector<std::uint64_t> own, other;
    const std::span<const std::uint64_t> set = sets.get(of, own);
    return first_similar(others, threshold, similarity,
                         [&](std::uint32_t o) { return overlap(set, sets.get(o, other)).jaccard; });
  };
}

find_similar by_slots(std::vector<std::uint8_t> slots, std::size_t count, double threshold) {
  return [slots = std::move(slots), count, threshold](std::uint32_t of, std::span<const std::uint32_t> others,
                                                      double& similarity) {
    const auto sketch = [&](std::uint32_t c) { return std::span(slots).subspan(c * count, count); };
    return first_similar(others, threshold, similarity, [&](std::uint32_t o) { return estimate(sketch(of), sketch(o)); });
  };
}

find_similar by_prints(std::vector<fingerprint> prints, double threshold) {
  return [prints = std::move(prints), threshold](std::uint32_t of, std::span<const std::uint32_t> others, double& similarity) {
    return first_similar(others, threshold, similarity, [&](std::uint32_t o) {
      const double cosine = std::max(0.0, estimate(prints[of], prints[o]));
      return cosine / (2 - cosine);  // of sets of like size
    });
  };
}

}  // namespace retold
