// SPDX-License-Identifier: Apache-2.0
// sketch_lsh: shingle sets that are ready → signatures → candidates → groups by the signatures' own estimate, as libraries do
// it that know no texts. What bench/peers compares with them; retold itself verifies on the sets (retold dedup).
//
//   sketch_lsh docs.u64 --groups groups.jsonl                docs.u64: what exact_join --hashes writes
//
// Prints the seconds of its steps as JSON; reading the file is not among them.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <map>
#include <thread>

#include "generate_lines.hpp"
#include "retold/lsh.hpp"
#include "retold/minhash.hpp"

namespace {

struct settings {
  std::string in, groups;
  double threshold = 0.8;
  retold::banding bands{16, 8};
  unsigned slots = 128, threads = 1;
};

struct shingle_lists {
  std::vector<std::uint64_t> begin, numbers;
  std::size_t size() const { return begin.size() - 1; }
  std::span<const std::uint64_t> operator[](std::size_t i) const {
    return std::span(numbers).subspan(begin[i], begin[i + 1] - begin[i]);
  }
};

std::vector<std::uint64_t> read_numbers(std::istream& in, std::size_t count) {
  std::vector<std::uint64_t> out(count);
  in.read(reinterpret_cast<char*>(out.data()), static_cast<std::streamsize>(count * sizeof out[0]));
  return out;
}

shingle_lists load(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  shingle_lists all;
  const std::uint64_t documents = read_numbers(in, 1)[0];
  if (in) all.begin = read_numbers(in, documents + 1);
  if (in) all.numbers = read_numbers(in, all.begin.back());
  if (!in) throw retold::error(retold::error_kind::input, path + ": not what exact_join --hashes writes");
  return all;
}

// What retold keeps of a document: its band keys, and 8 bits of each slot.
struct sketches {
  std::vector<std::uint64_t> keys;
  std::vector<std::uint8_t> slots;
};

void sign(const shingle_lists& all, const settings& s, std::size_t begin, std::size_t end, sketches& out) {
  const retold::minhasher hasher{{.slots = s.slots}};
  retold::signature slots(s.slots);
  for (std::size_t i = begin; i < end; ++i) {
    hasher(all[i], slots);
    retold::band_keys(slots, s.bands, std::span(out.keys).subspan(i * s.bands.bands, s.bands.bands));
    std::transform(slots.begin(), slots.end(), out.slots.begin() + static_cast<std::ptrdiff_t>(i * s.slots),
                   [](std::uint64_t slot) { return static_cast<std::uint8_t>(slot); });
  }
}

sketches sign(const shingle_lists& all, const settings& s) {
  sketches out{std::vector<std::uint64_t>(all.size() * s.bands.bands), std::vector<std::uint8_t>(all.size() * s.slots)};
  std::vector<std::jthread> threads;
  for (unsigned t = 0; t < s.threads; ++t)
    threads.emplace_back([&, t] { sign(all, s, all.size() * t / s.threads, all.size() * (t + 1) / s.threads, out); });
  threads.clear();
  return out;
}

// Each document joins the earliest kept one that it is paired with and similar to.
std::vector<std::uint32_t> keep_first(const sketches& all, std::size_t documents, const settings& s) {
  const auto slots = [&](std::uint32_t i) { return std::span(all.slots).subspan(std::size_t{i} * s.slots, s.slots); };
  const auto similar = [&](std::uint32_t a, std::uint32_t b) { return retold::estimate(slots(a), slots(b)) >= s.threshold; };
  std::vector<std::uint32_t> of(documents);
  for (std::uint32_t i = 0; i < of.size(); ++i) of[i] = i;
  for (const auto& [a, b] : retold::candidates(all.keys, s.bands.bands, similar).pairs)  // by a: those before it are decided
    if (of[a] == a && of[b] == b && similar(a, b)) of[b] = a;
  return of;
}

void write_groups(const std::string& path, const std::vector<std::uint32_t>& of) {
  std::map<std::uint32_t, std::string> groups;
  for (std::uint32_t i = 0; i < of.size(); ++i)
    if (of[i] != i) groups.try_emplace(of[i], std::to_string(of[i])).first->second += ", " + std::to_string(i);
  generate::line_file out(path);
  for (const auto& [keep, documents] : groups)
    out.write("{\"keep\": " + std::to_string(keep) + ", \"documents\": [" + documents + "]}\n");
  out.close();
}

double seconds_since(std::chrono::steady_clock::time_point began) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
}

void run(const settings& s) {
  const shingle_lists all = load(s.in);
  const auto began = std::chrono::steady_clock::now();
  const sketches made = sign(all, s);
  const double signing = seconds_since(began);
  const auto of = keep_first(made, all.size(), s);
  std::printf("{\"sketch\": %.4f, \"lsh\": %.4f}\n", signing, seconds_since(began) - signing);
  if (!s.groups.empty()) write_groups(s.groups, of);
}

}  // namespace

int main(int argc, char** argv) {
  settings s;
  CLI::App program("From shingle sets to groups by signatures alone", "sketch_lsh");
  program.add_option("FILE", s.in, "What exact_join --hashes writes")->required()->option_text(" ");
  program.add_option("--groups", s.groups, "Where the groups go")->option_text("FILE");
  program.add_option("--threshold", s.threshold, "Estimated Jaccard (default: 0.8)")->option_text("X");
  program.add_option("--slots", s.slots, "Of a signature (default: 128)")->option_text("N")->check(CLI::Range(8, 4096));
  program.add_option("--bands", s.bands.bands, "Default: 16")->option_text("N")->check(CLI::PositiveNumber);
  program.add_option("--rows", s.bands.rows, "Slots of a band (default: 8)")->option_text("N")->check(CLI::PositiveNumber);
  program.add_option("--threads", s.threads, "Default: 1")->option_text("N")->check(CLI::PositiveNumber);
  CLI11_PARSE(program, argc, argv);
  try {
    run(s);
    return 0;
  } catch (const retold::error& e) {
    return std::fprintf(stderr, "sketch_lsh: %s\n", e.what()), 3;
  }
}
