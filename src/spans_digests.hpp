// SPDX-License-Identifier: Apache-2.0
#pragma once
// Digests: a stretch of one text that sums up a much longer one of the other, a sentence here, a sentence there.
// Not part of the public interface.

#include "spans_edges.hpp"
#include "spans_seeds.hpp"

namespace retold::spanning {

struct digest {
  reused found;
  std::uint32_t units = 0;  // that have a best seed, on the side that has fewer
};

// Stretches of a that sum up some of b; with `of_b`, stretches of b that sum up some of a. `seeds` are all above the bars of
// digests; others among them do not count. Asked of one text alone, because the other way round misleads: where neighbouring
// sentences of a source were copied to different places, the source looks like a digest of what was made from it.
std::vector<digest> find_digests(const two_readings& in, std::span<const seed> seeds, bool of_b, whole_cosine& cosine,
                                 const constants& with);

}  // namespace retold::spanning
