// SPDX-License-Identifier: Apache-2.0
// Spans of many pairs of texts under other constants than the library's own: what choose_spans.py tries them with.
//
//   spans_trial TEXTS.jsonl PAIRS        TEXTS: lines {"id","text"}; PAIRS: a line for each pair, two ids, a tab between
//
// For each line "NAME=VALUE NAME=VALUE …" on standard input (constants of src/spans_constants.hpp, or least_words; others keep
// their values) one line on standard output: for each pair a list of [begin, end, begin, end], in code points of both texts.
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>
#include <string>

#include "../../src/spans_find.hpp"
#include "retold/read.hpp"

namespace {

using namespace retold;

struct entry {
  document text;
  article prepared;
  std::vector<std::uint32_t> points;  // before each byte
};

std::map<std::string, double spanning::constants::*> names() {
  using c = spanning::constants;
  return {{"unit_words", &c::unit_words},
          {"background", &c::background},
          {"seed_cosine", &c::seed_cosine},
          {"seed_dice", &c::seed_dice},
          {"gap", &c::gap},
          {"miss", &c::miss},
          {"snap", &c::snap},
          {"evidence", &c::evidence},
          {"least_words", &c::least_words},
          {"least_share", &c::least_share},
          {"run_words", &c::run_words},
          {"run_gap", &c::run_gap},
          {"copied_words", &c::copied_words},
          {"copied_share", &c::copied_share},
          {"digest_cosine", &c::digest_cosine},
          {"digest_dice", &c::digest_dice},
          {"digest_gap", &c::digest_gap},
          {"digest_whole", &c::digest_whole},
          {"digest_words", &c::digest_words},
          {"digest_ratio", &c::digest_ratio},
          {"overlap", &c::overlap}};
}

std::map<std::string, entry> read_texts(const std::string& path) {
  std::map<std::string, entry> all;
  read({path}, {}, [&](document&& d) {
    const std::string id = d.id;
    all[id].text = std::move(d);
  });
  for (auto& [id, e] : all) {
    std::vector<article> alone(1);
    alone[0] = prepare(e.text);
    mark_boilerplate(alone);
    e.prepared = std::move(alone[0]);
    e.points.push_back(0);
    for (const char c : e.text.text) e.points.push_back(e.points.back() + ((c & 0xC0) != 0x80));
  }
  return all;
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 3) {
    std::cerr << "spans_trial TEXTS.jsonl PAIRS\n";
    return 2;
  }
  const std::map<std::string, entry> texts = read_texts(arguments[1]);
  std::vector<std::pair<const entry*, const entry*>> pairs;
  std::ifstream list(arguments[2]);
  for (std::string line; std::getline(list, line);) {
    const std::size_t tab = line.find('\t');
    pairs.emplace_back(&texts.at(line.substr(0, tab)), &texts.at(line.substr(tab + 1)));
  }
  const auto constants = names();
  for (std::string line; std::getline(std::cin, line);) {
    spanning::constants with;
    std::istringstream settings(line);
    for (std::string setting; settings >> setting;) {
      const std::size_t equals = setting.find('=');
      const double value = std::atof(setting.c_str() + equals + 1);
      with.*constants.at(setting.substr(0, equals)) = value;
    }
    std::string out = "[";
    for (const auto& [a, b] : pairs) {
      if (out.size() > 1) out += ',';
      out += '[';
      for (const passage& p : spanning::find_passages(a->prepared, b->prepared, {}, with)) {
        if (out.back() == ']') out += ',';
        const std::uint32_t ends[] = {a->points[p.a.where.begin], a->points[p.a.where.end], b->points[p.b.where.begin],
                                      b->points[p.b.where.end]};
        out += '[' + std::to_string(ends[0]) + ',' + std::to_string(ends[1]) + ',' + std::to_string(ends[2]) + ',' +
               std::to_string(ends[3]) + ']';
      }
      out += ']';
    }
    std::cout << out << "]" << std::endl;
  }
}
