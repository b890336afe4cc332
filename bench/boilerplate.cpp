// SPDX-License-Identifier: Apache-2.0
#include "retold/boilerplate.hpp"

#include <benchmark/benchmark.h>

#include "corpus.hpp"

namespace {

void boilerplate(benchmark::State& state) {
  const auto documents = corpus::made(static_cast<std::size_t>(state.range(0)), 200);
  auto articles = corpus::prepared(documents);
  for (auto _ : state) benchmark::DoNotOptimize(retold::mark_boilerplate(articles));
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(boilerplate)->Arg(200)->Arg(2000)->Unit(benchmark::kMillisecond);

}  // namespace
