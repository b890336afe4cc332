// SPDX-License-Identifier: Apache-2.0
// The steps as an engine takes them, with maps for its joins, against `cluster` of the same articles in one piece.
#include "retold/distribute_stories.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <random>
#include <set>

#include "../src/pipeline_near.hpp"
#include "message_of.hpp"
#include "random_sets.hpp"
#include "retold/read.hpp"
#include "retold/verify.hpp"

using retold::cluster_options;
using retold::document;
using retold::key_list;
using number = std::int64_t;

namespace {

using labels = std::map<number, number>;  // article → what stands for it

struct engine {
  const std::vector<document>& documents;  // sorted by id: their places are their numbers
  const cluster_options& options;
  std::size_t block;  // articles
  std::mt19937_64 random{7};

  std::map<number, retold::article_sketch> articles = {};
  labels near = {}, leader = {};
  std::vector<retold::scored_articles> pairs = {};  // of leaders

  labels stories() {
    read();
    leader = lead();
    const labels joined = collapse(leader);
    for (auto& [_, of] : leader)
      if (const auto found = joined.find(of); found != joined.end()) of = found->second;
    const labels story = group();
    std::map<number, number> first;
    for (const auto& [article, of] : leader) first.try_emplace(story.at(of), article);
    labels out;
    for (const auto& [article, of] : leader) out[article] = first.at(story.at(of));
    return out;
  }

  void read() {
    std::vector<retold::article_lines> lines;
    std::set<std::uint64_t> titles, recurring;
    std::map<std::uint64_t, std::vector<std::size_t>> holders;
    for (const document& d : documents) lines.push_back(retold::lines_of(d));
    for (std::size_t i = 0; i < lines.size(); ++i) {
      if (lines[i].title != 0) titles.insert(lines[i].title);
      for (const std::uint64_t key : lines[i].recurring) holders[key].push_back(i);
    }
    for (auto& [key, of] : holders) {
      if (of.size() < retold::least_line_holders) continue;
      std::shuffle(of.begin(), of.end(), random);
      std::stable_sort(of.begin(), of.end(), [&](auto a, auto b) { return lines[a].content < lines[b].content; });
      std::vector<key_list> distinct;
      for (const std::size_t i : of)
        if (distinct.size() < retold::line_holders) distinct.push_back(lines[i].distinct);
      if (retold::line_recurs(distinct)) recurring.insert(key);
    }
    const auto among = [](const key_list& keys, const std::set<std::uint64_t>& known) {
      key_list out;
      std::copy_if(keys.begin(), keys.end(), std::back_inserter(out), [&](auto key) { return known.contains(key); });
      return out;
    };
    const retold::article_reader reader(options);
    for (std::size_t i = 0; i < documents.size(); ++i)
      articles[static_cast<number>(i)] =
          reader(documents[i], among(lines[i].teasers, titles), among(lines[i].recurring, recurring));
  }

  // By connected components, whose rows are then shuffled: star_component, or whatever else takes them.
  template <class Pair, class Group>
  labels by_components(const std::vector<Pair>& pairs, const Group& group) {
    std::map<number, number> parent;
    const auto root = [&](number i) {
      while (parent.try_emplace(i, i).first->second != i) i = parent[i];
      return i;
    };
    for (const Pair& p : pairs) {
      const number a = root(p.a), b = root(p.b);
      parent[std::max(a, b)] = std::min(a, b);
    }
    std::map<number, std::vector<Pair>> rows;
    for (const Pair& p : pairs) rows[root(p.a)].push_back(p);
    labels out;
    for (auto& [_, of] : rows) {
      std::shuffle(of.begin(), of.end(), random);
      for (const retold::membership& m : group(of)) out[m.article] = m.of;
    }
    return out;
  }

  labels stars(const std::vector<number>& among, key_list retold::article_sketch::*bands,
               retold::shingle_set retold::article_sketch::*sets, double threshold) {
    std::vector<std::pair<std::uint64_t, number>> entries;
    for (const number i : among)
      for (const std::uint64_t key : articles[i].*bands) entries.emplace_back(key, i);
    std::sort(entries.begin(), entries.end());
    retold::bucket_reader reader(retold::story_bucket);
    retold::bucket_rows rows;
    for (const auto& [key, article] : entries) reader.add(std::span(&key, 1), std::span(&article, 1), rows);
    reader.finish(rows);
    std::set<std::pair<number, number>> pairs;
    retold::bucket_leaders leaders(threshold, options.slots);
    for (std::size_t r = 0; r < rows.first.size(); ++r)
      if (rows.bucket[r] == 0)
        pairs.emplace(rows.first[r], rows.second[r]);
      else if (const auto leader = leaders.add(rows.bucket[r], rows.second[r], articles[rows.second[r]].*sets))
        pairs.emplace(*leader, rows.second[r]);
    std::vector<retold::near_pair> near;
    for (const auto& [a, b] : pairs)
      if (const double j = retold::overlap(articles[a].*sets, articles[b].*sets).jaccard; j >= threshold)
        near.push_back({a, b, j});
    return by_components(near, [](const auto& of) { return retold::star_component(of); });
  }

  labels lead() {
    std::map<std::pair<std::uint64_t, std::uint32_t>, number> words;
    std::vector<number> distinct, centres;
    for (const auto& [i, a] : articles) {
      near[i] = a.words.any() ? words.try_emplace({a.words.high, a.words.low}, i).first->second : i;
      if (near[i] == i) distinct.push_back(i);
    }
    using sketch = retold::article_sketch;
    const labels centre = stars(distinct, &sketch::near_bands, &sketch::near, options.near_threshold);
    const auto mapped = [](const labels& by, number i) { return by.contains(i) ? by.at(i) : i; };
    for (auto& [_, of] : near) of = mapped(centre, of);
    for (const auto& [i, of] : near)
      if (i == of) centres.push_back(i);
    const labels wider = stars(centres, &sketch::rewrite_bands, &sketch::rewrite, retold::rewrite_threshold);
    labels out = near;
    for (auto& [_, of] : out) of = mapped(wider, of);
    labels longest;
    for (const auto& [i, of] : out)
      if (auto& best = longest.try_emplace(of, i).first->second; articles[i].length > articles[best].length) best = i;
    for (auto& [_, of] : out) of = longest.at(of);
    return out;
  }

  static std::set<number> leaders_of(const labels& leader) {
    std::set<number> out;
    for (const auto& [_, of] : leader) out.insert(of);
    return out;
  }

  std::map<number, retold::article_vector> weigh(const std::set<number>& leaders) {
    struct known {
      number first, place = 0;
      std::uint32_t articles = 0, leaders = 0;
    };
    std::map<std::uint64_t, known> terms;
    for (const auto& [i, a] : articles)
      for (const std::uint64_t key : a.terms) {
        known& k = terms.try_emplace(key, known{i}).first->second;
        ++k.articles, k.leaders += leaders.contains(i);
      }
    std::vector<std::pair<number, std::uint64_t>> order;
    for (const auto& [key, k] : terms)
      if (k.articles > 1) order.emplace_back(k.first, key);
    std::sort(order.begin(), order.end());
    for (std::size_t i = 0; i < order.size(); ++i) terms.at(order[i].second).place = static_cast<number>(3 * i);

    std::map<number, retold::article_vector> out;
    std::map<number, std::uint64_t> proposed;  // by place
    for (const number i : leaders) {
      std::vector<retold::counted_term> of;
      for (std::size_t t = 0; t < articles[i].terms.size(); ++t) {
        const known& k = terms.at(articles[i].terms[t]);
        of.push_back({articles[i].terms[t], articles[i].counts[t], k.place, k.articles, k.leaders});
      }
      std::shuffle(of.begin(), of.end(), random);
      out[i] = retold::vector_of(of, leaders.size());
      for (const number place : out[i].proposing) ++proposed[place];
    }
    const std::set<number> may = choose(proposed, leaders.size());
    for (auto& [_, v] : out) std::erase_if(v.proposing, [&](number place) { return !may.contains(place); });
    return out;
  }

  std::set<number> choose(const std::map<number, std::uint64_t>& proposed, std::size_t leaders) {
    std::map<std::uint64_t, std::uint64_t> counts;
    for (const auto& [_, n] : proposed) ++counts[n];
    std::vector<retold::number_count> table;
    for (const auto& [n, of] : counts) table.push_back({n, of});
    std::shuffle(table.begin(), table.end(), random);
    retold::proposing_terms may = retold::choose_proposing(table, leaders);
    std::set<number> out;
    for (const auto& [place, n] : proposed)
      if (n <= may.all || (n == may.some && may.of_some > 0)) {
        out.insert(place);
        may.of_some -= n > may.all;
      }
    return out;
  }

  std::vector<retold::scored_articles> score(const std::map<number, retold::article_vector>& vectors, bool copies) {
    std::map<std::uint64_t, std::size_t> holders;
    for (const auto& [i, _] : vectors)
      for (const std::uint64_t key : articles[i].sentences) ++holders[key];
    std::vector<std::vector<retold::block_article>> blocks;
    for (const auto& [i, v] : vectors) {
      if (blocks.empty() || blocks.back().size() == block) blocks.emplace_back();
      key_list sentences = articles[i].sentences;
      std::erase_if(sentences, [&](auto key) { return holders.at(key) > retold::sentence_holders; });
      blocks.back().push_back({i, articles[i].day, articles[i].length, false, v, sentences});
    }
    std::vector<retold::scored_articles> out;
    for (std::size_t x = 0; x < blocks.size(); ++x)
      for (std::size_t y = x; y < blocks.size(); ++y) {
        std::vector<retold::block_article> both = blocks[x];
        if (x != y)
          for (retold::block_article a : blocks[y]) a.second = true, both.push_back(a);
        std::shuffle(both.begin(), both.end(), random);
        const auto found = retold::score_blocks(both, copies, options);
        out.insert(out.end(), found.begin(), found.end());
      }
    return out;
  }

  labels collapse(const labels& leader) {
    std::vector<retold::copy_pair> pairs;
    for (const retold::scored_articles& p : score(weigh(leaders_of(leader)), true))
      pairs.push_back({p.a, p.b, p.cosine, articles[p.a].length, articles[p.b].length});
    return by_components(pairs, [](const auto& of) { return retold::collapse_component(of); });
  }

  labels group() {
    const std::set<number> leaders = leaders_of(leader);
    const auto vectors = weigh(leaders);
    pairs = score(vectors, false);
    std::map<number, std::vector<double>> evidence;
    std::vector<retold::scored_articles> strong;
    for (const retold::scored_articles& p : pairs) {
      for (const number i : {p.a, p.b}) evidence[i].push_back(p.evidence);
      if (p.may_merge) strong.push_back(p);
    }
    for (auto& [_, of] : evidence) std::sort(of.rbegin(), of.rend());
    labels out;
    for (const number i : leaders) out[i] = i;
    const labels merged = by_components(strong, [&](const std::vector<retold::scored_articles>& of) {
      std::set<number> here;
      for (const auto& p : of) here.insert(p.a), here.insert(p.b);
      std::vector<retold::story_article> members;
      for (const number i : here)
        members.push_back({i, articles[i].length, retold::scale_of(evidence[i], leaders.size()), vectors.at(i)});
      std::shuffle(members.begin(), members.end(), random);
      std::vector<retold::scored_articles> within;
      std::copy_if(pairs.begin(), pairs.end(), std::back_inserter(within),
                   [&](const auto& p) { return here.contains(p.a) && here.contains(p.b); });
      std::shuffle(within.begin(), within.end(), random);
      return retold::group_component(members, within, leaders.size(), options);
    });
    for (const auto& [i, of] : merged) out[i] = of;
    return out;
  }
};

// What the groups are made of, where `cluster` does not tell: copies, who leads whom, which pairs were compared, and what they
// said.
void check_parts(const engine& spread) {
  std::vector<retold::article> articles;
  for (const document& d : spread.documents) articles.push_back(retold::prepare(d));
  retold::mark_boilerplate(articles);
  retold::statistics counts;
  const retold::copies same = retold::find_copies(articles, spread.options, counts, {});
  const retold::story_grouping whole = retold::group_stories(articles, same.rewrite, spread.options.stories);
  for (const auto& [article, of] : spread.near) CHECK(of == same.near[static_cast<std::size_t>(article)]);
  for (const auto& [article, of] : spread.leader) CHECK(of == whole.leader[static_cast<std::size_t>(article)]);
  CHECK(spread.pairs.size() == whole.candidates);
  std::set<std::pair<number, number>> alike, alike_here;
  for (const retold::edge& e : whole.edges) alike.emplace(e.a, e.b);
  for (const retold::scored_articles& p : spread.pairs)
    if (p.evidence > 0) alike_here.emplace(p.a, p.b);
  CHECK(alike == alike_here);
}

void check_same(std::vector<document> documents, const cluster_options& options, std::size_t block) {
  CAPTURE(documents.size());
  CAPTURE(block);
  retold::make_ids_unique(documents);
  std::sort(documents.begin(), documents.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
  engine spread{documents, options, block};
  const labels found = spread.stories();
  check_parts(spread);
  cluster_options plain = options;
  plain.passages = false;
  const retold::clustering whole = retold::cluster(documents, plain);
  REQUIRE(found.size() == documents.size());
  std::size_t several = 0;
  for (const retold::group& g : whole.groups) {
    several += g.documents.size() > 1;
    for (const std::uint32_t d : g.documents) {
      CAPTURE(documents[d].id);
      CHECK(found.at(d) == g.documents.front());
    }
  }
  CHECK(several > 0);
}

std::vector<document> news() {
  std::vector<document> out;
  retold::read({RETOLD_SOURCE_DIR "/samples/news"}, {}, [&](document&& d) { out.push_back(std::move(d)); });
  return out;
}

using generator = std::mt19937_64;

std::string words(generator& random, std::size_t count, std::uint64_t from, std::uint64_t many) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += 'w' + std::to_string(from + random_sets::below(random, many)) + ' ';
  return out;
}

document article(const std::string& id, const std::string& text, const std::string& title = {}, const std::string& date = {},
                 const std::string& source = {}) {
  return retold::read_fields({.id = id, .text = text, .title = title, .date = date, .source = source});
}

// Stories of made-up words: versions share some of them, some are edits of others; with dates and teasers.
std::vector<document> made(std::uint64_t seed, std::size_t stories, std::size_t versions) {
  generator random(seed);
  std::vector<document> out;
  for (std::size_t s = 0; s < stories; ++s) {
    std::string last, title;
    for (std::size_t v = 0; v < versions; ++v) {
      std::string text;
      if (v % 4 == 3) {
        text = last + words(random, 1, 0, 900);
      } else {
        for (std::size_t w = 0; w < 30; ++w) text += words(random, 1, 2000 + 40 * s, 40) + words(random, 2, 0, 900);
        text += ". " + words(random, 12, 0, 900);
      }
      last = text;
      if (!title.empty() && v % 5 == 1) text += '\n' + title + '\n';
      title = words(random, 4, 0, 900) + words(random, 1, 2000 + 40 * s, 40);
      const std::string date = "2026-0" + std::to_string(1 + s % 9) + "-1" + std::to_string(v % 10);
      out.push_back(article(std::to_string(s) + "-" + std::to_string(v), text, title, v % 7 == 6 ? "" : date));
    }
  }
  return out;
}

// Every other pair of words changes places: few shingles stay, the words all do.
std::string shuffled(const std::string& text, generator& random) {
  std::vector<std::string> pieces;
  for (std::size_t at = 0, end = 0; at < text.size(); at = end) {
    end = text.find(' ', text.find(' ', at) + 1);
    end = end == std::string::npos ? text.size() : end + 1;
    pieces.push_back(text.substr(at, end - at));
  }
  std::shuffle(pieces.begin(), pieces.end(), random);
  return std::accumulate(pieces.begin(), pieces.end(), std::string());
}

// One word in `each` becomes another.
std::string edited(const std::string& text, std::size_t each, generator& random) {
  std::string out;
  std::size_t word = 0;
  for (const char c : text) {
    out += c;
    if (c == ' ' && ++word % each == 0) out += words(random, 1, 50'000, 10'000);
  }
  return out;
}

}  // namespace

TEST_CASE("the samples: stories and topics, in blocks of any size") {
  for (const std::size_t block : {std::size_t{1000}, std::size_t{7}}) check_same(news(), {}, block);
  check_same(news(), {.level = retold::level::topic}, 5);
}

TEST_CASE("made stories, with and without a window, at other cuts and thresholds") {
  check_same(made(1, 12, 9), {}, 20);
  cluster_options window;
  window.stories.window_days = 3;
  check_same(made(2, 12, 9), window, 30);
  cluster_options other;
  other.near_threshold = 0.4;
  other.set_threshold(0.4);
  check_same(made(3, 9, 12), other, 25);
}

TEST_CASE("lines that recur from article to article of a source, and nothing else, tie them") {
  generator random(5);
  std::vector<document> all = made(6, 8, 3);
  for (std::size_t i = 0; i < 40; ++i) {
    const std::string source = "paper" + std::to_string(i % 4);
    const std::string footer = "the words of " + source + " since 19" + std::to_string(10 + i) + " are w7777" +
                               std::to_string(i % 4) + " w8888" + std::to_string(i % 4) + " w9999" + std::to_string(i % 4);
    all.push_back(article("f" + std::to_string(i),
                          words(random, 30, 0, 3000) + ".\n" + words(random, 20, 0, 3000) + ".\n" + footer, "", "", source));
  }
  check_same(all, {}, 13);
}

TEST_CASE("articles of the same words in another order; rewrites beyond the window") {
  generator random(8);
  std::vector<document> all = made(9, 6, 4);
  cluster_options window;
  window.stories.window_days = 2;
  for (std::size_t i = 0; i < 12; ++i) {
    const std::string text = words(random, 120, 0, 6000), name = std::to_string(i);
    all.push_back(article("s" + name, text, "", "2026-05-01"));
    all.push_back(article("s" + name + "shuffled", shuffled(text, random) + words(random, 5, 0, 6000), "", "2026-05-02"));
    all.push_back(article("s" + name + "half", text.substr(0, text.size() / 3) + words(random, 60, 0, 6000), "", "2026-05-01"));
    all.push_back(article("r" + name, edited(text, 15, random), "", "2026-08-01"));
    all.push_back(article("r" + name + "late", edited(text, 12, random), "", "2026-11-01"));
  }
  check_same(all, {}, 30);
  check_same(all, window, 30);
}

TEST_CASE("buckets beyond the size, and terms of more articles than may propose") {
  generator random(10);
  for (const std::uint64_t seed : {4, 5, 6}) check_same(made(seed, 2, 150), {}, 100);
  std::vector<document> all = made(4, 2, 30);
  const std::string text = words(random, 80, 0, 9000), other = edited(text, 20, random);
  for (std::size_t i = 0; i < 200; ++i)  // of two texts that share bands: more than one leads the buckets
    all.push_back(article("c" + std::to_string(i), edited(i % 2 == 0 ? text : other, 80, random)));
  check_same(all, {}, 100);
}

TEST_CASE("a sentence in too many articles proposes none of them, also where no block has them all") {
  generator random(11);
  std::vector<document> all = made(12, 10, 3);
  const std::string common = words(random, 30, 20'000, 10'000);
  for (std::size_t i = 0; i < 60; ++i)
    all.push_back(article("q" + std::to_string(i), words(random, 10, 0, 90'000) + ".\n" + common + '.'));
  check_same(all, {}, 20);
}

TEST_CASE("short texts, which words in common must tie") {
  generator random(13);
  std::vector<document> all;
  for (std::size_t i = 0; i < 160; ++i)
    all.push_back(
        article("t" + std::to_string(i), words(random, 3, 0, 60) + words(random, 3, 0, 300) + words(random, 2, 0, 2000)));
  check_same(all, {}, 50);
}

TEST_CASE("in a hot bucket each follows the first leader that it is like") {
  generator random(14);
  std::vector<retold::shingle_set> sets;
  for (std::size_t i = 0; i < 60; ++i) {
    retold::shingle_set set = i < 4 ? random_sets::numbers(random, 100) : sets[random_sets::below(random, i)];
    for (std::size_t e = random_sets::below(random, 15); e > 0; --e) set[random_sets::below(random, set.size())] = random();
    std::sort(set.begin(), set.end());
    sets.push_back(set);
  }
  retold::bucket_leaders leaders(0.8, 128);
  for (const std::uint64_t bucket : {1, 2}) {
    std::vector<number> leading;
    for (number i = static_cast<number>(bucket); i < 60; ++i) {
      const auto of = [&](number n) -> const retold::shingle_set& { return sets[static_cast<std::size_t>(n)]; };
      const auto found =
          std::find_if(leading.begin(), leading.end(), [&](number l) { return retold::overlap(of(l), of(i)).jaccard >= 0.8; });
      const auto leader = leaders.add(bucket, i, of(i));
      CHECK(leader.has_value() == (found != leading.end()));
      if (leader) CHECK(*leader == *found);
      if (found == leading.end()) leading.push_back(i);
    }
    CHECK(leading.size() > 3);
    CHECK(leading.size() < 40);
  }
}

TEST_CASE("what it cannot do is refused") {
  CHECK(message_of([] { retold::article_reader({.level = retold::level::near}); }).find("stories and topics") !=
        std::string::npos);
  CHECK(message_of([] { retold::article_reader({.recall = 2}); }).find("recall") != std::string::npos);
}
