// SPDX-License-Identifier: Apache-2.0
#pragma once
// Whether a run of postings may have a key: Bloom's filter, with all bits of a key in one line of the cache (part of index).
//
// In the files it has ten bits a posting and says no to 99 of 100 keys that are not there. Where that is more than there is
// room for, several of its neighbouring lines become one in memory: half the size lets one key of nine pass instead of one of a
// hundred. So the files are the same whatever memory they were written with.

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "index_store.hpp"
#include "pages.hpp"

namespace retold {

inline constexpr unsigned posting_key_bits = 40;

struct filter_line {
  static constexpr unsigned words = 8;
  std::uint64_t word[words];
};

class posting_filter {
 public:
  static std::uint64_t lines_for(std::uint64_t postings) noexcept {
    return postings * bits_each / (sizeof(filter_line) * 8) + 1;
  }
  static std::size_t bytes_of(std::uint64_t lines, unsigned fold) noexcept {
    return lines == 0 ? 0 : (((lines - 1) >> fold) + 1) * sizeof(filter_line);
  }

  // Of `lines` in the files, 2^fold of which are one here.
  explicit posting_filter(std::uint64_t lines, unsigned fold = 0);

  void add(std::uint64_t key) noexcept { add(lines_.items()[place_of(key)], key); }
  void join(std::uint64_t line, const filter_line& from) noexcept;  // one of the files'
  void fetch(std::uint64_t key) const noexcept { __builtin_prefetch(&lines_.items()[place_of(key)]); }
  bool may_have(std::uint64_t key) const noexcept;
  unsigned fold() const noexcept { return fold_; }
  std::size_t bytes() const noexcept { return lines_.items().size_bytes(); }

  static std::uint64_t line_of(std::uint64_t key, std::uint64_t lines) noexcept {  // grows with the key
    return (key >> 8) * lines >> (posting_key_bits - 8);
  }
  static void add(filter_line& line, std::uint64_t key) noexcept;

 private:
  static constexpr std::uint64_t bits_each = 10;
  std::size_t place_of(std::uint64_t key) const noexcept { return static_cast<std::size_t>(line_of(key, in_files_) >> fold_); }
  std::uint64_t in_files_;
  unsigned fold_;
  pages<filter_line> lines_;
};

// How far each of some filters, of so many lines, is folded to fit into so many bytes together; `no_filter`: it is left out.
inline constexpr unsigned no_filter = 3;
std::vector<unsigned> filter_folds(std::span<const std::uint64_t> lines, std::uint64_t bytes);

// Takes keys in their order, and writes the filter piece by piece: it need not be in memory whole.
class filter_writer {
 public:
  filter_writer(index_store& store, std::uint64_t run, std::uint64_t lines);
  void add(std::uint64_t key);
  std::unique_ptr<index_store::sorted_file> finish();

 private:
  void write_piece();
  std::unique_ptr<index_store::sorted_file> pieces_;
  std::uint64_t run_, lines_, piece_ = 0;
  std::vector<filter_line> in_piece_;
};

std::shared_ptr<const posting_filter> load_filter(const index_store& store, std::uint64_t run, std::uint64_t lines,
                                                  unsigned fold);

}  // namespace retold
