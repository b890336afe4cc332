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

std::span<const std::uint64_t> rows_of(const signature& from, const banding& bands, unsigned band) {
  return std::span(from).subspan(std::size_t{band} * bands.rows, bands.rows);
}

// Half a band key and a document, so that sorting numbers sorts both.
using entry = std::uint64_t;
std::uint32_t document_of(entry e) noexcept { return static_cast<std::uint32_t>(e); }

// For each band, of all documents. A signature is read once: that many of them lie in no cache.
std::vector<std::vector<entry>> entries_of(std::span<const signature> signatures, const banding& bands) {
  const std::vector<std::uint32_t> documents = usable(signatures, std::size_t{bands.bands} * bands.rows);
  std::vector<std::vector<entry>> out(bands.bands, std::vector<entry>(documents.size()));
  for (std::size_t i = 0; i < documents.size(); ++i)
    for (unsigned band = 0; band < bands.bands; ++band) {
      const std::uint64_t key = band_key(rows_of(signatures[documents[i]], bands, band), band);
      out[band][i] = key >> 32 << 32 | documents[i];
    }
  return out;
}

// Calls visit(documents) for each key that several have: of those whose halves are equal, by the whole keys.
template <class Key, class Visit>
void each_bucket(std::span<const entry> sorted, const Key& key_of, const Visit& visit) {
  std::vector<std::pair<std::uint64_t, std::uint32_t>> alike;
  std::vector<std::uint32_t> documents;
  for (std::size_t begin = 0, end = 0; begin < sorted.size(); begin = end) {
    while (end < sorted.size() && sorted[end] >> 32 == sorted[begin] >> 32) ++end;
    if (end - begin == 1) continue;
    alike.clear();
    for (const entry e : sorted.subspan(begin, end - begin)) alike.emplace_back(key_of(document_of(e)), document_of(e));
    std::sort(alike.begin(), alike.end());
    for (std::size_t from = 0, to = 0; from < alike.size(); from = to) {
      documents.clear();
      for (; to < alike.size() && alike[to].first == alike[from].first; ++to) documents.push_back(alike[to].second);
      if (documents.size() > 1) visit(documents);
    }
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
  std::vector<std::vector<entry>> entries = entries_of(signatures, bands);
  for (unsigned band = 0; band < bands.bands; ++band) {
    radix_sort(entries[band]);
    const auto key = [&](std::uint32_t document) { return band_key(rows_of(signatures[document], bands, band), band); };
    each_bucket(std::span<const entry>(entries[band]), key, [&](std::span<const std::uint32_t> bucket) { pairs.add(bucket); });
    entries[band] = {};
  }
  return pairs.take();
}

}  // namespace retold
