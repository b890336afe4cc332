// SPDX-License-Identifier: Apache-2.0
#pragma once
// Stage 6. A set of any size as a signature of fixed size, from which the Jaccard similarity of two sets can be estimated.
//
//   const retold::minhasher sign{{.slots = 128}};
//   const retold::signature a = sign(set_a), b = sign(set_b);
//   retold::estimate(a, b);             // 0.83
//   retold::standard_error(0.83, 128);  // 0.033: an upper bound
//
// Scheme fss (the default): Fast Similarity Sketching (Dahlgaard, Knudsen and Thorup, FOCS 2017, arXiv:1704.04370). One hash
// for each element; on sets smaller than the number of slots half the variance of classic MinHash. Scheme kmins: one
// permutation for each slot (Broder 1997), 32-bit values, for exchange with programs that expect its statistics.
// Signatures of a union: merge(). docs/format.md specifies every bit, with known answers.
//
// Elements may come in any order and more than once: the signature is that of the set.
//
// Cost: fss O(elements + slots log slots), kmins O(elements × slots). A minhasher is const after construction: share it.
// Never fails once constructed, but for signatures into spans of another size; the constructor throws error(option).

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace [[gnu::visibility("default")]] retold {

enum class minhash_scheme : std::uint8_t { fss, kmins };

struct minhash_options {
  // More slots, sharper estimate: the standard error is at most 0.5 / sqrt(slots), 0.044 at 128. Memory grows with it, time
  // hardly. 8 to 4096. Part of the signature's identity.
  unsigned slots = 128;

  // Part of the signature's identity: kmins and fss must not be compared.
  minhash_scheme scheme = minhash_scheme::fss;

  // Change it only to make signatures that must not match anyone else's. Part of the signature's identity.
  std::uint64_t seed = 0;

  void validate() const;  // throws error
};

// `slots` values; the signature of the empty set has all bits set, and is like nothing, not even itself.
using signature = std::vector<std::uint64_t>;

class minhasher {
 public:
  explicit minhasher(const minhash_options& options = {});
  signature operator()(std::span<const std::uint64_t> elements) const;  // order and repetition do not matter

  // The same without allocation (fss). `into` has as many elements as there are slots; else throws error(option).
  void operator()(std::span<const std::uint64_t> elements, std::span<std::uint64_t> into) const;

  const minhash_options& options() const noexcept { return options_; }

 private:
  minhash_options options_;
  std::vector<std::uint64_t> round_seeds_;  // fss: one for each round; kmins: multiplier and addend for each slot
};

// An element of a set of anything, as words are hashed: XXH3-64.
std::uint64_t element(std::string_view bytes) noexcept;

// Share of equal slots: an unbiased estimate of the Jaccard similarity. Sizes must be equal (else 0). 0 where a set is empty.
double estimate(const signature& a, const signature& b) noexcept;

// sqrt(j (1 - j) / slots): exact for kmins, an upper bound for fss.
double standard_error(double jaccard, unsigned slots) noexcept;

// The signature of the union of both sets, exactly. Sizes must be equal (else the result has none).
signature merge(const signature& a, const signature& b);

// Frozen form for storage: the low 8 bits of each slot, and the estimate corrected for chance equality (1/256), in [0, 1]. It
// can be compared, not merged; band keys come from full signatures. All bytes 0xFF stand for the empty set.
std::vector<std::uint8_t> compact(const signature& from);
double estimate(std::span<const std::uint8_t> a, std::span<const std::uint8_t> b) noexcept;

}  // namespace retold
