// SPDX-License-Identifier: Apache-2.0
#pragma once
// Which documents share a key, in the files of an index (part of index).
//
// A key is 40 bits of a hash: of a band, of a text's words, of an id. The postings (key, number of a document) of a stretch of
// documents are a run: sorted, cut into 2^b chunks by the key's first b bits, so that a look-up reads the one chunk it must be
// in. A filter says of nearly all keys that are not there that they are not, at the price of one line of the cache. Runs of
// like size are merged, so their number grows with the logarithm of the documents'.
//
// Equal keys of unequal things only propose a document in vain: whoever asks compares.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "index_filter.hpp"
#include "index_store.hpp"

namespace retold {

inline constexpr std::size_t all_postings = ~std::size_t{0};

enum class posting_kind : std::uint8_t { band, words, id };
std::uint64_t posting_key(posting_kind kind, std::uint32_t scope, std::uint64_t key) noexcept;
std::uint64_t band_of(std::uint64_t posting, std::uint32_t scope) noexcept;  // as much of a band's key as the posting has

struct posting {
  std::uint64_t key = 0, number = 0;
};

struct posting_run {
  std::uint64_t id = 0;
  std::uint64_t first = 0, last = 0, count = 0;  // numbers of documents that lie in it; postings
  unsigned chunk_bits = 0;
  std::uint64_t filter_lines = 0;                // 0: there is none
  std::shared_ptr<const posting_filter> filter;  // null: not in memory

  unsigned number_bytes() const noexcept;
  unsigned key_bytes() const noexcept { return (posting_key_bits - chunk_bits + 7) / 8; }
  std::string chunk_key(std::uint64_t key) const;
  std::string written() const;
  static std::optional<posting_run> read(std::uint64_t id, std::string_view value);
};

// The documents of `key` in a chunk of a run, the first `most` of them; false: the chunk is damaged.
bool numbers_in_chunk(const posting_run& run, std::string_view chunk, std::uint64_t key, std::vector<std::uint64_t>& into,
                      std::size_t most = all_postings);
bool each_in_chunk(const posting_run& run, std::uint64_t chunk_number, std::string_view chunk,
                   const std::function<void(const posting&)>& visit);

// Takes postings by key, those of a key by number, and makes the files of a run. Its filter is not in memory.
class run_writer {
 public:
  // `postings`: how many will come at most.
  run_writer(index_store& store, std::uint64_t id, std::uint64_t first, std::uint64_t last, std::uint64_t postings);
  void add(const posting& next);
  posting_run finish(std::vector<std::unique_ptr<index_store::sorted_file>>& files);

 private:
  void write_chunk();
  posting_run run_;
  filter_writer filter_;
  std::unique_ptr<index_store::sorted_file> chunks_;
  std::uint64_t chunk_ = 0;
  std::vector<posting> in_chunk_;
};

// Merges runs, in the order of their documents, into one. `stays`: whether a document's postings do.
posting_run merge_runs(index_store& store, std::span<const posting_run> runs, std::uint64_t id,
                       const std::function<bool(std::uint64_t)>& stays,
                       std::vector<std::unique_ptr<index_store::sorted_file>>& files);

// Calls visit(posting) for all of a run, by key. Returns how many of its chunks are none.
std::uint64_t each_posting(const index_store& store, const posting_run& run, const std::function<void(const posting&)>& visit);

// Calls visit(which of the keys, number) for every posting of the keys, or for the first `most` of each in each run.
using posting_visit = std::function<void(std::size_t, std::uint64_t)>;
void find_postings(const index_store& store, std::span<const posting_run> runs, std::span<const std::uint64_t> keys,
                   const posting_visit& visit, std::size_t most = all_postings);

}  // namespace retold
