// SPDX-License-Identifier: Apache-2.0
// Pieces are kept sorted by construction; look-ups are binary searches.
#include "retold/offsets.hpp"

#include <algorithm>

namespace retold {

void offset_map::append(std::uint32_t length, std::uint32_t begin, std::uint32_t end, bool whole) {
  if (length == 0) return;
  whole = whole || length != end - begin;
  if (!whole && !pieces_.empty()) {
    piece& last = pieces_.back();
    if (!last.whole && last.end == begin) {  // goes on where the last stretch stopped
      last.end = end;
      length_ += length;
      return;
    }
  }
  pieces_.push_back({length_, begin, end, whole});
  length_ += length;
}

const offset_map::piece& offset_map::holding(std::uint32_t derived) const noexcept {
  const auto after =
      std::upper_bound(pieces_.begin(), pieces_.end(), derived, [](std::uint32_t at, const piece& p) { return at < p.at; });
  return after == pieces_.begin() ? *after : *(after - 1);
}

slice offset_map::to_source(slice derived) const noexcept {
  if (identity()) return derived;
  const piece& first = holding(derived.begin);
  const std::uint32_t begin = first.whole ? first.begin : std::min(first.end, first.begin + (derived.begin - first.at));
  if (derived.empty()) return {begin, begin};
  const piece& last = holding(derived.end - 1);
  return {begin, last.whole ? last.end : std::min(last.end, last.begin + (derived.end - last.at))};
}

}  // namespace retold
