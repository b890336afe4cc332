// SPDX-License-Identifier: Apache-2.0
// Records through a filter, by the most that are judged at once.
#include "retold/filter.hpp"

#include <benchmark/benchmark.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "folder.hpp"

namespace {

constexpr std::size_t records = 20000;

void write_records(const std::string& path) {
  std::ofstream out(path);
  for (std::size_t r = 0; r < records; ++r) {
    out << "{\"id\": \"" << r << "\", \"text\": \"";
    for (std::size_t w = 0; w < 300; ++w) out << 'w' << (r * 7919 + w * w * 31) % 50021 << ' ';
    out << "\"}\n";
  }
}

void filter_records(benchmark::State& state) {
  const folder at;
  write_records(at / "records.jsonl");
  for (auto _ : state) {
    std::filesystem::remove_all(at / "index");
    retold::index seen(at / "index", retold::index_options{});
    std::size_t bytes = 0;
    retold::filter(seen, {at / "records.jsonl"}, [&](std::string_view lines) { bytes += lines.size(); },
                   {.batch = static_cast<std::size_t>(state.range(0))});
    benchmark::DoNotOptimize(bytes);
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(records));
}
BENCHMARK(filter_records)->Arg(1)->Arg(64)->Arg(1024)->Unit(benchmark::kMillisecond);

}  // namespace
