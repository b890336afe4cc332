// SPDX-License-Identifier: Apache-2.0
// Two groupings beside one another: items are documents.
#include "retold/evaluate.hpp"

#include <benchmark/benchmark.h>

#include <random>

namespace {

struct two_groupings {
  std::vector<std::uint32_t> gold, found;
  retold::document_tags tags;
};

// Stories of ten, of which every fifth document went astray; every twentieth carries one of a thousand tags.
two_groupings made(std::size_t documents) {
  std::mt19937 random(1);
  two_groupings out;
  for (std::size_t i = 0; i < documents; ++i) {
    out.gold.push_back(static_cast<std::uint32_t>(i / 10));
    out.found.push_back(i % 5 == 0 ? static_cast<std::uint32_t>(random() % (documents / 10)) : out.gold.back());
    out.tags.emplace_back();
    if (i % 20 == 0) out.tags.back().push_back(random() % 1000);
  }
  return out;
}

void evaluate_agree(benchmark::State& state) {
  const two_groupings both = made(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(retold::agree(both.gold, both.found, both.tags));
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(evaluate_agree)->Unit(benchmark::kMillisecond)->Arg(10000)->Arg(1000000);

void evaluate_by_id(benchmark::State& state) {
  const two_groupings both = made(static_cast<std::size_t>(state.range(0)));
  retold::grouping gold, found;
  for (std::size_t i = 0; i < both.gold.size(); ++i) gold.documents.push_back("document-" + std::to_string(i));
  found.documents = gold.documents;
  gold.labels = both.gold;
  found.labels = both.found;
  for (std::size_t g = 0; g <= both.gold.size() / 10; ++g) gold.names.push_back(std::to_string(g));
  found.names = gold.names;
  for (auto _ : state) benchmark::DoNotOptimize(retold::evaluate(gold, found));
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(evaluate_by_id)->Unit(benchmark::kMillisecond)->Arg(1000000);

}  // namespace
