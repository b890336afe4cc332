// SPDX-License-Identifier: Apache-2.0
#pragma once
// The inputs of a batch as chunks of whole lines, which several threads read at once, and read again later (part of dedup).
//
// Where a chunk begins and ends depends on the inputs alone, so every pass and every run sees the same ones.

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dedup_copies.hpp"
#include "dedup_find.hpp"

namespace retold {

// A run of lines, and where its lines and its entries (lines that are not blank) stand among all.
struct chunk_place {
  std::uint32_t file = 0;
  std::uint32_t lines = 0, entries = 0;
  std::uint64_t begin = 0, bytes = 0;  // decompressed
  std::uint64_t first_line = 0;        // of its file, from 0
  std::uint32_t first_entry = 0;
};

// Throws error(input) if what was read again does not lie where it lay.
void check_unchanged(const chunk_place& before, const chunk_place& now, const input_file& file);

// What the first pass over the inputs leaves to those that follow.
struct chunks_read {
  const std::vector<input_file>& files;
  const std::vector<chunk_place>& places;
  const chunk_copies& copies;
};

// Hands out the chunks one after the other, to any thread.
class chunk_reader {
 public:
  // For the first time.
  static constexpr std::uint64_t usual_size = 1 << 20;
  explicit chunk_reader(const std::vector<input_file>& files, std::uint64_t chunk_size = usual_size)
      : files_(files), chunk_size_(chunk_size) {}
  // Again, with the same size: of packed files the copies are read, if they are all there.
  explicit chunk_reader(const chunks_read& before, std::uint64_t chunk_size = usual_size)
      : files_(before.files), places_(&before.places), copies_(&before.copies), chunk_size_(chunk_size) {}
  ~chunk_reader();

  struct chunk {
    std::size_t number = 0;
    chunk_place place;       // lines, entries and what is first: only if they were known
    std::string_view lines;  // in `buffer`, with readable bytes behind; empty if not wanted
  };
  // Nothing at the end. Chunks of which wanted(number) is false are passed over: their lines are empty, but of packed files the
  // first time. Throws error(input), also for a file that cannot be opened.
  std::optional<chunk> next(std::string& buffer, const std::function<bool(std::size_t)>& wanted = {});

  // What is wrong with compressed files, of which only a part can be read; complete after the last chunk.
  const std::vector<skipped_input>& damaged() const noexcept { return damaged_; }

 private:
  struct open_file;
  std::optional<chunk> next_plain(std::unique_lock<std::mutex>& lock, std::string& buffer, bool is_wanted);
  std::optional<chunk> next_packed(std::string& buffer, bool is_wanted);
  std::optional<chunk> next_known(std::unique_lock<std::mutex>& lock, std::string& buffer, bool is_wanted);
  bool open_next();
  const chunk_place* next_place() const;

  const std::vector<input_file>& files_;
  const std::vector<chunk_place>* places_ = nullptr;  // where they are known already
  const chunk_copies* copies_ = nullptr;
  const std::uint64_t chunk_size_;
  std::mutex guard_;
  std::size_t number_ = 0;    // of the next chunk
  std::uint32_t file_ = 0;    // of it
  std::uint64_t offset_ = 0;  // in it
  std::shared_ptr<open_file> open_;
  std::string rest_;  // of a packed file: a line's beginning
  std::vector<skipped_input> damaged_;
};

// Numbers lines and entries chunk after chunk.
class entry_numbers {
 public:
  void place(chunk_place& counted);  // throws error(input) beyond 2^32 - 2 entries

 private:
  std::uint64_t entry_ = 0, line_ = 0;
  std::uint32_t file_ = 0;
};

// The lines of a chunk that are not blank, each without its end.
struct entry_line {
  std::string_view text;
  std::string_view stored;  // with its end
  std::uint32_t line = 0;   // within the chunk
};
void split_entries(std::string_view lines, std::vector<entry_line>& into, std::uint32_t& line_count);

// With an end, which the last line of a file may lack: what is written behind it is a line of its own.
void append_line(std::string& to, std::string_view stored);

// Of lines that are no records, so many are named; the others are counted.
inline constexpr std::size_t most_bad_lines_named = 100;

// "FILE:LINE", counted from 1.
std::string line_name(const std::string& file, const chunk_place& place, const entry_line& line);

}  // namespace retold
