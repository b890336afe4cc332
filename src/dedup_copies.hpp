// SPDX-License-Identifier: Apache-2.0
#pragma once
// Chunks of compressed inputs, kept from the first pass for those that follow: a file can only be unpacked from its beginning,
// by one thread at a time, and with gzip that takes longer than all else (part of dedup).

#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "read_stream.hpp"
#include "unnamed_file.hpp"

namespace retold {

class chunk_copies {
 public:
  // As they are in so many bytes of memory. Beyond, those of gzip lightly packed in a file without a name in `folder`, as long
  // as there is room for it; those of Zstandard not at all: it is unpacked again in less time than that takes.
  chunk_copies(std::uint64_t memory, std::string folder) : memory_(memory), file_(std::move(folder)) {}

  // Any thread, once for a number.
  void put(std::size_t number, std::uint32_t file, compression how, std::string_view lines);
  // After all have been put, any thread: whether all chunks of a file are here.
  bool hold(std::uint32_t file) const { return file >= incomplete_.size() || !incomplete_[file]; }
  // `into` is as long as the lines were. Throws error(input).
  void get(std::size_t number, std::span<char> into) const;

 private:
  struct copy {
    std::uint32_t file = 0;
    std::unique_ptr<char[]> here;
    std::uint64_t begin = 0, size = 0;  // of the lines, or packed in the file
  };
  bool fits(std::uint32_t file, std::size_t bytes);
  bool pack(std::string_view lines, copy& made);
  void keep(std::size_t number, copy&& made);
  void give_up(std::uint32_t file);
  void give_up_packing();

  std::uint64_t memory_;  // left
  std::mutex guard_;
  std::vector<copy> copies_;
  std::vector<bool> incomplete_;  // by file
  bool no_room_ = false;          // on the disk
  unnamed_file file_;
};

}  // namespace retold
