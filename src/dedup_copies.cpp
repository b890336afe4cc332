// SPDX-License-Identifier: Apache-2.0
#include "dedup_copies.hpp"

#include <zstd.h>

#include <algorithm>
#include <new>

#include "retold/error.hpp"

namespace retold {
namespace {

constexpr int level = -3;  // as fast as it gets without growing to the size of the text

// One for each thread: they are large.
struct packer {
  std::unique_ptr<ZSTD_CCtx, std::size_t (*)(ZSTD_CCtx*)> in{ZSTD_createCCtx(), ZSTD_freeCCtx};
  std::unique_ptr<ZSTD_DCtx, std::size_t (*)(ZSTD_DCtx*)> out{ZSTD_createDCtx(), ZSTD_freeDCtx};
  std::vector<std::byte> buffer;

  static packer& own() {
    thread_local packer of_this_thread;
    if (!of_this_thread.in || !of_this_thread.out) throw std::bad_alloc();
    return of_this_thread;
  }
};

}  // namespace

void chunk_copies::keep(std::size_t number, copy&& made) {
  const std::scoped_lock lock(guard_);
  if (copies_.size() <= number) copies_.resize(number + 1);
  copies_[number] = std::move(made);
}

void chunk_copies::give_up(std::uint32_t file) {
  const std::scoped_lock lock(guard_);
  if (!hold(file)) return;
  if (incomplete_.size() <= file) incomplete_.resize(file + 1);
  incomplete_[file] = true;
  for (copy& each : copies_)
    if (each.here && each.file == file) memory_ += each.size, each = {};
}

bool chunk_copies::fits(std::uint32_t file, std::size_t bytes) {
  const std::scoped_lock lock(guard_);
  if (bytes > memory_ || !hold(file)) return false;
  memory_ -= bytes;
  return true;
}

void chunk_copies::put(std::size_t number, std::uint32_t file, compression how, std::string_view lines) {
  copy made;
  made.file = file;
  made.size = lines.size();
  if (fits(file, lines.size())) {
    made.here = std::make_unique_for_overwrite<char[]>(lines.size());
    std::copy(lines.begin(), lines.end(), made.here.get());
  } else if (how != compression::gzip) {
    return give_up(file);
  } else {
    packer& with = packer::own();
    with.buffer.resize(std::max(with.buffer.size(), ZSTD_compressBound(lines.size())));
    made.size = ZSTD_compressCCtx(with.in.get(), with.buffer.data(), with.buffer.size(), lines.data(), lines.size(), level);
    if (ZSTD_isError(made.size) != 0) throw std::bad_alloc();  // within the bound, nothing else goes wrong
    made.begin = file_.append(std::span(with.buffer).first(made.size));
  }
  keep(number, std::move(made));
}

void chunk_copies::get(std::size_t number, std::span<char> into) const {
  const copy& from = copies_.at(number);
  if (from.here) {
    std::copy_n(from.here.get(), into.size(), into.begin());
    return;
  }
  packer& with = packer::own();
  with.buffer.resize(std::max<std::size_t>(with.buffer.size(), from.size));
  const auto packed = std::span(with.buffer).first(from.size);
  file_.read(from.begin, packed);
  if (ZSTD_decompressDCtx(with.out.get(), into.data(), into.size(), packed.data(), packed.size()) != into.size())
    throw error(error_kind::input, "a temporary file has changed; run again");
}

}  // namespace retold
