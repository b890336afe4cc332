// SPDX-License-Identifier: Apache-2.0
#include "index_sign.hpp"

#include "hash.hpp"
#include "index_postings.hpp"

namespace retold {

index_plan::index_plan(const index_options& from) : options(from), sign({.slots = from.slots}) {
  if (options.level != level::exact) bands = choose_banding(options.threshold, options.recall, options.slots);
}

signed_text index_signer::operator()(std::string_view text) {
  const std::span<const std::uint64_t> words = stream_.words(text);
  signed_text out;
  out.words = words_key_of(words);
  if (!out.words.any() || plan_.bands.bands == 0) return out;
  const bool by_words = plan_.options.shingle.unit == shingle_unit::word;
  const std::span<const std::uint64_t> list = by_words ? stream_.list(words) : stream_.list(text);
  plan_.sign(list, signature_);
  for (const std::uint64_t slot : signature_) out.slots.push_back(static_cast<std::uint8_t>(slot));
  out.bands.resize(plan_.bands.bands);
  band_keys(signature_, plan_.bands, out.bands);
  if (plan_.options.store_text) out.set_size = stream_.set(list).size();
  return out;
}

std::vector<std::uint64_t> signed_text::keys(std::uint32_t scope) const {
  std::vector<std::uint64_t> out{posting_key(posting_kind::words, scope, words.high)};
  for (const std::uint64_t band : bands) out.push_back(posting_key(posting_kind::band, scope, band));
  return out;
}

}  // namespace retold
