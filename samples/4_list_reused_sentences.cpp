// SPDX-License-Identifier: Apache-2.0
// Which sentences does one text take from another?   4_list_reused_sentences A B
#include <iostream>

#include "retold/retold.hpp"

int main(int argc, char** argv) {
  if (argc != 3) return std::cerr << "give two files\n", 2;
  std::vector<retold::document> two;
  retold::read({argv[1], argv[2]}, {}, [&](retold::document&& d) { two.push_back(std::move(d)); });

  const retold::comparison found = retold::compare(two.at(0), two.at(1));
  const auto text = [](const retold::document& d, const retold::side& s) {
    return (s.field == retold::field::title ? d.title : d.text).substr(s.where.begin, s.where.size());
  };
  for (const retold::passage& p : found.passages) {
    std::cout << retold::name(p.kind) << ' ' << p.score << "\n  " << text(found.a, p.a) << "\n  " << text(found.b, p.b) << '\n';
    for (const auto& c : p.conflicts)
      std::cout << "  figures differ: " << text(found.a, {0, p.a.field, c.a}) << " against "
                << text(found.b, {1, p.b.field, c.b}) << '\n';
  }
}
