// SPDX-License-Identifier: Apache-2.0
#pragma once
// A file that comes into being whole or not at all: filled beside its target by several threads, then renamed into place.
//
//   output_file out("kept.jsonl.zst");
//   const std::string piece = packed(out.how(), lines);
//   out.write_at(out.reserve(piece.size()), piece);      // reserve() in the order of the output, write_at() whenever
//   out.commit();                                        // without it, nothing has happened
//
// Where the system can, the file has no name until commit(), so that not even kill -9 leaves anything behind.

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>

#include "read_stream.hpp"

namespace retold {

class output_file {
 public:
  // Throws error(output) naming path and reason. What cannot be renamed onto (devices, pipes, standard output under its name in
  // /dev) is written to directly.
  explicit output_file(const std::string& path);
  ~output_file();  // not committed: removed
  output_file(const output_file&) = delete;
  output_file& operator=(const output_file&) = delete;

  compression how() const noexcept { return how_; }  // by the ending of its name

  // The place of the next bytes.
  std::uint64_t reserve(std::uint64_t bytes) noexcept { return reserved_.fetch_add(bytes); }

  // Any thread. Every reserved place must be written once; where bytes can only follow one another, it waits for those before.
  // Throws error(output): "kept.jsonl: cannot be written: No space left on device".
  void write_at(std::uint64_t place, std::string_view bytes);

  // A place that was reserved will not be written after all: whoever waits for it fails, and commit() does.
  void give_up() noexcept;

  // Under its name, and where that was taken also on the disk: an old target keeps its permissions, a link stays one. A
  // compressed file of nothing gets an empty member. Throws error(output); the old target is as it was then.
  void commit();

 private:
  [[noreturn]] void fail(int reason) const;
  void open_beside();
  bool open_nameless(const std::string& folder);
  void name_nameless();
  void write_in_turn(std::uint64_t place, std::string_view bytes);
  void close();

  std::string path_, target_;  // as given; with links followed
  std::string beside_;         // the name until it is renamed; empty while it has none
  compression how_;
  bool direct_ = false;
  int file_ = -1;
  std::atomic<std::uint64_t> reserved_ = 0, written_ = 0;
  std::mutex guard_;  // of what follows: writing in turn
  std::condition_variable turn_;
  std::uint64_t next_ = 0;
  int failure_ = 0;
};

// A gzip member or Zstandard frame by itself: one after the other they make a file. The same bytes for the same piece (below
// 4 GiB), whoever calls.
std::string packed(compression how, std::string_view piece);

}  // namespace retold
