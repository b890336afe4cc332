// SPDX-License-Identifier: Apache-2.0
#include "retold/cluster.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <cmath>
#include <limits>
#include <map>
#include <set>

#include "random_sets.hpp"

using namespace retold;
using random_sets::generator;

namespace {

using labels = std::vector<std::uint32_t>;

std::vector<edge> random_edges(generator& random, std::uint32_t nodes, std::size_t count, unsigned levels) {
  std::vector<edge> edges;
  for (std::size_t i = 0; i < count; ++i) {
    const auto a = static_cast<std::uint32_t>(random_sets::below(random, nodes));
    const auto b = static_cast<std::uint32_t>(random_sets::below(random, nodes));
    edges.push_back({a, b, static_cast<double>(1 + random_sets::below(random, levels)) / levels});
  }
  return edges;
}

// Average link as the textbook has it: a full matrix of sums, and all pairs of clusters looked at for every merge.
std::vector<merge_step> textbook_agglomeration(std::uint32_t nodes, const std::vector<edge>& edges, double cut) {
  std::vector<std::vector<long long>> sum(nodes, std::vector<long long>(nodes, 0));
  for (const edge& e : edges)
    if (e.a != e.b && e.score > 0) sum[e.a][e.b] = sum[e.b][e.a] = std::max(sum[e.a][e.b], std::llround(e.score * 1e9));
  std::vector<long long> size(nodes, 1);  // 0: merged away
  std::vector<merge_step> steps;
  for (;;) {
    std::uint32_t x = 0, y = 0;  // the best pair; x == y: none
    for (std::uint32_t a = 0; a < nodes; ++a)
      for (std::uint32_t b = a + 1; b < nodes; ++b) {
        if (size[a] == 0 || size[b] == 0 || sum[a][b] == 0) continue;
        __extension__ using wide = __int128;
        if (x == y || wide(sum[a][b]) * size[x] * size[y] > wide(sum[x][y]) * size[a] * size[b]) x = a, y = b;
      }
    if (x == y) return steps;
    const double score = static_cast<double>(sum[x][y]) / (static_cast<double>(size[x] * size[y]) * 1e9);
    if (score < cut) return steps;
    steps.push_back({x, y, score});
    size[x] += size[y];
    size[y] = 0;
    for (std::uint32_t c = 0; c < nodes; ++c) sum[x][c] = sum[c][x] = sum[x][c] + sum[y][c];
  }
}

// The same for any linkage: all scores are asked for anew before each merge.
std::vector<merge_step> textbook_agglomeration(std::uint32_t nodes, const std::vector<edge>& edges, double cut,
                                               const linkage& by) {
  std::map<std::pair<std::uint32_t, std::uint32_t>, long long> sum;
  for (const edge& e : edges)
    if (e.a != e.b) {
      long long& s = sum[std::minmax(e.a, e.b)];
      s = std::max(s, std::llround(e.score * 1e9));
    }
  std::vector<long long> size(nodes, 1);
  std::vector<merge_step> steps;
  for (;;) {
    std::pair<std::uint32_t, std::uint32_t> pick;
    long long best = 0;
    double mean_of_best = 0;
    for (const auto& [pair, s] : sum) {  // in order, so that the smaller labels win ties
      const double mean =
          static_cast<double>(s) / (1e9 * static_cast<double>(size[pair.first]) * static_cast<double>(size[pair.second]));
      const long long score = std::llround(by.score(pair.first, pair.second, mean) * 1e9);
      if (score > best && score >= std::llround(cut * 1e9)) best = score, pick = pair, mean_of_best = mean;
    }
    if (best == 0) return steps;
    const auto [a, b] = pick;
    by.merge(a, b, mean_of_best);
    steps.push_back({a, b, static_cast<double>(best) / 1e9});
    size[a] += size[b];
    std::map<std::pair<std::uint32_t, std::uint32_t>, long long> next;
    for (const auto& [pair, s] : sum)
      if (pair != pick) next[std::minmax(pair.first == b ? a : pair.first, pair.second == b ? a : pair.second)] += s;
    sum = std::move(next);
  }
}

bool same(const std::vector<merge_step>& a, const std::vector<merge_step>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](auto& x, auto& y) { return x.a == y.a && x.b == y.b && x.score == y.score; });
}

double seconds_of(const auto& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

TEST_CASE("the examples of the header") {
  const std::vector<edge> edges = {{0, 1, 0.92}, {1, 2, 0.88}};
  CHECK(stars(3, edges) == labels{1, 1, 1});
  CHECK(average_link(3, edges, 0.6) == labels{0, 0, 2});
  CHECK(average_link(3, edges, 0.44) == labels{0, 0, 0});
  CHECK(average_link(3, edges, 0.93) == labels{0, 1, 2});
}

TEST_CASE("agglomeration equals the textbook's, ties and all") {
  generator random(1);
  for (int trial = 0; trial < 1500; ++trial) {
    const auto nodes = static_cast<std::uint32_t>(2 + random_sets::below(random, 24));
    const unsigned levels = trial % 3 == 0 ? 1 : trial % 3 == 1 ? 4 : 1000;
    const auto edges = random_edges(random, nodes, random_sets::below(random, nodes * 5), levels);
    const double cut = random_sets::below(random, 3) == 0 ? 0 : random_sets::unit(random) * 0.8;
    REQUIRE(same(agglomerate(nodes, edges, cut), textbook_agglomeration(nodes, edges, cut)));
  }
}

// A linkage by which scores rise now and then: the larger both clusters, the better.
struct growing {
  std::vector<double> size;
  explicit growing(std::uint32_t nodes) : size(nodes, 1) {}
  linkage by() {
    return {[this](auto a, auto b, double mean) { return mean * (1 + 0.4 * std::min(size[a], size[b])) - 0.05 / size[a]; },
            [this](auto a, auto b, double) { size[a] += size[b]; }};
  }
};

TEST_CASE("agglomeration by a score of the caller's equals the textbook's, though scores rise") {
  generator random(11);
  std::size_t rises = 0;
  for (int trial = 0; trial < 600; ++trial) {
    const auto nodes = static_cast<std::uint32_t>(2 + random_sets::below(random, 20));
    const unsigned levels = trial % 3 == 0 ? 1 : trial % 3 == 1 ? 4 : 1000;
    auto edges = random_edges(random, nodes, random_sets::below(random, nodes * 5), levels);
    const double cut = random_sets::unit(random) * 0.8;
    growing fast(nodes), slow(nodes), shuffled(nodes);
    const auto steps = agglomerate(nodes, edges, cut, fast.by());
    REQUIRE(same(steps, textbook_agglomeration(nodes, edges, cut, slow.by())));
    for (std::size_t i = 1; i < steps.size(); ++i) rises += steps[i].score > steps[i - 1].score;
    std::shuffle(edges.begin(), edges.end(), random);
    REQUIRE(same(agglomerate(nodes, edges, cut, shuffled.by()), steps));
  }
  CHECK(rises > 100);
}

TEST_CASE("agglomeration by the average itself gives the average link") {
  generator random(12);
  const linkage average{[](auto, auto, double mean) { return mean; }, [](auto, auto, double) {}};
  for (int trial = 0; trial < 101; ++trial) {
    const bool large = trial == 100;  // more proposals than are kept
    const std::uint32_t nodes = large ? 1000 : 60;
    const auto edges = random_edges(random, nodes, large ? 60000 : 400, 100000);
    const auto steps = agglomerate(nodes, edges, 0.05), linked = agglomerate(nodes, edges, 0.05, average);
    REQUIRE(steps.size() == linked.size());
    for (std::size_t i = 0; i < steps.size(); ++i) {
      REQUIRE(steps[i].a == linked[i].a);
      REQUIRE(steps[i].b == linked[i].b);
      REQUIRE(std::abs(steps[i].score - linked[i].score) < 1e-9);
    }
  }
}

TEST_CASE("the order of the edges, and of a pair's ends, does not matter") {
  generator random(2);
  for (int trial = 0; trial < 100; ++trial) {
    auto edges = random_edges(random, 60, 300, 5);
    const auto steps = agglomerate(60, edges, 0.05);
    const auto star = stars(60, edges);
    std::shuffle(edges.begin(), edges.end(), random);
    for (edge& e : edges)
      if (random_sets::below(random, 2)) std::swap(e.a, e.b);
    REQUIRE(same(agglomerate(60, edges, 0.05), steps));
    REQUIRE(stars(60, edges) == star);
  }
}

TEST_CASE("scores never rise, and a prefix is the answer to a higher cut") {
  generator random(3);
  for (int trial = 0; trial < 50; ++trial) {
    const auto edges = random_edges(random, 200, 1500, trial % 2 ? 7 : 100000);
    const auto steps = agglomerate(200, edges, 0);
    for (std::size_t i = 1; i < steps.size(); ++i) REQUIRE(steps[i].score <= steps[i - 1].score);
    for (const double cut : {0.02, 0.1, 0.3, 0.5, 1.0}) {
      auto prefix = steps;
      prefix.erase(std::find_if(prefix.begin(), prefix.end(), [&](auto& s) { return s.score < cut; }), prefix.end());
      REQUIRE(same(agglomerate(200, edges, cut), prefix));
    }
  }
}

TEST_CASE("average_link labels clusters by their smallest node") {
  generator random(4);
  for (int trial = 0; trial < 200; ++trial) {
    const auto edges = random_edges(random, 40, 100, 6);
    const auto label = average_link(40, edges, 0.2);
    std::map<std::uint32_t, std::set<std::uint32_t>> clusters;
    for (std::uint32_t i = 0; i < 40; ++i) clusters[label[i]].insert(i);
    for (const auto& [name, members] : clusters) REQUIRE(name == *members.begin());
    labels slow(40);
    for (std::uint32_t i = 0; i < 40; ++i) slow[i] = i;
    for (const auto& step : textbook_agglomeration(40, edges, 0.2))
      for (auto& l : slow)
        if (l == step.b) l = step.a;
    REQUIRE(label == slow);
  }
}

TEST_CASE("a cut given in decimals includes the score that equals it") {
  for (int hundredths = 1; hundredths <= 100; ++hundredths) {
    const double score = hundredths / 100.0;
    const std::vector<edge> edges{{0, 1, score}};
    CHECK(agglomerate(2, edges, score).size() == 1);
    CHECK(agglomerate(2, edges, score).front().score == score);
    CHECK(agglomerate(2, edges, score + 0.001).empty());
  }
}

TEST_CASE("odd edges are left out, the better of two counts") {
  const double nan = std::numeric_limits<double>::quiet_NaN(), infinite = std::numeric_limits<double>::infinity();
  const std::vector<edge> edges = {{0, 0, 1},  {0, 9, 1},   {1, 2, nan}, {2, 3, 0},
                                   {3, 4, -1}, {4, 5, 0.3}, {5, 4, 0.7}, {6, 7, infinite}};
  CHECK(average_link(8, edges, 0) == labels{0, 1, 2, 3, 4, 4, 6, 6});
  CHECK(average_link(8, edges, 0.6) == labels{0, 1, 2, 3, 4, 4, 6, 6});
  CHECK(stars(8, edges) == labels{0, 1, 2, 3, 4, 4, 6, 6});
  CHECK(agglomerate(8, edges, -5).size() == 2);
  CHECK(agglomerate(0, {}, 0).empty());
  CHECK(stars(0, {}).empty());
  CHECK(average_link(2, {}, 0.5) == labels{0, 1});
}

TEST_CASE("a chain of strong links does not become one cluster") {
  std::vector<edge> edges;
  for (std::uint32_t i = 0; i + 1 < 1000; ++i) edges.push_back({i, i + 1, 0.9});
  const auto label = average_link(1000, edges, 0.5);
  std::map<std::uint32_t, int> size;
  for (const auto l : label) ++size[l];
  for (const auto& entry : size) CHECK(entry.second <= 2);
}

TEST_CASE("stars: members are linked to their centre, centres are not linked") {
  generator random(5);
  for (int trial = 0; trial < 500; ++trial) {
    const auto nodes = static_cast<std::uint32_t>(1 + random_sets::below(random, 50));
    const auto edges = random_edges(random, nodes, random_sets::below(random, 4 * nodes), 5);
    std::map<std::pair<std::uint32_t, std::uint32_t>, double> score;
    std::vector<std::set<std::uint32_t>> linked(nodes);
    for (const edge& e : edges) {
      if (e.a == e.b) continue;
      for (const auto& pair : {std::pair(e.a, e.b), std::pair(e.b, e.a)}) score[pair] = std::max(score[pair], e.score);
      linked[e.a].insert(e.b);
      linked[e.b].insert(e.a);
    }
    const auto centre = stars(nodes, edges);
    for (std::uint32_t i = 0; i < nodes; ++i) {
      REQUIRE(centre[centre[i]] == centre[i]);
      if (centre[i] == i) {
        for (const auto n : linked[i]) REQUIRE(centre[n] != n);
      } else {
        REQUIRE(score.contains({i, centre[i]}));
        for (const auto n : linked[i])  // of the centres it is linked to, the one it is most like, then the smallest
          if (centre[n] == n) REQUIRE(std::pair(-score[{i, centre[i]}], centre[i]) <= std::pair(-score[{i, n}], n));
      }
    }
    std::uint32_t busiest = 0;
    for (std::uint32_t i = 1; i < nodes; ++i)
      if (linked[i].size() > linked[busiest].size()) busiest = i;
    REQUIRE(centre[busiest] == busiest);
  }
}

TEST_CASE("hubs, long chains and large sparse graphs stay near linear") {
  constexpr std::uint32_t spokes = 50000;
  std::vector<edge> hub, chain, two_hubs;
  for (std::uint32_t i = 1; i <= spokes; ++i) {
    hub.push_back({0, i, 0.9});
    chain.push_back({i - 1, i, 0.9});
    two_hubs.push_back({0, i + 1, 0.5 + 1.0 / (i + 2)});
    two_hubs.push_back({1, i + 1, 0.5});
  }
  CHECK(seconds_of([&] { CHECK(agglomerate(spokes + 1, hub, 1e-9).size() == spokes); }) < 20);
  CHECK(seconds_of([&] { CHECK(agglomerate(spokes + 1, chain, 1e-9).size() == spokes); }) < 20);
  CHECK(seconds_of([&] { CHECK(agglomerate(spokes + 2, two_hubs, 1e-9).size() == spokes + 1); }) < 20);
  CHECK(seconds_of([&] { CHECK(stars(spokes + 1, hub)[spokes] == 0); }) < 5);
  generator random(6);
  const auto edges = random_edges(random, 20000, 200000, 1000);
  CHECK(seconds_of([&] { CHECK(agglomerate(20000, edges, 1e-9).size() > 19000); }) < 30);
}
