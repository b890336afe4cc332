// SPDX-License-Identifier: Apache-2.0
// What the model of isolated pairs sees of each pair, for fit_pairs.py: JSONL lines {"a", "b"} on standard input, a line of
// figures for each on standard output, names first. The pairs are their own background; `pair_features N` takes each N of them
// for a file of their own, `pair_features 0` each for one alone.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "../../src/align_pair.hpp"

namespace {

struct line {
  std::string a, b;
};

std::vector<line> read_lines() {
  std::vector<line> lines;
  for (std::string text; std::getline(std::cin, text);) {
    const auto parsed = nlohmann::json::parse(text);
    lines.push_back({parsed.at("a"), parsed.at("b")});
  }
  return lines;
}

void print(const line& of, const retold::vocabulary& words) {
  const retold::alignment::pair_features f = retold::alignment::read_pair(of.a, of.b, words.get()).features;
  std::printf("%.5f %.5f %.5f %.5f %d %d %d %d %.4f\n", f.covered_a, f.covered_b, f.grams, f.addition, f.figures_differ,
              f.negations_differ, f.swapped, f.equal, retold::alignment::probability(f));
}

}  // namespace

int main(int count, char** arguments) {
  const std::vector<line> lines = read_lines();
  const std::size_t size = count > 1 ? std::strtoul(arguments[1], nullptr, 10) : std::max<std::size_t>(1, lines.size());
  std::puts("covered_a covered_b grams addition figures negations swapped equal probability");
  for (std::size_t begin = 0; begin < lines.size(); begin += std::max<std::size_t>(1, size)) {
    std::vector<retold::sentence_pair_text> part;
    for (std::size_t i = begin; i < std::min(lines.size(), begin + size); ++i) part.push_back({lines[i].a, lines[i].b});
    const retold::vocabulary words{std::span<const retold::sentence_pair_text>(part)};
    for (std::size_t i = begin; i < std::min(lines.size(), begin + std::max<std::size_t>(1, size)); ++i) print(lines[i], words);
  }
}
