// SPDX-License-Identifier: Apache-2.0
// The spans stage as a user sees it; its parts meet their twins in spans_parts_test.cpp.
#include "retold/spans.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "council_digest.hpp"
#include "retold/error.hpp"
#include "two_documents.hpp"

using namespace retold;

namespace {

using generator = std::mt19937_64;
std::uint32_t below(generator& random, std::uint32_t bound) { return static_cast<std::uint32_t>(random() % bound); }

// The spans between two documents.
struct spanned : two_documents {
  spanned(std::string first, std::string second, span_options options = {})
      : two_documents(make(std::move(first)), make(std::move(second))), found(spans(a, b, options)) {}
  std::string text_a(std::size_t i) const { return da.text.substr(found[i].a.where.begin, found[i].a.where.size()); }
  std::string text_b(std::size_t i) const { return db.text.substr(found[i].b.where.begin, found[i].b.where.size()); }
  std::vector<passage> found;
};

const std::string wall =
    "The council of Marrowby approved a new harbour wall on Tuesday, after nine years of argument. Fishermen had demanded "
    "stronger protection since a January storm sank fourteen boats. The wall will cost thirty million crowns and stand seven "
    "metres above the quay.";

// The same in other words and another order.
const std::string wall_reworded =
    "After arguing for nine years, Marrowby's council on Tuesday approved the new wall for its harbour. It is to cost thirty "
    "million crowns, and will stand seven metres over the quay. Since fourteen boats sank in a storm in January, fishermen "
    "have "
    "demanded protection that is stronger.";

const std::string bees =
    "Beekeepers in the Ostrel valley report an unusual spring. Hives that stood silent for weeks began to hum in a single warm "
    "afternoon. Nobody can tell whether the orchards will profit, since the blossom came early.";

const std::string trams =
    "Tram drivers will receive new timetables next month. The company promises shorter intervals on six lines, and a night "
    "service at weekends. Passengers doubt it.";

const std::string museum =
    "A small museum for typewriters opened behind the railway station. Its founder, a retired mechanic, repaired every machine "
    "himself. Admission is free, though ribbons are sold at the door.";

}  // namespace

TEST_CASE("what was copied is found to the letter") {
  const spanned t(bees + "\n\n" + wall + "\n\n" + trams, museum + "\n\n" + wall);
  REQUIRE(t.found.size() == 1);
  CHECK(t.found[0].kind == passage_class::identical);
  CHECK(t.found[0].score == 1);
  CHECK(t.text_a(0) == wall);
  CHECK(t.text_b(0) == wall);
  CHECK(t.found[0].a.document == 0);
  CHECK(t.found[0].b.document == 1);
}

TEST_CASE("what was reworded is one span, whatever the order of its sentences") {
  const spanned t(bees + " " + wall_reworded + " " + trams, museum + " " + wall + " Nothing more was decided that day.");
  REQUIRE(t.found.size() == 1);
  CHECK(t.found[0].kind == passage_class::paraphrased);
  CHECK(t.found[0].score > 0.5);
  CHECK(t.found[0].score < 1);
  CHECK(t.text_a(0) == wall_reworded);
  CHECK(t.text_b(0) == wall);
}

TEST_CASE("a copy in which a word was changed is shared") {
  std::string edited = wall;
  edited.replace(edited.find("fourteen"), 8, "sixteen");
  const spanned t(bees + " " + edited, wall + " " + trams);
  REQUIRE(t.found.size() == 1);
  CHECK(t.found[0].kind == passage_class::shared);
  CHECK(t.text_b(0) == wall);
}

TEST_CASE("a copied paragraph within a reworded text does not break it up") {
  std::string copy;
  for (const char* word : {"ships", "nets", "salt", "barrels", "ropes", "lamps", "sails", "anchors", "charts"})
    copy += std::string("The inventory of the old harbour master lists many ") + word + ". ";
  const std::string more =
      "Gerda Ostrel, who chairs the harbour board, promised that no jobs will be lost. Two cranes from Lindmark are to arrive "
      "by "
      "rail in March, and divers will inspect the old foundations first.";
  const std::string more_reworded =
      "No jobs will be lost, promised the board's chair Gerda Ostrel. By rail, two cranes are to arrive from Lindmark in "
      "March. "
      "First the divers will inspect the foundations of old.";
  const spanned t(bees + "\n" + wall_reworded + " " + copy + more_reworded, wall + " " + copy + more + "\n" + trams);
  REQUIRE(t.found.size() == 1);
  CHECK(t.text_a(0).size() > wall_reworded.size() + copy.size());
}

TEST_CASE("unrelated texts have nothing in common, nor have empty ones") {
  CHECK(spanned(bees + trams, museum + wall).found.empty());
  CHECK(spanned("", wall).found.empty());
  CHECK(spanned(wall, "").found.empty());
  CHECK(spanned("", "").found.empty());
  CHECK(spanned(" \n\n ", "...").found.empty());
  CHECK(spanned("Mr. Smith said so.", "Smith said he would not.").found.empty());
}

TEST_CASE("equal texts are one span, however short or long") {
  for (const std::string& text : {std::string("The cat sat on the mat."), wall, wall + "\n\n" + bees + "\n" + trams}) {
    const spanned t(text, text);
    REQUIRE(t.found.size() == 1);
    CHECK(t.found[0].kind == passage_class::identical);
    CHECK(t.text_a(0) == text);
  }
}

TEST_CASE("one sentence in common counts between short texts, and gives way in long ones") {
  const std::string sentence = "Fishermen had demanded stronger protection since a January storm sank fourteen boats.";
  const spanned news(bees + " " + sentence, trams + "\n" + sentence + "\n" + museum);
  REQUIRE(news.found.size() == 1);
  CHECK(news.text_a(0) == sentence);
  CHECK(news.text_b(0) == sentence);
  std::string long_a, long_b;
  for (int i = 0; i < 300; ++i) {
    long_a += "Chapter" + std::to_string(i) + " begins with weather over town" + std::to_string(7 * i) + ". ";
    long_b += "Receipt" + std::to_string(i) + " was filed under number n" + std::to_string(9 * i) + ". ";
  }
  CHECK(spanned(long_a + sentence, long_b + sentence).found.empty());
  CHECK(spanned(long_a + sentence, long_b + sentence, {.least_words = 8}).found.size() == 1);
}

TEST_CASE("the least length that is asked for holds for copies and for what was reworded, in short texts as in long ones") {
  const auto lengths = [](const std::string& a, const std::string& b, unsigned least) {
    const spanned t(a, b, {.least_words = least});
    return t.found.size();
  };
  const std::string copy = wall + "\n" + bees;  // 76 words
  CHECK(lengths(trams + "\n" + copy, copy + "\n" + museum, 60) == 1);
  CHECK(lengths(trams + "\n" + copy, copy + "\n" + museum, 100) == 0);
  CHECK(lengths(bees + " " + wall_reworded, museum + " " + wall, 30) == 1);
  CHECK(lengths(bees + " " + wall_reworded, museum + " " + wall, 60) == 0);
  CHECK(lengths("The cat sat on the mat.", "The cat sat on the mat.", 6) == 1);
  CHECK(lengths("The cat sat on the mat.", "The cat sat on the mat.", 7) == 0);
  CHECK(lengths(digest_of_council(), minutes_of_council(), 40) == 1);
  const spanned longer(digest_of_council(), minutes_of_council(), {.least_words = 80});
  CHECK(longer.found.empty());
}

TEST_CASE("how much of a span was copied") {
  CHECK(spanned(wall, wall).found[0].copied == 1);
  const spanned reworded(wall_reworded, wall);
  REQUIRE(reworded.found.size() == 1);
  CHECK(reworded.found[0].copied < 0.3);
  std::string edited = wall;
  edited.replace(edited.find("fourteen"), 8, "sixteen");
  const spanned light(edited, wall);
  REQUIRE(light.found.size() == 1);
  CHECK(light.found[0].copied > 0.9);
  CHECK(light.found[0].copied < 1);
}

TEST_CASE("figures that conflict within a span are told as align tells them, and no others") {
  std::string other = wall_reworded;
  other.replace(other.find("thirty million"), 14, "fifty million");
  const spanned t(bees + " " + other + " The fair had 900 guests.", museum + " " + wall + " The book has 320 pages.");
  REQUIRE(t.found.size() == 1);
  REQUIRE(t.found[0].conflicts.size() == 1);
  const conflict& c = t.found[0].conflicts[0];
  CHECK(t.da.text.substr(c.a.begin, c.a.size()) == "fifty million");
  CHECK(t.db.text.substr(c.b.begin, c.b.size()) == "thirty million");
  const article* both[] = {&t.a, &t.b};
  std::vector<slice> plain;
  for (const passage& p : align(t.a, t.b, vocabulary(both)))
    for (const conflict& each : p.conflicts) plain.push_back(each.a);
  CHECK(plain == std::vector<slice>{c.a});
  const spanned turned(museum + " " + wall, bees + " " + other);
  REQUIRE(turned.found.size() == 1);
  REQUIRE(turned.found[0].conflicts.size() == 1);
  CHECK(turned.db.text.substr(turned.found[0].conflicts[0].b.begin, 5) == "fifty");
  CHECK(spanned(bees + " " + wall_reworded, museum + " " + wall).found[0].conflicts.empty());
}

TEST_CASE("no edge stands within a figure") {
  for (const char* gap : {" ", "\u00A0", "\u202F", "\u2019", "'"}) {
    const std::string head = std::string("30") + gap, sum = "000 crowns are what the old quay will cost, said one. ";
    const spanned t(trams + " They will pay 31" + gap + sum + wall + " It brings 2" + gap + "000" + gap + "100 coins to town.",
                    museum + " The price was 30" + gap + sum + wall + " It brings 2" + gap + "000" + gap + "333 notes.");
    REQUIRE(t.found.size() == 1);
    CHECK(t.text_a(0).starts_with(std::string("31") + gap + "000 crowns"));
    CHECK(t.text_b(0).starts_with(head + "000 crowns"));
    CHECK_FALSE(t.text_a(0).ends_with("000"));
    CHECK(t.found[0].kind == passage_class::shared);
  }
}

TEST_CASE("an article that was made of no document has no text") {
  const article nothing;
  const spanned t(wall, wall);
  CHECK(spans(nothing, t.a).empty());
  CHECK(spans(t.a, nothing).empty());
  article orphan = t.a;
  orphan.origin = nullptr;
  CHECK(spans(orphan, t.b).empty());
}

TEST_CASE("a digest of a longer text is one span, asked from its own side") {
  const spanned t(bees + "\n\n" + digest_of_council(), minutes_of_council());
  REQUIRE(t.found.size() == 1);
  CHECK(t.text_a(0).starts_with("The council"));
  CHECK(t.text_a(0).ends_with("returns."));
  CHECK(t.found[0].b.where.size() > 3 * t.found[0].a.where.size());
}

TEST_CASE("any script: copied and reworded in Chinese, Japanese, Russian, Arabic") {
  const std::string zh =
      "市议会星期二批准修建新的防波堤，争论持续了九年。渔民自一月风暴击沉十四艘船以来一直要求加强保护。防波堤将耗资三千万克朗，"
      "高出码头七米。";
  const spanned chinese("养蜂人报告说今年春天很不寻常。" + zh, zh + "有轨电车司机下个月将收到新的时刻表。");
  REQUIRE(chinese.found.size() == 1);
  CHECK(chinese.text_a(0) == zh);
  CHECK(chinese.text_b(0) == zh);
  const std::string ru =
      "Городской совет во вторник одобрил строительство нового волнолома после девяти лет споров. Рыбаки требовали усилить "
      "защиту с тех пор, как январский шторм потопил четырнадцать лодок.";
  const spanned russian("Пчеловоды долины сообщают о необычной весне. " + ru,
                        ru + " Водители трамваев получат новое расписание.");
  REQUIRE(russian.found.size() == 1);
  CHECK(russian.text_a(0) == ru);
  CHECK(spanned("養蜂家は珍しい春だと話している。花は早く咲いた。", "路面電車の運転手は来月新しい時刻表を受け取る。")
            .found.empty());
}

TEST_CASE("the sides are exchangeable but for digests, and no stretch lies in two spans") {
  generator random(1);
  const std::vector<std::string> parts = {wall, wall_reworded, bees, trams, museum};
  for (int round = 0; round < 100; ++round) {
    const auto some = [&] {
      std::string text;
      for (std::uint32_t n = below(random, 5); n > 0; --n) text += parts[below(random, 5)] + (below(random, 2) ? "\n\n" : " ");
      return text;
    };
    const std::string x = some(), y = some();
    const spanned there(x, y), back(y, x);
    std::vector<std::pair<slice, slice>> one, other;
    for (const passage& p : there.found) one.emplace_back(p.a.where, p.b.where);
    for (const passage& p : back.found) other.emplace_back(p.b.where, p.a.where);
    std::sort(other.begin(), other.end());
    CHECK(one == other);
    for (std::size_t i = 0; i < one.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        for (const auto& [p, q] : {std::pair(one[i].first, one[j].first), std::pair(one[i].second, one[j].second)}) {
          const std::uint32_t begin = std::max(p.begin, q.begin), end = std::min(p.end, q.end);
          CHECK((begin >= end || end - begin <= std::min(p.size(), q.size()) / 2));
        }
      }
    }
  }
}

TEST_CASE("any bytes will do") {
  generator random(2);
  static const std::vector<std::string> stock{wall,
                                              bees,
                                              "\xFF\xFE",
                                              "\n",
                                              std::string(1, '\0'),
                                              "。",
                                              "ก็",
                                              "水",
                                              "é",
                                              "\xCC\x81",
                                              " ",
                                              ".",
                                              "1.5",
                                              "a b c d e f g h i j",
                                              "31 000 crowns",
                                              "fifty boats",
                                              wall_reworded,
                                              "1 000 000"};
  for (int round = 0; round < 300; ++round) {
    const auto some = [&] {
      std::string text;
      for (std::uint32_t n = below(random, 30); n > 0; --n)
        text += stock[below(random, static_cast<std::uint32_t>(stock.size()))];
      return text;
    };
    const spanned t(some(), some());
    for (const passage& p : t.found) {
      CHECK(p.a.where.begin < p.a.where.end);
      CHECK(p.a.where.end <= t.da.text.size());
      CHECK(p.b.where.begin < p.b.where.end);
      CHECK(p.b.where.end <= t.db.text.size());
      CHECK(p.score >= 0);
      CHECK(p.score <= 1);
      CHECK(p.copied >= 0);
      CHECK(p.copied <= 1);
      for (const conflict& c : p.conflicts) {
        CHECK((p.a.where.begin <= c.a.begin && c.a.begin < c.a.end && c.a.end <= p.a.where.end));
        CHECK((p.b.where.begin <= c.b.begin && c.b.begin < c.b.end && c.b.end <= p.b.where.end));
      }
    }
  }
}

TEST_CASE("long documents take seconds") {
  generator random(3);
  const auto text = [&](std::uint32_t sentences) {
    std::string out;
    for (std::uint32_t s = 0; s < sentences; ++s) {
      for (int w = 0; w < 12; ++w) {
        std::uint32_t rank = below(random, 30000);
        rank = static_cast<std::uint32_t>(static_cast<double>(rank) * rank / 30000);  // some words are common
        out += "w" + std::to_string(rank) + (w == 11 ? ".\n" : " ");
      }
    }
    return out;
  };
  const std::string shared = wall + "\n\n";
  const spanned t(text(20000) + shared + text(1000), text(15000) + shared + text(6000));
  REQUIRE(t.found.size() == 1);
  CHECK(t.text_a(0) == wall);
}

TEST_CASE("options are checked") {
  span_options options;
  options.validate();
  options.least_words = 0;
  CHECK_THROWS_WITH_AS(options.validate(), "span words 0 is out of range: 1 to 1000000", error);
  options.least_words = 1'000'001;
  CHECK_THROWS_AS(options.validate(), error);
}
