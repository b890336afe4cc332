// SPDX-License-Identifier: Apache-2.0
#include "dedup_copies.hpp"

#include <zstd.h>

#include <algorithm>
#include <new>
#include <utility>

#include "retold/error.hpp"

namespace retold {
namespace {

constexpr int level = -3;  // as fast as it gets without growing to the size of the text

// One for each thread: they are large.
struct packer {
  std::unique_ptr<ZSTD_CCtx, std::size_t (*)(ZSTD_CCtx*)> in{ZSTD_createCCtx(), ZSTD_freeCCtx};
  std::unique_ptr<ZSTD_DCtx, std::size_t (*)(ZSTD_DCtx*)> out{ZSTD_createDCtx(), ZSTD_freeDCtx};
  std::vector<std::byte> buffer;

  // One long line need not be remembered for ever.
  void tidy() {
    if (buffer.size() > (std::size_t{4} << 20)) buffer = {};
  }
  static packer& own() {
    thread_local packer of_this_thread;
    if (!of_this_thread.in || !of_this_thread.out) throw std::bad_alloc();
    return of_this_thread;
  }
};

}  // namespace

bool chunk_copies::fits(std::uint32_t file, std::size_t bytes) {
  const std::scoped_lock lock(guard_);
  if (bytes > memory_ || !hold(file)) return false;
  memory_ -= bytes;
  return true;
}

// With guard_ held. Copies are in the order of the files, but for holes.
void chunk_copies::give_up(std::uint32_t file) {
  if (!hold(file)) return;
  if (incomplete_.size() <= file) incomplete_.resize(file + 1);
  incomplete_[file] = true;
  for (std::size_t i = copies_.size(); i-- > 0 && (!copies_[i].here || copies_[i].file >= file);)
    if (copies_[i].here && copies_[i].file == file) memory_ += copies_[i].size, copies_[i] = {};
}

// What has been packed makes room again: others need it more.
void chunk_copies::give_up_packing() {
  const std::scoped_lock lock(guard_);
  if (std::exchange(no_room_, true)) return;
  for (const copy& each : copies_)
    if (each.size != 0 && !each.here) give_up(each.file);
  file_.clear();
}

bool chunk_copies::pack(std::string_view lines, copy& made) {
  {
    const std::scoped_lock lock(guard_);
    if (no_room_ || !hold(made.file)) return false;
  }
  packer& with = packer::own();
  with.buffer.resize(std::max(with.buffer.size(), ZSTD_compressBound(lines.size())));
  made.size = ZSTD_compressCCtx(with.in.get(), with.buffer.data(), with.buffer.size(), lines.data(), lines.size(), level);
  if (ZSTD_isError(made.size) != 0) throw std::bad_alloc();  // within the bound, nothing else goes wrong
  try {
    made.begin = file_.append(std::span(with.buffer).first(made.size));
  } catch (const error&) {
    give_up_packing();
    return false;
  }
  with.tidy();
  return true;
}

void chunk_copies::keep(std::size_t number, copy&& made) {
  const std::scoped_lock lock(guard_);
  if (!made.here && no_room_) give_up(made.file);
  if (!hold(made.file)) {  // since another thread has given it up
    if (made.here) memory_ += made.size;
    return;
  }
  if (copies_.size() <= number) copies_.resize(number + 1);
  copies_[number] = std::move(made);
}

void chunk_copies::put(std::size_t number, std::uint32_t file, compression how, std::string_view lines) {
  copy made;
  made.file = file;
  made.size = lines.size();
  if (fits(file, lines.size())) {
    made.here = std::make_unique_for_overwrite<char[]>(lines.size());
    std::copy(lines.begin(), lines.end(), made.here.get());
  } else if (how != compression::gzip || !pack(lines, made)) {
    const std::scoped_lock lock(guard_);
    return give_up(file);
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
    throw error(error_kind::input, file_.folder() + ": a temporary file has changed; run again");
  with.tidy();
}

}  // namespace retold
