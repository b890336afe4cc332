// SPDX-License-Identifier: Apache-2.0
// For each band, (key, document) entries are sorted and equal keys read off as runs, so the answer has no hash table's order.
#include "retold/lsh.hpp"

#include <algorithm>
#include <charconv>
#include <string>

#include "hash.hpp"
#include "lsh_buckets.hpp"
#include "radix_sort.hpp"
#include "retold/error.hpp"

namespace retold {
namespace {

struct entry {
  std::uint64_t key;
  std::uint32_t document;
};

void require(bool sensible, const char* option, double value, const char* range) {
  if (sensible) return;
  char number[32];
  const auto end = std::to_chars(number, number + sizeof number, value).ptr;
  throw error(error_kind::option, std::string(option) + ' ' + std::string(number, end) + " is out of range: " + range);
}

std::vector<std::uint32_t> usable(std::span<const signature> signatures, std::size_t slots) {
  std::vector<std::uint32_t> documents;
  for (std::uint32_t i = 0; i < signatures.size(); ++i)
    if (signatures[i].size() >= std::max<std::size_t>(1, slots) && signatures[i].front() != ~std::uint64_t{0})
      documents.push_back(i);
  return documents;
}

// Calls visit(documents) for each key that several have.
template <class Visit>
void each_bucket(std::span<const entry> sorted, const Visit& visit) {
  std::vector<std::uint32_t> documents;
  for (std::size_t begin = 0, end = 0; begin < sorted.size(); begin = end) {
    while (end < sorted.size() && sorted[end].key == sorted[begin].key) ++end;
    if (end - begin == 1) continue;
    documents.clear();
    for (const entry& e : sorted.subspan(begin, end - begin)) documents.push_back(e.document);
    visit(documents);
  }
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
  require(threshold > 0 && threshold <= 1, "threshold", threshold, "above 0, at most 1");
  require(recall > 0 && recall < 1, "recall", recall, "above 0, below 1");
  require(slots >= 1 && slots <= 4096, "slots", slots, "1 to 4096");
  for (unsigned rows = slots; rows > 1; --rows)
    if (const banding bands{slots / rows, rows}; bands.probability(threshold) >= recall) return bands;
  return {slots, 1};
}

std::uint64_t band_key(std::span<const std::uint64_t> rows, unsigned band) noexcept { return hash_numbers(rows, band); }

candidate_set candidates(std::span<const signature> signatures, const banding& bands,
                         const std::function<bool(std::uint32_t, std::uint32_t)>& similar) {
  bucket_pairs pairs(similar);
  const std::vector<std::uint32_t> documents = usable(signatures, std::size_t{bands.bands} * bands.rows);
  std::vector<entry> entries(documents.size());
  for (unsigned band = 0; band < bands.bands; ++band) {
    for (std::size_t i = 0; i < documents.size(); ++i) {
      const std::span<const std::uint64_t> slots = signatures[documents[i]];
      entries[i] = {band_key(slots.subspan(std::size_t{band} * bands.rows, bands.rows), band), documents[i]};
    }
    radix_sort(entries, [](const entry& e) { return e.key; });
    each_bucket(entries, [&](std::span<const std::uint32_t> bucket) { pairs.add(bucket); });
  }
  return pairs.take();
}

}  // namespace retold
