// SPDX-License-Identifier: Apache-2.0
#pragma once
// Second pass: what the candidates are compared by (part of dedup).

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "dedup_decide.hpp"
#include "unnamed_file.hpp"

namespace retold {

// Shingle sets, in memory as far as they fit, the others in a file without a name in `folder`.
class set_store {
 public:
  set_store(std::size_t count, std::uint64_t memory, std::string folder);

  void put(std::uint32_t which, std::span<const std::uint64_t> set);  // any thread, once for each. Throws error(output)
  // In the store, or copied to `buffer`. Any thread, after all have been put.
  std::span<const std::uint64_t> get(std::uint32_t which, std::vector<std::uint64_t>& buffer) const;

 private:
  struct place {
    std::unique_ptr<std::uint64_t[]> here;
    std::uint64_t offset = 0;  // in the file
    std::uint32_t size = 0;
  };
  std::vector<place> places_;
  std::uint64_t memory_;
  std::atomic<std::uint64_t> used_{0};
  unnamed_file file_;
};

// Compares candidates by their sets, or as the plan has it by their sketches.
find_similar by_sets(const set_store& sets, double threshold);
find_similar by_slots(std::vector<std::uint8_t> slots, std::size_t count, double threshold);  // `count` for each candidate
find_similar by_prints(std::vector<fingerprint> prints, double threshold);

}  // namespace retold
