// SPDX-License-Identifier: Apache-2.0
// Documents in memory to groups and passages, one thread and all. Items are documents.
#include "retold/pipeline.hpp"

#include <benchmark/benchmark.h>

#include "corpus.hpp"

namespace {

void pipeline(benchmark::State& state, retold::level level) {
  const auto documents = corpus::made(static_cast<std::size_t>(state.range(0)), 400);
  const retold::cluster_options options{.level = level, .threads = static_cast<unsigned>(state.range(1))};
  for (auto _ : state) benchmark::DoNotOptimize(retold::cluster(documents, options));
  state.SetItemsProcessed(state.iterations() * state.range(0));
  state.SetBytesProcessed(state.iterations() * corpus::bytes(documents));
}
BENCHMARK_CAPTURE(pipeline, near, retold::level::near)
    ->ArgsProduct({{2000}, {1, 0}})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK_CAPTURE(pipeline, story, retold::level::story)
    ->ArgsProduct({{2000}, {1, 0}})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

}  // namespace
