// SPDX-License-Identifier: Apache-2.0
// Adding to an index and asking it, by how many documents it holds.
#include "retold/index.hpp"

#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "folder.hpp"

namespace {

std::string text_of(std::size_t number) {
  std::string out;
  for (std::size_t w = 0; w < 300; ++w) out += "w" + std::to_string((number * 7919 + w * w * 31) % 50021) + ' ';
  return out + std::to_string(number);
}

void fill(retold::index& seen, std::size_t documents) {
  std::vector<std::string> texts, ids;
  for (std::size_t d = 0; d < documents; ++d) texts.push_back(text_of(d)), ids.push_back("document-" + std::to_string(d));
  std::vector<retold::index_entry> entries;
  for (std::size_t d = 0; d < documents; ++d) entries.push_back({.id = ids[d], .text = texts[d]});
  seen.add(entries);
}

void index_add(benchmark::State& state) {
  const auto documents = static_cast<std::size_t>(state.range(0));
  for (auto _ : state) {
    const folder at;
    retold::index seen(at / "index", retold::index_options{});
    fill(seen, documents);
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(index_add)->Arg(1000)->Arg(20000)->Unit(benchmark::kMillisecond);

void index_query(benchmark::State& state) {
  const folder at;
  retold::index seen(at / "index", retold::index_options{});
  fill(seen, static_cast<std::size_t>(state.range(0)));
  seen.compact();
  std::size_t number = 0;
  for (auto _ : state) benchmark::DoNotOptimize(seen.query(text_of(number++ % 40000)));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(index_query)->Arg(1000)->Arg(20000);

}  // namespace
