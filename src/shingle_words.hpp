// SPDX-License-Identifier: Apache-2.0
#pragma once
// The hashes of the words of a text, straight from its bytes: folding, cutting and hashing in one pass, for those who do not
// ask where the words stand (part of the shingle stage). The same numbers as hash_bytes of the words of segment(text)
// (but for texts of which the folding passes 4 GiB).

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "retold/segment.hpp"

namespace retold {

// Reads one text after the other; the memory it grew is kept. For one thread at a time.
class word_hasher {
 public:
  // In the order of the text; valid until the next call.
  const std::vector<std::uint64_t>& operator()(std::string_view text);

 private:
  struct code_point;  // of the text, decoded and looked up

  void ascii();
  void beyond_ascii();
  void take_edges(std::uint64_t words, unsigned size);
  void sequence();
  void take(word_class kind, std::string_view folded);
  void take_all(std::string_view folded);
  void close();
  void make_room(std::size_t bytes);
  bool continues_chunk(std::size_t at) const;

  std::string_view text_;
  std::size_t at_ = 0;
  std::string buffer_;     // folded bytes, from the open word's first one on
  std::size_t begin_ = 0;  // of the open word in it
  std::size_t end_ = 0;    // of what was folded
  word_class open_ = word_class::none;
  std::vector<std::uint64_t> hashes_;
};

}  // namespace retold
