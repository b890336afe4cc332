// SPDX-License-Identifier: Apache-2.0
// index_scale: what an index takes and gives at a size: adding, asking, removing, bytes a document, memory.
//
//   generate --distinct 1000000 --versions 0.1 news.jsonl.zst -o million.jsonl
//   index_scale million.jsonl --index scale.index [--memory 1G] [--store-text] [--stories]
//
// Adding is `filter` on the file, parsing and all; what is asked is half what the index holds, half what it has not seen: texts
// whose words stand in another order. The index is made anew and removed at the end.
#include <malloc.h>
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <thread>

#include "retold/error.hpp"
#include "retold/filter.hpp"
#include "retold/read.hpp"

namespace {

using clock_type = std::chrono::steady_clock;

double seconds_of(const std::function<void()>& work) {
  const auto began = clock_type::now();
  work();
  return std::chrono::duration<double>(clock_type::now() - began).count();
}

double peak_mib() {
  rusage use{};
  getrusage(RUSAGE_SELF, &use);
  return static_cast<double>(use.ru_maxrss) / 1024;
}

// What was asked with is given back first: the memory that follows is the index's.
void forget_peak() {
  malloc_trim(0);
  std::ofstream("/proc/self/clear_refs") << 5;
}

// The words in an order that no other text has.
std::string reordered(const std::string& text) {
  std::vector<std::string> words;
  std::string word;
  for (const char c : text + ' ') {
    if (c != ' ') {
      word += c;
    } else if (!word.empty()) {
      words.push_back(word);
      word.clear();
    }
  }
  std::sort(words.begin(), words.end(),
            [](const auto& a, const auto& b) { return std::hash<std::string>()(a) < std::hash<std::string>()(b); });
  std::string out;
  for (const std::string& w : words) out += w + ' ';
  return out;
}

std::vector<std::string> questions(const std::string& file, std::size_t count, std::size_t documents) {
  std::vector<std::string> out;
  const std::size_t every = std::max<std::size_t>(1, documents / count);
  std::size_t number = 0;
  std::ifstream in(file);
  retold::read_report report;
  retold::read_jsonl(
      in, file, {},
      [&](retold::document&& d) {
        if (number++ % every == 0) out.push_back(out.size() % 2 == 0 ? std::move(d.text) : reordered(d.text));
      },
      report);
  return out;
}

void ask(const retold::index& seen, const std::vector<std::string>& texts, unsigned threads) {
  std::vector<double> took(texts.size());
  std::atomic<std::size_t> next{0}, found{0};
  const double seconds = seconds_of([&] {
    std::vector<std::jthread> crew;
    for (unsigned t = 0; t < threads; ++t)
      crew.emplace_back([&] {
        for (std::size_t i; (i = next++) < texts.size();) took[i] = seconds_of([&] { found += !seen.query(texts[i]).empty(); });
      });
  });
  std::sort(took.begin(), took.end());
  std::printf("query, %u thread%s: %.0f a second, median %.3f ms, p99 %.3f ms, worst %.2f ms; %zu of %zu found\n", threads,
              threads == 1 ? "" : "s", static_cast<double>(texts.size()) / seconds, took[took.size() / 2] * 1e3,
              took[took.size() * 99 / 100] * 1e3, took.back() * 1e3, found.load(), texts.size());
}

void size_up(const retold::index& seen, const char* when) {
  const retold::index_stats stats = seen.stats();
  std::printf("%s: %llu documents, %.1f bytes each; peak memory %.0f MiB\n", when,
              static_cast<unsigned long long>(stats.documents),
              static_cast<double>(stats.bytes) / static_cast<double>(std::max<std::uint64_t>(1, stats.documents)), peak_mib());
}

struct settings {
  std::string in, folder;
  std::uint64_t memory = std::uint64_t{1} << 30;
  unsigned threads = std::max(1u, std::thread::hardware_concurrency());
  std::size_t questions = 60'000, removed = 100'000;
  bool store_text = false, stories = false;
};

void measure(const settings& with) {
  std::filesystem::remove_all(with.folder);
  retold::index seen(
      with.folder,
      retold::index_options{.level = with.stories ? retold::level::story : retold::level::near, .store_text = with.store_text},
      {.memory = with.memory, .threads = with.threads});
  retold::filter_report found;
  const double adding = seconds_of([&] { found = retold::filter(seen, {with.in}, [](std::string_view) {}); });
  std::printf("add: %llu records in %.1f s, %.0f a second; %llu new\n", static_cast<unsigned long long>(found.records), adding,
              static_cast<double>(found.records) / adding, static_cast<unsigned long long>(found.fresh));
  size_up(seen, "added");
  const auto ask_all = [&] {
    const std::vector<std::string> texts = questions(with.in, with.questions, found.records);
    for (const unsigned threads : {1u, with.threads}) ask(seen, texts, threads);
  };
  ask_all();
  forget_peak();
  std::printf("compact: %.1f s\n", seconds_of([&] { seen.compact(); }));
  size_up(seen, "compacted");
  ask_all();
  std::vector<std::string> ids;
  std::ifstream in(with.in);
  retold::read_report report;
  retold::read_jsonl(
      in, with.in, {}, [&](retold::document&& d) { ids.push_back(std::move(d.id)); }, report);
  ids.resize(std::min(ids.size(), with.removed));
  std::uint64_t removed = 0;
  const double removing = seconds_of([&] { removed = seen.remove(ids); });
  std::printf("remove: %llu of %zu ids in %.2f s\n", static_cast<unsigned long long>(removed), ids.size(), removing);
  std::printf("verify: %zu complaints, %.1f s\n", seen.verify().size(), seconds_of([&] { (void)seen.verify(); }));
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App program("What an index takes and gives at a size");
  settings with;
  program.add_option("FILE", with.in, "JSONL with ids and texts")->required();
  program.add_option("--index", with.folder, "Folder for the index; removed first and last")->required();
  program.add_option("--memory", with.memory, "Bytes; K, M, G")->transform(CLI::AsSizeValue(false));
  program.add_option("--threads", with.threads);
  program.add_option("--questions", with.questions);
  program.add_option("--removed", with.removed);
  program.add_flag("--store-text", with.store_text);
  program.add_flag("--stories", with.stories, "Level story");
  CLI11_PARSE(program, argc, argv);
  setvbuf(stdout, nullptr, _IOLBF, 0);  // it takes minutes
  try {
    measure(with);
  } catch (const retold::error& e) {
    std::fprintf(stderr, "%s\n", e.what());
    return 3;
  }
  std::filesystem::remove_all(with.folder);
}
