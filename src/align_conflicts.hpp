// SPDX-License-Identifier: Apache-2.0
#pragma once
// Conflicting figures of two stretches of text, for stages that find stretches by other means than sentences.
// Not part of the public interface.

#include <optional>

#include "retold/align.hpp"

namespace retold::alignment {

// What `align` tells of the sentences within two stretches of the texts of a and b. Cheap where no figure of one side lacks an
// equal on the other; elsewhere the stretches are aligned.
class conflict_finder {
 public:
  conflict_finder(const article& a, const article& b) : a_(a), b_(b) {}
  std::vector<conflict> find(slice in_a, slice in_b);  // sorted by place in a

 private:
  const article& a_;
  const article& b_;
  std::optional<vocabulary> words_;  // of both articles, once it is needed
};

}  // namespace retold::alignment
