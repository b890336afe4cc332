// SPDX-License-Identifier: Apache-2.0
#include "retold/stories.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <random>
#include <set>
#include <string>

#include "retold/error.hpp"
#include "slowness.hpp"

namespace {

struct corpus {
  explicit corpus(const std::vector<std::string>& texts) {
    for (const std::string& t : texts) {
      documents.emplace_back();
      documents.back().text = t;
    }
    for (const auto& d : documents) articles.push_back(retold::prepare(d));
    near.resize(texts.size());
    std::iota(near.begin(), near.end(), 0u);
  }
  retold::story_grouping group(const retold::story_options& o = {}) const { return retold::group_stories(articles, near, o); }
  std::vector<retold::document> documents;
  std::vector<retold::article> articles;
  std::vector<std::uint32_t> near;
};

// The slow, obvious twin: the recipe of docs/algorithms.md on dense matrices with maps of strings, without candidates.
// Words are taken as they are (the texts below have words of up to five letters, so stems are the words themselves).
struct dense {
  std::vector<std::map<std::string, double>> counts;
  std::vector<double> length;

  explicit dense(const std::vector<std::string>& texts) {
    for (const std::string& text : texts) {
      std::vector<std::string> words;
      for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find(' ', at), text.size());
        if (end > at) words.push_back(text.substr(at, end - at));
        at = end + 1;
      }
      std::map<std::string, double> c;
      for (std::size_t i = 0; i < words.size(); ++i) {
        const double times = i < 60 ? 2 : 1;
        c[words[i]] += times;
        if (i > 0 && i != 60) c[words[i - 1] + " " + words[i]] += times;
      }
      counts.push_back(c);
      length.push_back(static_cast<double>(words.size()));
    }
  }

  using vector = std::map<std::string, double>;

  std::vector<vector> weights(const std::vector<std::size_t>& chosen) const {
    vector df;
    for (const auto d : chosen)
      for (const auto& [t, _] : counts[d]) ++df[t];
    std::vector<vector> w(counts.size());
    for (const auto d : chosen) {
      double squares = 0;
      for (const auto& [t, tf] : counts[d]) {
        const double idf = std::max(0.0, std::log((std::max(4.0, static_cast<double>(chosen.size())) + 1.5) / (df[t] + 0.5)));
        const double v = (1 + std::log(tf)) * idf * (t.find(' ') != std::string::npos ? 0.5 : 1);
        w[d][t] = v;
        squares += v * v;
      }
      for (auto& [_, v] : w[d]) v /= std::sqrt(squares);
    }
    return w;
  }

  struct group {
    std::set<std::size_t> members;
    vector mean;
    double words = 0, scale = 0, within = 0;
    double size() const { return static_cast<double>(members.size()); }
  };

  static double cosine(const vector& x, const vector& y, double* concentration = nullptr) {
    double sum = 0, squares = 0;
    for (const auto& [t, v] : x)
      if (const auto f = y.find(t); f != y.end()) {
        sum += v * f->second;
        squares += v * f->second * v * f->second;
      }
    if (concentration) *concentration = std::sqrt(squares);
    return sum;
  }

  // What is left of the cosine of two groups' means.
  static double evidence(const group& x, const group& y) {
    double concentration = 0;
    const double sum = cosine(x.mean, y.mean, &concentration);
    return sum - concentration - 0.0016 * std::pow(x.words / x.size() * y.words / y.size(), 0.25);
  }

  static double score(const group& x, const group& y) {
    const auto within = [](const group& g) {
      return (2 * g.scale / g.size() + g.within) / (2 + g.size() * (g.size() - 1) / 2) + 0.04;
    };
    const double value = evidence(x, y) * (x.members.size() > 1 && y.members.size() > 1 ? 0.85 : 1);
    return std::max(0.0, value) / (std::max(0.0, value) + std::sqrt(within(x) * within(y)));
  }

  static group joined(const group& x, const group& y) {
    group out = x;
    out.members.insert(y.members.begin(), y.members.end());
    for (auto& [_, v] : out.mean) v *= x.size() / out.size();
    for (const auto& [t, v] : y.mean) out.mean[t] += v * y.size() / out.size();
    out.words += y.words;
    out.scale += y.scale;
    out.within += y.within + x.size() * y.size() * std::max(0.0, evidence(x, y));
    return out;
  }

  struct result {
    std::vector<std::size_t> leader;
    std::vector<std::vector<double>> score;
    std::vector<std::set<std::size_t>> groups;
  };

  // The longest first: who is as good as a copy of a longer one follows it.
  std::vector<std::size_t> lead() const {
    std::vector<std::size_t> leader(counts.size()), leaders;
    std::iota(leader.begin(), leader.end(), 0u);
    auto order = leader;
    const auto w = weights(leader);
    std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return length[a] > length[b]; });
    for (const auto d : order) {
      std::size_t best = d;
      double most = 0.7;
      for (const auto l : leaders)
        if (const double c = cosine(w[d], w[l]); c >= most && (best == d || c > most || l < best)) best = l, most = c;
      leader[d] = best;
      if (best == d) leaders.push_back(d);
    }
    return leader;
  }

  std::vector<group> singles(const std::vector<std::size_t>& leaders) const {
    const auto w = weights(leaders);
    std::vector<group> out;
    for (const auto d : leaders) out.push_back({{d}, w[d], length[d]});
    for (group& g : out) {
      std::vector<double> near;
      for (const group& other : out)
        if (other.members != g.members) near.push_back(std::max(0.0, evidence(g, other)));
      std::sort(near.rbegin(), near.rend());
      near.resize(std::min<std::size_t>(near.size(), 3));
      g.scale = near.empty() ? 0 : std::accumulate(near.begin(), near.end(), 0.0) / static_cast<double>(near.size());
    }
    return out;
  }

  result run(double cut) const {
    result out{lead(), std::vector(counts.size(), std::vector<double>(counts.size())), {}};
    std::vector<std::size_t> leaders;
    for (std::size_t d = 0; d < counts.size(); ++d)
      if (out.leader[d] == d) leaders.push_back(d);
    auto groups = singles(leaders);
    for (std::size_t i = 0; i < groups.size(); ++i)
      for (std::size_t j = 0; j < groups.size(); ++j)
        if (i != j) out.score[leaders[i]][leaders[j]] = std::max(0.0, score(groups[i], groups[j]));
    for (;;) {
      double best = cut;
      std::pair<std::size_t, std::size_t> pick{0, 0};
      for (std::size_t i = 0; i < groups.size(); ++i)
        for (std::size_t j = i + 1; j < groups.size(); ++j)
          if (const double s = score(groups[i], groups[j]); s >= best) best = s, pick = {i, j};
      if (pick.second == 0) break;
      groups[pick.first] = joined(groups[pick.first], groups[pick.second]);
      groups.erase(groups.begin() + static_cast<std::ptrdiff_t>(pick.second));
    }
    for (const group& g : groups) out.groups.push_back(g.members);
    return with_copies(out);
  }

  result with_copies(result out) const {
    for (std::size_t d = 0; d < counts.size(); ++d)
      for (auto& g : out.groups)
        if (g.contains(out.leader[d])) g.insert(d);
    std::sort(out.groups.begin(), out.groups.end());
    return out;
  }

  // What common words are worth, in nats.
  double surprise(const std::vector<std::size_t>& leaders, std::size_t a, std::size_t b) const {
    double sum = 0;
    for (const auto& [t, _] : counts[a]) {
      if (!counts[b].contains(t) || t.find(' ') != std::string::npos) continue;
      const auto holds = [&, &term = t](auto d) { return counts[d].contains(term); };
      sum += std::log(std::max(4.0, static_cast<double>(leaders.size())) /
                      static_cast<double>(std::count_if(leaders.begin(), leaders.end(), holds)));
    }
    return sum;
  }

  // Groups fall apart where no pair ties their parts.
  result tied(const result& of) const {
    std::vector<std::size_t> leaders;
    for (std::size_t d = 0; d < counts.size(); ++d)
      if (of.leader[d] == d) leaders.push_back(d);
    const double luckiest = 2 * std::log(std::max(4.0, static_cast<double>(leaders.size())));
    const auto w = weights(leaders);
    result out{of.leader, of.score, {}};
    for (std::set<std::size_t> rest : of.groups) {
      while (!rest.empty()) {
        std::set<std::size_t> part{*rest.begin()};
        for (std::size_t before = 0; before != part.size();) {
          before = part.size();
          for (const auto x : std::set<std::size_t>(part))
            for (const auto y : rest)
              if (of.leader[x] == y || of.leader[y] == x || of.leader[x] == of.leader[y] ||
                  (of.score[x][y] > 1e-12 &&
                   surprise(leaders, x, y) >= luckiest * std::sqrt(std::max(0.0, 1 - cosine(w[x], w[y])))))
                part.insert(y);
        }
        for (const auto d : part) rest.erase(d);
        out.groups.push_back(part);
      }
    }
    std::sort(out.groups.begin(), out.groups.end());
    return out;
  }
};

std::vector<std::set<std::size_t>> partition(const std::vector<std::uint32_t>& label) {
  std::map<std::uint32_t, std::set<std::size_t>> by;
  for (std::size_t d = 0; d < label.size(); ++d) by[label[d]].insert(d);
  std::vector<std::set<std::size_t>> out;
  for (auto& [first, set] : by) {
    CHECK(*set.begin() == first);  // a label is the smallest index of its group
    out.push_back(set);
  }
  std::sort(out.begin(), out.end());
  return out;
}

// Events of a dozen words each, articles that mix one event with common words; copies now and then.
std::vector<std::string> random_texts(std::uint64_t seed, std::size_t count) {
  std::mt19937_64 random(seed);
  const auto word = [&](std::uint64_t from, std::uint64_t size) {
    std::uint64_t v = from + random() % size;
    std::string w;
    for (int i = 0; i < 4; ++i, v /= 20) w += static_cast<char>('a' + v % 20);
    return w;
  };
  std::vector<std::string> texts;
  for (std::size_t d = 0; d < count; ++d) {
    if (d > 0 && random() % 8 == 0) {
      texts.push_back(texts[random() % d] + " " + word(90000, 5000));
      continue;
    }
    const std::uint64_t event = random() % (count / 3 + 1);
    std::string text;
    for (std::size_t i = 8 + random() % 12; i > 0; --i)
      text += (random() % 2 ? word(1000 + 50 * event, 10) : word(0, 60)) + " ";
    texts.push_back(text);
  }
  return texts;
}

}  // namespace

TEST_CASE("the recipe on dense matrices gives the same scores and groups") {
  std::size_t apart = 0;
  for (std::uint64_t seed = 1; seed <= 60; seed += slowness) {
    const auto texts = random_texts(seed, 3 + seed % 40);
    const corpus c(texts);
    const dense twin(texts);
    const auto found = c.group();
    const auto wanted = twin.run(retold::story_options{}.story_cut);
    for (std::size_t d = 0; d < texts.size(); ++d) CHECK(found.leader[d] == wanted.leader[d]);
    CHECK_MESSAGE(partition(found.story) == twin.tied(wanted).groups, "seed " << seed);
    apart += twin.tied(wanted).groups.size() > wanted.groups.size();
    CHECK_MESSAGE(partition(found.topic) == twin.run(retold::story_options{}.topic_cut).groups, "seed " << seed);
    std::size_t above = 0;
    for (std::size_t a = 0; a < texts.size(); ++a)
      for (std::size_t b = a + 1; b < texts.size(); ++b) above += wanted.score[a][b] > 1e-12;
    CHECK(found.edges.size() == above);
    for (const auto& e : found.edges) CHECK(e.score == doctest::Approx(wanted.score[e.a][e.b]).epsilon(1e-5));
  }
  CHECK(apart > 0);  // some groups did fall apart
}

TEST_CASE("two articles without a like are no story for a phrase in common") {
  std::vector<std::string> texts{"green banks aldwyn mill", "green banks seven hens"};
  for (int d = 0; d < 400; ++d) {
    const std::string own = std::to_string(d);
    texts.push_back((d < 4 ? "green" : d < 8 ? "banks" : "n" + own) + " a" + own + " b" + own + " c" + own);
  }
  const retold::story_options low{.story_cut = 0.05};
  const auto found = corpus(texts).group(low);
  REQUIRE(!found.edges.empty());
  CHECK(found.edges[0].a == 0);
  CHECK(found.edges[0].b == 1);
  CHECK(found.edges[0].score >= low.story_cut);  // the score alone would join them
  CHECK(found.topic[1] == 0);
  CHECK(found.story[1] == 1);
}

TEST_CASE("near-copies share a story, whatever their words") {
  corpus c({"alpha beta gamma delta", "one two three four five", "six seven eight nine ten"});
  c.near = {0, 0, 2};
  const auto found = c.group();
  CHECK(found.story == std::vector<std::uint32_t>{0, 0, 2});
  CHECK(found.leader[0] == 1);  // the longer one leads
}

TEST_CASE("threads do not matter") {
  const corpus c(random_texts(77, 120));
  const auto one = c.group({.threads = 1}), four = c.group({.threads = 4});
  CHECK(one.story == four.story);
  CHECK(one.edges.size() == four.edges.size());
  for (std::size_t i = 0; i < one.edges.size(); ++i) CHECK(one.edges[i].score == four.edges[i].score);
}

TEST_CASE("a window of days keeps apart what time keeps apart") {
  const std::string text = "the harbour bridge of Port Aldwyn was closed after a barge struck its third pier";
  corpus c({text + " on monday morning and engineers are looking at the damage", "engineers look at damage, " + text,
            "a dog ran", "two cats sat"});
  c.documents[0].date = "2026-03-02T10:00:00Z";
  c.documents[1].date = "20260312";
  CHECK(c.group().story[1] == 0);
  CHECK(c.group({.window_days = 10}).story[1] == 0);
  CHECK(c.group({.window_days = 9}).story[1] == 1);
  c.documents[1].date = "some day";
  CHECK(c.group({.window_days = 1}).story[1] == 0);  // no date, no veto
}

TEST_CASE("boilerplate has no weight") {
  const std::string menu = "Read more: everything about the elections in Brabant and Hainaut today\n";
  std::vector<std::string> texts;
  for (const char* body : {"A fire broke out in a bakery of Lindholm before dawn; nobody was hurt.\n",
                           "The council of Arvika will vote on a new tram line next Tuesday evening.\n",
                           "Scientists found a beetle that was believed to be extinct since long.\n"})
    texts.push_back(body + menu);
  corpus c(texts);
  CHECK(retold::mark_boilerplate(c.articles) == 3);
  CHECK(c.group().edges.empty());
}

TEST_CASE("empty articles, no articles") {
  CHECK(corpus({}).group().story.empty());
  CHECK(corpus({""}).group().story == std::vector<std::uint32_t>{0});
  CHECK(corpus({"", "", "word"}).group().story == std::vector<std::uint32_t>{0, 1, 2});
}

TEST_CASE("scripts without spaces group too") {
  const corpus c({"青河地铁三号线今日凌晨发生信号故障，数千名乘客被困车厢长达两小时。",
                  "信号系统故障致青河地铁三号线停运两小时，数千乘客滞留。", "市政府宣布明年起禁止老旧货车进入市中心。",
                  "研究人员在南部山区发现新的蝴蝶物种。"});
  CHECK(c.group().story == std::vector<std::uint32_t>{0, 0, 2, 3});
}

TEST_CASE("a second language of a few articles does not make one story of them") {
  std::vector<std::string> texts;
  for (const char* place : {"Aldwyn", "Brannoch", "Corvane", "Drummel", "Eskdale", "Farrow", "Gannet", "Halden"})
    texts.push_back(std::string("The council of ") + place +
                    " has voted for a new bridge over the river, and the work will begin when the money from the " + place +
                    " fund has been paid, which the mayor said would not be before the spring of next year.");
  texts.push_back(
      "La centrale du lac est à l'arrêt depuis lundi : il n'a pas plu depuis deux mois, et le niveau de l'eau a baissé de six "
      "mètres.");
  texts.push_back(
      "Le constructeur rappelle des milliers de voitures pour un défaut de freinage qui n'a fait, selon lui, aucun blessé dans "
      "le pays.");
  texts.push_back(
      "La maire sortante a été réélue dès le premier tour dans la ville, où une personne sur deux ne s'est pas déplacée pour "
      "voter.");
  const auto found = corpus(texts).group();
  for (std::uint32_t d = 8; d < 11; ++d) CHECK(found.story[d] == d);
}

TEST_CASE("a story of hundreds of versions proposes all its pairs, though its words are no longer rare") {
  std::mt19937_64 random(11);
  const auto noise = [&] { return "w" + std::to_string(random() % 20000) + " "; };
  std::vector<std::string> texts;
  for (int d = 0; d < 1500; ++d) {
    std::string text;
    for (int i = 0; i < 20; ++i) {  // versions share phrases of four words, in any order
      const auto phrase = std::to_string(random() % 16);
      if (d < 300 && i % 5 != 0)
        text += "a" + phrase + " b" + phrase + " c" + phrase + " d" + phrase + " ";
      else
        text += noise() + noise() + noise() + noise();
    }
    texts.push_back(text);
  }
  const auto found = corpus(texts).group({.threads = 2});
  CHECK(found.candidates >= 44'000);  // of 44,850 in the story; the other 1,200 articles share single words by chance
  CHECK(found.candidates < 100'000);
}

TEST_CASE("options out of range are refused by name") {
  corpus wrong({"one", "two"});
  wrong.near = {0, 4000000000};
  CHECK_THROWS_AS(wrong.group(), retold::error);
  CHECK_THROWS_WITH_AS(retold::story_options{.story_cut = 1.5}.validate(), doctest::Contains("story cut"), retold::error);
  CHECK_THROWS_AS((retold::story_options{.story_cut = 0.1, .topic_cut = 0.2}.validate()), retold::error);
}
