// SPDX-License-Identifier: Apache-2.0
// Grouping alone, articles being prepared. Items are articles.
#include "retold/stories.hpp"

#include <benchmark/benchmark.h>

#include <numeric>

#include "corpus.hpp"

namespace {

void stories(benchmark::State& state) {
  const auto documents = corpus::made(static_cast<std::size_t>(state.range(0)), 400);
  const auto articles = corpus::prepared(documents);
  std::vector<std::uint32_t> near(articles.size());
  std::iota(near.begin(), near.end(), 0u);
  for (auto _ : state) benchmark::DoNotOptimize(retold::group_stories(articles, near, {.threads = 1}));
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(stories)->Arg(250)->Arg(1000)->Arg(4000)->Unit(benchmark::kMillisecond);

}  // namespace
