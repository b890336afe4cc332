// SPDX-License-Identifier: Apache-2.0
// Which files of a folder are copies, or nearly?   2_find_near_duplicates FOLDER
#include <iostream>

#include "retold/retold.hpp"

int main(int argc, char** argv) {
  std::vector<retold::document> documents;
  retold::read({argc > 1 ? argv[1] : "."}, {}, [&](retold::document&& d) { documents.push_back(std::move(d)); });

  const retold::clustering found = retold::cluster(std::move(documents), {.level = retold::level::near, .near_threshold = 0.7});
  std::size_t copies = 0;
  for (const retold::group& group : found.groups) {
    if (group.documents.size() < 2) continue;
    copies += group.documents.size() - 1;
    std::cout << "keep " << found.documents[group.representative].id << ", drop";
    for (const auto d : group.documents)
      if (d != group.representative) std::cout << ' ' << found.documents[d].id;
    std::cout << "  (" << group.cohesion << ")\n";
  }
  std::cout << copies << " copies among " << found.documents.size() << " documents\n";
}
