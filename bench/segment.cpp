// SPDX-License-Identifier: Apache-2.0
// Words alone (what signatures need), and words with sentences (what evidence needs).
#include "retold/segment.hpp"

#include <benchmark/benchmark.h>

#include "corpus.hpp"

namespace {

void segment_words(benchmark::State& state) {
  const auto documents = corpus::news();
  for (auto _ : state)
    for (const auto& d : documents) benchmark::DoNotOptimize(retold::words(retold::normalise(d.text)));
  state.SetBytesProcessed(state.iterations() * corpus::bytes(documents));
}
BENCHMARK(segment_words);

void segment_whole(benchmark::State& state) {
  const auto documents = corpus::news();
  for (auto _ : state)
    for (const auto& d : documents) benchmark::DoNotOptimize(retold::segment(d.text));
  state.SetBytesProcessed(state.iterations() * corpus::bytes(documents));
}
BENCHMARK(segment_whole);

}  // namespace
