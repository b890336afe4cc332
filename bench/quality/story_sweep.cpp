// SPDX-License-Identifier: Apache-2.0
// The groups of many settings of the story score at once, for choose_stories.py.
//
//   story_sweep CUT[,CUT…] FILE… < SETTINGS
//
// SETTINGS: a line each, the members of score_constants in their order. Writes JSON lines: {"file", "ids"} for each file, then
// {"file", "setting", "cut", "story"} for each setting (by line, from 0) and cut; "story" has the label of each id in turn.
#include <algorithm>
#include <iostream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include "../../src/pipeline_near.hpp"
#include "../../src/report_escape.hpp"
#include "../../src/stories_score.hpp"
#include "retold/retold.hpp"

namespace {

struct collection {
  explicit collection(const std::string& file) {
    retold::read({file}, {}, [&](retold::document&& d) { documents.push_back(std::move(d)); });
    std::sort(documents.begin(), documents.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
    for (const retold::document& d : documents) articles.push_back(retold::prepare(d));
    retold::mark_boilerplate(articles);
    retold::statistics counts;
    near = retold::find_copies(articles, {}, counts, {}).rewrite;
  }
  std::vector<retold::document> documents;
  std::vector<retold::article> articles;
  std::vector<std::uint32_t> near;
};

std::vector<double> numbers(std::string text) {
  std::replace(text.begin(), text.end(), ',', ' ');
  std::istringstream in(text);
  return {std::istream_iterator<double>(in), {}};
}

retold::score_constants setting(const std::string& line) {
  const std::vector<double> v = numbers(line);
  if (v.size() != 8) throw retold::error(retold::error_kind::option, "a setting has eight numbers: " + line);
  return {v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7]};
}

void sweep(const std::string& file, const std::vector<retold::score_constants>& settings, const std::vector<double>& cuts) {
  const collection of(file);
  retold::rendering::json_writer ids(true);
  ids.open('{').key("file").text(file).key("ids").open('[');
  for (const retold::document& d : of.documents) ids.text(d.id);
  std::cout << (ids.close(']').close('}'), ids.take()) << '\n';
  const double lowest = *std::min_element(cuts.begin(), cuts.end());
  for (std::size_t s = 0; s < settings.size(); ++s) {
    retold::story_grouping found;
    const auto tree = retold::story_merges(of.articles, of.near, {.topic_cut = lowest}, settings[s], found);
    for (const double cut : cuts) {
      retold::rendering::json_writer line(true);
      line.open('{').key("file").text(file).key("setting").integer(s).key("cut").number(cut).key("story").open('[');
      for (const std::uint32_t label : retold::stories_of(tree, cut, found, settings[s])) line.integer(label);
      std::cout << line.close(']').close('}').take() << '\n';
    }
  }
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc < 3) {
    std::cerr << "usage: story_sweep CUT[,CUT...] FILE... < SETTINGS\n";
    return 2;
  }
  std::vector<retold::score_constants> settings;
  for (std::string line; std::getline(std::cin, line);) settings.push_back(setting(line));
  for (int i = 2; i < argc; ++i) sweep(argv[i], settings, numbers(argv[1]));
} catch (const std::exception& e) {
  std::cerr << e.what() << '\n';
  return 1;
}
