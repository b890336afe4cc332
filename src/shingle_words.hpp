// SPDX-License-Identifier: Apache-2.0
#pragma once
// The hashes of the words of a text, straight from its bytes: folding, cutting and hashing in one pass, for those who do not
// ask where the words stand (part of the shingle stage). The same numbers as hash_bytes of the words of segment(text)
// (but for texts of which the folding passes 4 GiB).

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "retold/segment.hpp"
#include "shingle_hash.hpp"

namespace retold {

// Reads one text after the other; the memory it grew is kept. For one thread at a time.
class word_hasher {
 public:
  // In the order of the text; valid until the next call.
  std::span<const std::uint64_t> operator()(std::string_view text);

 private:
  bool block();
  struct line_part {
    std::size_t taken = 0;  // bytes of the text
    std::size_t made = 0;   // bytes of its folding
    std::size_t last = 1;   // bytes of the last character taken
  };
  line_part gather(const char* line, std::uint64_t beyond, std::size_t size, char* folded) const;
  void take_edges(std::uint64_t words, unsigned size);
  void letters_of_two_bytes();
  void code_points();
  void sequence();
  void take(word_class kind, std::string_view folded);
  void take_all(std::string_view folded);
  void close();
  void hash_closed();
  void make_room(std::size_t bytes);
  bool continues_chunk(std::size_t at) const;

  std::string_view text_;
  std::size_t at_ = 0;
  std::string buffer_;     // folded bytes
  std::size_t begin_ = 0;  // of the open word in it
  std::size_t end_ = 0;    // of what was folded
  word_class open_ = word_class::none;
  std::vector<std::uint64_t> closed_begin_, closed_size_;  // words in the buffer, the first closed_; not yet hashed
  std::size_t closed_ = 0;
  hash_words_function hash_words_ = choose_hash_words();
  std::vector<std::uint64_t> hashes_;  // the first count_
  std::size_t count_ = 0;
};

}  // namespace retold
