// SPDX-License-Identifier: Apache-2.0
#include "retold/pipeline.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <set>
#include <string>

#include "message_of.hpp"
#include "retold/error.hpp"
#include "retold/verify.hpp"

namespace {

retold::document text(std::string id, std::string body) {
  retold::document d;
  d.id = std::move(id);
  d.text = std::move(body);
  return d;
}

const std::string dam =
    "The old dam above Vallorbe was emptied on Friday after divers found a crack in its eastern wall. About 400 people had to "
    "spend "
    "the night elsewhere. The operator says that repairs will take until spring and cost 12 million francs.\n";
const std::string dam_retold =
    "Some 600 people below Vallorbe had to spend the night elsewhere: divers had discovered a crack in the eastern wall of the "
    "old dam. "
    "It was emptied on Friday. Repairs costing 12 million francs should be finished by spring, according to its operator.\n";
const std::string chess =
    "A fourteen-year-old girl from Tarnow won the national chess title without losing a game. She learned to play from her "
    "grandmother, who watched the last round from the back of the hall.\n";

std::vector<retold::document> five() {
  return {text("a", dam), text("b", dam_retold), text("c", chess), text("d", dam), text("e", dam + "The road stays closed.")};
}

std::vector<std::set<std::string>> grouped(const retold::clustering& found) {
  std::vector<std::set<std::string>> out;
  for (const auto& g : found.groups) {
    out.emplace_back();
    for (const auto d : g.documents) out.back().insert(found.documents[d].id);
  }
  return out;
}

using groups = std::vector<std::set<std::string>>;

}  // namespace

TEST_CASE("each level contains the finer ones") {
  CHECK(grouped(retold::cluster(five(), {.level = retold::level::exact})) == groups{{"a", "d"}, {"b"}, {"c"}, {"e"}});
  CHECK(grouped(retold::cluster(five(), {.level = retold::level::near})) == groups{{"a", "d", "e"}, {"b"}, {"c"}});
  const auto stories = retold::cluster(five());
  CHECK(grouped(stories) == groups{{"a", "b", "d", "e"}, {"c"}});
  const auto& story = stories.groups[0];
  CHECK(story.exact == std::vector<std::vector<std::uint32_t>>{{0, 3}});
  CHECK(story.near == std::vector<std::vector<std::uint32_t>>{{0, 3, 4}});
  CHECK(story.cohesion > 0);
  CHECK(story.cohesion <= 1);
}

// Two notices that differ only in lines which, their digits masked, many others have.
TEST_CASE("what recurs is compared all the same where copies are looked for") {
  const std::string dividend = "Dividend of five cents a quarter, as in the year before\n";
  std::vector<retold::document> documents = {text("a", dividend + "  Payable May 22\n  Holders of record May 8\n"),
                                             text("b", dividend + "  Payable April 30\n  Holders of record April 15\n")};
  const char* owned[] = {"harbour", "orchard", "quarry",  "foundry",   "ferry",     "mill",
                         "bakery",  "brewery", "tannery", "ropeworks", "saltworks", "shipyard"};
  const char* recurring[] = {"Payable May 4", "Holders of record May 9", "Payable April 4", "Holders of record April 9"};
  for (const char* what : owned) {
    const std::string number = std::to_string(documents.size());
    documents.push_back(text(what, std::string("The owners of the ") + what + " share what it earned this spring\n  " +
                                       recurring[documents.size() % 4] + "\n  " + what + " number " + number +
                                       " of the valley\n"));
  }
  const auto found = retold::cluster(documents, {.level = retold::level::near, .near_threshold = 0.6});
  CHECK(found.counts.boilerplate_lines >= 16);
  CHECK(found.links.empty());
}

TEST_CASE("what the markup calls furniture is no part of a copy") {
  auto page = [](const char* id, const std::string& menu) {
    retold::document d = text(id, menu + dam);
    d.furniture.push_back({0, static_cast<std::uint32_t>(menu.size())});
    return d;
  };
  const auto found = retold::cluster({page("a", "Politics and society\nEconomy and markets\nSports of today\n"),
                                      page("b", "Weather for the week\nTraffic and trains\n")},
                                     {.level = retold::level::near, .near_threshold = 0.95});
  REQUIRE(found.links.size() == 1);
  CHECK(found.links[0].overlap.jaccard == 1);
}

TEST_CASE("links say why, passages say where") {
  const auto found = retold::cluster(five());
  bool exact = false, near = false, told = false;
  for (const auto& l : found.links) {
    CHECK(l.a < l.b);
    CHECK_FALSE(l.reasons.empty());
    CHECK(l.score <= 1);
    exact = exact || (l.level == retold::level::exact && l.a == 0 && l.b == 3);
    near = near || l.level == retold::level::near;
    told = told || l.level == retold::level::story;
  }
  CHECK((exact && near && told));
  bool figures = false;
  for (const auto& p : found.passages) {
    const auto& a = found.documents[p.a.document].text;
    CHECK(p.a.document < p.b.document);
    CHECK(p.a.where.end <= a.size());
    CHECK_FALSE(p.a.where.empty());
    for (const auto& c : p.conflicts)
      figures = figures || (a.substr(c.a.begin, c.a.size()) == "600" || a.substr(c.a.begin, c.a.size()) == "400");
  }
  CHECK(figures);  // 400 people against 600 residents
}

TEST_CASE("the same bytes for every order and number of threads") {
  std::vector<retold::document> documents = five();
  for (int i = 0; i < 60; ++i)
    documents.push_back(text("x" + std::to_string(i), (i % 3 == 0   ? dam_retold
                                                       : i % 3 == 1 ? chess
                                                                    : dam) +
                                                          "Note " + std::to_string(i / 7) + "."));
  const std::string once = retold::to_json(retold::cluster(documents, {.threads = 1}));
  std::mt19937_64 random(5);
  for (const unsigned threads : {1u, 2u, 5u}) {
    std::shuffle(documents.begin(), documents.end(), random);
    CHECK(retold::to_json(retold::cluster(documents, {.threads = threads})) == once);
  }
}

TEST_CASE("both sketches find the near-duplicates, and every member is within the threshold of the centre") {
  std::mt19937_64 random(9);
  std::vector<retold::document> documents;
  for (int base = 0; base < 12; ++base) {
    std::vector<std::string> words;
    for (int i = 0; i < 150; ++i) words.push_back("w" + std::to_string(random() % 4000));
    for (int copy = 0; copy < 6; ++copy) {
      std::string body;
      for (const auto& w : words) body += (random() % 60 == 0 ? "changed" : w) + " ";
      documents.push_back(text(std::to_string(base) + "-" + std::to_string(copy), body));
    }
  }
  for (const auto sketch : {retold::sketch_kind::minhash, retold::sketch_kind::simhash}) {
    const auto found = retold::cluster(documents, {.level = retold::level::near, .sketch = sketch, .near_threshold = 0.7});
    std::size_t grouped_documents = 0;
    for (const auto& g : found.groups) {
      if (g.documents.size() > 1) grouped_documents += g.documents.size();
      const auto centre = retold::shingles(retold::segment(found.documents[g.representative].text));
      for (const auto d : g.documents) {
        const auto set = retold::shingles(retold::segment(found.documents[d].text));
        CHECK(retold::overlap(centre, set).jaccard >= 0.7);
        CHECK(found.documents[d].id.substr(0, found.documents[d].id.find('-')) ==
              found.documents[g.representative].id.substr(0, found.documents[g.representative].id.find('-')));
      }
    }
    CHECK(grouped_documents >= 60);  // of 72; some copies are changed too much
  }
}

TEST_CASE("simhash finds near-duplicates however many there are") {
  std::mt19937_64 random(21);
  std::vector<retold::document> documents;
  const auto words = [&](std::size_t count) {
    std::vector<std::string> out;
    for (std::size_t i = 0; i < count; ++i) out.push_back("w" + std::to_string(random() % 5000));
    return out;
  };
  const auto base = words(400);
  for (int copy = 0; copy < 120; ++copy) {
    auto changed = base;
    for (int i = 0; i < 5; ++i) changed[random() % changed.size()] = "new" + std::to_string(random());
    std::string body;
    for (const auto& w : changed) body += w + " ";
    documents.push_back(text("copy" + std::to_string(copy), body));
  }
  for (int other = 0; other < 200; ++other) {
    std::string body;
    for (const auto& w : words(400)) body += w + " ";
    documents.push_back(text("other" + std::to_string(other), body));
  }
  const auto found = retold::cluster(documents, {.level = retold::level::near, .sketch = retold::sketch_kind::simhash});
  CHECK(found.groups[0].documents.size() >= 115);
}

TEST_CASE("a folder of rewrites of one text is one story, though none of its words is rare") {
  std::mt19937_64 random(22);
  std::vector<std::string> base;
  for (int i = 0; i < 300; ++i) base.push_back("w" + std::to_string(random() % 5000));
  std::vector<retold::document> documents;
  for (int copy = 0; copy < 40; ++copy) {
    std::string body;
    for (const auto& w : base) body += (random() % 25 == 0 ? "new" + std::to_string(random()) : w) + " ";
    documents.push_back(text(std::to_string(copy), body));
  }
  const auto found = retold::cluster(documents, {.passages = false});
  CHECK(found.groups[0].documents.size() >= 38);
  CHECK(found.groups[0].near.size() < 10);  // most are less alike than near-duplicates
}

TEST_CASE("nothing, empty texts and ids given twice") {
  CHECK(retold::cluster({}).groups.empty());
  const auto found = retold::cluster({text("a", ""), text("b", ""), text("b", chess)});
  CHECK(grouped(found) == groups{{"a"}, {"b"}, {"b#2"}});
  CHECK_FALSE(found.documents[2].warnings.empty());
}

TEST_CASE("a title that is navigation gives way to the first line of the article") {
  auto d = text("a", "HOME\nSport\nWeather\n" + chess);
  d.title = "HOME";
  d.title_in_text = true;
  CHECK(retold::cluster({d}).documents[0].title ==
        "A fourteen-year-old girl from Tarnow won the national chess title without losing a game.");
}

TEST_CASE("progress counts up to the total of every stage") {
  std::set<std::string> finished;
  retold::cluster(five(), {.threads = 2}, [&](std::string_view stage, std::size_t done, std::size_t total) {
    CHECK(done <= total);
    if (done == total) finished.insert(std::string(stage));
  });
  for (const char* stage : {"segment", "shingle", "verify", "group", "align"}) CHECK_MESSAGE(finished.contains(stage), stage);
}

TEST_CASE("options out of range are refused by name") {
  CHECK_THROWS_WITH_AS(retold::cluster({}, {.near_threshold = 0}), doctest::Contains("near threshold"), retold::error);
  CHECK_THROWS_WITH_AS(retold::cluster({}, {.recall = 1}), doctest::Contains("recall"), retold::error);
  CHECK_THROWS_WITH_AS(retold::cluster({}, {.slots = 3}), doctest::Contains("slots"), retold::error);
}

TEST_CASE("levels and sizes are read as they are written, and what has no effect at a level is refused") {
  for (const auto each : {retold::level::exact, retold::level::near, retold::level::story, retold::level::topic})
    CHECK(retold::level_of(retold::name(each)) == each);
  CHECK(message_of([] { retold::level_of("Near"); }) == "level 'Near' is not exact, near, story or topic");
  CHECK(message_of([] { retold::level_of("topic", retold::level::story); }) == "level 'topic' is not exact, near or story");
  CHECK(retold::bytes_of("64") == 64);
  CHECK(retold::bytes_of("512M") == std::uint64_t{512} << 20);
  CHECK(retold::bytes_of("4g") == std::uint64_t{4} << 30);
  for (const char* wrong : {"", "G", "4GB", "-1", "1.5G", "4 G", "99999999999T"})
    CHECK(message_of([&] { retold::bytes_of(wrong); }) ==
          "memory takes a number of bytes such as 512M or 4G, not '" + std::string(wrong) + "'");
  const auto idle = [](retold::level at, const std::string& name) {
    return message_of([&] { retold::refuse_idle_options(at, std::vector<std::string>{"threads", name}); });
  };
  CHECK(idle(retold::level::exact, "slots") == "slots has no meaning at level exact");
  CHECK(idle(retold::level::exact, "--store-text") == "--store-text has no meaning at level exact");
  CHECK(idle(retold::level::exact, "store_text") == "store_text has no meaning at level exact");
  CHECK(idle(retold::level::near, "--window") == "--window is for --level story");
  retold::refuse_idle_options(retold::level::near, std::vector<std::string>{"slots", "store_text", "-"});
  retold::refuse_idle_options(retold::level::topic, std::vector<std::string>{"window"});
}

TEST_CASE("compare: similarity, shares and passages of two texts") {
  const auto found = retold::compare(text("a", dam), text("b", dam_retold));
  CHECK(found.overlap.jaccard > 0);
  CHECK(found.overlap.jaccard < 0.5);
  CHECK(found.share_a.paraphrased + found.share_a.shared > 0.3);
  CHECK(found.share_a.identical + found.share_a.shared + found.share_a.paraphrased + found.share_a.unique ==
        doctest::Approx(1));
  CHECK_FALSE(found.passages.empty());
  const auto same = retold::compare(text("a", dam), text("b", dam));
  CHECK(same.overlap.jaccard == 1);
  CHECK(same.simhash == 1);
  CHECK(same.share_a.identical == doctest::Approx(1));
  CHECK(retold::compare(text("a", ""), text("b", dam)).passages.empty());
}

TEST_CASE("a pair has one Jaccard, whether cluster or compare is asked") {
  const std::string call = "Subscribe to our newsletter\nFollow us on all channels\n";
  retold::document a = text("a", dam + call),
                   b = text("b", "Weather and traffic of today\n" + dam + "The road stays closed.\n");
  b.furniture.push_back({0, 29});
  const auto pair = retold::compare(a, b);
  const auto found = retold::cluster({a, b}, {.level = retold::level::near, .near_threshold = 0.5});
  REQUIRE_FALSE(pair.boilerplate_a.empty());
  REQUIRE(found.links.size() == 1);
  CHECK(pair.overlap.jaccard == found.links[0].overlap.jaccard);
  CHECK(pair.overlap.containment_a == found.links[0].overlap.containment_a);
  CHECK(pair.overlap.containment_b == found.links[0].overlap.containment_b);
}
