// SPDX-License-Identifier: Apache-2.0
// The steps in an order that an engine might take them in, against dedup of the same texts in one piece.
#include "retold/distribute.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <random>

#include "message_of.hpp"
#include "random_sets.hpp"

using retold::bucket_rows;
using retold::dedup_options;
using retold::verdict;

namespace {

using texts = std::vector<std::string>;
using number = std::int64_t;

// Numbers of records with gaps, as an engine gives them.
number number_of(std::size_t i) { return static_cast<number>(3 * i + 7); }
std::size_t index_of(number n) { return static_cast<std::size_t>((n - 7) / 3); }

struct bucket_entry {
  std::uint64_t key;
  number record;
  auto operator<=>(const bucket_entry&) const = default;
};

// Equal words lead to the earliest; what is left goes to buckets.
struct signed_texts {
  std::vector<std::size_t> leader;
  std::vector<bucket_entry> entries;
};

signed_texts sign(const texts& all, const dedup_options& options) {
  retold::record_signer signer(options);
  std::map<std::pair<std::uint64_t, std::uint32_t>, std::size_t> first;
  std::vector<std::uint64_t> keys(signer.bands());
  signed_texts out;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const retold::text_key words = signer(all[i], keys);
    out.leader.push_back(words.any() ? first.try_emplace({words.high, words.low}, i).first->second : i);
    if (out.leader[i] == i && words.any())
      for (const std::uint64_t key : keys) out.entries.push_back({key, number_of(i)});
  }
  std::sort(out.entries.begin(), out.entries.end());
  return out;
}

// In pieces of any size.
bucket_rows rows_of(const std::vector<bucket_entry>& entries, std::mt19937_64& random) {
  retold::bucket_reader reader;
  bucket_rows out;
  for (std::size_t begin = 0; begin < entries.size();) {
    const std::size_t size = std::min<std::size_t>(random_sets::below(random, 40), entries.size() - begin);
    std::vector<std::uint64_t> keys;
    std::vector<number> records;
    for (std::size_t i = begin; i < begin + size; ++i) keys.push_back(entries[i].key), records.push_back(entries[i].record);
    reader.add(keys, records, out);
    begin += size;
  }
  reader.finish(out);
  return out;
}

struct row {
  number component, record;
  bool hot;
  std::uint64_t other;  // bucket or earlier record
  double similarity;
};

std::vector<row> components(const bucket_rows& from, const texts& all, const dedup_options& options) {
  std::vector<std::size_t> parent(all.size());
  std::iota(parent.begin(), parent.end(), 0u);
  const auto root = [&](std::size_t i) {
    while (parent[i] != i) i = parent[i];
    return i;
  };
  retold::pair_comparer compare(options.shingle);
  std::vector<row> out;
  for (std::size_t r = 0; r < from.first.size(); ++r) {
    const number a = from.first[r], b = from.second[r];
    row found{0, b, from.bucket[r] != 0, from.bucket[r], 0};
    if (!found.hot) {
      found.other = static_cast<std::uint64_t>(a);
      found.similarity = compare(a, all[index_of(a)], b, all[index_of(b)]);
      if (found.similarity < options.threshold) continue;
    }
    const std::size_t x = root(index_of(a)), y = root(index_of(b));
    parent[std::max(x, y)] = std::min(x, y);
    out.push_back(found);
  }
  for (row& each : out) each.component = number_of(root(index_of(each.record)));
  return out;
}

std::vector<verdict> distributed(const texts& all, const dedup_options& options, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  const signed_texts keys = sign(all, options);
  std::vector<row> rows = components(rows_of(keys.entries, random), all, options);
  std::shuffle(rows.begin(), rows.end(), random);
  std::stable_sort(rows.begin(), rows.end(), [](const row& a, const row& b) {
    return std::pair(a.component, a.record) < std::pair(b.component, b.record);
  });
  std::vector<verdict> out;
  for (std::uint32_t i = 0; i < all.size(); ++i) out.push_back({i, 1, true});
  retold::group_decider decide(options);
  const auto take = [&] {
    for (const retold::joined_record& j : decide.take())
      out[index_of(j.record)] = {static_cast<std::uint32_t>(index_of(j.of)), j.similarity, false};
  };
  for (const row& each : rows) {
    if (each.hot)
      decide.member(each.component, each.record, each.other, all[index_of(each.record)]);
    else
      decide.pair(each.component, each.record, static_cast<number>(each.other), each.similarity);
    if (random_sets::below(random, 5) == 0) take();
  }
  decide.finish();
  take();
  for (std::size_t i = 0; i < all.size(); ++i) {
    const std::size_t leader = keys.leader[i];
    if (leader != i) out[i] = out[leader].of == leader ? verdict{static_cast<std::uint32_t>(leader), 1, true} : out[leader];
  }
  return out;
}

void check_same(const texts& all, const dedup_options& options, std::uint64_t seed) {
  CAPTURE(seed);
  CAPTURE(options.threshold);
  const std::vector<verdict> one = retold::dedup(std::vector<std::string_view>(all.begin(), all.end()), options);
  const std::vector<verdict> spread = distributed(all, options, seed);
  REQUIRE(one.size() == spread.size());
  for (std::size_t i = 0; i < one.size(); ++i) {
    CAPTURE(i);
    CHECK(one[i].of == spread[i].of);
    CHECK(one[i].similarity == spread[i].similarity);
    CHECK(one[i].exact == spread[i].exact);
  }
}

std::string text_of(std::mt19937_64& random, std::size_t words) {
  std::string out;
  for (std::size_t i = 0; i < words; ++i) out += 'w' + std::to_string(random_sets::below(random, 5000)) + ' ';
  return out;
}

// Families of light edits of one text, and of edits of those; copies and texts without words among them.
texts collection(std::uint64_t seed, std::size_t families, std::size_t each, std::size_t length) {
  std::mt19937_64 random(seed);
  texts out = {"", " ... ", "one", "one two", "ONE two", "two one"};
  for (std::size_t f = 0; f < families; ++f) {
    texts family = {text_of(random, length)};
    for (std::size_t i = 1; i < each; ++i) {
      std::string text = family[random_sets::below(random, family.size())];
      for (std::size_t e = random_sets::below(random, 4); e > 0; --e)
        text.replace(random_sets::below(random, text.size()), 1, " x" + std::to_string(random() % 100) + ' ');
      family.push_back(text);
    }
    out.insert(out.end(), family.begin(), family.end());
  }
  std::shuffle(out.begin(), out.end(), random);
  return out;
}

}  // namespace

TEST_CASE("the steps give what dedup gives, in cold buckets and hot ones") {
  for (std::uint64_t seed = 1; seed <= 4; ++seed)
    for (const double threshold : {0.3, 0.5, 0.8, 0.9, 1.0}) {
      check_same(collection(seed, 12, 9, 60), {.threshold = threshold}, seed);
      check_same(collection(seed, 3, 90, 60), {.threshold = threshold}, seed);
    }
}

TEST_CASE("with other shingles, one slot, exact copies alone, and nothing") {
  const texts all = collection(7, 3, 40, 30);
  check_same(all, {.threshold = 0.6, .shingle = {.unit = retold::shingle_unit::character, .size = 5}, .slots = 256}, 1);
  check_same(all, {.threshold = 0.7, .shingle = {.unit = retold::shingle_unit::word, .size = 1}, .slots = 16}, 2);
  check_same(all, {.level = retold::level::exact}, 3);
  check_same({}, {}, 4);
  check_same({"", "..."}, {}, 5);
}

TEST_CASE("a bucket is hot beyond its size, whatever the pieces it comes in") {
  constexpr std::size_t most = retold::bucket_reader::usual;
  for (const std::size_t size : {std::size_t{1}, std::size_t{2}, most, most + 1, 3 * most}) {
    CAPTURE(size);
    std::mt19937_64 random(size);
    std::vector<bucket_entry> entries = {{4, 1}};
    for (std::size_t i = 0; i < size; ++i) entries.push_back({5, static_cast<number>(10 + i)});
    entries.push_back({6, 2});
    for (std::size_t i = entries.size(); i-- > 0;)  // two bands of a record may have one key
      if (random_sets::below(random, 3) == 0) entries.insert(entries.begin() + static_cast<std::ptrdiff_t>(i), entries[i]);
    const bucket_rows rows = rows_of(entries, random);
    const bool hot = size > most;
    REQUIRE(rows.first.size() == (hot ? size : size * (size - 1) / 2));
    for (std::size_t r = 0; r < rows.first.size(); ++r) {
      CHECK(rows.bucket[r] == (hot ? 5 : 0));
      CHECK(rows.first[r] + (hot ? 0 : 1) <= rows.second[r]);
      if (hot) CHECK(rows.first[r] == 10);
    }
  }
}

TEST_CASE("what it cannot do is refused") {
  CHECK(message_of([] { retold::record_signer({.threshold = 0}); }).find("threshold") != std::string::npos);
  CHECK(message_of([] { retold::record_signer({.keep = retold::keep_rule::longest}); }).find("order the records") !=
        std::string::npos);
  CHECK(message_of([] { retold::group_decider({.verify = retold::verification::sketch}); }).find("exact verification") !=
        std::string::npos);
  CHECK(message_of([] { retold::pair_comparer({.size = 0}); }).find("shingle") != std::string::npos);
  retold::record_signer sign({});
  std::vector<std::uint64_t> none;
  CHECK(message_of([&] { sign("a text", none); }).find("room for 0 keys") != std::string::npos);
}
