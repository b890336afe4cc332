// SPDX-License-Identifier: Apache-2.0
// The figures of many settings of the story score at once, for choose_stories.py.
//
//   story_sweep CUT[,CUT…] FILE… < SETTINGS
//
// SETTINGS: a line each, the members of score_constants in their order; lines in turn that differ in the last two alone cost
// one. The files are grouped each by itself and judged together. Writes a line for each setting and cut: B-cubed F1, pairwise
// F1.
#include <algorithm>
#include <iostream>
#include <iterator>
#include <map>
#include <span>
#include <sstream>
#include <string>
#include <vector>

#include "../../src/pipeline_near.hpp"
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
    compared = retold::compare_articles(articles, retold::find_copies(articles, {}, counts, {}).rewrite, {}, found);
    const retold::grouping gold = retold::read_gold(file);
    std::map<std::string, std::uint32_t> known;
    for (std::uint32_t d = 0; d < documents.size(); ++d) known[documents[d].id] = d;
    for (std::size_t i = 0; i < gold.documents.size(); ++i) judged.push_back(known.at(gold.documents[i]));
    story = gold.labels;
    tags = gold.tags;
    tags.resize(story.size());
  }
  std::vector<retold::document> documents;  // of which the articles are
  std::vector<retold::article> articles;
  retold::story_grouping found;
  retold::compared_articles compared;
  std::vector<std::uint32_t> judged, story;  // articles of known story
  retold::document_tags tags;
};

// Labels of several collections, as one.
class labels {
 public:
  void add(std::span<const std::uint32_t> more) {
    const std::uint32_t first = next_;
    for (const std::uint32_t label : more) {
      all_.push_back(first + label);
      next_ = std::max(next_, all_.back() + 1);
    }
  }
  std::span<const std::uint32_t> all() const { return all_; }

 private:
  std::vector<std::uint32_t> all_;
  std::uint32_t next_ = 0;
};

std::vector<double> numbers(std::string text) {
  std::replace(text.begin(), text.end(), ',', ' ');
  std::istringstream in(text);
  return {std::istream_iterator<double>(in), {}};
}

retold::score_constants setting(const std::string& line) {
  const std::vector<double> v = numbers(line);
  if (v.size() != 7) throw retold::error(retold::error_kind::option, "a setting has seven numbers: " + line);
  return {v[0], v[1], v[2], v[3], v[4], v[5], v[6]};
}

bool same_merges(const retold::score_constants& x, retold::score_constants y) {
  y.eased = x.eased;
  y.surplus = x.surplus;
  return x == y;
}

// For each setting and cut, labels of what is judged.
std::vector<std::vector<std::uint32_t>> swept(const collection& of, const std::vector<retold::score_constants>& settings,
                                              const std::vector<double>& cuts) {
  std::vector<std::vector<std::uint32_t>> out;
  const double lowest = *std::min_element(cuts.begin(), cuts.end());
  retold::story_grouping found = of.found;
  retold::story_tree tree;
  for (std::size_t s = 0; s < settings.size(); ++s) {
    if (s == 0 || !same_merges(settings[s], settings[s - 1])) {
      tree = retold::story_merges(retold::compared_articles(of.compared), lowest, settings[s], found);
    }
    for (const double cut : cuts) {
      const std::vector<std::uint32_t> story = retold::stories_of(tree, cut, found, settings[s]);
      out.emplace_back();
      for (const std::uint32_t d : of.judged) out.back().push_back(story[d]);
    }
  }
  return out;
}

void sweep(std::span<char*> files, const std::vector<retold::score_constants>& settings, const std::vector<double>& cuts) {
  labels gold;
  retold::document_tags tags;
  std::vector<labels> found(settings.size() * cuts.size());
  for (const char* file : files) {
    const collection of(file);
    gold.add(of.story);
    tags.insert(tags.end(), of.tags.begin(), of.tags.end());
    const auto here = swept(of, settings, cuts);
    for (std::size_t k = 0; k < found.size(); ++k) found[k].add(here[k]);
  }
  for (const labels& f : found) {
    const retold::agreement of = retold::agree(gold.all(), f.all(), tags);
    std::cout << of.b_cubed.f1() << ' ' << of.pairwise.f1() << '\n';
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
  std::cout.precision(9);
  sweep({argv + 2, argv + argc}, settings, numbers(argv[1]));
} catch (const std::exception& e) {
  std::cerr << e.what() << '\n';
  return 1;
}
