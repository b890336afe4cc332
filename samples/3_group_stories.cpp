// SPDX-License-Identifier: Apache-2.0
// Which articles of a folder tell the same story?   3_group_stories FOLDER
#include <iostream>

#include "retold/retold.hpp"

int main(int argc, char** argv) {
  std::vector<retold::document> articles;
  const auto report =
      retold::read({argc > 1 ? argv[1] : "."}, {}, [&](retold::document&& d) { articles.push_back(std::move(d)); });
  for (const auto& s : report.skipped) std::cerr << "skipped " << s.input << ": " << s.reason << '\n';

  const retold::clustering found = retold::cluster(std::move(articles), {.passages = false});
  for (const retold::group& story : found.groups) {
    if (story.documents.size() < 2) break;  // ordered by size
    std::cout << story.title << '\n';
    for (const auto d : story.documents) std::cout << "  " << found.documents[d].id << '\n';
  }
}
