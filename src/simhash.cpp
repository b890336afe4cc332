// SPDX-License-Identifier: Apache-2.0
// Fingerprints are sums over features, bit by bit. Pairs are found by multi-index hashing (Norouzi, Punjani and Fleet 2014):
// of m blocks of bits, two prints at distance d agree in one up to d / m bits, so every print looks up all values that near.
#include "retold/simhash.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <numbers>

#include "simhash_search.hpp"
#include "simhash_sums.hpp"

namespace retold {
namespace {

// acos(cosine) / π, in operations whose every bit IEEE 754 prescribes: the C library's acos must not decide who is a candidate.
double differing_share(double cosine) noexcept {
  const double c = std::clamp(cosine, -1.0, 1.0);
  double t = std::sqrt((1 - c) / 2) / (1 + std::sqrt((1 + c) / 2));  // the tangent of a quarter of the angle
  for (int halving = 0; halving < 3; ++halving) t /= 1 + std::sqrt(1 + t * t);
  double arc = 0;  // Taylor; t < 0.099, so the first term left out is below 2^-64
  for (int term = 19; term > 0; term -= 2) arc = 1.0 / term - t * t * arc;
  return std::min(32 * t * arc / std::numbers::pi, 1.0);
}

}  // namespace

fingerprint simhash(std::span<const weighted> features) noexcept { return choose_simhash()(features); }

unsigned hamming(const fingerprint& a, const fingerprint& b, unsigned bits) noexcept {
  const int high = bits == 64 ? 0 : std::popcount(a.high ^ b.high);
  return static_cast<unsigned>(std::popcount(a.low ^ b.low) + high);
}

double estimate(const fingerprint& a, const fingerprint& b, unsigned bits) noexcept {
  return std::cos(std::numbers::pi * hamming(a, b, bits) / (bits == 64 ? 64 : 128));
}

double standard_error_cosine(double cosine, unsigned bits) noexcept {
  const double share = differing_share(cosine);
  return std::numbers::pi * std::sin(std::numbers::pi * share) * std::sqrt(share * (1 - share) / (bits == 64 ? 64 : 128));
}

unsigned distance_for(double cosine, double recall, unsigned bits) noexcept {
  const unsigned most = bits == 64 ? 64 : 128;
  const double share = differing_share(cosine);
  std::array<double, 129> chance{1};  // of exactly so many differing bits: Pascal's rule, a bit at a time
  for (unsigned seen = 0; seen < most; ++seen) {
    for (unsigned d = seen + 1; d > 0; --d) chance[d] = chance[d] * (1 - share) + chance[d - 1] * share;
    chance[0] *= 1 - share;
  }
  unsigned distance = 0;
  for (double within = chance[0]; within < recall && distance < most;) within += chance[++distance];
  return distance;
}

std::vector<std::pair<std::uint32_t, std::uint32_t>> hamming_pairs(std::span<const fingerprint> prints, unsigned distance,
                                                                   unsigned bits) {
  std::vector<fingerprint> used(prints.begin(), prints.end());
  if (bits == 64)
    for (fingerprint& f : used) f.high = 0;
  const unsigned most = bits == 64 ? 64 : 128;
  auto pairs = hamming_search(used, std::min(distance, most), most);
  std::sort(pairs.begin(), pairs.end());
  return pairs;
}

}  // namespace retold
