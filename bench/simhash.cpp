// SPDX-License-Identifier: Apache-2.0
// Features to fingerprints, and the exact search for near pairs. Arguments of the search: prints, distance.
#include "retold/simhash.hpp"

#include <benchmark/benchmark.h>

#include "random_sets.hpp"

namespace {

void simhash_print(benchmark::State& state) {
  std::vector<retold::weighted> features;
  for (const auto hash : random_sets::sorted_numbers(static_cast<std::size_t>(state.range(0)), 1))
    features.push_back({hash, 0.1 + static_cast<double>(hash % 100) / 10});
  for (auto _ : state) benchmark::DoNotOptimize(retold::simhash(features));
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(simhash_print)->Arg(40)->Arg(300)->Arg(5000);

void simhash_pairs(benchmark::State& state) {
  const auto numbers = random_sets::sorted_numbers(2 * static_cast<std::size_t>(state.range(0)), 1);
  std::vector<retold::fingerprint> prints;
  for (std::size_t i = 0; i < numbers.size(); i += 2)
    prints.push_back({numbers[i] * 0x9E3779B97F4A7C15, numbers[i + 1] * 0x9E3779B97F4A7C15});
  const auto distance = static_cast<unsigned>(state.range(1));
  for (auto _ : state) benchmark::DoNotOptimize(retold::hamming_pairs(prints, distance));
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(simhash_pairs)->Unit(benchmark::kMillisecond)->ArgsProduct({{20000, 100000}, {3, 10, 20}});

}  // namespace
