// SPDX-License-Identifier: Apache-2.0
#pragma once
// The hashes of the words of a text, straight from its bytes: folding, cutting and hashing in one pass, for those who do not
// ask where the words stand (part of the shingle stage). The same numbers as hash_bytes of the words of segment(text)
// (but for texts of which the folding passes 4 GiB).

#include <cstdint>
#include <span>
#include <string_view>

#include "retold/segment.hpp"
#include "scratch.hpp"
#include "shingle_hash.hpp"
#include "shingle_lines.hpp"

namespace retold {

// Reads one text after the other; the memory it grew is kept. For one thread at a time.
class word_hasher {
 public:
  word_hasher() : word_hasher(choose_take_lines(), choose_hash_words()) {}
  word_hasher(take_lines_function take_lines, hash_words_function hash_words)
      : take_lines_(take_lines), hash_words_(hash_words) {}

  // In the order of the text; valid until the next call.
  std::span<const std::uint64_t> operator()(std::string_view text);

 private:
  void care();
  bool needs_care() const;
  bool continues_chunk(std::size_t at) const;
  void take_all(std::string_view folded);
  void take(word_class kind, std::string_view folded);
  void close();
  void make_room(std::size_t bytes);
  void hash_closed();

  take_lines_function take_lines_;
  hash_words_function hash_words_;
  word_lines lines_;
  word_class open_ = word_class::none;    // of the open word; a word that a mark began is a run
  scratch<char> buffer_;                  // folded bytes
  scratch<std::uint32_t> begins_, ends_;  // of words in the buffer
  scratch<std::uint64_t> hashes_;         // the first count_
  std::size_t count_ = 0;
};

}  // namespace retold
