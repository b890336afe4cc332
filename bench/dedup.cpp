// SPDX-License-Identifier: Apache-2.0
// Decisions about texts in memory: a share of them light edits of one another.
#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "random_sets.hpp"
#include "retold/dedup.hpp"

namespace {

void decide(benchmark::State& state) {
  std::vector<std::string> texts;
  for (std::int64_t i = 0; i < state.range(0); ++i) {
    const bool again = i % 10 == 9;  // every tenth is the one before, with a byline
    texts.push_back(again ? "by our own correspondent " + texts.back()
                          : random_sets::words(300, static_cast<std::uint64_t>(i)));
  }
  const std::vector<std::string_view> views(texts.begin(), texts.end());
  std::size_t bytes = 0;
  for (const std::string_view text : views) bytes += text.size();
  for (auto _ : state) benchmark::DoNotOptimize(retold::dedup(views, {.threads = 1}));
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes) * state.iterations());
}
BENCHMARK(decide)->Arg(1000)->Arg(10000)->Unit(benchmark::kMillisecond);

}  // namespace
