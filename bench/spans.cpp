// SPDX-License-Identifier: Apache-2.0
// One pair of articles, of which the second repeats much of the first; the argument is the number of sentences on each side.
#include "retold/spans.hpp"

#include <benchmark/benchmark.h>

#include "corpus.hpp"

namespace {

void spans(benchmark::State& state) {
  const auto sentences = static_cast<std::size_t>(state.range(0));
  auto documents = corpus::made(5, 17 * sentences);
  const auto articles = corpus::prepared(documents);
  for (auto _ : state) benchmark::DoNotOptimize(retold::spans(articles[3], articles[4]));
}
BENCHMARK(spans)->Arg(25)->Arg(100)->Arg(1000)->Arg(10000)->Arg(100000)->Unit(benchmark::kMillisecond);

// Two articles that have nothing in common.
void spans_of_strangers(benchmark::State& state) {
  const auto sentences = static_cast<std::size_t>(state.range(0));
  auto documents = corpus::made(2, 17 * sentences);
  const auto articles = corpus::prepared(documents);
  for (auto _ : state) benchmark::DoNotOptimize(retold::spans(articles[0], articles[1]));
}
BENCHMARK(spans_of_strangers)->Arg(25)->Arg(100)->Arg(1000)->Unit(benchmark::kMillisecond);

}  // namespace
