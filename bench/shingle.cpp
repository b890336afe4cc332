// SPDX-License-Identifier: Apache-2.0
// Words to shingle sets: time per word, with the sort.
#include "retold/shingle.hpp"

#include <benchmark/benchmark.h>

#include "random_sets.hpp"

namespace {

void shingle_set(benchmark::State& state, retold::shingle_unit unit) {
  const auto text = retold::segment(random_sets::words(static_cast<std::size_t>(state.range(0)), 1));
  const retold::shingle_options options{unit, static_cast<unsigned>(state.range(1))};
  for (auto _ : state) benchmark::DoNotOptimize(retold::shingles(text, options));
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK_CAPTURE(shingle_set, word, retold::shingle_unit::word)
    ->ArgNames({"words", "k"})
    ->ArgsProduct({{40, 300, 5000}, {3, 5}});
BENCHMARK_CAPTURE(shingle_set, character, retold::shingle_unit::character)->ArgNames({"words", "k"})->Args({300, 5});

void shingle_set_of_text(benchmark::State& state) {
  const std::string text = random_sets::words(static_cast<std::size_t>(state.range(0)), 1);
  for (auto _ : state) benchmark::DoNotOptimize(retold::shingles(text));
  state.SetItemsProcessed(state.iterations() * state.range(0));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}
BENCHMARK(shingle_set_of_text)->Arg(40)->Arg(300)->Arg(5000);

void shingle_exact_key(benchmark::State& state) {
  const auto text = retold::segment(random_sets::words(static_cast<std::size_t>(state.range(0)), 1));
  for (auto _ : state) benchmark::DoNotOptimize(retold::exact_key(text));
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(shingle_exact_key)->Arg(300);

}  // namespace
