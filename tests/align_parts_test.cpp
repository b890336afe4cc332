// SPDX-License-Identifier: Apache-2.0
// Parts of the align stage against slow twins: word alignment, subsequences, paths on a grid.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <random>
#include <string>

#include "../src/align_candidates.hpp"
#include "../src/align_copied.hpp"
#include "../src/align_model.hpp"
#include "../src/align_paths.hpp"
#include "../src/align_words.hpp"

using namespace retold;
using namespace retold::alignment;

namespace {

using generator = std::mt19937_64;
std::uint32_t below(generator& random, std::uint32_t bound) { return static_cast<std::uint32_t>(random() % bound); }

// Two sentences in one lexicon.
struct word_pair {
  word_pair(std::string_view a, std::string_view b) : in_a(a), in_b(b), words(none), cut_a(segment(a)), cut_b(segment(b)) {
    left = words.read(cut_a, 0, static_cast<std::uint32_t>(cut_a.words.size()));
    right = words.read(cut_b, 0, static_cast<std::uint32_t>(cut_b.words.size()));
    words.relate(left, right);
  }
  std::string in_a, in_b;
  vocabulary::tables none;
  lexicon words;
  segmented cut_a, cut_b;
  std::vector<token> left, right;
};

// All triples of words (of scripts without spaces: of two characters) that stand once on each side.
bool slow_swap(const word_pair& p) {
  const auto keys = [&](const std::vector<token>& side) {
    std::vector<std::string> found;
    for (std::size_t i = 0; i < side.size(); ++i) {
      const word_type& t = p.words[side[i].type];
      std::string key;
      if (!t.single && t.weight >= 1.7) key = t.key;
      if (t.single && i + 1 < side.size() && p.words[side[i + 1].type].single)
        key = std::string(t.key) + std::string(p.words[side[i + 1].type].key);
      found.push_back(key);
    }
    return found;
  };
  const std::vector<std::string> a = keys(p.left), b = keys(p.right);
  const auto place = [&](const std::string& key) {
    const bool once = !key.empty() && std::count(a.begin(), a.end(), key) == 1 && std::count(b.begin(), b.end(), key) == 1;
    return once ? std::find(b.begin(), b.end(), key) - b.begin() : -1;
  };
  for (std::size_t i = 0; i < a.size(); ++i) {
    for (std::size_t j = i + 1; j < a.size(); ++j) {
      for (std::size_t k = j + 1; k < a.size(); ++k) {
        if (place(a[i]) > place(a[j]) && place(a[j]) > place(a[k]) && place(a[k]) >= 0) return true;
      }
    }
  }
  return false;
}

std::string random_sentence(generator& random, std::uint32_t most) {
  static const std::vector<std::string> stock{"harbour", "harbours", "harbour-side", "boat",   "boats", "the",
                                              "a",       "12",       "sailing",      "sailed", "rain",  "水",
                                              "上",      "rains",    "raining",      "1.5"};
  std::string out;
  for (std::uint32_t n = below(random, most + 1); n > 0; --n)
    out += stock[below(random, static_cast<std::uint32_t>(stock.size()))] + " ";
  return out;
}

// Greedy by looking at every pair of words again and again.
std::vector<word_match> slow_alignment(const word_pair& p) {
  std::vector<word_match> found;
  std::vector<bool> used_a(p.left.size()), used_b(p.right.size());
  while (true) {
    double best = -1e9;
    word_match chosen;
    for (std::uint32_t i = 0; i < p.left.size(); ++i) {
      for (std::uint32_t j = 0; j < p.right.size(); ++j) {
        const word_type &x = p.words[p.left[i].type], &y = p.words[p.right[j].type];
        const double s = similarity_of(x, y);
        if (s == 0 || used_a[i] || used_b[j]) continue;
        const double apart = std::fabs(static_cast<double>(i) / static_cast<double>(p.left.size()) -
                                       static_cast<double>(j) / static_cast<double>(p.right.size()));
        const double key = s * (1 + 0.05 * std::min(x.weight, y.weight)) - 0.02 * apart;
        const bool earlier =
            std::tuple(i + j, std::min(i, j), i) < std::tuple(chosen.a + chosen.b, std::min(chosen.a, chosen.b), chosen.a);
        if (key > best || (key == best && earlier)) best = key, chosen = {i, j, s};
      }
    }
    if (best == -1e9) break;
    used_a[chosen.a] = used_b[chosen.b] = true;
    found.push_back(chosen);
  }
  std::sort(found.begin(), found.end(), [](const word_match& x, const word_match& y) { return x.a < y.a; });
  return found;
}

std::size_t slow_subsequence(std::span<const token> a, std::span<const token> b) {
  std::vector<std::vector<std::size_t>> t(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i < a.size(); ++i)
    for (std::size_t j = 0; j < b.size(); ++j)
      t[i + 1][j + 1] = a[i].type == b[j].type ? t[i][j] + 1 : std::max(t[i][j + 1], t[i + 1][j]);
  return t[a.size()][b.size()];
}

std::size_t slow_run(std::span<const token> a, std::span<const token> b) {
  std::size_t best = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    for (std::size_t j = 0; j < b.size(); ++j) {
      std::size_t n = 0;
      while (i + n < a.size() && j + n < b.size() && a[i + n].type == b[j + n].type) ++n;
      best = std::max(best, n);
    }
  return best;
}

std::size_t slow_rise(const std::vector<std::uint32_t>& v) {
  std::size_t best = 0;
  for (std::uint32_t set = 0; set < 1u << v.size(); ++set) {
    std::vector<std::uint32_t> chosen;
    for (std::size_t i = 0; i < v.size(); ++i)
      if (set >> i & 1) chosen.push_back(v[i]);
    if (std::is_sorted(chosen.begin(), chosen.end(), std::less_equal<>())) best = std::max(best, chosen.size());
  }
  return best;
}

// The score of the best path through cells that are left, by trying all paths.
double slow_best(const std::map<std::pair<int, int>, double>& left, const grid& on, std::pair<int, int> from) {
  double best = 0;
  const auto longer = [](std::uint32_t one, std::uint32_t other, std::uint32_t shared) {
    return std::max(0.0, std::log((one + other) / static_cast<double>(shared)));
  };
  for (int r = 0; r <= 3; ++r)
    for (int c = 0; c <= 3; ++c) {
      if (r + c == 0 || ((r == 0 || c == 0) && r + c > 1)) continue;
      const auto to = left.find({from.first + r, from.second + c});
      if (to == left.end()) continue;
      const auto &rows = on.row_lengths, &columns = on.column_lengths;
      const auto i = static_cast<std::size_t>(from.first), j = static_cast<std::size_t>(from.second);
      const double bonus = r + c > 1 ? 0.8 - 0.9 * (r + c - 2)
                           : r == 0  ? 0.8 - longer(columns[j], columns[j + 1], rows[i])
                                     : 0.8 - longer(rows[i], rows[i + 1], columns[j]);
      best = std::max(best, bonus + slow_best(left, on, to->first));
    }
  return left.at(from) + best;
}

}  // namespace

TEST_CASE("word alignment is what the slow greedy finds") {
  generator random(11);
  for (int round = 0; round < 3000; ++round) {
    const word_pair p(random_sentence(random, 9), random_sentence(random, 9));
    word_aligner aligner(p.words);
    aligner.set_b(p.right);
    const auto fast = aligner.align(p.left), slow = slow_alignment(p);
    REQUIRE(fast.size() == slow.size());
    for (std::size_t k = 0; k < fast.size(); ++k) {
      REQUIRE(fast[k].a == slow[k].a);
      REQUIRE(fast[k].b == slow[k].b);
      REQUIRE(fast[k].similarity == doctest::Approx(slow[k].similarity));
    }
  }
}

TEST_CASE("an aligner forgets the sentences before") {
  const word_pair p("the boat left the harbour", "a boat in a harbour");
  word_aligner used(p.words), fresh(p.words);
  used.set_b(p.left);
  used.set_b(p.right);
  fresh.set_b(p.right);
  CHECK(used.align(p.left).size() == fresh.align(p.left).size());
}

TEST_CASE("subsequences and runs are what the slow ones find") {
  generator random(12);
  for (int round = 0; round < 2000; ++round) {
    std::vector<token> a(below(random, round % 10 == 0 ? 200 : 12)), b(below(random, round % 10 == 0 ? 200 : 12));
    const std::uint32_t kinds = 1 + below(random, 6);
    for (token& t : a) t.type = below(random, kinds);
    for (token& t : b) t.type = below(random, kinds);
    REQUIRE(common_subsequence(a, b) == slow_subsequence(a, b));
    REQUIRE(common_run(a, b) == slow_run(a, b));
  }
}

// Tries every run of either side at every place of the other.
double slow_share_in_runs(std::span<const token> side, std::span<const token> other, const lexicon& words) {
  std::vector<bool> in_run(side.size());
  double inside = 0, all = 0;
  const auto halves = [&](const token& t) { return words[t.type].single ? 1 : 2; };
  for (std::size_t i = 0; i < side.size(); ++i)
    for (std::size_t j = 0; j < other.size(); ++j) {
      int length = 0;
      for (std::size_t n = 0; i + n < side.size() && j + n < other.size() && side[i + n].type == other[j + n].type; ++n) {
        length += halves(side[i + n]);
        if (length >= 8) std::fill_n(in_run.begin() + static_cast<std::ptrdiff_t>(i), n + 1, true);
      }
    }
  for (std::size_t i = 0; i < side.size(); ++i) all += halves(side[i]), inside += in_run[i] ? halves(side[i]) : 0;
  return inside / all;
}

TEST_CASE("what is copied is what all runs of both sides say") {
  generator random(19);
  for (int round = 0; round < 2000; ++round) {
    const std::string a = random_sentence(random, 12);
    std::string b = random_sentence(random, 6) + (below(random, 2) == 0 ? a : a.substr(a.size() / 2));
    const word_pair p(a, b + random_sentence(random, 6));
    if (p.left.empty() || p.right.empty()) continue;
    const double slow = slow_share_in_runs(p.left, p.right, p.words) * slow_share_in_runs(p.right, p.left, p.words);
    REQUIRE(copied(p.left, p.right, p.words) == doctest::Approx(slow));
    REQUIRE(copied(p.right, p.left, p.words) == copied(p.left, p.right, p.words));
  }
}

TEST_CASE("what is copied of thousands of words that recur costs no square") {
  std::vector<counted_word> a(200000), b(200000);
  for (std::size_t i = 0; i < a.size(); ++i) a[i].word = i % 3 == 0, b[i].word = i % 3 == 1;
  CHECK(copied(a, b) == 1);
  for (std::size_t i = 0; i < b.size(); i += 4) b[i].word = 7;
  CHECK(copied(a, b) == 0);
}

TEST_CASE("roles are swapped where three words stand the other way round") {
  generator random(15);
  const std::vector<std::string> stock{"harbour", "boats", "the", "mayor", "sued", "on", "Monday", "baker", "市",   "議",
                                       "会",      "水",    "上",  "rain",  "of",   "12", "a",      "quay",  "ropes"};
  std::size_t swapped = 0;
  for (int round = 0; round < 3000; ++round) {
    std::vector<std::string> chosen;
    for (std::uint32_t n = below(random, 9); n > 0; --n) chosen.push_back(stock[below(random, 19)]);
    const auto text = [&] {
      std::string out;
      for (const std::string& word : chosen) out += word + (static_cast<unsigned char>(word[0]) < 128 ? " " : "");
      return out;
    };
    const std::string a = text();
    for (std::uint32_t n = below(random, 4); n > 0 && !chosen.empty(); --n)
      std::swap(chosen[below(random, static_cast<std::uint32_t>(chosen.size()))],
                chosen[below(random, static_cast<std::uint32_t>(chosen.size()))]);
    const word_pair p(a, text());
    REQUIRE(roles_swapped(p.left, p.right, p.words) == slow_swap(p));
    REQUIRE(roles_swapped(p.right, p.left, p.words) == slow_swap(p));
    swapped += slow_swap(p);
  }
  CHECK(swapped > 100);
  CHECK(swapped < 2900);
}

TEST_CASE("the heaviest run of words that the other side lacks") {
  const word_pair none("the boats sail", "boats sail the");
  const auto features = [](const word_pair& p) {
    word_pair copy(p.in_a, p.in_b);
    word_aligner aligner(copy.words);
    aligner.set_b(copy.right);
    return compare_words(copy.left, copy.right, aligner.align(copy.left), copy.words);
  };
  CHECK(features(none).addition == 0);
  const word_pair more("boats sail", "boats with ropes sail and harbour");
  double all = 0;
  for (const token& t : more.right) all += more.words[t.type].weight;
  const double with_ropes = more.words[more.right[1].type].weight + more.words[more.right[2].type].weight;
  const double and_harbour = more.words[more.right[4].type].weight + more.words[more.right[5].type].weight;
  CHECK(features(more).addition == doctest::Approx(std::sqrt(std::max(with_ropes, and_harbour) / all)));
  CHECK(features(word_pair("boats", "")).addition == 1);
}

TEST_CASE("weights of words in pairs: length alone, then what the pairs hold") {
  const std::vector<std::string> texts{
      "The boats sail.", "Boats sail, boats rest.", "The mayor of Lorne sails.", "Lorne is a harbour.",
      "The rain.",       "It rains on the harbour."};
  const std::vector<sentence_pair_text> pairs{{texts[0], texts[1]}, {texts[2], texts[3]}, {texts[4], texts[5]}};
  const vocabulary nothing{std::span<const sentence_pair_text>()}, few(pairs);
  CHECK(few.get().sentences == 3);
  const segmented cut = segment(texts[1]);
  const auto weight = [&](const vocabulary& background, std::uint32_t word) {
    lexicon words(background.get());
    return words[words.read(cut, word, word + 1)[0].type].weight;
  };
  const double of_boats = 0.6 + 0.45 * 4;  // five letters
  CHECK(weight(nothing, 0) == doctest::Approx(0.1 + of_boats).epsilon(1e-4));
  // In one pair of three, however often.
  CHECK(weight(few, 0) == doctest::Approx(0.1 + std::log((20 + 3) / (20 * std::exp(-of_boats) + 1))).epsilon(1e-4));
  std::vector<sentence_pair_text> many;
  for (int i = 0; i < 2000; ++i) many.push_back(i % 2 == 0 ? pairs[0] : pairs[2]);
  const vocabulary told(many);
  CHECK(weight(told, 0) < 1);  // in every second pair
  CHECK(weight(told, 0) < weight(few, 0));
}

TEST_CASE("longest rise and fall of all short sequences") {
  for (std::uint32_t code = 0; code < 4u * 4 * 4 * 4 * 4; ++code) {
    std::vector<std::uint32_t> v;
    for (std::uint32_t rest = code, k = 0; k < 5; ++k, rest /= 4) v.push_back(rest % 4);
    REQUIRE(longest_rise(v) == slow_rise(v));
    REQUIRE(longest_fall(v) == slow_rise({v.rbegin(), v.rend()}));
  }
}

TEST_CASE("best paths on small grids, full and sparse, against trying all paths") {
  generator random(13);
  for (int round = 0; round < 800; ++round) {
    const std::uint32_t rows = 1 + below(random, 5), columns = 1 + below(random, 5), density = 1 + below(random, 4);
    grid on;
    for (std::uint32_t r = 0; r < rows; ++r) on.row_lengths.push_back(1 + below(random, 30));
    for (std::uint32_t c = 0; c < columns; ++c) on.column_lengths.push_back(1 + below(random, 30));
    std::map<std::pair<int, int>, double> left;
    for (std::uint32_t r = 0; r < rows; ++r)
      for (std::uint32_t c = 0; c < columns; ++c) {
        if (density < 4 && below(random, 4) >= density) continue;
        on.cells.push_back({r, c, below(random, 4001) / 1000.0 - 2.5});
        left[{static_cast<int>(r), static_cast<int>(c)}] = on.cells.back().gain;
      }
    const double least = 0.3;
    for (const path& found : best_paths(on, least)) {
      double best = -1e9;
      for (const auto& [place, gain] : left) best = std::max(best, slow_best(left, on, place));
      REQUIRE(found.score == doctest::Approx(best).epsilon(1e-5));
      REQUIRE(found.values.size() == found.cells.size());
      REQUIRE(found.values.back() == found.score);
      REQUIRE(found.values.front() == found.cells.front().gain);
      for (const cell& c : found.cells) REQUIRE(left.count({static_cast<int>(c.row), static_cast<int>(c.column)}) == 1);
      for (const cell& taken : found.cells)
        std::erase_if(left, [&](const auto& e) {
          return e.first.first == static_cast<int>(taken.row) || e.first.second == static_cast<int>(taken.column);
        });
    }
    for (const auto& [place, gain] : left) REQUIRE(slow_best(left, on, place) < least);
  }
}

// Two documents of random words in sentences, half of them in both, read into one lexicon.
TEST_CASE("rare terms lead to what all cosines find best") {
  generator random(18);
  const auto sentence_text = [&] {
    std::string text;
    for (std::uint32_t w = 6 + below(random, 8); w > 0; --w)
      text += "w" + std::to_string(below(random, 40) * below(random, 40)) + "x ";
    return text + "\n";
  };
  document da, db;
  for (int i = 0; i < 150; ++i) {
    const std::string each = sentence_text();
    da.text += each;
    db.text += i % 2 == 0 ? each : sentence_text();
    if (i % 3 == 0) da.text += "the same again\n", db.text += "the same again\n";
  }
  const article a = prepare(da), b = prepare(db);
  const article* both[] = {&a, &b};
  const vocabulary background(both);
  lexicon words(background.get());
  const reading in_a = read_article(a, words), in_b = read_article(b, words);
  const auto fast = pairs_by_rare_terms(in_a, in_b, words), mirrored = pairs_by_rare_terms(in_b, in_a, words);
  CHECK(fast.size() == mirrored.size());
  CHECK(fast.size() <= 24 * in_a.units.size());
  for (std::uint32_t i = 0; i < in_a.units.size(); ++i) {
    double best = 0, found = 0;
    for (const unit& u : in_b.units) best = std::max(best, cosine(in_a.units[i].grams, u.grams));
    for (const sentence_pair& p : fast) {
      if (p.a != i) continue;
      REQUIRE(p.grams == doctest::Approx(cosine(in_a.units[i].grams, in_b.units[p.b].grams)));
      found = std::max(found, p.grams);
    }
    if (best > 0.5) CHECK(found == doctest::Approx(best));
  }
  for (const sentence_pair& p : mirrored) {
    CHECK(std::any_of(fast.begin(), fast.end(), [&](const sentence_pair& q) { return q.a == p.b && q.b == p.a; }));
  }
}

// Formulaic sentences, of which any two have much in common, and a last one that is told in other words on the other side.
struct formulaic {
  explicit formulaic(std::size_t sentences) : lexed(background_of(sentences)) {
    in_a = read_article(a, lexed);
    in_b = read_article(b, lexed);
    lexed.relate(in_a.tokens, in_b.tokens);
  }
  const vocabulary::tables& background_of(std::size_t sentences) {
    for (std::size_t i = 0; i < sentences; ++i) {
      const auto line = [](std::size_t n) {
        return "The council of Town" + std::to_string(n * n % 997) + " will meet in room " + std::to_string(n % 31) + ".\n";
      };
      da.text += line(i);
      db.text += line(i + 5000);
    }
    da.text += "Divers lifted the bell of the old ferry.\n";
    db.text += "The bell of the old ferry was lifted by divers.\n";
    a = prepare(da);
    b = prepare(db);
    const article* both[] = {&a, &b};
    counted = vocabulary(both);
    return counted.get();
  }
  double evidence_of_last() const {
    for (const sentence_pair& p : score_pairs(in_a, in_b, lexed))
      if (p.a + 1 == in_a.units.size() && p.b + 1 == in_b.units.size()) return p.evidence;
    return std::nan("");
  }
  document da, db;
  article a, b;
  vocabulary counted;
  lexicon lexed;
  reading in_a, in_b;
};

TEST_CASE("what speaks for a link does not jump where a document grows over what is compared in full") {
  const double all = formulaic(250).evidence_of_last(), best = formulaic(260).evidence_of_last();
  CHECK(best == doctest::Approx(all).epsilon(0.03));
  CHECK(formulaic(2100).evidence_of_last() > all - 0.5);  // rare terms
}

TEST_CASE("a sample of a formulaic text has the middle of all its pairs, from either side") {
  const formulaic t(400);
  const auto here = score_pairs(t.in_a, t.in_b, t.lexed);
  formulaic turned(400);
  turned.lexed.relate(turned.in_b.tokens, turned.in_a.tokens);
  const auto there = score_pairs(turned.in_b, turned.in_a, turned.lexed);
  REQUIRE(here.size() == there.size());
  for (const sentence_pair& p : here) {
    const auto same =
        std::find_if(there.begin(), there.end(), [&](const sentence_pair& q) { return q.a == p.b && q.b == p.a; });
    REQUIRE(same != there.end());
    REQUIRE(same->evidence == p.evidence);  // sums are exact, whatever the order of words and grams
  }
}

TEST_CASE("no cells, no paths") { CHECK(best_paths(grid{}, 0).empty()); }
