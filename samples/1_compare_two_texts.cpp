// SPDX-License-Identifier: Apache-2.0
// How alike are two texts, and in which sense?
#include <iostream>

#include "retold/retold.hpp"

int main() {
  const retold::document a = retold::read_text("a",
                                               "The museum of Lindholm reopens on Sunday after two years of repairs. "
                                               "Its new wing shows forty ships that were found in the harbour.");
  const retold::document b = retold::read_text("b",
                                               "Forty ships found in the harbour can be seen in the new wing. "
                                               "After two years of repairs, the museum of Lindholm reopens on Sunday.");

  const retold::comparison found = retold::compare(a, b);
  std::cout << "Jaccard of word triples   " << found.overlap.jaccard << '\n'
            << "part of a found in b      " << found.overlap.containment_a << '\n'
            << "a retold in b             " << 1 - found.share_a.unique << '\n';
  return found.share_a.unique < 0.5 ? 0 : 1;
}
