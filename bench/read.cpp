// SPDX-License-Identifier: Apache-2.0
// Bytes to documents: JSONL from memory, HTML.
#include "retold/read.hpp"

#include <benchmark/benchmark.h>

#include <sstream>

#include "corpus.hpp"

namespace {

void read_jsonl(benchmark::State& state) {
  std::string lines;
  for (int i = 0; i < 500; ++i)
    lines +=
        R"({"id":")" + std::to_string(i) + R"(","text":")" + random_sets::words(300, static_cast<std::uint64_t>(i)) + "\"}\n";
  for (auto _ : state) {
    std::istringstream in(lines);
    retold::read_report report;
    std::size_t documents = 0;
    retold::read_jsonl(
        in, "bench", {}, [&](retold::document&&) { ++documents; }, report);
    benchmark::DoNotOptimize(documents);
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(lines.size()));
}
BENCHMARK(read_jsonl);

void read_html(benchmark::State& state) {
  std::string page = "<html><head><title>t</title></head><body><nav><a href='/'>Home</a></nav><article>";
  for (std::uint64_t i = 0; i < 20; ++i) page += "<p>" + random_sets::words(40, i) + " <b>caf&eacute;</b></p>\n";
  page += "</article></body></html>";
  for (auto _ : state) benchmark::DoNotOptimize(retold::read_text("x", page, retold::text_format::html));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(page.size()));
}
BENCHMARK(read_html);

}  // namespace
