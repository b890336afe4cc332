// SPDX-License-Identifier: Apache-2.0
// Exact similarity. Arguments: sizes of the two sets; items are the elements of both. Half of the smaller set is shared.
#include "retold/verify.hpp"

#include <benchmark/benchmark.h>

#include "random_sets.hpp"

namespace {

void verify_overlap(benchmark::State& state) {
  auto few = random_sets::sorted_numbers(static_cast<std::size_t>(state.range(0)), 1);
  const auto many = random_sets::sorted_numbers(static_cast<std::size_t>(state.range(1)), 2);
  for (std::size_t i = 0; i < few.size(); i += 2) few[i] = many[i * many.size() / few.size()];
  std::sort(few.begin(), few.end());
  for (auto _ : state) benchmark::DoNotOptimize(retold::overlap(few, many));
  state.SetItemsProcessed(state.iterations() * (state.range(0) + state.range(1)));
}
BENCHMARK(verify_overlap)
    ->Args({300, 300})
    ->Args({5000, 5000})
    ->Args({300, 2400})
    ->Args({300, 4800})
    ->Args({300, 9600})
    ->Args({300, 100000});

}  // namespace
