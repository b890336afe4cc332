// SPDX-License-Identifier: Apache-2.0
#pragma once
// Bytes of one file, decompressed as they are pulled.
//
//   byte_stream in("news.jsonl.zst", compression::zstd);
//   while (const std::size_t n = in.fill(buffer)) …;
//   if (!in.problem().empty()) …;                     // what is wrong with the file; bytes handed out so far are good

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace retold {

enum class compression : std::uint8_t { none, gzip, zstd };
compression compression_of(std::string_view first_bytes) noexcept;

// Why what begins so, unpacked, holds no records, in words to show: another kind of data. Null where it may.
const char* why_no_records(std::string_view first_bytes) noexcept;

class byte_stream {
 public:
  byte_stream(const std::string& path, compression how);
  // Compressed or not by its first bytes; "-" is standard input, of which is handed out what has come. While nothing comes,
  // `stop` is asked now and then, and on true this is the end.
  explicit byte_stream(const std::string& path, std::function<bool()> stop = {});
  ~byte_stream();
  byte_stream(byte_stream&&) noexcept;

  // Up to into.size() bytes; 0 at the end, and from the first problem on.
  std::size_t fill(std::span<char> into);

  // Empty while all is well; else a reason to show, such as "Permission denied" or "truncated gzip data".
  const std::string& problem() const noexcept;

  struct state;

 private:
  std::unique_ptr<state> state_;
};

// Why a read from standard input gave nothing just now; empty if that was the end of it. To be asked once: std::cin keeps
// silent about it as long as it shares stdin's buffer.
std::string standard_input_problem();

using fill_function = std::function<std::size_t(std::span<char>)>;

// All of it into `out`, as long as that is no more than `limit` bytes; false (and `out` useless) when there is more.
bool read_all(const fill_function& fill, std::uint64_t limit, std::string& out);

}  // namespace retold
