// SPDX-License-Identifier: Apache-2.0
// Signatures of either scheme, and what is done with them.
#include "retold/minhash.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "hash.hpp"
#include "minhash_fss.hpp"
#include "minhash_kmins.hpp"
#include "retold/error.hpp"

namespace retold {
namespace {

constexpr std::uint64_t unfilled = fss_unfilled;

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
  signature made(options_.slots);
  (*this)(elements, made);
  return made;
}

void minhasher::operator()(std::span<const std::uint64_t> elements, std::span<std::uint64_t> into) const {
  if (into.size() != options_.slots)
    throw error(error_kind::option,
                "a signature of " + std::to_string(options_.slots) + " slots does not fit into " + std::to_string(into.size()));
  if (elements.empty()) {
    std::fill(into.begin(), into.end(), unfilled);
  } else if (options_.scheme == minhash_scheme::fss) {
    fss_sketch(elements, round_seeds_, into);
  } else {
    kmins_sketch(elements, round_seeds_, into);
  }
}

std::uint64_t element(std::string_view bytes) noexcept { return hash_bytes(bytes); }

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
