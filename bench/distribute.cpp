// SPDX-License-Identifier: Apache-2.0
// What an engine pays for each record, bucket entry and pair, without its own sorting and sending.
#include "retold/distribute.hpp"

#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "random_sets.hpp"

namespace {

void sign_record(benchmark::State& state) {
  const std::string text = random_sets::words(150, 1);
  retold::record_signer sign({});
  std::vector<std::uint64_t> keys(sign.bands());
  for (auto _ : state) benchmark::DoNotOptimize(sign(text, keys));
  state.SetBytesProcessed(static_cast<std::int64_t>(text.size()) * state.iterations());
}
BENCHMARK(sign_record);

void read_buckets(benchmark::State& state) {
  std::vector<std::uint64_t> keys;
  std::vector<std::int64_t> records;
  for (std::int64_t i = 0; i < 100'000; ++i) keys.push_back(static_cast<std::uint64_t>(i - i % 8 / 7)), records.push_back(i);
  for (auto _ : state) {
    retold::bucket_reader reader;
    retold::bucket_rows rows;
    reader.add(keys, records, rows);
    benchmark::DoNotOptimize(rows.first.data());
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(keys.size()) * state.iterations());
}
BENCHMARK(read_buckets)->Unit(benchmark::kMillisecond);

void compare_pair(benchmark::State& state) {
  const std::string a = random_sets::words(150, 1), b = "by our own correspondent " + a;
  retold::pair_comparer compare({});
  std::int64_t i = 0;
  for (auto _ : state) benchmark::DoNotOptimize(compare(++i, a, i + 1, b));
}
BENCHMARK(compare_pair);

}  // namespace
