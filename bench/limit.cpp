// SPDX-License-Identifier: Apache-2.0
// How near each stage of the way from text to signature is to what this machine can do: the bandwidth of its memory, measured
// in the same run. One thread, its processor time; stages take turns, and each one's best turn counts.
//
//   limit [FILE…]        files and folders as `retold cluster` reads them; without any, made-up words
#include <algorithm>
#include <cstdio>
#include <ctime>
#include <functional>
#include <numeric>
#include <string>
#include <vector>

#include "../src/shingle_stream.hpp"
#include "../src/utf8.hpp"
#include "random_sets.hpp"
#include "retold/retold.hpp"

namespace {

constexpr std::size_t most_bytes = 64 << 20;  // of text: more than any cache holds
constexpr int turns = 5;

std::vector<std::string> texts(int argc, char** argv) {
  std::vector<std::string> out;
  std::size_t bytes = 0;
  const auto keep = [&](std::string&& text) {
    if (bytes < most_bytes) bytes += text.size(), out.push_back(std::move(text));
  };
  if (argc > 1) retold::read({argv + 1, argv + argc}, {}, [&](retold::document&& d) { keep(std::move(d.text)); });
  for (std::uint64_t seed = 0; argc == 1 && bytes < most_bytes; ++seed) keep(random_sets::words(400, seed));
  return out;
}

// What a stage does with all texts; what it returns keeps the compiler from leaving it out.
struct stage {
  const char* name;
  std::function<std::uint64_t()> run;
  double best = 1e300;
};

volatile std::uint64_t kept;

double seconds(const std::function<std::uint64_t()>& run) {
  const std::clock_t began = std::clock();  // of this process: what other programs take does not count
  kept = run();
  return static_cast<double>(std::clock() - began) / CLOCKS_PER_SEC;
}

// The sum of a buffer's numbers, eight at a time.
std::uint64_t sum_of(const std::vector<std::uint64_t>& numbers) {
  std::uint64_t sums[8] = {};
  for (std::size_t i = 0; i + 8 <= numbers.size(); i += 8)
    for (std::size_t k = 0; k < 8; ++k) sums[k] += numbers[i + k];
  return std::accumulate(sums, sums + 8, std::uint64_t{0});
}

template <class Work>
stage over(const std::vector<std::string>& all, const char* name, Work work) {
  return {name, [&all, work]() mutable {
            std::uint64_t sum = 0;
            for (const std::string& text : all) sum += work(text);
            return sum;
          }};
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> all = texts(argc, argv);
  const double bytes =
      std::accumulate(all.begin(), all.end(), 0.0, [](double n, const auto& t) { return n + static_cast<double>(t.size()); });
  if (all.empty()) return std::fprintf(stderr, "no text in what was given\n"), 1;

  const std::vector<std::uint64_t> memory(std::size_t{256} << 17, 1);  // 256 MiB
  std::vector<retold::shingle_set> sets;
  for (const std::string& text : all) sets.push_back(retold::shingles(text));
  const retold::minhasher sign;
  retold::shingle_stream stream;
  retold::signature signature(sign.options().slots);
  std::size_t next = 0;

  stage bandwidth{"memory, read", [&] { return sum_of(memory); }};
  std::vector<stage> stages;
  stages.push_back(over(all, "UTF-8 validation", [](const std::string& t) { return std::uint64_t{retold::valid_utf8(t)}; }));
  stages.push_back(over(all, "words hashed", [&](const std::string& t) { return stream.words(t).size(); }));
  stages.push_back(over(all, "shingle list", [&](const std::string& t) { return stream.list(t).size(); }));
  stages.push_back(over(all, "shingle set", [&](const std::string& t) { return stream.set(t).size(); }));
  stages.push_back(over(all, "signature of a ready set", [&](const std::string&) {
    sign(sets[next++ % sets.size()], signature);
    return signature[0];
  }));
  stages.push_back(over(all, "text to signature", [&](const std::string& t) {
    sign(stream.list(t), signature);
    return signature[0];
  }));
  stages.push_back(over(all, "the same, allocating", [&](const std::string& t) { return sign(retold::shingle_list(t))[0]; }));
  stages.push_back(
      over(all, "normalise (with offsets)", [](const std::string& t) { return retold::normalise(t).bytes.size(); }));
  stages.push_back(over(all, "segment (with sentences)", [](const std::string& t) { return retold::segment(t).words.size(); }));

  for (int turn = 0; turn < turns; ++turn) {
    bandwidth.best = std::min(bandwidth.best, seconds(bandwidth.run));
    for (stage& s : stages) s.best = std::min(s.best, seconds(s.run));
  }
  const double speed = static_cast<double>(memory.size() * 8) / bandwidth.best;
  std::printf("%.1f MB of text in %zu documents, one thread, best of %d turns\n", bytes / 1e6, all.size(), turns);
  std::printf("%-26s %8s %10s\n%-26s %8.3f %10s\n", "", "GB/s", "of memory", bandwidth.name, speed / 1e9, "1");
  for (const stage& s : stages) std::printf("%-26s %8.3f %10.4f\n", s.name, bytes / s.best / 1e9, bytes / s.best / speed);
}
