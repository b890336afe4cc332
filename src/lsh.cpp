// SPDX-License-Identifier: Apache-2.0
// For each band, (key, document) entries are sorted and equal keys read off as runs, so the answer has no hash table's order.
#include "retold/lsh.hpp"

#include <algorithm>
#include <string>

#include "hash.hpp"
#include "lsh_buckets.hpp"
#include "option_ranges.hpp"
#include "radix_sort.hpp"
#include "runs.hpp"

namespace retold {
namespace {

// Half a band key and a document, so that sorting numbers sorts both.
using entry = std::uint64_t;
std::uint32_t document_of(entry e) noexcept { return static_cast<std::uint32_t>(e); }

// For each band, of all documents. Their keys are read once, in order: that many lie in no cache.
std::vector<std::vector<entry>> entries_of(std::span<const std::uint64_t> keys, unsigned bands) {
  std::vector<std::vector<entry>> out(bands);
  const std::size_t documents = keys.size() / bands;
  for (auto& band : out) band.reserve(documents);
  for (std::uint32_t i = 0; i < documents; ++i) {
    const auto own = keys.subspan(std::size_t{i} * bands, bands);
    if (own[0] == 0) continue;  // of the empty set
    for (unsigned band = 0; band < bands; ++band) out[band].push_back(own[band] >> 32 << 32 | i);
  }
  return out;
}

// Calls visit(documents) for each key that several have: of those whose halves are equal, by the whole keys.
template <class Key, class Visit>
void each_bucket(std::span<const entry> sorted, const Key& key_of, const Visit& visit) {
  using keyed = std::pair<std::uint64_t, std::uint32_t>;
  std::vector<keyed> alike;
  std::vector<std::uint32_t> documents;
  const auto same_half = [](entry a, entry b) { return a >> 32 == b >> 32; };
  const auto same_key = [](const keyed& a, const keyed& b) { return a.first == b.first; };
  each_run(sorted, 2, same_half, [&](std::span<const entry> half) {
    alike.clear();
    for (const entry e : half) alike.emplace_back(key_of(document_of(e)), document_of(e));
    std::sort(alike.begin(), alike.end());
    each_run(std::span<const keyed>(alike), 2, same_key, [&](std::span<const keyed> bucket) {
      documents.clear();
      for (const keyed& each : bucket) documents.push_back(each.second);
      visit(documents);
    });
  });
}

// Products, not std::pow, whose last bit is the C library's business: signatures' users store what follows from it.
double power(double base, unsigned exponent) noexcept {
  double result = 1;
  for (; exponent > 0; exponent >>= 1, base *= base)
    if (exponent & 1) result *= base;
  return result;
}

}  // namespace

double banding::probability(double jaccard) const noexcept { return 1 - power(1 - power(jaccard, rows), bands); }

banding choose_banding(double threshold, double recall, unsigned slots) {
  require_threshold(threshold);
  require_recall(recall);
  require_range(slots >= 1 && slots <= 4096, "slots", shortest(slots), "1 to 4096");
  for (unsigned rows = slots; rows > 1; --rows)
    if (const banding bands{slots / rows, rows}; bands.probability(threshold) >= recall) return bands;
  return {slots, 1};
}

std::uint64_t band_key(std::span<const std::uint64_t> rows, unsigned band) noexcept { return hash_numbers(rows, band); }

void band_keys(std::span<const std::uint64_t> slots, const banding& bands, std::span<std::uint64_t> into) noexcept {
  std::fill(into.begin(), into.end(), 0);
  if (slots.empty() || slots.size() < std::size_t{bands.bands} * bands.rows || slots.front() == ~std::uint64_t{0}) return;
  for (unsigned band = 0; band < bands.bands; ++band)
    into[band] = std::max<std::uint64_t>(1, band_key(slots.subspan(std::size_t{band} * bands.rows, bands.rows), band));
}

candidate_set candidates(std::span<const std::uint64_t> keys, unsigned bands,
                         const std::function<bool(std::uint32_t, std::uint32_t)>& similar) {
  bucket_pairs pairs(similar);
  if (bands == 0) return pairs.take();
  std::vector<std::vector<entry>> entries = entries_of(keys, bands);
  for (unsigned band = 0; band < bands; ++band) {
    radix_sort(entries[band]);
    const auto key = [&](std::uint32_t document) { return keys[std::size_t{document} * bands + band]; };
    each_bucket(std::span<const entry>(entries[band]), key, [&](std::span<const std::uint32_t> bucket) { pairs.add(bucket); });
    entries[band] = {};
  }
  return pairs.take();
}

candidate_set candidates(std::span<const signature> signatures, const banding& bands,
                         const std::function<bool(std::uint32_t, std::uint32_t)>& similar) {
  std::vector<std::uint64_t> keys(signatures.size() * bands.bands);
  for (std::size_t i = 0; i < signatures.size(); ++i)
    band_keys(signatures[i], bands, std::span(keys).subspan(i * bands.bands, bands.bands));
  return candidates(keys, bands.bands, similar);
}

}  // namespace retold
