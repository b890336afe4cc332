// SPDX-License-Identifier: Apache-2.0
#include "dedup_sets.hpp"

#include <algorithm>

#include "retold/verify.hpp"

namespace retold {
namespace {

template <class Similarity>
std::size_t first_similar(std::span<const std::uint32_t> others, double threshold, double& similarity, const Similarity& with) {
  for (std::size_t i = 0; i < others.size(); ++i)
    if (similarity = with(others[i]); similarity >= threshold) return i;
  return others.size();
}

}  // namespace

set_store::set_store(std::size_t count, std::uint64_t memory, std::string folder)
    : places_(count), memory_(memory), file_(std::move(folder)) {}

void set_store::put(std::uint32_t which, std::span<const std::uint64_t> set) {
  place& to = places_[which];
  to.size = static_cast<std::uint32_t>(set.size());
  const std::uint64_t bytes = set.size_bytes();
  if (used_.fetch_add(bytes) + bytes <= memory_) {
    to.here = std::make_unique_for_overwrite<std::uint64_t[]>(set.size());
    std::copy(set.begin(), set.end(), to.here.get());
    return;
  }
  used_.fetch_sub(bytes);  // a smaller one may still fit
  to.offset = file_.append(std::as_bytes(set));
}

std::span<const std::uint64_t> set_store::get(std::uint32_t which, std::vector<std::uint64_t>& buffer) const {
  const place& from = places_[which];
  if (from.here) return {from.here.get(), from.size};
  buffer.resize(from.size);
  file_.read(from.offset, std::as_writable_bytes(std::span(buffer)));
  return buffer;
}

find_similar by_sets(const set_store& sets, double threshold) {
  return [&sets, threshold](std::uint32_t of, std::span<const std::uint32_t> others, double& similarity) {
    thread_local std::vector<std::uint64_t> own, other;
    const std::span<const std::uint64_t> set = sets.get(of, own);
    return first_similar(others, threshold, similarity,
                         [&](std::uint32_t o) { return overlap(set, sets.get(o, other)).jaccard; });
  };
}

find_similar by_slots(std::vector<std::uint8_t> slots, std::size_t count, double threshold) {
  return [slots = std::move(slots), count, threshold](std::uint32_t of, std::span<const std::uint32_t> others,
                                                      double& similarity) {
    const auto sketch = [&](std::uint32_t c) { return std::span(slots).subspan(c * count, count); };
    return first_similar(others, threshold, similarity, [&](std::uint32_t o) { return estimate(sketch(of), sketch(o)); });
  };
}

find_similar by_prints(std::vector<fingerprint> prints, double threshold) {
  return [prints = std::move(prints), threshold](std::uint32_t of, std::span<const std::uint32_t> others, double& similarity) {
    return first_similar(others, threshold, similarity, [&](std::uint32_t o) {
      const double cosine = std::max(0.0, estimate(prints[of], prints[o]));
      return cosine / (2 - cosine);  // of sets of like size
    });
  };
}

}  // namespace retold
