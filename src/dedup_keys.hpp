// SPDX-License-Identifier: Apache-2.0
#pragma once
// What a batch remembers of its records until all have been seen: keys that equal records share, in partitions by their highest
// bits, so that each partition can be sorted by itself (part of dedup).
//
// A segment is what one thread has gathered. Full ones go to the working folder, whole or not at all, and are what an
// interrupted run leaves to the next.

#include <array>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "dedup_input.hpp"
#include "retold/simhash.hpp"

namespace retold {

inline constexpr std::size_t partitions = 256;

// A band key's 32 bits behind those of the partition, and its record. Equal halves of unequal keys only propose a pair in vain.
using band_entry = std::uint64_t;
inline band_entry make_band_entry(std::uint64_t key, std::uint32_t entry) noexcept {
  return (key << 8 & 0xFFFF'FFFF'0000'0000) | entry;
}

// A key that decides by itself: 96 bits, or 64 and what is to be told apart.
struct wide_entry {
  std::uint64_t key = 0;
  std::uint32_t more = 0;
  std::uint32_t entry = 0;
};

enum class entry_kind : std::uint8_t { record, wordless, bad };
inline constexpr std::uint8_t title_stands = 4;  // added to the kind where the title was compared

template <class Entry>
using parts = std::array<std::vector<Entry>, partitions>;

struct key_segment {
  std::vector<chunk_place> places;
  std::vector<std::uint64_t> chunks;  // their numbers; entries below are theirs, in this order
  std::vector<std::uint8_t> kinds;
  std::vector<double> ranks;        // with a rule that needs them
  std::vector<fingerprint> prints;  // with simhash
  std::vector<std::uint8_t> slots;  // where sketches verify
  parts<band_entry> bands;
  parts<wide_entry> texts, ids;
};

// Segments in memory and in files, as one.
class key_store {
 public:
  // `folder` empty: nothing goes to files. `job` tells this job's segments from any other's.
  key_store(std::string folder, std::uint64_t job);

  // Takes up what an earlier run left: the number of segments that are whole. Others are removed.
  std::size_t resume();

  void save(key_segment&& full);  // to a file; any thread. Throws error(output)
  void keep(key_segment&& last);  // in memory; any thread
  void save_kept();               // those in memory too

  bool any_saved() const noexcept { return !saved_.empty(); }

  // What all segments hold; the parts of one partition come in no order.
  void read_bands(std::size_t partition, std::vector<band_entry>& into) const;
  void read_texts(std::size_t partition, std::vector<wide_entry>& into) const;
  void read_ids(std::size_t partition, std::vector<wide_entry>& into) const;

  // Calls visit(key_segment without its keys) for each.
  template <class Visit>
  void each(const Visit& visit) const {
    for (const key_segment& s : kept_) visit(s);
    for (const saved& s : saved_) visit(load(s));
  }

 private:
  struct saved {
    std::string path;
    std::array<std::uint64_t, 3 * partitions + 1> starts;  // of the partitions of bands, texts, ids
  };
  key_segment load(const saved& from) const;  // without keys
  std::optional<saved> open(const std::string& path) const;
  template <class Entry>
  void read(std::size_t table, parts<Entry> key_segment::*kept, std::size_t partition, std::vector<Entry>& into) const;
  std::string next_path();

  std::string folder_;
  std::uint64_t job_;
  std::mutex guard_;
  std::size_t next_ = 0;
  std::vector<key_segment> kept_;
  std::vector<saved> saved_;
};

}  // namespace retold
