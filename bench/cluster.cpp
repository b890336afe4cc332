// SPDX-License-Identifier: Apache-2.0
// Edges to groups: items are edges. A random sparse graph, stories of ten with noise between them, and a hub.
#include "retold/cluster.hpp"

#include <benchmark/benchmark.h>

#include <random>

namespace {

std::vector<retold::edge> random_graph(std::uint32_t nodes, std::size_t edges) {
  std::mt19937_64 random(1);
  std::vector<retold::edge> result;
  for (std::size_t i = 0; i < edges; ++i)
    result.push_back({static_cast<std::uint32_t>(random() % nodes), static_cast<std::uint32_t>(random() % nodes),
                      static_cast<double>(random() % 1000 + 1) / 1000});
  return result;
}

std::vector<retold::edge> stories(std::uint32_t nodes) {
  auto edges = random_graph(nodes, nodes * 10);
  for (auto& e : edges) e.score *= 0.2;
  for (std::uint32_t first = 0; first + 10 <= nodes; first += 10)
    for (std::uint32_t i = 0; i < 10; ++i)
      for (std::uint32_t j = i + 1; j < 10; ++j)
        edges.push_back({first + i, first + j, 0.3 + 0.01 * ((i * 7 + j * 3 + first) % 40)});
  return edges;
}

std::vector<retold::edge> hub(std::uint32_t spokes) {
  std::vector<retold::edge> edges;
  for (std::uint32_t i = 1; i <= spokes; ++i) edges.push_back({0, i, 0.9});
  return edges;
}

void agglomerate(benchmark::State& state, std::uint32_t nodes, const std::vector<retold::edge>& edges, double cut) {
  for (auto _ : state) benchmark::DoNotOptimize(retold::agglomerate(nodes, edges, cut));
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(edges.size()));
}
void cluster_agglomerate_random(benchmark::State& state) { agglomerate(state, 100000, random_graph(100000, 2000000), 0.05); }
void cluster_agglomerate_everything(benchmark::State& state) { agglomerate(state, 100000, random_graph(100000, 2000000), 0); }
void cluster_agglomerate_stories(benchmark::State& state) { agglomerate(state, 100000, stories(100000), 0.05); }
void cluster_agglomerate_hub(benchmark::State& state) { agglomerate(state, 50001, hub(50000), 0); }
BENCHMARK(cluster_agglomerate_random)->Unit(benchmark::kMillisecond);
BENCHMARK(cluster_agglomerate_everything)->Unit(benchmark::kMillisecond);
BENCHMARK(cluster_agglomerate_stories)->Unit(benchmark::kMillisecond);
BENCHMARK(cluster_agglomerate_hub)->Unit(benchmark::kMillisecond);

// By a score of the caller's, here the average too.
void cluster_agglomerate_linked(benchmark::State& state) {
  const auto edges = stories(100000);
  const retold::linkage average{[](auto, auto, double mean) { return mean; }, [](auto, auto, double) {}};
  for (auto _ : state) benchmark::DoNotOptimize(retold::agglomerate(100000, edges, 0.05, average));
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(edges.size()));
}
BENCHMARK(cluster_agglomerate_linked)->Unit(benchmark::kMillisecond);

void cluster_stars(benchmark::State& state) {
  const auto edges = stories(100000);
  for (auto _ : state) benchmark::DoNotOptimize(retold::stars(100000, edges));
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(edges.size()));
}
BENCHMARK(cluster_stars)->Unit(benchmark::kMillisecond);

}  // namespace
