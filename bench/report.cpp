// SPDX-License-Identifier: Apache-2.0
#include "retold/report.hpp"

#include <benchmark/benchmark.h>

#include "corpus.hpp"
#include "retold/pipeline.hpp"

namespace {

void report(benchmark::State& state, std::string (*write)(const retold::clustering&)) {
  const auto found = retold::cluster(corpus::news());
  std::size_t bytes = 0;
  for (auto _ : state) bytes = write(found).size();
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes));
}
BENCHMARK_CAPTURE(report, text, [](const retold::clustering& c) { return retold::to_text(c); });
BENCHMARK_CAPTURE(report, json, [](const retold::clustering& c) { return retold::to_json(c); });
BENCHMARK_CAPTURE(report, html, [](const retold::clustering& c) { return retold::to_html(c); });

}  // namespace
