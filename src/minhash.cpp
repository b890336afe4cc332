// SPDX-License-Identifier: Apache-2.0
// Fast Similarity Sketching (Dahlgaard, Knudsen and Thorup 2017): in round r every element throws one value into one bin, and
// a bin keeps the least (round, value) it ever got. Rounds go on until no bin is empty; from round `slots` on, round r throws
// everything into bin r - slots, so there is an end. A later round cannot change a filled bin: stopping early loses nothing,
// and the signature of a union is the element-wise minimum.
#include "retold/minhash.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "hash.hpp"
#include "minhash_kmins.hpp"
#include "retold/error.hpp"

namespace retold {
namespace {

constexpr std::uint64_t unfilled = ~std::uint64_t{0};
constexpr unsigned value_bits = 51;  // below the round, of which there are up to 2 × 4096 = 2^13
constexpr std::uint64_t value_mask = (std::uint64_t{1} << value_bits) - 1;

// Bin and value may come from one hash: within a bin the least value wins, and the elements in it are equally likely to have
// it, however bin and value hang together.
std::uint64_t bin_of(std::uint64_t hash, std::uint64_t slots) noexcept { return ((hash >> 32) * slots) >> 32; }

// Load, select, store: a branch here would be mispredicted every other time.
void first_round(std::span<const std::uint64_t> elements, std::uint64_t seed, signature& bins) noexcept {
  const std::uint64_t slots = bins.size();
  std::uint64_t* const bin = bins.data();
  for (const std::uint64_t element : elements) {
    const std::uint64_t hash = mix64(element ^ seed);
    const std::uint64_t value = hash & value_mask, at = bin_of(hash, slots), before = bin[at];
    bin[at] = value < before ? value : before;
  }
}

// As the first, but counts: returns how many of the `missing` bins it left empty.
std::size_t next_round(std::span<const std::uint64_t> elements, std::uint64_t round, std::uint64_t seed, signature& bins,
                       std::size_t missing) noexcept {
  const std::uint64_t slots = bins.size();
  std::uint64_t* const bin = bins.data();
  for (const std::uint64_t element : elements) {
    const std::uint64_t hash = mix64(element ^ seed);
    const std::uint64_t value = round << value_bits | (hash & value_mask), at = bin_of(hash, slots), before = bin[at];
    missing -= before == unfilled;
    bin[at] = value < before ? value : before;
  }
  return missing;
}

std::uint64_t least_of_round(std::span<const std::uint64_t> elements, std::uint64_t round, std::uint64_t seed) noexcept {
  std::uint64_t least = unfilled;
  for (const std::uint64_t element : elements) least = std::min(least, mix64(element ^ seed) & value_mask);
  return round << value_bits | least;
}

signature fast_similarity_sketch(std::span<const std::uint64_t> elements, std::span<const std::uint64_t> seeds) {
  const std::size_t slots = seeds.size() / 2;
  signature bins(slots, unfilled);
  if (elements.empty()) return bins;
  first_round(elements, seeds[0], bins);
  auto missing = static_cast<std::size_t>(std::count(bins.begin(), bins.end(), unfilled));
  for (std::size_t round = 1; round < slots && missing > 0; ++round)
    missing = next_round(elements, round, seeds[round], bins, missing);
  for (std::size_t bin = 0; bin < slots && missing > 0; ++bin) {
    if (bins[bin] != unfilled) continue;
    bins[bin] = least_of_round(elements, slots + bin, seeds[slots + bin]);
    --missing;
  }
  return bins;
}

bool is_empty_set(std::span<const std::uint8_t> compact) noexcept {
  return std::all_of(compact.begin(), compact.end(), [](std::uint8_t slot) { return slot == 0xFF; });
}

// Counts in bytes, which compilers turn into sixteen or more comparisons at a time.
constexpr std::size_t most_in_a_byte = 128;
unsigned equal_bytes(const std::uint8_t* a, const std::uint8_t* b, std::size_t count) noexcept {
  std::uint8_t equal = 0;
  for (std::size_t i = 0; i < count; ++i) equal = static_cast<std::uint8_t>(equal + (a[i] == b[i]));
  return equal;
}

}  // namespace

void minhash_options::validate() const {
  if (slots >= 8 && slots <= 4096) return;
  throw error(error_kind::option, "slots " + std::to_string(slots) + " is out of range: 8 to 4096");
}

minhasher::minhasher(const minhash_options& options) : options_(options) {
  options_.validate();
  round_seeds_.resize(options_.scheme == minhash_scheme::fss ? 2 * std::size_t{options_.slots} : options_.slots);
  for (std::size_t i = 0; i < round_seeds_.size(); ++i) round_seeds_[i] = stream64(options_.seed, i);
}

signature minhasher::operator()(std::span<const std::uint64_t> elements) const {
  if (options_.scheme == minhash_scheme::fss) return fast_similarity_sketch(elements, round_seeds_);
  return elements.empty() ? signature(options_.slots, unfilled) : kmins_sketch(elements, round_seeds_);
}

double estimate(const signature& a, const signature& b) noexcept {
  if (a.size() != b.size() || a.empty() || a.front() == unfilled) return 0;  // all slots are filled, or none
  std::size_t equal = 0;
  for (std::size_t i = 0; i < a.size(); ++i) equal += a[i] == b[i];
  return static_cast<double>(equal) / static_cast<double>(a.size());
}

double standard_error(double jaccard, unsigned slots) noexcept {
  return slots == 0 ? 0 : std::sqrt(std::max(0.0, jaccard * (1 - jaccard)) / slots);
}

signature merge(const signature& a, const signature& b) {
  if (a.size() != b.size()) return {};
  signature both(a.size());
  std::transform(a.begin(), a.end(), b.begin(), both.begin(), [](auto x, auto y) { return std::min(x, y); });
  return both;
}

std::vector<std::uint8_t> compact(const signature& from) {
  std::vector<std::uint8_t> low(from.size());
  std::transform(from.begin(), from.end(), low.begin(), [](std::uint64_t slot) { return static_cast<std::uint8_t>(slot); });
  return low;
}

double estimate(std::span<const std::uint8_t> a, std::span<const std::uint8_t> b) noexcept {
  if (a.size() != b.size() || a.empty() || is_empty_set(a) || is_empty_set(b)) return 0;
  std::size_t equal = 0;
  for (std::size_t from = 0; from < a.size(); from += most_in_a_byte)
    equal += equal_bytes(a.data() + from, b.data() + from, std::min(most_in_a_byte, a.size() - from));
  constexpr double chance = 1.0 / 256;
  const double share = static_cast<double>(equal) / static_cast<double>(a.size());
  return std::clamp((share - chance) / (1 - chance), 0.0, 1.0);
}

}  // namespace retold
