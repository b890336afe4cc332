// SPDX-License-Identifier: Apache-2.0
// Signatures to candidate pairs: items are documents. Every fourth document is a light edit of the one before it.
#include "retold/lsh.hpp"

#include <benchmark/benchmark.h>

#include "random_sets.hpp"

namespace {

std::vector<retold::signature> signatures(std::size_t count) {
  const retold::minhasher sign;
  std::vector<retold::signature> result;
  for (std::size_t i = 0; i < count; ++i) {
    auto set = random_sets::sorted_numbers(200, i % 4 == 3 ? i - 1 : i);
    if (i % 4 == 3)
      for (std::size_t edit = 0; edit < 10; ++edit) set[edit] = edit;
    result.push_back(sign(set));
  }
  return result;
}

void lsh_candidates(benchmark::State& state) {
  const auto all = signatures(static_cast<std::size_t>(state.range(0)));
  const auto bands = retold::choose_banding(0.8, 0.95, 128);
  const auto similar = [&](std::uint32_t i, std::uint32_t j) { return retold::estimate(all[i], all[j]) >= 0.8; };
  for (auto _ : state) benchmark::DoNotOptimize(retold::candidates(all, bands, similar));
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(lsh_candidates)->Unit(benchmark::kMillisecond)->Arg(10000)->Arg(100000);

void lsh_candidates_of_one_template(benchmark::State& state) {
  const auto count = static_cast<std::size_t>(state.range(0));
  const auto one = retold::minhasher()(random_sets::sorted_numbers(200, 1));
  const std::vector<retold::signature> all(count, one);
  const auto similar = [&](std::uint32_t i, std::uint32_t j) { return retold::estimate(all[i], all[j]) >= 0.8; };
  for (auto _ : state) benchmark::DoNotOptimize(retold::candidates(all, {18, 7}, similar));
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(lsh_candidates_of_one_template)->Unit(benchmark::kMillisecond)->Arg(20000);

}  // namespace
