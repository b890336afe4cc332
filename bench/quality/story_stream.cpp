// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <iostream>
#include <map>
#include <random>
#include <sstream>

#include "../../src/dates.hpp"
#include "../../src/pipeline_near.hpp"
#include "../../tests/story_memory.hpp"
#include "retold/retold.hpp"

namespace {

struct collection {
  explicit collection(const std::string& file) {
    retold::read({file}, {}, [&](retold::document&& d) { documents.push_back(std::move(d)); });
    std::stable_sort(documents.begin(), documents.end(), [](const auto& a, const auto& b) { return a.date < b.date; });
    for (const retold::document& d : documents) articles.push_back(retold::prepare(d));
    for (auto& a : articles) {
      std::vector<retold::article> one{a};
      retold::mark_boilerplate(one);
      a.boilerplate = one[0].boilerplate;
      features.push_back(retold::features_of(a));
      seconds.push_back(retold::second_number(a.origin->date).value_or(0));
    }
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
  std::vector<retold::story_features> features;
  std::vector<std::int64_t> seconds;
  std::vector<std::uint32_t> judged, story;  // articles of known story
  retold::document_tags tags;
};

struct totals {
  std::vector<std::uint32_t> gold, found;
  retold::document_tags tags;
  std::uint64_t opening = 0, told = 0, right = 0;
  std::vector<std::uint64_t> reads;
  std::vector<double> times;
  std::uint64_t sum = 0;
  std::size_t bytes = 0;
};

void stream(const collection& of, const std::vector<std::uint32_t>& order, const retold::stream_options& options, totals& t) {
  story_memory memory;
  const auto reader = memory.reader();
  std::vector<std::uint32_t> found(order.size());
  std::vector<bool> fresh(order.size());
  for (std::uint32_t number = 0; number < order.size(); ++number) {
    const auto d = order[number];
    const auto before = memory.reads;
    const auto start = std::chrono::steady_clock::now();
    const auto decision = retold::decide_story({of.features[d], number, of.seconds[d]}, reader, options);
    memory.write(number, decision.writes);
    t.times.push_back(std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start).count());
    t.reads.push_back(memory.reads - before);
    found[d] = static_cast<std::uint32_t>(decision.story);
    fresh[d] = decision.story == number;
  }
  t.bytes += memory.bytes();
  t.sum += memory.reads;
  const std::uint32_t first =
      t.gold.empty()
          ? 0
          : std::max(*std::max_element(t.gold.begin(), t.gold.end()), *std::max_element(t.found.begin(), t.found.end())) + 1;
  std::map<std::uint32_t, std::uint32_t> gold_of;
  for (std::size_t i = 0; i < of.judged.size(); ++i) gold_of[of.judged[i]] = of.story[i];
  std::map<std::uint32_t, bool> seen;
  for (const auto d : order) {
    const auto g = gold_of.find(d);
    if (g == gold_of.end()) continue;
    const bool opens = !seen[g->second];
    seen[g->second] = true;
    t.opening += opens, t.told += fresh[d], t.right += opens && fresh[d];
  }
  for (std::size_t i = 0; i < of.judged.size(); ++i) {
    t.gold.push_back(first + of.story[i]);
    t.found.push_back(first + found[of.judged[i]]);
    t.tags.push_back(of.tags[i]);
  }
}

}  // namespace

// story_stream [--speed] FILE… < SETTINGS   (name=value …)
int main(int argc, char** argv) {
  std::vector<std::vector<collection>> groups;
  std::vector<std::string> names;
  for (int i = 1; i < argc; ++i) {  // FILE or FILE,FILE: taken together
    std::istringstream in(argv[i]);
    groups.emplace_back();
    for (std::string f; std::getline(in, f, ',');) groups.back().emplace_back(f);
    names.push_back(argv[i]);
  }
  for (std::string line; std::getline(std::cin, line);) {
    retold::stream_options o;
    o.window_days = 0;
    auto& c = o.constants;
    std::istringstream in(line);
    bool detail = false;
    unsigned shuffles = 2;
    for (std::string word; in >> word;) {
      const auto at = word.find('=');
      const std::string name = word.substr(0, at);
      const double v = std::stod(word.substr(at + 1));
      const auto u = static_cast<std::size_t>(v);
      if (name == "cut")
        c.cut = v;
      else if (name == "apart")
        c.apart = v;
      else if (name == "expected")
        c.score.expected = v;
      else if (name == "surplus")
        c.score.surplus = v;
      else if (name == "eased")
        c.score.eased = v;
      else if (name == "concentration")
        c.score.concentration = v;
      else if (name == "posted")
        c.posted = u;
      else if (name == "rare_terms")
        c.rare_terms = u;
      else if (name == "common_terms")
        c.common_terms = u;
      else if (name == "rare")
        c.rare = u;
      else if (name == "newest")
        c.newest = u;
      else if (name == "compared")
        c.compared = u;
      else if (name == "stories")
        c.stories = u;
      else if (name == "detail")
        detail = u;
      else if (name == "shuffles")
        shuffles = static_cast<unsigned>(u);
      else
        return std::cerr << "unknown " << name << '\n', 2;
    }
    std::cout << (line.empty() ? "default" : line) << '\n';
    for (std::size_t g = 0; g < groups.size(); ++g) {
      double b3 = 0, pw = 0, fr = 0, fp = 0, bp = 0, br = 0;
      totals all;
      for (unsigned s = 0; s <= shuffles; ++s) {
        totals t;
        for (const collection& of : groups[g]) {
          std::vector<std::uint32_t> order(of.documents.size());
          std::iota(order.begin(), order.end(), 0u);
          if (s > 0) {
            std::mt19937 dice(s);
            for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[dice() % i]);
          }
          stream(of, order, o, t);
        }
        const retold::agreement a = retold::agree(t.gold, t.found, t.tags);
        b3 += a.b_cubed.f1(), pw += a.pairwise.f1();
        bp += a.b_cubed.precision, br += a.b_cubed.recall;
        fr += double(t.right) / double(t.opening), fp += double(t.right) / double(t.told);
        all.reads.insert(all.reads.end(), t.reads.begin(), t.reads.end());
        all.times.insert(all.times.end(), t.times.begin(), t.times.end());
        all.bytes += t.bytes;
        all.sum += t.sum;
      }
      const double k = shuffles + 1;
      std::cout << names[g].substr(0, names[g].find(',')) << ' ' << b3 / k << ' ' << pw / k << ' ' << fr / k << ' ' << fp / k
                << ' ' << bp / k << ' ' << br / k;
      if (detail) {
        std::sort(all.reads.begin(), all.reads.end());
        std::sort(all.times.begin(), all.times.end());
        const double m = double(all.reads.size());
        std::cout << " | reads " << double(all.sum) / m << " p99 " << all.reads[all.reads.size() * 99 / 100] << " max "
                  << all.reads.back() << " us " << std::accumulate(all.times.begin(), all.times.end(), 0.0) / m << " p99 "
                  << all.times[all.times.size() * 99 / 100] << " bytes " << double(all.bytes) / m;
      }
      std::cout << std::endl;
    }
  }
}
