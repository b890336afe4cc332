// SPDX-License-Identifier: Apache-2.0
#pragma once
// What an index takes of the memory that it may use (part of index).
//
//   what the engine has of each open file   8 MB
//   blocks of the files, read lately        3/8 without these 8 MB
//   filters of the runs                     1/4
//   what came since the last run            1/8   and 1/32 while it becomes one; at level story with its terms
//   write buffers of the engine             1/16  (what it writes to its log goes there too, until it is in files)
//   reading ahead, four runs at a time      1/64
//   files being written, eight at a time    1/64
//   texts and terms of another, merged      1/32
//   lost between blocks of the heap         the rest, 3/32
//
// All but the first two end at what makes nothing faster. On top come the program, 19 MB, and the lines that its threads have
// in hand, some 2 MB each; at level story some 5, of 12 bytes a term.

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace retold {

struct index_memory {
  static constexpr std::uint64_t engine = 8 << 20;
  explicit constexpr index_memory(std::uint64_t bytes) noexcept
      : blocks(bytes / 8 * 3 - engine),
        filters(bytes / 4),
        recent(std::min<std::uint64_t>(bytes / 8, 1 << 30)),
        in_hand(std::min<std::uint64_t>(bytes / 32, 64 << 20)),
        write_buffers(std::min<std::uint64_t>(bytes / 16, 256 << 20)),
        ahead(static_cast<std::size_t>(std::clamp<std::uint64_t>(bytes / 256, 64 << 10, 2 << 20))),
        file_buffer(static_cast<std::size_t>(std::clamp<std::uint64_t>(bytes / 512, 64 << 10, 1 << 20))) {}

  std::uint64_t blocks, filters, recent;
  std::uint64_t in_hand;  // texts and terms of another index, while it is merged
  std::uint64_t write_buffers;
  std::size_t ahead;        // of each run
  std::size_t file_buffer;  // of each file
};

}  // namespace retold
