// SPDX-License-Identifier: Apache-2.0
// For each band, (key, document) entries are sorted and equal keys read off as runs, so the answer has no hash table's order.
#include "retold/lsh.hpp"

#include <algorithm>
#include <boost/unordered/unordered_flat_set.hpp>
#include <charconv>
#include <string>

#include "hash.hpp"
#include "radix_sort.hpp"
#include "retold/error.hpp"

namespace retold {
namespace {

constexpr std::size_t hot_size = 64;          // more: compared with leaders instead of all with all
constexpr std::size_t template_size = 10000;  // more: one text with other words filled in

struct entry {
  std::uint64_t key;
  std::uint32_t document;
};

using similar_function = std::function<bool(std::uint32_t, std::uint32_t)>;

void require(bool sensible, const char* option, double value, const char* range) {
  if (sensible) return;
  char number[32];
  const auto end = std::to_chars(number, number + sizeof number, value).ptr;
  throw error(error_kind::option, std::string(option) + ' ' + std::string(number, end) + " is out of range: " + range);
}

std::uint64_t packed(std::uint32_t first, std::uint32_t second) noexcept { return std::uint64_t{first} << 32 | second; }

// A pair that shares several bands comes several times: duplicates are removed whenever they may have doubled the memory.
class pair_collector {
 public:
  void add(std::uint32_t first, std::uint32_t second) {
    pairs_.push_back(packed(first, second));
    if (pairs_.size() >= limit_) tidy();
  }

  std::vector<document_pair> take() {
    tidy();
    std::vector<document_pair> result;
    result.reserve(pairs_.size());
    for (const std::uint64_t pair : pairs_)
      result.emplace_back(static_cast<std::uint32_t>(pair >> 32), static_cast<std::uint32_t>(pair));
    return result;
  }

 private:
  void tidy() {
    radix_sort(pairs_);
    pairs_.erase(std::unique(pairs_.begin(), pairs_.end()), pairs_.end());
    limit_ = std::max(limit_, 2 * pairs_.size());
  }
  std::vector<std::uint64_t> pairs_;
  std::size_t limit_ = std::size_t{1} << 20;
};

void pair_all(std::span<const entry> bucket, pair_collector& pairs) {
  for (std::size_t i = 0; i < bucket.size(); ++i)
    for (std::size_t j = i + 1; j < bucket.size(); ++j) pairs.add(bucket[i].document, bucket[j].document);
}

// Every member follows the first leader it is similar to, or leads. Documents that share one band often share many: a leader
// and follower found in another band need no second comparison.
class hot_buckets {
 public:
  hot_buckets(const similar_function& similar, pair_collector& pairs) : similar_(similar), pairs_(pairs) {}

  void pair_with_leaders(std::span<const entry> bucket) {
    std::vector<std::uint32_t> leaders;
    for (const entry& member : bucket)
      if (!follows_one_of(leaders, member.document)) leaders.push_back(member.document);
  }

 private:
  bool follows_one_of(const std::vector<std::uint32_t>& leaders, std::uint32_t document) {
    for (const std::uint32_t leader : leaders) {
      if (known_.contains(packed(leader, document))) return true;
      if (!similar_(leader, document)) continue;
      known_.insert(packed(leader, document));
      pairs_.add(leader, document);
      return true;
    }
    return false;
  }

  const similar_function& similar_;
  pair_collector& pairs_;
  boost::unordered_flat_set<std::uint64_t> known_;
};

std::vector<std::uint32_t> usable(std::span<const signature> signatures, std::size_t slots) {
  std::vector<std::uint32_t> documents;
  for (std::uint32_t i = 0; i < signatures.size(); ++i)
    if (signatures[i].size() >= std::max<std::size_t>(1, slots) && signatures[i].front() != ~std::uint64_t{0})
      documents.push_back(i);
  return documents;
}

template <class Visit>
void each_run(std::span<const entry> sorted, const Visit& visit) {
  for (std::size_t begin = 0, end = 0; begin < sorted.size(); begin = end) {
    while (end < sorted.size() && sorted[end].key == sorted[begin].key) ++end;
    if (end - begin > 1) visit(sorted.subspan(begin, end - begin));
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

candidate_set candidates(std::span<const signature> signatures, const banding& bands, const similar_function& similar) {
  candidate_set result;
  pair_collector pairs;
  hot_buckets hot(similar, pairs);
  const std::vector<std::uint32_t> documents = usable(signatures, std::size_t{bands.bands} * bands.rows);
  std::vector<entry> entries(documents.size());
  for (unsigned band = 0; band < bands.bands; ++band) {
    for (std::size_t i = 0; i < documents.size(); ++i) {
      const std::span<const std::uint64_t> slots = signatures[documents[i]];
      entries[i] = {band_key(slots.subspan(std::size_t{band} * bands.rows, bands.rows), band), documents[i]};
    }
    radix_sort(entries, [](const entry& e) { return e.key; });
    each_run(entries, [&](std::span<const entry> bucket) {
      if (bucket.size() <= hot_size) return pair_all(bucket, pairs);
      ++result.hot_buckets;
      result.templates += bucket.size() > template_size;
      hot.pair_with_leaders(bucket);
    });
  }
  result.pairs = pairs.take();
  return result;
}

}  // namespace retold
