// SPDX-License-Identifier: Apache-2.0
#pragma once
// The distinct documents of bench/generate, made of the paragraphs of given text.
//
// Why no two are near-duplicates: the paragraphs stand in a grid of m rows of q columns, q prime, m ≤ q, and document a·q + b
// takes from row i the one in column (a·i + b) mod q. Two lines meet in one point at most (a Reed-Solomon code), so two
// documents share one paragraph at most: one of five or more, each between a twelfth and a quarter of the bytes wanted, and of
// its shingles an eighth at most stood in paragraphs taken before. Jaccard 0.4 is the worst there can be, where words are of a
// length; what was measured stays below 0.2. A grid of q columns makes q² documents, in no memory but its own.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <numeric>
#include <string>
#include <string_view>
#include <vector>

#include "../src/hash.hpp"
#include "random_sets.hpp"
#include "retold/error.hpp"
#include "retold/read.hpp"
#include "retold/segment.hpp"
#include "retold/shingle.hpp"

namespace generate {

// SplitMix64: the same numbers everywhere, and cheap to start anew for every document.
class dice {
 public:
  explicit dice(std::uint64_t seed, std::uint64_t stream = 0) : state_(seed * 0xD1342543DE82EF95 + stream) { next(), next(); }
  std::uint64_t next() { return retold::mix64(state_ += retold::golden); }
  std::uint64_t below(std::uint64_t limit) { return next() % limit; }
  bool chance(double share) { return static_cast<double>(next() >> 11) * 0x1p-53 < share; }
  template <class T>
  void shuffle(std::vector<T>& v) {
    for (std::size_t i = v.size(); i > 1; --i) std::swap(v[i - 1], v[below(i)]);
  }

 private:
  std::uint64_t state_;
};

struct pool_options {
  std::vector<std::string> inputs;  // none: made-up words
  std::string text_field = "text";
  std::string shingle = "word:5";  // by which paragraphs count as seen before
  std::uint64_t bytes = 2000;      // about so long is a document
  std::uint64_t seed = 1;
};

// What of the text was seen before: one bit for each shingle met. Two that share a bit cost a paragraph, never the promise.
class seen_before {
 public:
  explicit seen_before(const retold::shingle_options& shingle) : shingle_(shingle), bits_(std::size_t{1} << 24) {}

  // Whether it is new enough; remembered if so.
  bool take(std::string_view text) {
    const auto set = retold::shingles(text, shingle_);
    const auto old = std::count_if(set.begin(), set.end(), [&](std::uint64_t x) { return (word(x) >> (x & 63) & 1) != 0; });
    if (set.empty() || static_cast<std::size_t>(old) * 8 > set.size()) return false;
    for (const std::uint64_t x : set) word(x) |= std::uint64_t{1} << (x & 63);
    return true;
  }

 private:
  std::uint64_t& word(std::uint64_t x) { return bits_[(x >> 6) % bits_.size()]; }
  retold::shingle_options shingle_;
  std::vector<std::uint64_t> bits_;
};

// Without white space at the ends; runs of it within become one blank.
inline std::string in_one_line(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool blank = c == ' ' || (c >= '\t' && c <= '\r');
    if (!blank) out += c;
    if (blank && !out.empty() && out.back() != ' ') out += ' ';
  }
  if (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

class pool {
 public:
  pool(std::string name, std::size_t document_bytes) : name_(std::move(name)), wanted_(document_bytes) {}

  // Cuts a text into paragraphs: whole sentences where they fit, else so many words.
  void add(std::string_view text, seen_before& seen) {
    const auto s = retold::segment(text);
    std::size_t begin = 0;
    for (const auto& sentence : s.sentences) {
      for (std::uint32_t w = sentence.first + 1; w < sentence.last; ++w)
        if (s.words[w].where.end - begin > wanted_ / 5) begin = cut(text, begin, s.words[w].where.begin, seen);
      if (sentence.where.end - begin >= wanted_ / 10) begin = cut(text, begin, sentence.where.end, seen);
    }
  }

  // To be called when all is in, before the first document.
  void lay_out(std::uint64_t seed) {
    seed_ = seed;
    if (paragraphs_.empty()) return;
    dice(seed).shuffle(paragraphs_);
    const double mean = static_cast<double>(text_.size()) / static_cast<double>(paragraphs_.size()) + 1;
    rows_ = std::max<std::uint64_t>(5, std::llround(static_cast<double>(wanted_) / mean));
    columns_ = paragraphs_.size() / rows_;
    while (columns_ > 1 && !prime(columns_)) --columns_;
  }

  const std::string& name() const { return name_; }
  std::size_t bytes() const { return text_.size(); }
  std::uint64_t capacity() const { return columns_ < std::max<std::uint64_t>(rows_, 2) ? 0 : columns_ * columns_; }

  // Number n < capacity(). One paragraph a line, or all in one line where documents are short, as those are.
  std::string document(std::uint64_t n) const {
    std::vector<std::uint64_t> order(rows_);
    std::iota(order.begin(), order.end(), std::uint64_t{0});
    dice(seed_, n).shuffle(order);
    std::string out;
    for (const std::uint64_t row : order) {
      const auto& p = paragraphs_[row * columns_ + (n / columns_ * row + n % columns_) % columns_];
      if (!out.empty()) out += wanted_ < 1000 ? ' ' : '\n';
      out.append(text_, p.begin, p.size);
    }
    return out;
  }

 private:
  struct paragraph {
    std::uint64_t begin;
    std::uint32_t size;
  };

  std::size_t cut(std::string_view text, std::size_t begin, std::size_t end, seen_before& seen) {
    const std::string line = in_one_line(text.substr(begin, end - begin));
    if (line.size() >= wanted_ / 12 && line.size() <= wanted_ / 4 && seen.take(line)) {
      paragraphs_.push_back({text_.size(), static_cast<std::uint32_t>(line.size())});
      text_ += line;
    }
    return end;
  }

  static bool prime(std::uint64_t n) {
    for (std::uint64_t d = 2; d * d <= n; ++d)
      if (n % d == 0) return false;
    return n > 1;
  }

  std::string name_, text_;
  std::size_t wanted_;
  std::vector<paragraph> paragraphs_;
  std::uint64_t seed_ = 0, rows_ = 0, columns_ = 0;
};

// The pools, one for each input, so that a document keeps to one language; each is drawn from in proportion to its size.
class sources {
 public:
  sources(const pool_options& s, std::uint64_t needed) {
    seen_before seen(retold::shingle_options::parse(s.shingle));
    for (const auto& path : s.inputs) read(path, s, seen);
    if (s.inputs.empty()) make_up(s, seen);
    double all = 0;
    for (auto& p : pools_) p.lay_out(s.seed), all += static_cast<double>(p.bytes());
    for (const auto& p : pools_) {
      shares_.push_back(all > 0 ? static_cast<double>(p.bytes()) / all : 0);
      const double most = shares_.back() * static_cast<double>(needed) + 2;
      if (p.bytes() == 0 || most > static_cast<double>(p.capacity()))
        throw retold::error(retold::error_kind::input,
                            p.name() + ": has text for " + std::to_string(p.capacity()) +
                                " distinct documents; give more text, or ask for fewer or shorter ones");
    }
    used_.resize(pools_.size());
  }

  // Another document that shares next to nothing with those before; from the pool furthest behind its share.
  std::string next() {
    ++made_;
    std::size_t behind = 0;
    for (std::size_t i = 1; i < pools_.size(); ++i)
      if (lag(i) > lag(behind)) behind = i;
    return pools_[behind].document(used_[behind]++);
  }

 private:
  double lag(std::size_t i) const { return shares_[i] * static_cast<double>(made_) - static_cast<double>(used_[i]); }

  void read(const std::string& path, const pool_options& s, seen_before& seen) {
    auto& into = pools_.emplace_back(path, s.bytes);
    const auto report =
        retold::read({path}, {.text_field = s.text_field}, [&](retold::document&& d) { into.add(d.text, seen); });
    for (const auto& skipped : report.skipped) std::fprintf(stderr, "%s: %s\n", skipped.input.c_str(), skipped.reason.c_str());
  }

  void make_up(const pool_options& s, seen_before& seen) {
    auto& into = pools_.emplace_back("made-up words", s.bytes);
    const std::uint64_t words = std::max<std::uint64_t>(400, s.bytes / 2);
    for (std::uint64_t i = 0, all = 0; all < 32'000'000 + 100 * s.bytes; ++i) {
      const std::string text = random_sets::words(words, dice(s.seed, i).next());
      into.add(text, seen), all += text.size();
    }
  }

  std::vector<pool> pools_;
  std::vector<double> shares_;
  std::vector<std::uint64_t> used_;
  std::uint64_t made_ = 0;
};

}  // namespace generate
