// SPDX-License-Identifier: Apache-2.0
// Folding by script: ASCII in place, single code points by table, combining sequences by ICU.
#include "retold/normalise.hpp"

#include <benchmark/benchmark.h>

#include "corpus.hpp"

namespace {

void normalise(benchmark::State& state, const char* unit) {
  std::string text;
  while (text.size() < 20000) text += unit;
  for (auto _ : state) benchmark::DoNotOptimize(retold::normalise(text));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}
BENCHMARK_CAPTURE(normalise, english, "The lighthouse of Brannoch will be sold at auction in May. ");
BENCHMARK_CAPTURE(normalise, french, "L’été dernier, la tempête a emporté les trois quarts du quai réparé à grands frais. ");
BENCHMARK_CAPTURE(normalise, russian, "Маяк будет продан на аукционе в мае, сообщила администрация. ");
BENCHMARK_CAPTURE(normalise, arabic, "ستباع المنارة في مزاد علني في شهر مايو المقبل. ");
BENCHMARK_CAPTURE(normalise, chinese, "这座灯塔将于五月公开拍卖，最后一名看守人早已离开。");
BENCHMARK_CAPTURE(normalise, combining, "e\u0301te\u0301 a\u0323\u0302 ");

}  // namespace
