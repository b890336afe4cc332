// SPDX-License-Identifier: Apache-2.0
// An index on disk: each run tells what no run before has seen. Names a folder for the index and the records to look at.
#include <ctime>
#include <iostream>

#include "retold/retold.hpp"

int main(int argc, char** argv) {
  if (argc != 3) return std::cerr << "usage: 6_remember_what_was_seen INDEX RECORDS.jsonl\n", 2;
  try {
    retold::index seen(argv[1], retold::index_options{.threshold = 0.8});
    const auto write = [](std::string_view lines) { std::cout << lines << std::flush; };
    const retold::filter_report found =
        retold::filter(seen, {argv[2]}, write, {.now = [] { return static_cast<std::int64_t>(std::time(nullptr)); }});
    std::cout << found.fresh << " of " << found.records << " are new, " << seen.stats().documents << " documents in all\n";
  } catch (const retold::error& e) {
    return std::cerr << e.what() << '\n', 1;
  }
}
