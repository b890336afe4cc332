// SPDX-License-Identifier: Apache-2.0
#include "shingle_hash.hpp"

#include "hash.hpp"

namespace retold {

void hash_words_scalar(const word_places& words, std::uint64_t* out) {
  for (std::size_t i = 0; i < words.begins.size(); ++i)
    out[i] = hash_word(words.bytes + words.begins[i], words.ends[i] - words.begins[i]);
}

}  // namespace retold
