// SPDX-License-Identifier: Apache-2.0
#pragma once
// A record as an index sees it: keys that equal ones share (part of index).

#include <cstdint>
#include <string_view>
#include <vector>

#include "index_codec.hpp"
#include "retold/index.hpp"
#include "retold/lsh.hpp"
#include "retold/minhash.hpp"
#include "shingle_stream.hpp"

namespace retold {

// What is the same for every record of an index.
struct index_plan {
  index_options options;
  minhasher sign;
  banding bands;  // none at level exact

  explicit index_plan(const index_options& from);
  std::size_t slots() const noexcept { return bands.bands == 0 ? 0 : options.slots; }  // stored of each
};

struct signed_text {
  words_key words;
  std::uint64_t set_size = 0;
  std::vector<std::uint8_t> slots;
  std::vector<std::uint64_t> bands;  // keys

  std::vector<std::uint64_t> keys(std::uint32_t scope) const;  // of its postings: words, then bands
};

// For one thread at a time.
class index_signer {
 public:
  explicit index_signer(const index_plan& plan) : plan_(plan), stream_(plan.options.shingle), signature_(plan.options.slots) {}
  signed_text operator()(std::string_view text);
  std::span<const std::uint64_t> set_of(std::string_view text) { return stream_.set(text); }  // good until the next call

 private:
  const index_plan& plan_;
  shingle_stream stream_;
  signature signature_;
};

}  // namespace retold
