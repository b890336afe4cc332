// SPDX-License-Identifier: Apache-2.0
// Fast Similarity Sketching (Dahlgaard, Knudsen and Thorup 2017): in round r every element throws one value into one bin, and
// a bin keeps the least (round, value) it ever got. Rounds go on until no bin is empty; from round `bins` on, round r throws
// everything into bin r - bins, so there is an end. A later round cannot change a filled bin: stopping early loses nothing,
// and the signature of a union is the element-wise minimum.
#include "minhash_fss.hpp"

#include <algorithm>

#include "hash.hpp"

namespace retold {
namespace {

std::uint64_t least_of_round(std::span<const std::uint64_t> elements, fss_round round) noexcept {
  std::uint64_t least = fss_unfilled;
  for (const std::uint64_t element : elements) least = std::min(least, mix64(element ^ round.seed) & fss_value_mask);
  return round.number << fss_value_bits | least;
}

}  // namespace

// Bin and value may come from one hash: within a bin the least value wins, and the elements in it are equally likely to have
// it, however bin and value hang together. Load, select, store: a branch here would be mispredicted every other time.
std::size_t fss_throw_scalar(std::span<const std::uint64_t> elements, fss_round round, std::span<std::uint64_t> bins) {
  const std::uint64_t slots = bins.size();
  std::uint64_t* const bin = bins.data();
  std::size_t filled = 0;
  for (const std::uint64_t element : elements) {
    const std::uint64_t hash = mix64(element ^ round.seed), at = ((hash >> 32) * slots) >> 32, before = bin[at];
    const std::uint64_t value = round.number << fss_value_bits | (hash & fss_value_mask);
    filled += before == fss_unfilled;
    bin[at] = value < before ? value : before;
  }
  return filled;
}

void fss_sketch(std::span<const std::uint64_t> elements, std::span<const std::uint64_t> seeds, std::span<std::uint64_t> bins,
                fss_throw_function throw_all) {
  std::fill(bins.begin(), bins.end(), fss_unfilled);
  if (elements.empty()) return;
  std::size_t missing = bins.size();
  for (std::size_t round = 0; round < bins.size() && missing > 0; ++round)
    missing -= throw_all(elements, {round, seeds[round]}, bins);
  for (std::size_t bin = 0; bin < bins.size() && missing > 0; ++bin) {
    if (bins[bin] != fss_unfilled) continue;
    bins[bin] = least_of_round(elements, {bins.size() + bin, seeds[bins.size() + bin]});
    --missing;
  }
}

}  // namespace retold
