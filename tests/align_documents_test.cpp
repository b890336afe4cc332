// SPDX-License-Identifier: Apache-2.0
// Whole documents aligned: blocks moved, texts interleaved, statements split, merged and told in another order.
#include <algorithm>
#include <string>
#include <vector>

#include "slowness.hpp"
#include "two_documents.hpp"

namespace {

// Each a statement of its own, and how another writer would put it.
struct retelling {
  std::string one, other;
};
const std::vector<retelling> flood{
    {"Heavy rain burst the banks of the Tessel on Friday night and flooded the cellars of Old Brenning.",
     "On Friday night the Tessel burst its banks after heavy rain, and cellars in Old Brenning were flooded."},
    {"Firefighters pumped water out of some sixty houses until dawn.",
     "Until dawn, water was pumped out of about sixty houses by the firefighters."},
    {"The primary school in Mill Lane stays closed until Wednesday because its heating was destroyed.",
     "Its heating destroyed, the primary school in Mill Lane will stay closed until Wednesday."},
    {"Mayor Ilse Vandermeer asked the province for two million in emergency aid.",
     "Two million in emergency aid is what mayor Ilse Vandermeer has asked the province for."},
    {"Insurance companies expect claims from more than four hundred households.",
     "Claims from over four hundred households are expected by insurance companies."}};
const std::vector<retelling> museum{
    {"The museum of clocks in Hartwick has bought a pocket watch that belonged to a polar explorer.",
     "A pocket watch once owned by a polar explorer has been bought by the Hartwick museum of clocks."},
    {"It will be shown from October together with letters that he wrote on the ice.",
     "Together with letters written on the ice, it will be shown from October."},
    {"Two foundations paid most of the price, which the curator would not disclose.",
     "Most of the price, which the curator did not want to disclose, was paid by two foundations."},
    {"The watch stopped at ten past four when its owner fell into a crevasse.",
     "At ten past four, when its owner fell into a crevasse, the watch stopped."},
    {"Restorers in Geneva cleaned the movement without setting it going again.",
     "The movement was cleaned by restorers in Geneva, but not set going again."}};

using sentence_list = std::vector<std::string>;
sentence_list firsts(const std::vector<retelling>& of) {
  sentence_list texts;
  for (const retelling& r : of) texts.push_back(r.one);
  return texts;
}
sentence_list seconds(const std::vector<retelling>& of) {
  sentence_list texts;
  for (const retelling& r : of) texts.push_back(r.other);
  return texts;
}
sentence_list operator+(sentence_list left, const sentence_list& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}
sentence_list interleaved(const sentence_list& left, const sentence_list& right) {
  sentence_list both;
  for (std::size_t i = 0; i < left.size(); ++i) both.push_back(left[i]), both.push_back(right[i]);
  return both;
}
document lines_of(const sentence_list& sentences) {
  std::string text;
  for (const std::string& s : sentences) text += s + "\n";
  return make(text);
}

// Of the retellings, how many are linked; every passage must stay within one of them.
std::size_t retold_in(const two& t, const std::vector<retelling>& stories) {
  std::size_t linked = 0;
  for (const retelling& r : stories) linked += t.links(r.one, r.other);
  for (std::size_t i = 0; i < t.passages.size(); ++i) {
    CHECK(std::any_of(stories.begin(), stories.end(),
                      [&](const retelling& r) { return t.text_a(i) == r.one && t.text_b(i) == r.other; }));
  }
  return linked;
}

const std::vector<retelling> both_stories = [] {
  std::vector<retelling> all = flood;
  all.insert(all.end(), museum.begin(), museum.end());
  return all;
}();

}  // namespace

TEST_CASE("a text moved as a whole: what stood last stands first") {
  CHECK(retold_in(two(lines_of(firsts(flood) + firsts(museum)), lines_of(seconds(museum) + seconds(flood))), both_stories) ==
        10);
}

TEST_CASE("two texts interleaved, against one after the other") {
  const sentence_list mixed = interleaved(seconds(flood), seconds(museum)), in_turn = firsts(flood) + firsts(museum);
  CHECK(retold_in(two(lines_of(in_turn), lines_of(mixed)), both_stories) >= 9);
}

TEST_CASE("every sentence in reverse order") {
  sentence_list backwards = seconds(both_stories);
  std::reverse(backwards.begin(), backwards.end());
  CHECK(retold_in(two(lines_of(firsts(both_stories)), lines_of(backwards)), both_stories) >= 9);
}

TEST_CASE("a text told twice on the other side: each sentence is linked at least once") {
  const two t(lines_of(firsts(flood)), lines_of(seconds(flood) + seconds(museum) + firsts(flood)));
  for (const retelling& r : flood) CHECK(t.links(r.one, r.one));
  for (std::size_t i = 0; i < t.passages.size(); ++i) CHECK(t.text_b(i).find("watch") == std::string::npos);
}

TEST_CASE("a sentence told in three, in another order, among its neighbours") {
  const std::string whole =
      "The ferry company Norlin, which has served the outer islands since 1921, will give up its winter timetable in January, "
      "because the subsidy from the county was cut by half and the oldest of its three ships needs new engines.";
  const sentence_list parts{"The county has cut the subsidy by half, and the oldest of the three ships needs new engines.",
                            "In January the ferry company Norlin will therefore give up its winter timetable.",
                            "Norlin has served the outer islands since 1921."};
  const two t(lines_of(sentence_list{flood[0].one, whole, flood[1].one}),
              lines_of(sentence_list{flood[0].other} + parts + sentence_list{flood[1].other}));
  for (const std::string& part : parts) CHECK(t.links(whole, part));
  CHECK(t.links(flood[0].one, flood[0].other));
  CHECK(t.links(flood[1].one, flood[1].other));
  CHECK_FALSE(t.links(flood[0].one, parts[0]));
  CHECK_FALSE(t.links(flood[1].one, parts[2]));
  check_slices(t);
}

TEST_CASE("three statements in three others, cut elsewhere") {
  const two t(make("The tower was built in 1880, and the clock came forty years later.\n"
                   "Lightning struck it twice. The second time, in 1954, the roof burned down and was never rebuilt.\n"),
              make("The tower was built in 1880.\nForty years later came the clock, and lightning struck the tower twice.\n"
                   "The second time, in 1954, the roof burned down; it was never rebuilt.\n"));
  CHECK(t.links("built in 1880", "built in 1880"));
  CHECK(t.links("the clock came forty years later", "Forty years later came the clock"));
  CHECK(t.links("roof burned down", "roof burned down"));
  check_slices(t);
}

TEST_CASE("a short sentence is not told by a page of longer ones") {
  sentence_list page;
  for (const retelling& r : museum) page.push_back("In the village, " + r.one);
  const two t(lines_of(sentence_list{"The village has a museum."} + firsts(flood)), lines_of(page + seconds(flood)));
  std::size_t told = 0;
  for (std::size_t i = 0; i < t.passages.size(); ++i) told += t.text_a(i) == "The village has a museum.";
  CHECK(told <= 1);
  for (const retelling& r : flood) CHECK(t.links(r.one, r.other));
}

TEST_CASE("what was reused: a copy, a retelling, a quotation, a stranger") {
  const auto reused = [](const sentence_list& a, const sentence_list& b) {
    const two t(lines_of(a), lines_of(b));
    const reuse of_a = share(t.a, 0, t.passages), of_b = share(t.b, 1, t.passages);
    CHECK(of_a.reused >= 0);
    CHECK(of_a.reused <= 1);
    CHECK(of_b.reused <= 1);
    return of_a.reused;
  };
  sentence_list edited = firsts(flood);
  edited[1] = "Firefighters pumped water out of some fifty flooded houses until noon.";
  CHECK(reused(firsts(flood), firsts(flood)) == 1);
  CHECK(reused(edited, firsts(flood)) > 0.7);
  CHECK(reused(edited, firsts(flood)) < 1);
  CHECK(reused(seconds(flood), firsts(flood)) < 0.5);
  CHECK(reused(firsts(museum), firsts(flood)) == 0);
}

TEST_CASE("a line that stands thousands of times on both sides: each occurrence meets its own, and it costs no square") {
  const std::string line = "The same line of a table stands here again and again.";
  for (const std::size_t times : {std::size_t{20}, std::size_t{300}, std::size_t{1500}, 20000 / slowness}) {
    const two t(lines_of(sentence_list(times, line)), lines_of(sentence_list(times, line)));
    REQUIRE(t.passages.size() == times);
    for (const passage& p : t.passages) {
      REQUIRE(p.kind == passage_class::identical);
      REQUIRE(p.a.where == p.b.where);
    }
  }
}

TEST_CASE("repeated lines hide nothing that stands among them") {
  for (const std::size_t times : {40, 200, 2000}) {
    sentence_list one(times, "See the table below for all values."), other = one;
    for (std::size_t i = 0; i < flood.size(); ++i) {
      one.insert(one.begin() + static_cast<std::ptrdiff_t>(i * times / 5), flood[i].one);
      other.insert(other.begin() + static_cast<std::ptrdiff_t>((4 - i) * times / 5), flood[i].other);
    }
    const two t(lines_of(one), lines_of(other));
    for (const retelling& r : flood) CHECK(t.links(r.one, r.other));
  }
}
