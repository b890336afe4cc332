// SPDX-License-Identifier: Apache-2.0
// What an engine pays for each article, without its own sorting and sending.
#include "retold/distribute_stories.hpp"

#include <benchmark/benchmark.h>

#include <string>

#include "random_sets.hpp"
#include "retold/read.hpp"

namespace {

retold::document article() { return retold::read_fields({.id = "a", .text = random_sets::words(300, 1), .title = "A title"}); }

void read_lines(benchmark::State& state) {
  const retold::document from = article();
  for (auto _ : state) benchmark::DoNotOptimize(retold::lines_of(from));
}
BENCHMARK(read_lines)->Unit(benchmark::kMicrosecond);

void read_article(benchmark::State& state) {
  const retold::document from = article();
  const retold::article_reader read({});
  for (auto _ : state) benchmark::DoNotOptimize(read(from, {}, {}));
}
BENCHMARK(read_article)->Unit(benchmark::kMicrosecond);

}  // namespace
