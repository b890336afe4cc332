// SPDX-License-Identifier: Apache-2.0
// The example of retold/pipeline.hpp as a program of its own: groups the articles of a folder and prints the result.
#include <retold/retold.hpp>

#include <iostream>
#include <utility>
#include <vector>

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  std::vector<retold::document> articles;
  retold::read({argv[1]}, {}, [&](retold::document&& d) { articles.push_back(std::move(d)); });
  const retold::clustering found = retold::cluster(std::move(articles));
  std::cout << "retold " << retold::version << "\n" << retold::to_text(found);
  return found.groups.empty() ? 1 : 0;
}
