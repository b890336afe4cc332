// SPDX-License-Identifier: Apache-2.0
// Sets to signatures: items are shingles, so the time per item is the time per shingle. Arguments: elements, slots.
#include "retold/minhash.hpp"

#include <benchmark/benchmark.h>

#include "random_sets.hpp"

namespace {

void minhash_sign(benchmark::State& state, retold::minhash_scheme scheme) {
  const auto elements = random_sets::sorted_numbers(static_cast<std::size_t>(state.range(0)), 1);
  const retold::minhasher sign({.slots = static_cast<unsigned>(state.range(1)), .scheme = scheme});
  for (auto _ : state) benchmark::DoNotOptimize(sign(elements));
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK_CAPTURE(minhash_sign, fss, retold::minhash_scheme::fss)->ArgsProduct({{15, 40, 100, 300, 1000, 5000}, {128, 256}});
BENCHMARK_CAPTURE(minhash_sign, kmins, retold::minhash_scheme::kmins)->ArgsProduct({{15, 300, 5000}, {128}});

void minhash_estimate(benchmark::State& state) {
  const retold::minhasher sign;
  const auto a = sign(random_sets::sorted_numbers(300, 1)), b = sign(random_sets::sorted_numbers(300, 2));
  for (auto _ : state) benchmark::DoNotOptimize(retold::estimate(a, b));
}
BENCHMARK(minhash_estimate);

void minhash_estimate_compact(benchmark::State& state) {
  const retold::minhasher sign;
  const auto a = retold::compact(sign(random_sets::sorted_numbers(300, 1)));
  const auto b = retold::compact(sign(random_sets::sorted_numbers(300, 2)));
  for (auto _ : state) benchmark::DoNotOptimize(retold::estimate(a, b));
}
BENCHMARK(minhash_estimate_compact);

}  // namespace
