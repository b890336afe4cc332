// SPDX-License-Identifier: Apache-2.0
// exact_join: every pair of documents whose shingle sets have at least the Jaccard asked for, without any sketch: what recall
// and precision are measured against.
//
//   exact_join docs.jsonl --pairs pairs.jsonl                {"a", "b", "jaccard"} a line, by record
//   exact_join docs.jsonl --hashes docs.u64                  the shingles in the order of the text: n, n + 1 offsets, numbers
//   (64 bits)
//
// Prefix filter (Chaudhuri, Ganti and Kaushik 2006): of two sets that alike, the n - ⌈tn⌉ + 1 smallest numbers of one meet
// those of the other. Numbers met there once are forgotten; for the others, a document counts what it has in common with each
// earlier one, and only where the rest could still make up for what is missing are the sets compared. Any order of the numbers
// will do; as they are hashes, their own is a random one.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdio>
#include <thread>

#include "generate_lines.hpp"
#include "retold/read.hpp"
#include "retold/shingle.hpp"
#include "retold/verify.hpp"

namespace {

struct settings {
  std::string in, pairs, hashes, shingle = "word:5";
  double threshold = 0.8;
  unsigned threads = std::max(1u, std::thread::hardware_concurrency());
};

struct collection {
  std::vector<std::string> ids;
  std::vector<std::vector<std::uint64_t>> shingles;  // in the order of the text, until they are made sets
};

struct found_pair {
  std::uint32_t first, second;
  double jaccard;
};

// The smallest whole number not below x, where x may be a rounding error above one.
std::size_t at_least(double x) { return static_cast<std::size_t>(std::ceil(x - 1e-9)); }

class prefix_join {
 public:
  prefix_join(const std::vector<retold::shingle_set>& sets, double threshold) : sets_(sets), threshold_(threshold) {
    std::vector<posting> all = postings();
    std::sort(all.begin(), all.end());
    index(all);
  }

  // All pairs of `second` with an earlier one. `common` has a zero for each document, and has so again afterwards.
  void find(std::uint32_t second, std::vector<std::uint32_t>& common, std::vector<found_pair>& out) const {
    std::vector<std::uint32_t> met;
    for (std::size_t k = first_list_[second]; k < first_list_[second + 1]; ++k) {
      const std::uint32_t list = lists_of_[k];
      for (std::size_t i = list_begin_[list]; members_[i] < second; ++i)
        if (common[members_[i]]++ == 0) met.push_back(members_[i]);
    }
    for (const std::uint32_t first : met)
      if (possible(first, second, std::exchange(common[first], 0))) compare(first, second, out);
  }

 private:
  struct posting {
    std::uint64_t number;
    std::uint32_t document;
    auto operator<=>(const posting&) const = default;
  };

  std::size_t prefix(std::size_t size) const { return size - at_least(threshold_ * static_cast<double>(size)) + 1; }

  std::vector<posting> postings() const {
    std::vector<posting> all;
    for (std::uint32_t d = 0; d < sets_.size(); ++d)
      if (!sets_[d].empty())
        for (std::size_t i = 0; i < prefix(sets_[d].size()); ++i) all.push_back({sets_[d][i], d});
    return all;
  }

  // Lists of the documents that share a number, and for each document its lists.
  void index(const std::vector<posting>& all) {
    first_list_.assign(sets_.size() + 1, 0);
    list_begin_.push_back(0);
    for (auto run = all.begin(); run != all.end();) {
      const auto end = std::find_if(run, all.end(), [&](const posting& p) { return p.number != run->number; });
      if (end - run > 1) {
        for (; run != end; ++run) members_.push_back(run->document), ++first_list_[run->document + 1];
        list_begin_.push_back(members_.size());
      }
      run = end;
    }
    for (std::size_t d = 0; d < sets_.size(); ++d) first_list_[d + 1] += first_list_[d];
    lists_of_.resize(members_.size());
    std::vector<std::size_t> next = first_list_;
    for (std::uint32_t list = 0; list + 1 < list_begin_.size(); ++list)
      for (std::size_t i = list_begin_[list]; i < list_begin_[list + 1]; ++i) lists_of_[next[members_[i]]++] = list;
  }

  // Both prefixes are complete up to the smaller of their ends, so beyond it lies the rest of the set whose end that is.
  bool possible(std::uint32_t a, std::uint32_t b, std::size_t common) const {
    const std::size_t size_a = sets_[a].size(), size_b = sets_[b].size();
    const std::size_t end_a = prefix(size_a), end_b = prefix(size_b);
    const std::size_t rest = sets_[a][end_a - 1] <= sets_[b][end_b - 1] ? size_a - end_a : size_b - end_b;
    return common + rest >= at_least(threshold_ / (1 + threshold_) * static_cast<double>(size_a + size_b));
  }

  void compare(std::uint32_t a, std::uint32_t b, std::vector<found_pair>& out) const {
    const double jaccard = retold::overlap(sets_[a], sets_[b]).jaccard;
    if (jaccard >= threshold_) out.push_back({a, b, jaccard});
  }

  const std::vector<retold::shingle_set>& sets_;
  double threshold_;
  std::vector<std::uint32_t> members_, lists_of_;
  std::vector<std::size_t> list_begin_, first_list_;
};

std::vector<found_pair> join(const std::vector<retold::shingle_set>& sets, const settings& s) {
  constexpr std::size_t block = 1000;
  const prefix_join index(sets, s.threshold);
  std::vector<std::vector<found_pair>> found(sets.size() / block + 1);
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    std::vector<std::uint32_t> common(sets.size());
    for (std::size_t b = next++; b < found.size(); b = next++)
      for (std::size_t d = b * block; d < std::min(sets.size(), (b + 1) * block); ++d)
        index.find(static_cast<std::uint32_t>(d), common, found[b]);
  };
  std::vector<std::thread> threads;
  for (unsigned t = 0; t < s.threads; ++t) threads.emplace_back(work);
  for (auto& t : threads) t.join();
  std::vector<found_pair> all;
  for (const auto& part : found) all.insert(all.end(), part.begin(), part.end());
  std::sort(all.begin(), all.end(),
            [](auto& x, auto& y) { return std::pair(x.first, x.second) < std::pair(y.first, y.second); });
  return all;
}

collection load(const settings& s) {
  collection all;
  const auto shingle = retold::shingle_options::parse(s.shingle);
  retold::read({s.in}, {}, [&](retold::document&& d) {
    all.ids.push_back(std::move(d.id));
    all.shingles.push_back(retold::shingle_list(d.text, shingle));
  });
  return all;
}

void write_pairs(const std::string& path, const std::vector<found_pair>& pairs, const std::vector<std::string>& ids) {
  generate::line_file out(path);
  for (const auto& p : pairs) {
    std::string line = "{\"a\": \"";
    generate::append_escaped(line, ids[p.first]);
    generate::append_escaped(line += "\", \"b\": \"", ids[p.second]);
    char number[64];
    std::snprintf(number, sizeof number, "\", \"jaccard\": %.6f}\n", p.jaccard);
    out.write(line += number);
  }
  out.close();
}

void make_sets(std::vector<std::vector<std::uint64_t>>& lists) {
  for (auto& list : lists) {
    std::sort(list.begin(), list.end());
    list.erase(std::unique(list.begin(), list.end()), list.end());
  }
}

void write_hashes(const std::string& path, const std::vector<std::vector<std::uint64_t>>& lists) {
  generate::line_file out(path);
  const auto write = [&](const std::vector<std::uint64_t>& numbers) {
    out.write(std::string(reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(std::uint64_t)));
  };
  std::vector<std::uint64_t> head{lists.size(), 0};
  for (const auto& list : lists) head.push_back(head.back() + list.size());
  write(head);
  for (const auto& list : lists) write(list);
  out.close();
}

}  // namespace

int main(int argc, char** argv) {
  settings s;
  CLI::App program("Finds every pair of documents at or above a Jaccard, exactly", "exact_join");
  program.add_option("FILE", s.in, "What retold reads: JSONL with id and text, plain or compressed")
      ->required()
      ->option_text(" ");
  program.add_option("--pairs", s.pairs, "Where the pairs go")->option_text("FILE");
  program.add_option("--hashes", s.hashes, "Where the shingles go, in the order of the texts, as 64-bit numbers")
      ->option_text("FILE");
  program.add_option("--threshold", s.threshold, "Jaccard, above 0 (default: 0.8)")
      ->option_text("X")
      ->check(CLI::Range(0.01, 1.0));
  program.add_option("--shingle", s.shingle, "word:N or char:N (default: word:5)")->option_text("NAME");
  program.add_option("--threads", s.threads, "Default: all cores")->option_text("N")->check(CLI::PositiveNumber);
  CLI11_PARSE(program, argc, argv);
  try {
    collection all = load(s);
    if (!s.hashes.empty()) write_hashes(s.hashes, all.shingles);
    if (s.pairs.empty()) return 0;
    make_sets(all.shingles);
    const auto pairs = join(all.shingles, s);
    write_pairs(s.pairs, pairs, all.ids);
    std::fprintf(stderr, "exact_join: %zu documents, %zu pairs\n", all.ids.size(), pairs.size());
    return 0;
  } catch (const retold::error& e) {
    return std::fprintf(stderr, "exact_join: %s\n", e.what()), 3;
  }
}
