// SPDX-License-Identifier: Apache-2.0
#include "shingle_hash.hpp"

#include "hash.hpp"

namespace retold {

void hash_words_scalar(const word_places& words, std::uint64_t* out) {
  for (std::size_t i = 0; i < words.begin.size(); ++i) out[i] = hash_word(words.bytes + words.begin[i], words.size[i]);
}

bool has_avx512() noexcept {
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq");
#else
  return false;
#endif
}

}  // namespace retold
