// SPDX-License-Identifier: Apache-2.0
// Stories of a stream beside known ones, for choose_stream.py.
//
//   story_stream FILE… < SETTINGS         for each setting: B-cubed F1, pairwise F1, and of the articles that open a story the
//                                         share that is told as new, and of those told as new the share that opens one
//   story_stream --cost FILE… < SETTINGS  reads and microseconds (of the processor) for an article: mean, 99th percentile,
//   most;
//                                         bytes of a record
//
// SETTINGS: a line each, "CUT APART", or "plain CUT" for what is plain: an article joins that of the most similar one if their
// cosine is CUT. A file is a stream, by date where there are dates, else as it comes; then twice in random order; the figures
// are means over the three. Files are judged together.
#include <cmath>
#include <ctime>
#include <iostream>
#include <map>
#include <numeric>
#include <random>
#include <sstream>

#include "../../src/dates.hpp"
#include "../../tests/story_memory.hpp"
#include "retold/retold.hpp"

namespace {

using labels = std::vector<std::uint32_t>;

constexpr unsigned orders = 3;

struct setting {
  retold::stream_options options{.window_days = 0, .constants = {}};
  bool plain = false;
};

setting setting_of(const std::string& line) {
  setting out;
  std::istringstream in(line);
  if (line.starts_with("plain")) {
    std::string word;
    out.plain = static_cast<bool>(in >> word);
  } else if (in >> out.options.constants.cut >> out.options.constants.apart) {
    return out;
  }
  if (!(in >> out.options.constants.cut)) throw retold::error(retold::error_kind::option, "no setting: " + line);
  return out;
}

struct neighbour {
  std::uint32_t before = 0;  // its place in the order
  double cosine = 0;
};

struct collection {
  explicit collection(const std::string& file) {
    std::vector<retold::document> documents;
    retold::read({file}, {}, [&](retold::document&& d) { documents.push_back(std::move(d)); });
    std::stable_sort(documents.begin(), documents.end(), [](const auto& a, const auto& b) { return a.date < b.date; });
    std::map<std::string, std::uint32_t> known;
    for (const retold::document& d : documents) {
      known[d.id] = static_cast<std::uint32_t>(features.size());
      std::vector<retold::article> one{retold::prepare(d)};
      retold::mark_boilerplate(one);  // by itself: of those to come nothing is known
      features.push_back(retold::features_of(one.front()));
      seconds.push_back(retold::second_number(d.date).value_or(0));
    }
    const retold::grouping gold = retold::read_gold(file);
    for (const std::string& id : gold.documents) judged.push_back(known.at(id));
    story = gold.labels;
    tags = gold.tags;
    tags.resize(story.size());
  }

  labels order(unsigned which) const {
    labels out(features.size());
    std::iota(out.begin(), out.end(), 0u);
    std::mt19937 dice(which);
    for (std::size_t i = out.size(); which > 0 && i > 1; --i) std::swap(out[i - 1], out[dice() % i]);
    return out;
  }

  std::vector<retold::story_features> features;
  std::vector<std::int64_t> seconds;
  labels judged, story;  // articles of known story
  retold::document_tags tags;
  mutable std::vector<neighbour> nearest[orders];  // for what is plain, once asked for
};

struct costs {
  std::vector<double> reads, times;
  std::size_t bytes = 0;
};

double processor_microseconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

// For each article the place in the order of the one that opened its story.
labels streamed(const collection& of, const labels& order, const retold::stream_options& options, costs& cost) {
  labels found(order.size());
  story_memory memory;
  const retold::story_reader reader = memory.reader();
  for (std::uint32_t number = 0; number < order.size(); ++number) {
    const std::uint32_t d = order[number];
    const std::uint64_t reads = memory.reads;
    const double start = processor_microseconds();
    const auto told = retold::decide_story({of.features[d], number, of.seconds[d]}, reader, options);
    cost.times.push_back(processor_microseconds() - start);
    cost.reads.push_back(static_cast<double>(memory.reads - reads));
    memory.write(number, told.writes);
    found[d] = static_cast<std::uint32_t>(told.story);
  }
  cost.bytes += memory.bytes();
  return found;
}

// What is plain: tf-idf by the counts so far, the most similar article before.
std::vector<neighbour> nearest_of(const collection& of, const labels& order) {
  boost::unordered_flat_map<std::uint32_t, double> frequency;
  std::vector<neighbour> out(order.size());
  for (std::uint32_t number = 0; number < order.size(); ++number) {
    const auto& terms = of.features[order[number]].terms;
    for (const auto& t : terms) ++frequency[t.key];
    const auto value = [&](const retold::story_term& t) {
      return retold::counted_weight(t.count, t.of) * std::log((number + 2.5) / (frequency.at(t.key) + 0.5));
    };
    boost::unordered_flat_map<std::uint32_t, double> own;
    double length = 0;
    for (const auto& t : terms) length += std::pow(own[t.key] = value(t), 2);
    for (std::uint32_t before = 0; before < number; ++before) {
      double sum = 0, squares = 0;
      for (const auto& t : of.features[order[before]].terms) {
        const double theirs = value(t);
        squares += theirs * theirs;
        if (const auto mine = own.find(t.key); mine != own.end()) sum += theirs * mine->second;
      }
      const double cosine = squares > 0 && length > 0 ? sum / std::sqrt(squares * length) : 0;
      if (cosine > out[number].cosine) out[number] = {before, cosine};
    }
  }
  return out;
}

labels plain(const collection& of, unsigned which, double cut) {
  const labels order = of.order(which);
  std::vector<neighbour>& nearest = of.nearest[which];
  if (nearest.empty()) nearest = nearest_of(of, order);
  labels found(order.size());
  for (std::uint32_t number = 0; number < order.size(); ++number)
    found[order[number]] = nearest[number].cosine >= cut ? found[order[nearest[number].before]] : number;
  return found;
}

struct judgement {
  labels gold, found;
  retold::document_tags tags;
  double opening = 0, told = 0, right = 0;

  void add(const collection& of, const labels& order, const labels& story) {
    const auto next = [](const labels& all) { return all.empty() ? 0 : *std::max_element(all.begin(), all.end()) + 1; };
    const std::uint32_t first = std::max(next(gold), next(found));
    labels gold_of(order.size(), ~0u), place(order.size());
    for (std::size_t i = 0; i < of.judged.size(); ++i) {
      gold_of[of.judged[i]] = of.story[i];
      gold.push_back(first + of.story[i]);
      found.push_back(first + story[of.judged[i]]);
      tags.push_back(of.tags[i]);
    }
    std::map<std::uint32_t, bool> seen;
    for (std::uint32_t number = 0; number < order.size(); ++number) {
      const std::uint32_t d = order[number];
      if (gold_of[d] == ~0u) continue;
      const bool opens = !std::exchange(seen[gold_of[d]], true), fresh = story[d] == number;
      opening += opens, told += fresh, right += opens && fresh;
    }
  }
};

void judge(const std::vector<collection>& all, const setting& with) {
  double sums[4] = {};
  costs unused;
  for (unsigned which = 0; which < orders; ++which) {
    judgement j;
    for (const collection& of : all) {
      const labels order = of.order(which);
      j.add(of, order, with.plain ? plain(of, which, with.options.constants.cut) : streamed(of, order, with.options, unused));
    }
    const retold::agreement a = retold::agree(j.gold, j.found, j.tags);
    const double figures[] = {a.b_cubed.f1(), a.pairwise.f1(), j.right / j.opening, j.right / j.told};
    for (unsigned i = 0; i < 4; ++i) sums[i] += figures[i] / orders;
  }
  std::cout << sums[0] << ' ' << sums[1] << ' ' << sums[2] << ' ' << sums[3] << std::endl;
}

void tell(const char* what, std::vector<double>& values) {
  std::sort(values.begin(), values.end());
  const auto size = values.size();
  std::cout << what << " mean " << std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(size) << " p99 "
            << values[size * 99 / 100] << " most " << values.back() << '\n';
}

void measure(const std::vector<collection>& all, const setting& with) {
  costs cost;
  for (const collection& of : all) streamed(of, of.order(0), with.options, cost);
  tell("reads", cost.reads);
  tell("microseconds", cost.times);
  std::cout << "bytes " << static_cast<double>(cost.bytes) / static_cast<double>(cost.reads.size()) << std::endl;
}

}  // namespace

int main(int argc, char** argv) try {
  const bool cost = argc > 1 && std::string_view(argv[1]) == "--cost";
  const std::vector<std::string> files(argv + 1 + cost, argv + argc);
  if (files.empty()) {
    std::cerr << "usage: story_stream [--cost] FILE... < SETTINGS\n";
    return 2;
  }
  const std::vector<collection> all(files.begin(), files.end());
  std::cout.precision(9);
  for (std::string line; std::getline(std::cin, line);) (cost ? measure : judge)(all, setting_of(line));
} catch (const std::exception& e) {
  std::cerr << e.what() << '\n';
  return 1;
}
