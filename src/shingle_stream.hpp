// SPDX-License-Identifier: Apache-2.0
#pragma once
// Texts to shingles one after the other; of words, without allocations once the longest text has been seen (part of the shingle
// stage).
// The same numbers as shingle_list and shingles.
//
//   shingle_stream stream(options);
//   const auto words = stream.words(text);
//   const auto list = stream.list(words);     // where the unit is the word. For minhasher: sign(list, into)
//   const auto set = stream.set(list);        // for overlap
//
// For one thread at a time. A span is valid until its kind is made again: calls that take a text make words, list and set anew.

#include <cstdint>
#include <span>
#include <string_view>

#include "retold/shingle.hpp"
#include "scratch.hpp"
#include "shingle_windows.hpp"
#include "shingle_words.hpp"

namespace retold {

class shingle_stream {
 public:
  using numbers = std::span<const std::uint64_t>;

  explicit shingle_stream(const shingle_options& options = {}) : options_(options) {}

  // The hashes of the words of a text, in order, whatever the unit of shingles.
  numbers words(std::string_view text) { return hash_words_(text); }

  // The shingles of words, in order, each as often as it occurs; fewer than k words give one, none give none.
  numbers list(numbers units);
  numbers list(std::string_view text);

  // Sorted, each once.
  numbers set(numbers list);
  numbers set(std::string_view text) { return set(list(text)); }

  const shingle_options& options() const noexcept { return options_; }

 private:
  shingle_options options_;
  word_hasher hash_words_;
  write_windows_function write_windows_ = choose_write_windows();
  scratch<std::uint64_t> list_, set_, spare_;
};

}  // namespace retold
