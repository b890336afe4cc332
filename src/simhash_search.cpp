// SPDX-License-Identifier: Apache-2.0
// Multi-index hashing (Norouzi, Punjani and Fleet 2014). With m blocks and distance d = m r + a, a pair within d differs by
// at most r bits in one of the first a + 1 blocks, or by at most r - 1 in one of the others. So for each block: sort the
// prints by its value, and let each print look up every value within that radius. A pair is reported by the first block that
// can see it, hence once. Few blocks mean many values to look up, many blocks mean many strangers met: a cost model chooses.
#include "simhash_search.hpp"

#include <algorithm>
#include <bit>
#include <boost/unordered/unordered_flat_map.hpp>
#include <cmath>

#include "radix_sort.hpp"
#include "simhash_near.hpp"

namespace retold {
namespace {

using pairs = std::vector<std::pair<std::uint32_t, std::uint32_t>>;

struct block {
  unsigned begin = 0, width = 0;
  int radius = 0;  // -1: no pair needs this block

  std::uint64_t value(const fingerprint& f) const noexcept {
    const std::uint64_t shifted = begin >= 64  ? f.high >> (begin - 64)
                                  : begin == 0 ? f.low
                                               : f.low >> begin | f.high << (64 - begin);
    return width == 64 ? shifted : shifted & ((std::uint64_t{1} << width) - 1);
  }
  bool sees(const fingerprint& x, const fingerprint& y) const noexcept { return std::popcount(value(x) ^ value(y)) <= radius; }
};

std::vector<block> cut(unsigned bits, unsigned blocks, unsigned distance) {
  std::vector<block> all(blocks);
  for (unsigned b = 0; b < blocks; ++b) {
    const unsigned begin = bits * b / blocks, end = bits * (b + 1) / blocks;
    all[b] = {begin, end - begin, static_cast<int>(distance / blocks) - (b > distance % blocks ? 1 : 0)};
  }
  return all;
}

// Values within the radius of one value: as a share of all, and as a count.
double ball(const block& in) noexcept {
  double size = 0, choose = 1;
  for (int r = 0; r <= in.radius; ++r) {
    size += choose;
    choose = choose * (in.width - static_cast<unsigned>(r)) / (r + 1);
  }
  return size;
}

// Nanoseconds, roughly: what matters is the order of magnitude between alternatives.
constexpr double check_cost = 1, look_up_cost = 12, sort_cost = 60;

double cost(const std::vector<block>& all, double prints) noexcept {
  double sum = 0;
  for (const block& b : all) {
    if (b.radius < 0) continue;
    const double values = ball(b);
    sum += prints * (sort_cost + values * look_up_cost + prints * std::ldexp(values, -static_cast<int>(b.width)) * check_cost);
  }
  return sum;
}

unsigned cheapest(std::size_t prints, unsigned distance, unsigned bits) {
  const auto n = static_cast<double>(prints);
  double least = n * n / 2 * check_cost;
  unsigned best = 0;
  const unsigned fewest = (bits + 63) / 64, most = std::min(std::max(fewest, distance + 1), bits);
  for (unsigned blocks = fewest; blocks <= most; ++blocks) {
    const double price = cost(cut(bits, blocks, distance), n);
    if (price < least) {
      least = price;
      best = blocks;
    }
  }
  return best;
}

pairs brute_force(std::span<const fingerprint> prints, int distance) {
  pairs found;
  std::vector<std::uint32_t> hits;
  const auto near = choose_near();
  for (std::uint32_t i = 0; i < prints.size(); ++i) {
    hits.clear();
    near(prints.subspan(i + 1), prints[i], distance, hits);
    for (const std::uint32_t hit : hits) found.emplace_back(i, i + 1 + hit);
  }
  return found;
}

// The prints in the order of one block's value, and where each value's run lies.
struct block_index {
  std::vector<std::uint32_t> order;
  std::vector<fingerprint> sorted;
  boost::unordered_flat_map<std::uint64_t, std::pair<std::uint32_t, std::uint32_t>> runs;
};

block_index index_by(const block& by, std::span<const fingerprint> prints) {
  struct entry {
    std::uint64_t value;
    std::uint32_t print;
  };
  std::vector<entry> entries(prints.size());
  for (std::uint32_t i = 0; i < prints.size(); ++i) entries[i] = {by.value(prints[i]), i};
  radix_sort(entries, [](const entry& e) { return e.value; });
  block_index index;
  index.order.reserve(entries.size());
  index.sorted.reserve(entries.size());
  for (std::uint32_t i = 0; i < entries.size(); ++i) {
    index.order.push_back(entries[i].print);
    index.sorted.push_back(prints[entries[i].print]);
    index.runs.try_emplace(entries[i].value, i, i).first->second.second = i + 1;
  }
  return index;
}

// Calls visit(value ^ error) for each error of at most `radius` bits: words of equal weight in ascending order (Gosper).
template <class Visit>
void each_near_value(std::uint64_t value, const block& in, const Visit& visit) {
  visit(value);
  for (int weight = 1; weight <= in.radius && weight <= static_cast<int>(in.width); ++weight) {
    const std::uint64_t last = (~std::uint64_t{0} >> (64 - weight)) << (in.width - static_cast<unsigned>(weight));
    for (std::uint64_t error = ~std::uint64_t{0} >> (64 - weight);;) {
      visit(value ^ error);
      if (error == last) break;
      const std::uint64_t lowest = error & (~error + 1), ripple = error + lowest;
      error = ripple | (((error ^ ripple) >> 2) >> std::countr_zero(lowest));
    }
  }
}

void search_block(const std::vector<block>& all, std::size_t which, std::span<const fingerprint> prints, int distance,
                  pairs& found) {
  const block& in = all[which];
  const block_index index = index_by(in, prints);
  const std::span<const fingerprint> sorted = index.sorted;
  const auto near = choose_near();
  std::vector<std::uint32_t> hits;
  for (std::uint32_t i = 0; i < prints.size(); ++i) {
    const auto seen_before = [&](std::uint32_t j) {
      return std::any_of(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(which),
                         [&](const block& earlier) { return earlier.sees(prints[i], prints[j]); });
    };
    each_near_value(in.value(prints[i]), in, [&](std::uint64_t value) {
      const auto run = index.runs.find(value);
      if (run == index.runs.end()) return;
      const auto [begin, end] = run->second;
      hits.clear();
      near(sorted.subspan(begin, end - begin), prints[i], distance, hits);
      for (const std::uint32_t hit : hits)
        if (const std::uint32_t j = index.order[begin + hit]; i < j && !seen_before(j)) found.emplace_back(i, j);
    });
  }
}

}  // namespace

pairs hamming_search_in_blocks(std::span<const fingerprint> prints, unsigned distance, unsigned bits, unsigned blocks) {
  const int limit = static_cast<int>(distance);
  if (blocks == 0) return brute_force(prints, limit);
  pairs found;
  const std::vector<block> all = cut(bits, blocks, distance);
  for (std::size_t b = 0; b < all.size(); ++b)
    if (all[b].radius >= 0) search_block(all, b, prints, limit, found);
  return found;
}

pairs hamming_search(std::span<const fingerprint> prints, unsigned distance, unsigned bits) {
  return hamming_search_in_blocks(prints, distance, bits, cheapest(prints.size(), distance, bits));
}

}  // namespace retold
