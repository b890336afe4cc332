// SPDX-License-Identifier: Apache-2.0
// Exact joins and advice: items are documents, every fifth a version of the one before.
#include "retold/advise.hpp"

#include <benchmark/benchmark.h>

#include "corpus.hpp"

namespace {

retold::sample made(std::size_t documents) {
  retold::sampler chosen;
  for (const auto& d : corpus::made(documents, 300)) chosen.add(d);
  return chosen.take();
}

void advise_exact_join(benchmark::State& state) {
  const retold::sample part = made(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(retold::exact_join(part.sets, static_cast<double>(state.range(1)) / 100, 1));
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(advise_exact_join)->Unit(benchmark::kMillisecond)->Args({5000, 30})->Args({5000, 80})->Args({20000, 30});

void advise_recall(benchmark::State& state) {
  const retold::sample part = made(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(retold::measure_lsh(part, {.threads = 1}));
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(advise_recall)->Unit(benchmark::kMillisecond)->Arg(5000);

void advise_all(benchmark::State& state) {
  const retold::sample part = made(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(retold::advise(part, {.threads = 1}));
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(advise_all)->Unit(benchmark::kMillisecond)->Arg(5000);

}  // namespace
