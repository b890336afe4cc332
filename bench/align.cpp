// SPDX-License-Identifier: Apache-2.0
// One pair of articles; the argument is the number of sentences on each side.
#include "retold/align.hpp"

#include <benchmark/benchmark.h>

#include <array>

#include "corpus.hpp"

namespace {

void align(benchmark::State& state) {
  const auto sentences = static_cast<std::size_t>(state.range(0));
  auto documents = corpus::made(5, 17 * sentences);
  const auto articles = corpus::prepared(documents);
  const std::array both{&articles[3], &articles[4]};
  for (auto _ : state) benchmark::DoNotOptimize(retold::align(articles[3], articles[4], retold::vocabulary(both)));
}
BENCHMARK(align)->Arg(5)->Arg(25)->Arg(100)->Arg(200)->Unit(benchmark::kMillisecond);

// One line again and again on both sides.
void align_repeated_lines(benchmark::State& state) {
  std::vector<retold::document> documents(2);
  for (auto& each : documents)
    for (int line = 0; line < state.range(0); ++line) each.text += "The same line of a table stands here again and again.\n";
  const auto articles = corpus::prepared(documents);
  const std::array both{&articles[0], &articles[1]};
  for (auto _ : state) benchmark::DoNotOptimize(retold::align(articles[0], articles[1], retold::vocabulary(both)));
}
BENCHMARK(align_repeated_lines)->Arg(200)->Arg(2000)->Arg(20000)->Unit(benchmark::kMillisecond);

void align_sentences(benchmark::State& state) {
  for (auto _ : state)
    benchmark::DoNotOptimize(retold::compare_sentences("The lighthouse of Brannoch will be sold at auction in May.",
                                                       "In May, an auction will decide who buys the Brannoch lighthouse."));
}
BENCHMARK(align_sentences)->Unit(benchmark::kMicrosecond);

}  // namespace
