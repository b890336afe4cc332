// SPDX-License-Identifier: Apache-2.0
// What fit_links.py fits: the links that paths find between pairs of documents, for any prices of paths.
//
//   link_features PAIRS.jsonl          lines {"a": text, "b": text}
//   link_features PAIRS.jsonl pairs    all pairs of sentences and nothing else: pair a b grams covered_a covered_b
//
// prints the units of each document (UNIT pair side begin end), an empty line, and then, for each line of prices on standard
// input (linked side skipped crowded least), the links (pair path a b evidence before after words choice), and an empty line.
#include <array>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "../../src/align_blocks.hpp"

namespace {

using namespace retold;
using namespace retold::alignment;

struct scored {
  reading a, b;
  std::vector<sentence_pair> pairs;
};

article read(const document& from) {
  std::vector<article> one{prepare(from)};
  mark_boilerplate(one);
  return one[0];
}

scored score(const std::string& line) {
  const auto record = nlohmann::json::parse(line);
  document da, db;
  da.text = record.at("a");
  db.text = record.at("b");
  const article a = read(da), b = read(db);
  const std::array both{&a, &b};
  const vocabulary background(both);
  lexicon words(background.get());
  scored made{read_article(a, words), read_article(b, words), {}};
  words.relate(made.a.tokens, made.b.tokens);
  made.pairs = score_pairs(made.a, made.b, words);
  return made;
}

void print_units(std::size_t pair, int side, const reading& of) {
  for (const unit& u : of.units) std::printf("UNIT %zu %d %u %u\n", pair, side, u.where.begin, u.where.end);
}

void print_links(std::size_t pair, const scored& in, double least, const path_prices& prices) {
  std::size_t path = 0;
  for (const auto& links : find_links(in.pairs, in.a, in.b, least, prices)) {
    for (const link_on_path& l : links)
      std::printf("%zu %zu %u %u %.4f %.4f %.4f %u %.4f\n", pair, path, l.a, l.b, l.evidence, l.before, l.after, l.words,
                  l.choice);
    ++path;
  }
}

void print_pairs(std::size_t pair, const scored& in) {
  for (const sentence_pair& p : in.pairs)
    std::printf("%zu %u %u %.6f %.6f %.6f\n", pair, p.a, p.b, p.grams, p.covered_a, p.covered_b);
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 2) return 2;
  std::ifstream in(arguments[1]);
  std::vector<scored> all;
  for (std::string line; std::getline(in, line);) all.push_back(score(line));
  for (std::size_t n = 0; n < all.size(); ++n) print_units(n, 0, all[n].a), print_units(n, 1, all[n].b);
  std::puts("");
  if (count > 2) {
    for (std::size_t n = 0; n < all.size(); ++n) print_pairs(n, all[n]);
    return 0;
  }
  for (std::string line; std::fflush(stdout) == 0 && std::getline(std::cin, line);) {
    path_prices prices;
    double least = 0;
    std::istringstream(line) >> prices.linked >> prices.steps.side >> prices.steps.skipped >> prices.steps.crowded >> least;
    for (std::size_t n = 0; n < all.size(); ++n) print_links(n, all[n], least, prices);
    std::puts("");
  }
}
