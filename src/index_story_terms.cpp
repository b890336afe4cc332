// SPDX-License-Identifier: Apache-2.0
// Keys are random numbers: all that helps is to write the differences of sorted ones. They are sorted by kind and count first,
// so that neither costs a byte a term.
#include "index_story_terms.hpp"

#include <algorithm>
#include <tuple>

#include "index_bytes.hpp"
#include "stories_terms.hpp"

namespace retold {
namespace {

constexpr std::size_t most_words = 500;
constexpr unsigned lists = 12;  // three kinds, fresh or not, posted or not

unsigned list_of(const story_term& t) noexcept { return (t.posted ? 6 : 0) + (t.fresh ? 3 : 0) + static_cast<unsigned>(t.of); }

// A term of that list.
story_term term_of(unsigned list) noexcept { return {0, 0, static_cast<story_term::kind>(list % 3), list % 6 >= 3, list >= 6}; }

std::uint32_t short_key(std::uint64_t key) {
  const auto high = static_cast<std::uint32_t>(key >> 32);
  return high == 0 ? 1 : high;
}

// The terms that begin `rest` and are alike; they leave it.
std::span<const story_term> take_alike(std::span<const story_term>& rest, const auto& property) {
  const auto end = std::find_if(rest.begin(), rest.end(), [&](const auto& t) { return property(t) != property(rest.front()); });
  const auto run = rest.first(static_cast<std::size_t>(end - rest.begin()));
  rest = rest.subspan(run.size());
  return run;
}

void put_run(std::string& out, std::span<const story_term> run) {
  put_number(out, run.front().count);
  put_number(out, run.size());
  std::uint32_t before = 0;
  for (const story_term& t : run) {
    put_number(out, t.key - before - 1);
    before = t.key;
  }
}

void put_list(std::string& out, std::span<const story_term> terms) {
  std::string runs;
  std::uint64_t number = 0;
  for (; !terms.empty(); ++number) put_run(runs, take_alike(terms, [](const story_term& t) { return t.count; }));
  put_number(out, number);
  out += runs;
}

// Its count has to be above `before`; returns it, or 0 where something is wrong.
std::uint32_t take_run(value_reader& from, story_term like, std::uint32_t before, std::vector<story_term>& terms) {
  like.count = static_cast<std::uint32_t>(from.number(~0u));
  const std::uint64_t size = from.number(from.left());
  if (like.count <= before || size == 0) return 0;
  std::uint64_t key = 0;
  for (std::uint64_t i = 0; i < size; ++i) {
    key += from.number(~0u) + 1;
    if (key > ~0u || !from.good()) return 0;
    like.key = static_cast<std::uint32_t>(key);
    terms.push_back(like);
  }
  return like.count;
}

bool take_list(value_reader& from, const story_term& like, std::vector<story_term>& terms) {
  std::uint32_t count = 0;
  for (std::uint64_t runs = from.number(); runs > 0; --runs)
    if ((count = take_run(from, like, count, terms)) == 0) return false;
  return from.good();
}

}  // namespace

bool operator<(const story_term& x, const story_term& y) noexcept {
  const unsigned a = list_of(x), b = list_of(y);
  return std::tie(a, x.count, x.key) < std::tie(b, y.count, y.key);
}

story_features features_of(const article& from) {
  const counted_terms counted = count_terms(from, most_words);
  story_features out;
  out.words = counted.length;
  out.terms.reserve(counted.terms.size());
  for (const term& t : counted.terms) {
    const std::uint32_t key = short_key(t.key);
    if (!out.terms.empty() && out.terms.back().key == key) {
      out.terms.back().count += t.count;
    } else {
      out.terms.push_back({key, t.count, kind_of(t)});
    }
  }
  std::sort(out.terms.begin(), out.terms.end());
  return out;
}

story_features story_features_of(const index_entry& entry) {
  document from;
  from.text = entry.text;
  from.title = entry.title;
  std::vector<article> one{prepare(from)};
  mark_boilerplate(one);  // by itself: of those to come nothing is known
  return features_of(one.front());
}

void put_features(std::string& out, const story_features& features) {
  put_number(out, features.words);
  std::span<const story_term> rest(features.terms);
  for (unsigned list = 0; list < lists; ++list)
    put_list(out, !rest.empty() && list_of(rest.front()) == list ? take_alike(rest, list_of) : rest.first(0));
}

std::optional<story_features> take_features(std::string_view bytes) {
  value_reader from(bytes);
  story_features out;
  out.words = static_cast<std::uint32_t>(from.number(~0u));
  out.terms.reserve(bytes.size() / 3);
  for (unsigned list = 0; list < lists; ++list)
    if (!take_list(from, term_of(list), out.terms)) return std::nullopt;
  return from.whole() ? std::optional(std::move(out)) : std::nullopt;
}

}  // namespace retold
