// SPDX-License-Identifier: Apache-2.0
// Parts of the spans stage against slow twins: seeds, groups without gaps, greatest stretches, coverage, runs, overlaps.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <random>
#include <set>
#include <string>

#include "../src/spans_digests.hpp"
#include "../src/spans_find.hpp"
#include "../src/spans_pieces.hpp"
#include "council_digest.hpp"
#include "slowness.hpp"
#include "two_documents.hpp"

using namespace retold;
using namespace retold::spanning;

namespace {

using generator = std::mt19937_64;
std::uint32_t below(generator& random, std::uint32_t bound) { return static_cast<std::uint32_t>(random() % bound); }

std::string random_text(generator& random, std::uint32_t sentences, std::uint32_t vocabulary) {
  std::string out;
  for (std::uint32_t s = 0; s < sentences; ++s) {
    std::string sentence;
    for (std::uint32_t n = 1 + below(random, 9); n > 0; --n) {
      std::string word;
      for (std::uint32_t w = below(random, vocabulary) + 26; w != 0; w /= 26) word += static_cast<char>('a' + w % 26);
      sentence += word + (n == 1 ? ". " : " ");
    }
    sentence[0] = static_cast<char>(sentence[0] - 'a' + 'A');
    out += sentence;
  }
  return out;
}

// Two texts as the stage reads them.
struct two_texts : two_documents {
  two_texts(std::string first, std::string second, constants with = {})
      : two_documents(make(std::move(first)), make(std::move(second))), in(read_both(a, b, with)) {}
  two_readings in;
};

// Terms of a stretch of tokens, counted.
std::map<std::uint32_t, std::uint32_t> terms_of(const reading& in, stretch tokens) {
  std::map<std::uint32_t, std::uint32_t> counts;
  for (std::uint32_t t = tokens.begin; t < tokens.end; ++t) ++counts[in.tokens[t].term];
  return counts;
}

struct slow_likeness {
  double cosine = 0, dice = 0;
};

slow_likeness compare_slowly(const two_readings& in, stretch a, stretch b) {
  const auto left = terms_of(in.a, a), right = terms_of(in.b, b);
  double product = 0, x = 0, y = 0;
  std::size_t both = 0;
  const auto square = [&](std::uint32_t term) { return in.weights[term] * in.weights[term]; };
  for (const auto& [term, n] : left) {
    x += square(term) * n * n;
    if (const auto found = right.find(term); found != right.end()) {
      ++both;
      product += square(term) * n * found->second;
    }
  }
  for (const auto& [term, n] : right) y += square(term) * n * n;
  return {product > 0 ? product / std::sqrt(x * y) : 0,
          2.0 * static_cast<double>(both) / static_cast<double>(left.size() + right.size())};
}

// Split wherever nothing lies within gap + 1 of the next, in either text, until nothing splits.
std::vector<std::set<std::pair<std::uint32_t, std::uint32_t>>> split_slowly(
    const std::set<std::pair<std::uint32_t, std::uint32_t>>& all, std::uint32_t gap) {
  for (const bool by_b : {false, true}) {
    std::set<std::uint32_t> places;
    for (const auto& [a, b] : all) places.insert(by_b ? b : a);
    for (auto next = places.begin(); next != places.end();) {
      const std::uint32_t at = *next++;
      if (next == places.end() || *next - at <= gap + 1) continue;
      std::set<std::pair<std::uint32_t, std::uint32_t>> low, high;
      for (const auto& p : all) ((by_b ? p.second : p.first) <= at ? low : high).insert(p);
      auto parts = split_slowly(low, gap);
      for (auto& part : split_slowly(high, gap)) parts.push_back(std::move(part));
      return parts;
    }
  }
  return {all};
}

bool overlaps_too_much(stretch x, stretch y, double most) { return common(x, y) > most * std::min(x.size(), y.size()); }

}  // namespace

TEST_CASE("a reading: units hold all tokens in turn, long sentences are cut evenly, wrapped lines joined") {
  std::string long_sentence;
  for (int i = 0; i < 100; ++i) long_sentence += "word" + std::to_string(i) + (i == 99 ? "." : " ");
  const two_texts t(long_sentence + "\n\nShort title here\nA line that stops in the middle of\na sentence goes on there.\nEnd.",
                    "中国人民银行宣布降息。");
  const reading& a = t.in.a;
  std::uint32_t at = 0;
  for (const stretch unit : a.units) {
    CHECK(unit.begin == at);
    CHECK(a.words(unit) <= 40);
    at = unit.end;
  }
  CHECK(at == a.tokens.size());
  CHECK(a.units[0].size() == 33);
  CHECK(a.units[2].size() == 34);
  CHECK(a.words({0, 100}) == 100);
  CHECK(a.unit_of(0) == 0);
  CHECK(a.unit_of(33) == 1);
  CHECK(a.unit_of(99) == 2);
  CHECK(a.words({0, static_cast<std::uint32_t>(a.tokens.size())}) == a.thirds / 3.0);
  const auto text_of = [&](stretch unit) {
    return a.text.substr(a.tokens[unit.begin].where.begin, a.tokens[unit.end - 1].where.end - a.tokens[unit.begin].where.begin);
  };
  CHECK(text_of(a.units[a.units.size() - 2]).find("stops in the middle of\na sentence goes on") != std::string::npos);
  // Characters of scripts without spaces: pairs are terms, a third of a word each.
  const reading& b = t.in.b;
  REQUIRE(b.tokens.size() == 10);
  CHECK(b.thirds == 10);
  std::set<std::uint32_t> terms;
  for (const token& x : b.tokens) terms.insert(x.term);
  CHECK(terms.size() == 10);
}

TEST_CASE("seeds are all pairs of units above both bars") {
  generator random(1);
  for (int round = 0; round < 60; ++round) {
    const two_texts t(random_text(random, 1 + below(random, 25), 40), random_text(random, 1 + below(random, 25), 40));
    const std::vector<seed> seeds = find_seeds(t.in, 0.3, 0.2);
    std::size_t next = 0;
    for (std::uint32_t i = 0; i < t.in.a.units.size(); ++i) {
      for (std::uint32_t j = 0; j < t.in.b.units.size(); ++j) {
        const slow_likeness like = compare_slowly(t.in, t.in.a.units[i], t.in.b.units[j]);
        const bool is_seed = next < seeds.size() && seeds[next].a == i && seeds[next].b == j;
        if (std::abs(like.cosine - 0.3) > 1e-9 && std::abs(like.dice - 0.2) > 1e-9)
          CHECK(is_seed == (like.cosine > 0.3 && like.dice > 0.2));
        if (!is_seed) continue;
        CHECK(seeds[next].cosine == doctest::Approx(like.cosine));
        CHECK(seeds[next].dice == doctest::Approx(like.dice));
        ++next;
      }
    }
    CHECK(next == seeds.size());
  }
}

TEST_CASE("of a unit like very many, the most alike are kept; terms too common in long texts cost nothing") {
  std::string many;
  for (int i = 0; i < 300; ++i) many += "The harbour office of town" + std::to_string(i) + " opened early today. ";
  for (int i = 0; i < 5000; ++i) many += "Item" + std::to_string(i) + " remains unsold since spring. ";
  const two_texts t("The harbour office of town7 opened early today. Nothing else was said.", many);
  const std::vector<seed> seeds = find_seeds(t.in, 0.1, 0.1);
  CHECK(seeds.size() == 64);
  CHECK(std::any_of(seeds.begin(), seeds.end(), [](const seed& s) { return s.a == 0 && s.b == 7; }));
  CHECK(std::is_sorted(seeds.begin(), seeds.end(), [](const seed& x, const seed& y) { return x.b < y.b; }));

  std::string common_words;
  for (int i = 0; i < 20000; ++i) common_words += "and the of so it went on\n\n";
  const two_texts long_texts(common_words + "A lighthouse keeper counted gulls.",
                             common_words + "A lighthouse keeper counted gulls.");
  const std::vector<seed> rare = find_seeds(long_texts.in, 0.25, 0.25);
  REQUIRE_FALSE(rare.empty());
  CHECK(rare.back().a == long_texts.in.a.units.size() - 1);
}

TEST_CASE("the cosine of stretches of units as wholes") {
  generator random(2);
  for (int round = 0; round < 100; ++round) {
    const two_texts t(random_text(random, 2 + below(random, 10), 30), random_text(random, 2 + below(random, 10), 30));
    whole_cosine cosine(t.in);
    const auto some = [&](const reading& in) {
      const std::uint32_t begin = below(random, static_cast<std::uint32_t>(in.units.size()));
      return stretch{begin, begin + 1 + below(random, static_cast<std::uint32_t>(in.units.size()) - begin)};
    };
    for (int i = 0; i < 3; ++i) {  // the object is as new after each use
      const stretch a = some(t.in.a), b = some(t.in.b);
      const slow_likeness slow = compare_slowly(t.in, {t.in.a.units[a.begin].begin, t.in.a.units[a.end - 1].end},
                                                {t.in.b.units[b.begin].begin, t.in.b.units[b.end - 1].end});
      CHECK(cosine(a, b) == doctest::Approx(slow.cosine));
    }
  }
}

TEST_CASE("groups without gaps are those of splitting by hand, whichever text comes first") {
  generator random(3);
  for (int round = 0; round < 400; ++round) {
    std::set<std::pair<std::uint32_t, std::uint32_t>> places;
    const std::uint32_t width = 2 + below(random, 30);
    for (std::uint32_t n = 1 + below(random, 25); n > 0; --n) places.insert({below(random, width), below(random, width)});
    std::vector<seed> seeds;
    for (const auto& [a, b] : places) seeds.push_back({a, b, 1, 1});
    std::shuffle(seeds.begin(), seeds.end(), random);
    const std::uint32_t gap = below(random, 4);
    std::vector<std::set<std::pair<std::uint32_t, std::uint32_t>>> fast;
    for (const auto& group : groups_without_gaps(seeds, gap)) {
      fast.emplace_back();
      for (const seed& s : group) fast.back().insert({s.a, s.b});
    }
    auto slow = split_slowly(places, gap);
    std::sort(fast.begin(), fast.end());
    std::sort(slow.begin(), slow.end());
    CHECK(fast == slow);
  }
  CHECK(groups_without_gaps({}, 3).empty());
}

TEST_CASE("a piece reaches over all its seeds") {
  const std::vector<seed> seeds{{3, 9, 1, 1}, {5, 7, 1, 1}, {4, 8, 1, 1}};
  CHECK(reach(seeds).a == stretch{3, 6});
  CHECK(reach(seeds).b == stretch{7, 10});
}

TEST_CASE("the greatest stretch has the greatest of all sums") {
  generator random(4);
  for (int round = 0; round < 500; ++round) {
    std::vector<double> gains(below(random, 12));
    for (double& g : gains) g = static_cast<double>(below(random, 9)) - 5;
    double best = 0;
    for (std::size_t i = 0; i < gains.size(); ++i) {
      double sum = 0;
      for (std::size_t j = i; j < gains.size(); ++j) best = std::max(best, sum += gains[j]);
    }
    const best_stretch found = greatest(gains);
    CHECK(found.sum == best);
    double sum = 0;
    for (std::uint32_t i = found.where.begin; i < found.where.end; ++i) sum += gains[i];
    CHECK(sum == best);
    CHECK(found.where.empty() == (best == 0));
  }
}

TEST_CASE("coverage counts: what stands there three times and here once covers a third") {
  generator random(5);
  const two_texts t(random_text(random, 30, 25), random_text(random, 30, 25));
  coverage cover(t.in);
  for (int round = 0; round < 50; ++round) {
    const auto some = [&](const reading& in) {
      const std::uint32_t begin = below(random, static_cast<std::uint32_t>(in.tokens.size()));
      return stretch{begin, begin + below(random, static_cast<std::uint32_t>(in.tokens.size()) - begin + 1)};
    };
    const stretch a = some(t.in.a), b = some(t.in.b);
    cover.set(a, b);
    auto in_a = terms_of(t.in.a, a), in_b = terms_of(t.in.b, b);
    for (const auto& [term, n] : in_a) CHECK(cover.of_a(term) == std::min(1.0, static_cast<double>(in_b[term]) / n));
    for (const auto& [term, n] : in_b)
      if (n != 0) CHECK(cover.of_b(term) == std::min(1.0, static_cast<double>(in_a[term]) / n));
  }
}

TEST_CASE("edges lie where words match, and go to those of sentences nearby") {
  const std::string story =
      "The keeper of the northern light counted eleven ships before dawn. He wrote their names into a blue book.";
  const two_texts t("Prices rose in spring. " + story + " Elections were held in autumn.",
                    "Matches ended undecided. " + story + " Rain is expected everywhere.");
  coverage cover(t.in);
  const auto all = [](const reading& in) { return stretch{0, static_cast<std::uint32_t>(in.tokens.size())}; };
  const reused cut = cut_edges(t.in, all(t.in.a), all(t.in.b), cover, {});
  CHECK(cut.a == stretch{t.in.a.units[1].begin, t.in.a.units[2].end});
  CHECK(cut.b == stretch{t.in.b.units[1].begin, t.in.b.units[2].end});
  CHECK(cut.evidence > 20);
  const two_texts strangers("Prices rose in spring.", "Nobody asked him why.");
  coverage none(strangers.in);
  CHECK(cut_edges(strangers.in, all(strangers.in.a), all(strangers.in.b), none, {}).a.empty());
}

TEST_CASE("where words are not separated, an edge goes as far to that of a sentence: a character is a third of a word") {
  const std::string told = "渔民自一月风暴击沉十四艘船以来一直要求加强港口的保护，市议会星期二终于批准修建新的防波堤。";
  const auto begin_of = [&](const std::string& lead) {
    const two_texts t("养蜂人报告说今年春天很不寻常。" + lead + told, told + "电车司机将收到时刻表。");
    coverage cover(t.in);
    const auto all = [](const reading& in) { return stretch{0, static_cast<std::uint32_t>(in.tokens.size())}; };
    REQUIRE(t.in.a.units.size() == 2);
    return cut_edges(t.in, all(t.in.a), all(t.in.b), cover, {}).a.begin == t.in.a.units[1].begin;
  };
  CHECK(begin_of("据昨天报道说"));                                      // six characters, two words
  CHECK_FALSE(begin_of("据昨天晚间很少有人看的地方电视台播出节目说"));  // seven
}

TEST_CASE("common runs are all maximal runs of equal words") {
  generator random(6);
  for (int round = 0; round < 100; ++round) {
    const two_texts t(random_text(random, 12, 2 + below(random, 4)), random_text(random, 12, 2 + below(random, 4)));
    const auto &a = t.in.a.tokens, &b = t.in.b.tokens;
    std::vector<std::tuple<std::uint32_t, std::uint32_t, std::uint32_t>> slow, fast;
    for (std::uint32_t i = 0; i < a.size(); ++i) {
      for (std::uint32_t j = 0; j < b.size(); ++j) {
        if (i > 0 && j > 0 && a[i - 1].word == b[j - 1].word) continue;
        std::uint32_t size = 0;
        while (i + size < a.size() && j + size < b.size() && a[i + size].word == b[j + size].word) ++size;
        if (size >= least_run) slow.emplace_back(i, j, size);
      }
    }
    for (const run& r : common_runs(t.in)) fast.emplace_back(r.a, r.b, r.size);
    CHECK(std::is_sorted(fast.begin(), fast.end()));
    // Of words that follow one another in few ways, not every repetition is kept; what is kept, is right.
    for (const auto& r : fast) CHECK(std::binary_search(slow.begin(), slow.end(), r));
    if (slow.size() < 64) CHECK(fast == slow);
  }
}

TEST_CASE("text that repeats itself costs no square, and is still found") {
  std::string lines;
  for (int i = 0; i < 20000; ++i) lines += "all work and no play makes jack a dull boy\n";
  const two_texts t(lines, lines);
  const std::vector<run> runs = common_runs(t.in);
  REQUIRE_FALSE(runs.empty());
  CHECK(runs.front().size == t.in.a.tokens.size());
}

TEST_CASE("what stands behind a table that repeats itself is found, from its first word to its last") {
  std::string table, passage;
  for (int i = 0; i < 3000; ++i) table += "0.00 0.00 n/a 0.00 0.00\n";
  for (int i = 0; i < 60; ++i) passage += "word" + std::to_string(i) + (i % 12 == 11 ? ".\n" : " ");
  const two_texts t(table + passage + "Thus it ended.", "So it began.\n" + table + passage + table);
  const std::vector<run> runs = common_runs(t.in);
  const auto words = [&](const run& r) { return t.in.a.tokens[r.a + r.size - 1].where.end; };
  const auto found = std::find_if(runs.begin(), runs.end(), [&](const run& r) {
    return words(r) == table.size() + passage.size() - 2 && t.in.a.tokens[r.a].where.begin <= table.size();
  });
  REQUIRE(found != runs.end());
  CHECK(std::is_sorted(runs.begin(), runs.end(), [](const run& x, const run& y) { return x.a < y.a; }));
  for (const run& r : runs) {  // no run can be moved back
    REQUIRE((r.a == 0 || r.b == 0 || t.in.a.tokens[r.a - 1].word != t.in.b.tokens[r.b - 1].word));
  }
}

TEST_CASE("runs joined over small gaps are copies, where one of them is long by itself") {
  const auto words = [](int from, int to) {
    std::string out;
    for (int i = from; i < to; ++i) out += "word" + std::to_string(i) + " ";
    return out;
  };
  const auto found = [&](const std::string& first, const std::string& between) {
    const two_texts t("Before. " + first + words(100, 120) + ". After.",
                      "Here. " + first + between + words(100, 120) + ". There.");
    std::vector<std::uint32_t> sizes;
    for (const reused& x : copied(t.in, common_runs(t.in), {})) sizes.push_back(x.a.size());
    return sizes;
  };
  using sizes = std::vector<std::uint32_t>;
  CHECK(found(words(0, 50), "") == sizes{70});
  CHECK(found(words(0, 50), "with nothing else ") == sizes{70});
  CHECK(found(words(0, 50), "but here eleven quite unusual other words stand where nothing stood at all ") == sizes{50});
  CHECK(found(words(0, 40), "with nothing else ").empty());
}

TEST_CASE("marks of runs are those of looking at every run") {
  generator random(7);
  for (int round = 0; round < 60; ++round) {
    const two_texts t(random_text(random, 14, 3), random_text(random, 14, 3));
    const runs_by_place runs(common_runs(t.in));
    const auto some = [&](const reading& in) {
      const std::uint32_t begin = below(random, static_cast<std::uint32_t>(in.tokens.size()));
      return stretch{begin, begin + 1 + below(random, static_cast<std::uint32_t>(in.tokens.size()) - begin)};
    };
    const reused x{some(t.in.a), some(t.in.b), 0, false};
    std::vector<bool> in_a, in_b, slow_a(x.a.size()), slow_b(x.b.size());
    bool any = false;
    for (const run& r : runs.all()) {
      for (std::uint32_t k = 0; k < r.size; ++k) {
        if (r.a + k < x.a.begin || r.a + k >= x.a.end || r.b + k < x.b.begin || r.b + k >= x.b.end || r.size < 6) continue;
        slow_a[r.a + k - x.a.begin] = slow_b[r.b + k - x.b.begin] = any = true;
      }
    }
    CHECK(runs.mark(t.in, x, 6, in_a, in_b) == any);
    CHECK(in_a == slow_a);
    CHECK(in_b == slow_b);
  }
}

TEST_CASE("stretches that hardly overlap: first come, first served") {
  generator random(8);
  for (int round = 0; round < 200; ++round) {
    const double most = below(random, 2) == 0 ? 0.3 : 0.5;
    disjoint fast(most);
    std::vector<reused> slow;
    for (int n = 0; n < 40; ++n) {
      const auto some = [&] {
        const std::uint32_t begin = below(random, 60);
        return stretch{begin, begin + 1 + below(random, 15)};
      };
      const reused x{some(), some(), 0, false};
      const bool free = std::none_of(slow.begin(), slow.end(), [&](const reused& y) {
        return overlaps_too_much(x.a, y.a, most) || overlaps_too_much(x.b, y.b, most);
      });
      if (free) slow.push_back(x);
      CHECK(fast.take(x) == free);
      const reused probe{some(), some(), 0, false};
      std::set<std::size_t> touched;
      for (std::size_t i = 0; i < slow.size(); ++i)
        if (common(slow[i].a, probe.a) != 0 && common(slow[i].b, probe.b) != 0) touched.insert(i);
      const auto found = fast.touching(probe);
      CHECK(std::set<std::size_t>(found.begin(), found.end()) == touched);
    }
    CHECK(fast.taken().size() == slow.size());
  }
}

TEST_CASE("digests: best counterparts scattered over a longer stretch, of the text asked for alone") {
  const two_texts t(digest_of_council(), minutes_of_council());
  const std::vector<seed> seeds = find_seeds(t.in, 0.27, 0.27);
  whole_cosine cosine(t.in);
  const auto found = find_digests(t.in, seeds, false, cosine, {});
  REQUIRE(found.size() == 1);
  CHECK(found[0].found.a == stretch{0, static_cast<std::uint32_t>(t.in.a.tokens.size())});
  CHECK(found[0].found.b.size() > 2 * found[0].found.a.size());
  CHECK(find_digests(t.in, seeds, true, cosine, {}).empty());
}

TEST_CASE("thousands of pairs of sentences that stand scattered over a whole book cost no square, and hide no digest") {
  const auto sentence = [](std::size_t of, char kind, int words) {
    std::string text(1, 'S');
    for (int w = 0; w < words; ++w) text += std::string(" ") + kind + std::to_string(of) + "w" + std::to_string(w);
    return text + ". ";
  };
  std::string a, first, second;
  constexpr std::size_t pairs = 6000 / slowness;
  for (std::size_t i = 0; i < pairs; ++i) {
    a += sentence(i, 'x', 26) + sentence(i, 'y', 26);
    for (int k = 0; k < 5; ++k) a += sentence(10 * i + static_cast<std::size_t>(k), 'z', 4);
    first += sentence(i, 'x', 26);
    second += sentence(i, 'y', 26);
  }
  std::string digest, long_version;
  for (std::size_t i = 0; i < 8; ++i) {
    digest += sentence(i, 'd', 12);
    long_version += sentence(i, 'd', 12) + sentence(i, 'e', 30);
  }
  const two_texts t(digest + sentence(1, 'u', 40) + sentence(2, 'u', 40) + sentence(3, 'u', 40) + sentence(4, 'u', 40) +
                        sentence(5, 'u', 40) + a,
                    first + long_version + second);
  const std::vector<seed> seeds = find_seeds(t.in, 0.27, 0.27);
  CHECK(seeds.size() >= 2 * pairs);
  whole_cosine cosine(t.in);
  const auto found = find_digests(t.in, seeds, false, cosine, {});
  CHECK(std::any_of(found.begin(), found.end(), [&](const auto& d) { return d.units == 8 && d.found.a.begin == 0; }));
}
