// SPDX-License-Identifier: Apache-2.0
// Stories of a stream: what is written of an article, and the decision beside one that compares with everything.
#include "../src/index_stories.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>

#include "../src/index_bytes.hpp"
#include "retold/evaluate.hpp"
#include "retold/read.hpp"
#include "story_memory.hpp"

using namespace retold;

namespace {

constexpr std::int64_t day = 86400;

story_features features_of_text(const std::string& text, const std::string& title = "") {
  document d;
  d.text = text;
  d.title = title;
  return features_of(prepare(d));
}

// ── The slow twin: no postings, no generations that end; every earlier article of the window is compared, with maps ──

class dense_stream {
 public:
  explicit dense_stream(unsigned window_days) : window_(window_days) {}

  struct entry {
    std::map<std::uint32_t, story_term> terms;
    std::map<std::uint32_t, double> then;  // what each weighed when it came; 0 if it was fresh
    double words = 0;
    std::int64_t seconds = 0;
    std::uint64_t story = 0;
    bool copy = false;
  };
  std::map<std::uint64_t, entry> all;

  // What is asked of one article; then `told` is taken as decided.
  void check(const story_question& q, const story_decision& told, const stream_constants& c) {
    entry now = made(q);
    std::map<std::uint64_t, double> cosines;
    std::set<std::uint64_t> worth;  // those of which one article alone is evidence
    std::map<std::uint64_t, std::vector<const entry*>> stories;
    for (const auto& [number, e] : all)
      if (!e.copy && near(e, now)) {
        bool tie = false;
        cosines[number] = products(now, e).sum;
        stories[e.story].push_back(&e);
        if (evidence(now, {&e}, tie) > 0) worth.insert(e.story);
      }
    std::erase_if(stories, [&](const auto& s) { return !worth.contains(s.first); });
    double nearest = 0;
    for (const auto& [_, cosine] : cosines) nearest = std::max(nearest, cosine);
    now.copy = told.copy;
    now.story = told.story;
    if (told.copy) {
      CHECK(told.cosine >= 0.7);
      CHECK(told.cosine == doctest::Approx(nearest).epsilon(1e-5));
      CHECK(cosines.at(*told.like) == doctest::Approx(told.cosine).epsilon(1e-5));
      CHECK(all.at(*told.like).story == told.story);
    } else {
      CHECK(nearest < 0.7 + 1e-5);
      check_story(q, told, c, now, stories);
    }
    all[q.document] = now;
  }

 private:
  bool near(const entry& a, const entry& b) const {
    return window_ == 0 || std::abs(static_cast<double>(a.seconds) - static_cast<double>(b.seconds)) <= window_ * 86400.0;
  }

  double count(std::uint32_t key) const {  // with the new article
    double n = 1;
    for (const auto& [_, e] : all) n += !e.copy && e.terms.contains(key);
    return n;
  }

  double articles() const {
    double n = 1;
    for (const auto& [_, e] : all) n += !e.copy;
    return n;
  }

  double rare(double frequency) const { return std::log((std::max(4.0, articles()) + 1.5) / (frequency + 0.5)); }

  static double weight(const story_term& t) { return (1 + std::log(t.count)) * (t.of == story_term::kind::pair ? 0.5 : 1); }

  entry made(const story_question& q) const {
    entry out;
    for (const story_term& t : q.features.terms) out.terms[t.key] = t;
    out.words = q.features.words;
    out.seconds = q.seconds;
    for (const auto& [key, t] : out.terms) {
      const double n = count(key), w = weight(t);
      out.then[key] = n == 1 ? 0 : w * rare(n);
    }
    return out;
  }

  // As an article that is known to have in common with `now` what it has.
  double length(const entry& e, const entry& now) const {
    double fresh = 0, known = 0, squares = 0;
    for (const auto& [key, then] : e.then) {
      const story_term& t = e.terms.at(key);
      const bool shared = now.terms.contains(key);
      if (shared) squares += std::pow(weight(t) * rare(count(key)), 2);
      if (then == 0 && !shared) fresh += std::pow(weight(t) * rare(1), 2);
      if (then > 0) known += std::pow(then, 2) - (shared ? std::pow(weight(t) * rare(count(key)), 2) : 0);
    }
    return std::sqrt(squares + fresh + std::max(0.0, known));
  }

  struct common {
    double sum = 0, nats = 0;
    std::map<std::uint32_t, double> of;
  };

  common products(const entry& a, const entry& b) const {
    common out;
    const double own = length(a, a), others = length(b, a);
    for (const auto& [key, t] : a.terms)
      if (const auto other = b.terms.find(key); other != b.terms.end()) {
        const double n = count(key), r = rare(n);
        const double product = weight(t) * r / own * weight(other->second) * r / others;
        out.sum += out.of[key] = product;
        if (t.of != story_term::kind::pair)
          out.nats += std::log(std::max(4.0, articles()) / n) * (t.of == story_term::kind::characters ? 0.5 : 1);
      }
    out.sum = std::min(out.sum, 1.0);
    return out;
  }

  double evidence(const entry& now, const std::vector<const entry*>& members, bool& tie) const {
    std::map<std::uint32_t, double> mean;
    double sum = 0, words = 0, squares = 0;
    const auto size = static_cast<double>(members.size());
    for (const entry* m : members) {
      const common p = products(now, *m);
      sum += p.sum / size;
      words += m->words / size;
      for (const auto& [key, v] : p.of) mean[key] += v / size;
      tie = tie || p.nats >= 2 * std::log(std::max(4.0, articles())) * std::sqrt(1 - p.sum) - 1e-3;
    }
    for (const auto& [_, v] : mean) squares += v * v;
    return sum - std::sqrt(squares) - 0.0016 * std::pow(now.words * words, 0.25);
  }

  void check_story(const story_question& q, const story_decision& told, const stream_constants& c, const entry& now,
                   const std::map<std::uint64_t, std::vector<const entry*>>& stories) const {
    std::map<std::uint64_t, double> evidences, margins;
    std::set<std::uint64_t> ties;
    for (const auto& [story, members] : stories) {
      bool tie = false;
      evidences[story] = evidence(now, members, tie);
      if (tie) ties.insert(story);
    }
    double best = 0;
    for (const auto& [story, value] : evidences) {
      double other = 0;
      for (const auto& [o, v] : evidences)
        if (o != story) other = std::max(other, v);
      margins[story] = value - c.apart * other;
      if (ties.contains(story)) best = std::max(best, margins[story]);
    }
    if (told.story == q.document) {
      CHECK(best < c.cut + 1e-5);
    } else {
      CHECK(ties.contains(told.story));
      CHECK(told.margin >= c.cut);
      CHECK(told.margin == doctest::Approx(margins.at(told.story)).epsilon(1e-4));
      CHECK(told.margin == doctest::Approx(best).epsilon(1e-4));
    }
  }

  unsigned window_;
};

// Texts in which words of few topics meet words of all; some nearly repeat one before.
std::string random_text(std::mt19937& dice, std::vector<std::string>& before) {
  std::string out;
  const auto topic = dice() % 5, size = dice() % 9;
  if (!before.empty() && dice() % 6 == 0) out = before[dice() % before.size()] + " ";
  for (unsigned i = 0; i < size; ++i) {
    const auto which = dice() % 3 == 0 ? dice() % 30 : 30 + topic * 8 + dice() % 8;
    out += "w" + std::to_string(which) + "x ";
  }
  if (dice() % 10 == 0) out += "東京で地震";
  before.push_back(out);
  return out;
}

struct told_stream {
  story_memory memory;
  stream_options options;
  std::vector<story_decision> told;

  const story_decision& add(const story_features& features, std::int64_t seconds, std::uint64_t number) {
    told.push_back(decide_story({features, number, seconds}, memory.reader(), options));
    memory.write(number, told.back().writes);
    return told.back();
  }
  const story_decision& add(const std::string& text, std::int64_t seconds = 0) {
    return add(features_of_text(text), seconds, told.size());
  }
};

const std::string storm =
    "Hurricane Matilda flooded Porto Verde, mayor Quintela ordered eleven villages evacuated along the Sabor river.";
const std::string storm_again =
    "Mayor Quintela of Porto Verde evacuated villages at the Sabor river, as hurricane Matilda flooded the town.";
const std::string storm_later =
    "Porto Verde counts damage: Quintela thanks villages evacuated when Matilda flooded the Sabor valley.";
const std::string chess =
    "Grandmaster Ilmari Koskela beat the computer Zephyr in Tampere after nine draws and a sacrificed rook.";
const std::string bank =
    "The central bank of Norlandia raised interest rates by half a point, its governor Brekke fears inflation.";

}  // namespace

TEST_CASE("the stream decides as one that compares every article with every other") {
  for (unsigned round = 0; round < 60; ++round) {
    std::mt19937 dice(round);
    told_stream s;
    s.options.window_days = round % 3;
    s.options.constants.stories = 1000;
    dense_stream slow(s.options.window_days);
    std::vector<std::string> before;
    std::uint64_t number = 0;
    for (unsigned i = 0; i < 45; ++i, number += 1 + dice() % 3) {
      const auto features = features_of_text(random_text(dice, before));
      const auto seconds = static_cast<std::int64_t>(dice() % 6) * day / 2;
      const story_question q{features, number, seconds};
      const story_decision told = s.add(features, seconds, number);
      slow.check(q, told, s.options.constants);
      if (dice() % 5 == 0 && !slow.all.empty()) {  // one of those before goes
        const auto gone = std::next(slow.all.begin(), static_cast<std::ptrdiff_t>(dice() % slow.all.size()))->first;
        CHECK(s.memory.remove(gone));
        slow.all.erase(gone);
      }
    }
    while (!slow.all.empty()) {
      const auto gone = slow.all.begin()->first;
      CHECK(s.memory.remove(gone));
      slow.all.erase(gone);
    }
    CHECK(s.memory.empty());
  }
}

TEST_CASE("the stories of the samples, in any order") {
  std::vector<document> documents;
  const std::string folder = std::string(RETOLD_SOURCE_DIR) + "/samples/";
  read({folder + "news"}, {}, [&](document&& d) { documents.push_back(std::move(d)); });
  const grouping gold = read_gold(folder + "news.gold.jsonl");
  std::mt19937 dice(1);
  double mean = 0;
  for (unsigned round = 0; round < 20; ++round) {
    told_stream s;
    s.options.window_days = 0;
    std::map<std::string, std::uint32_t> story;
    for (std::uint32_t i = 0; i < documents.size(); ++i)
      story[documents[i].id] = static_cast<std::uint32_t>(s.add(features_of(prepare(documents[i])), 0, i).story);
    std::vector<std::uint32_t> found;
    for (const std::string& id : gold.documents) found.push_back(story.at(id));
    const agreement of = agree(gold.labels, found);
    if (round == 0) CHECK(of.pairwise.f1() == 1);
    mean += of.b_cubed.f1() / 20;
    for (std::size_t i = documents.size(); i > 1; --i) std::swap(documents[i - 1], documents[dice() % i]);
  }
  CHECK(mean >= 0.97);
}

TEST_CASE("a story is told as new once") {
  told_stream s;
  CHECK(s.add(bank).story == 0);
  CHECK(s.add(storm).story == 1);
  CHECK(s.add(chess).story == 2);
  const story_decision& again = s.add(storm_again);
  CHECK(again.story == 1);
  CHECK(again.like == 1);
  CHECK(again.margin >= s.options.constants.cut);
  CHECK_FALSE(again.copy);
  CHECK(s.add(storm_later).story == 1);
  CHECK(s.add("").story == 5);
  CHECK(s.add("").story == 6);  // nothing is like nothing
}

TEST_CASE("copies follow, count for nothing and are compared with nothing") {
  told_stream s;
  s.add(bank), s.add(storm), s.add(chess);
  const story_decision& copy = s.add("Updated. " + storm);
  CHECK(copy.story == 1);
  CHECK(copy.like == 1);
  CHECK(copy.copy);
  CHECK(copy.cosine >= 0.7);
  CHECK(copy.writes.counted.empty());
  CHECK(copy.writes.posted.empty());
  const story_decision& follower = s.add("Updated again. Updated. " + storm);  // a copy of a copy
  CHECK(follower.story == 1);
  CHECK(follower.copy);
  CHECK(follower.like == 1);
  CHECK_FALSE(follower.writes.member);
  CHECK(s.memory.story(1) == story_members{3, {1}});
}

TEST_CASE("articles are compared within the window, whatever the clock says") {
  constexpr auto least = std::numeric_limits<std::int64_t>::min(), most = std::numeric_limits<std::int64_t>::max();
  const auto joins = [](std::int64_t first, std::int64_t second, unsigned window) {
    told_stream s;
    s.options.window_days = window;
    s.add(bank, first), s.add(storm, first), s.add(chess, second);
    return s.add(storm_again, second).story == 1;
  };
  CHECK(joins(0, 7 * day, 7));
  CHECK_FALSE(joins(0, 7 * day + 1, 7));
  CHECK(joins(7 * day, 0, 7));  // backwards
  CHECK_FALSE(joins(7 * day + 1, 0, 7));
  CHECK_FALSE(joins(least, most, 7));
  CHECK_FALSE(joins(most, least, 7));
  CHECK_FALSE(joins(most, least, ~0u));
  CHECK(joins(least, most, 0));
  CHECK(joins(most, most, 1));
}

TEST_CASE("a story lives on as long as articles join it") {
  told_stream s;
  s.add(bank, 0), s.add(storm, 0), s.add(chess, 0);
  CHECK(s.add(storm_again, 6 * day).story == 1);
  CHECK(s.add(storm_later, 12 * day).story == 1);
  CHECK(s.add("Matilda: Porto Verde rebuilds, Quintela says of the flooded Sabor villages.", 30 * day).story == 5);
}

TEST_CASE("one article of a far future or past changes nothing for the others") {
  told_stream s;
  s.add(bank, 0), s.add(storm, 0), s.add(chess, 400000 * day), s.add(chess, -400000 * day);
  CHECK(s.add(storm_again, day).story == 1);
}

TEST_CASE("what was counted two generations ago counts no more") {
  constexpr std::uint64_t size = std::uint64_t{1} << story_generation_bits;
  const auto asked = [&](std::uint64_t number) {
    std::set<std::uint64_t> generations;
    story_memory memory;
    story_reader reader = memory.reader();
    reader.frequencies = [&](std::uint64_t generation, auto, auto) { generations.insert(generation); };
    decide_story({features_of_text(storm), number, 0}, reader, {});
    return generations;
  };
  CHECK(asked(0) == std::set<std::uint64_t>{0});
  CHECK(asked(size - 1) == std::set<std::uint64_t>{0});
  CHECK(asked(size) == std::set<std::uint64_t>{0, 1});
  CHECK(asked(3 * size - 1) == std::set<std::uint64_t>{1, 2});
  CHECK(asked(~std::uint64_t{0}).size() == 2);
  told_stream s;  // across the border, and far beyond it
  s.add(features_of_text(bank), 0, size - 3), s.add(features_of_text(storm), 0, size - 2),
      s.add(features_of_text(chess), 0, size);
  CHECK(s.add(features_of_text(storm_again), 0, size + 1).story == size - 2);
}

TEST_CASE("a story keeps its number when its first article is gone") {
  told_stream s;
  s.add(bank), s.add(storm), s.add(chess), s.add(storm_again);
  CHECK(s.memory.remove(1));
  CHECK_FALSE(s.memory.remove(1));
  CHECK(s.add(storm_later).story == 1);
  for (const std::uint64_t d : {0, 2, 3, 4}) CHECK(s.memory.remove(d));
  CHECK(s.memory.empty());
  CHECK(s.add(storm).story == 5);
}

TEST_CASE("what is read for an article is bounded") {
  told_stream s;
  std::string text;
  for (unsigned i = 0; i < 300; ++i) {
    text = storm_again;
    for (unsigned k = 0; k < 25; ++k) text += " other" + std::to_string(i * 25 + k) + (k % 3 ? "," : ".");
    s.add(text);
  }
  const auto& c = s.options.constants;
  const auto most = [&](const story_features& f) {
    return 2 * (f.terms.size() + 1) + c.asked + c.compared + c.stories * (story_newest + 1) + 1;
  };
  const auto before = s.memory.reads;
  s.add(text + " and more");
  CHECK(s.memory.reads - before <= most(features_of_text(text + " and more")));
  std::string endless;
  for (unsigned i = 0; i < 100000; ++i) endless += "word" + std::to_string(i) + " ";
  const story_features features = features_of_text(endless);
  CHECK(features.words == 500);
  CHECK(features.terms.size() <= 1000);
}

TEST_CASE("damaged records count as missing") {
  told_stream s;
  s.add(bank), s.add(storm), s.add(chess);
  story_reader reader = s.memory.reader();
  const story_features features = features_of_text(storm_again);
  const auto whole = reader;
  CHECK(decide_story({features, 3, 0}, reader, {}).story == 1);
  reader.articles = [&](auto keys, auto records) {
    whole.articles(keys, records);
    for (std::string& r : records) r.resize(r.size() / 2);
  };
  CHECK(decide_story({features, 3, 0}, reader, {}).story == 3);
  reader = whole;
  reader.stories = [&](auto, auto) {};
  CHECK(decide_story({features, 3, 0}, reader, {}).story == 3);
  reader = whole;
  reader.frequencies = [&](auto, auto, auto counts) { std::fill(counts.begin(), counts.end(), ~std::uint64_t{0} / 2); };
  decide_story({features, 3, 0}, reader, {});  // no more than that it comes back
}

TEST_CASE("a story has its newest members, and counts all articles") {
  std::mt19937 dice(3);
  for (unsigned round = 0; round < 200; ++round) {
    story_members now;
    std::vector<std::uint64_t> there;                 // all articles of it
    std::vector<std::pair<std::uint64_t, bool>> all;  // that came as members; those pushed out or removed are not listed
    for (std::uint64_t number = 1; number < 120; number += 1 + dice() % 3) {
      if (dice() % 4 == 0 && !there.empty()) {
        const std::uint64_t gone = there[dice() % there.size()];
        leave(now, gone);
        std::erase(there, gone);
        for (auto& [member, listed] : all) listed = listed && member != gone;
      } else {
        const bool member = dice() % 5 != 0;
        join(now, number, member);
        there.push_back(number);
        if (member) all.emplace_back(number, true);
      }
      const auto listed = [](const auto& each) { return each.second; };
      if (std::count_if(all.begin(), all.end(), listed) > 32) std::find_if(all.begin(), all.end(), listed)->second = false;
      std::vector<std::uint64_t> wanted;
      for (const auto& [member, is] : all)
        if (is) wanted.push_back(member);
      CHECK(now.members == wanted);
      CHECK(now.size == there.size());
      CHECK(members_from(to_bytes(now)) == now);
    }
  }
  story_members damaged{1, {7}};  // of fewer articles than it has had
  leave(damaged, 9);
  CHECK(damaged == story_members{1, {7}});
}

TEST_CASE("records come back as they were") {
  std::mt19937_64 dice(7);
  const auto small = [&](std::uint64_t below) { return static_cast<std::uint32_t>(dice() % below); };
  for (unsigned round = 0; round < 300; ++round) {
    story_article a{
        dice() >> small(64), small(2) == 1, static_cast<std::int64_t>(dice()), static_cast<float>(small(1000)) / 7, 0.5f, {}};
    a.features.words = small(5000);
    std::set<std::uint32_t> keys{~0u, 1};
    for (unsigned i = small(50); i > 0; --i) keys.insert(1 + static_cast<std::uint32_t>(dice()) / 2);
    for (const std::uint32_t key : keys)
      a.features.terms.push_back(
          {key, 1 + small(round % 5 + 1), static_cast<story_term::kind>(small(3)), small(2) == 1, small(2) == 1});
    std::sort(a.features.terms.begin(), a.features.terms.end());
    const std::string bytes = to_bytes(a);
    CHECK(article_from(bytes) == a);
    for (std::size_t size = 0; size < bytes.size(); ++size) CHECK_FALSE(article_from(std::string_view(bytes).substr(0, size)));
    CHECK_FALSE(article_from(bytes + '\0'));
    story_members m{small(100) + 40ull, {}};
    std::set<std::uint64_t> members;
    for (unsigned i = small(33); i > 0; --i) members.insert(dice() >> small(64));
    if (small(3) == 0 && members.size() < 30) members.insert({0, ~std::uint64_t{0}});
    m.members.assign(members.begin(), members.end());
    const std::string list = to_bytes(m);
    CHECK(members_from(list) == m);
    for (std::size_t size = 0; size < list.size(); ++size) CHECK_FALSE(members_from(std::string_view(list).substr(0, size)));
  }
}

TEST_CASE("any bytes are read as nothing or as what writes them") {
  std::mt19937 dice(11);
  told_stream s;
  for (const auto& text : {bank, storm, chess, storm_again}) s.add(text);
  std::vector<std::string> samples;
  for (const story_decision& d : s.told)
    samples.push_back(d.writes.article), samples.push_back(to_bytes(s.memory.story(d.story)));
  for (unsigned round = 0; round < 20000; ++round) {
    std::string bytes = samples[dice() % samples.size()];
    for (unsigned changes = 1 + dice() % 3; changes > 0 && !bytes.empty(); --changes) {
      const auto at = dice() % bytes.size();
      if (dice() % 4 == 0)
        bytes.erase(at, 1 + dice() % 3);
      else
        bytes[at] = static_cast<char>(dice() % 3 ? dice() : 0xFF);
    }
    if (const auto a = article_from(bytes)) CHECK(to_bytes(*a) == bytes);
    if (const auto m = members_from(bytes)) CHECK(to_bytes(*m) == bytes);
  }
  for (unsigned round = 0; round < 20000; ++round) {
    std::string bytes(dice() % 24, '\0');
    for (char& c : bytes) c = static_cast<char>(dice() % 2 ? dice() % 4 : dice());
    if (const auto a = article_from(bytes)) CHECK(to_bytes(*a) == bytes);
    if (const auto m = members_from(bytes)) CHECK(to_bytes(*m) == bytes);
  }
}

TEST_CASE("the bytes are those of docs/format.md") {
  using kind = story_term::kind;
  story_article a{300, false, -2, 1.5f, 0, {{}, 200}};
  a.features.terms = {{5, 1, kind::word}, {9, 1, kind::word}, {1, 2, kind::word}, {7, 1, kind::pair, true, true}};
  std::string wanted("\xac\x02\x00\x03\x00\x00\xc0\x3f\x00\x00\x00\x00\xc8\x01", 14);  // all but the terms
  wanted += std::string("\x02\x01\x02\x04\x03\x02\x01\x00", 8);                        // words: two runs
  wanted += std::string(9, '\0');
  wanted += std::string("\x01\x01\x01\x06\x00", 5);  // fresh and posted pairs, then characters
  CHECK(to_bytes(a) == wanted);
  CHECK(article_from(wanted) == a);
  a.copy = true;
  CHECK(to_bytes(a) == wanted.replace(2, 1, 1, '\1'));
  CHECK(to_bytes(story_members{4, {0, 1, 300}}) == std::string("\x04\x03\x00\x00\xaa\x02", 6));
}
