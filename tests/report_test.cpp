// SPDX-License-Identifier: Apache-2.0
// The three views of one small hand-made finding: values, offsets, escaping, columns, determinism.
#include "retold/report.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <random>

#include "report_fire.hpp"
#include "retold/version.hpp"

using namespace retold;
using namespace retold::testing;
using nlohmann::json;

namespace {

const std::string attack =
    "</script><script>alert(1)</script><img src=x onerror=alert(2)> \"q\" 'q' &amp; \x01\x7f\x1b[31m \u0085\u009b"
    " \u202Eevil\u202C \u2066x\u2069 \u2028\u2029<!-- ]]> \\u003c";

// Everything a document, an input or an option may hold is the attack.
clustering hostile() {
  clustering c = fire();
  for (document& d : c.documents) {
    d.id = attack + d.id;
    d.title = d.source = d.date = d.language = attack;
    d.title_in_text = false;
    d.warnings = {attack};
    d.text += attack;
  }
  for (group& g : c.groups) g.title = attack;
  for (retold::link& l : c.links) l.reasons = {attack};
  for (passage& p : c.passages) {
    p.a.where.end = static_cast<std::uint32_t>(c.documents[p.a.document].text.size());
    for (conflict& x : p.conflicts) x.kind = attack;
  }
  c.skipped = {{attack, attack}};
  c.options = {{attack, json(attack).dump()}};
  return c;
}

std::size_t count(const std::string& text, const std::string& what) {
  std::size_t n = 0;
  for (std::size_t at = text.find(what); at != text.npos; at = text.find(what, at + 1)) ++n;
  return n;
}

std::string page_data(const std::string& html) {
  const std::string opening = "id=\"data\">";
  const std::size_t begin = html.find(opening) + opening.size();
  return html.substr(begin, html.find("</script>", begin) - begin);
}

std::vector<std::string> lines(const std::string& text) {
  std::vector<std::string> all;
  for (std::size_t at = 0, end; at < text.size(); at = end + 1)
    all.push_back(text.substr(at, (end = text.find('\n', at)) - at));
  return all;
}

// Slow and obvious, for the characters of these tests: Han, kana and full-width forms are wide, U+0300-036F have no width.
int columns(const std::string& line) {
  int sum = 0;
  for (std::size_t i = 0; i < line.size();) {
    const auto lead = static_cast<unsigned char>(line[i]);
    const int length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    char32_t c = lead < 0x80 ? lead : lead & (0xFFu >> (length + 1));
    for (int k = 1; k < length; ++k) c = c << 6 | (static_cast<unsigned char>(line[i + static_cast<std::size_t>(k)]) & 0x3Fu);
    const bool wide = (c >= 0x3000 && c < 0xA000) || (c >= 0xFF00 && c < 0xFF61);
    sum += c >= 0x300 && c < 0x370 ? 0 : wide ? 2 : 1;
    i += static_cast<std::size_t>(length);
  }
  return sum;
}

}  // namespace

TEST_CASE("names of levels and classes") {
  CHECK(std::string(name(level::exact)) + name(level::near) + name(level::story) + name(level::topic) == "exactnearstorytopic");
  CHECK(std::string(name(passage_class::identical)) == "identical");
  CHECK(std::string(name(passage_class::unrelated)) == "unrelated");
}

TEST_CASE("the JSON of a clustering has the contract's keys in its order") {
  const auto j = nlohmann::ordered_json::parse(to_json(fire()));
  const auto keys = [](const nlohmann::ordered_json& object) {
    std::string all;
    for (const auto& item : object.items()) all += item.key() + ' ';
    return all;
  };
  CHECK(keys(j) == "retold level options documents groups links passages related skipped ");
  CHECK(keys(j["documents"][0]) == "id title date source bytes tokens warnings ");
  CHECK(keys(j["groups"][0]) == "id level title documents representative near exact cohesion ");
  CHECK(keys(j["links"][0]) == "a b level score jaccard containment reasons ");
  CHECK(keys(j["passages"][0]) == "class score a b differences conflicts ");
  CHECK(keys(j["passages"][0]["a"]) == "document begin end text ");
  CHECK(keys(j["passages"][0]["b"]) == "document field begin end text ");
  CHECK(keys(j["related"][0]) == "a b score ");
  CHECK(keys(j["skipped"][0]) == "input reason ");
}

TEST_CASE("the JSON of a clustering has its values") {
  const json j = json::parse(to_json(fire()));
  CHECK(j["retold"] == version);
  CHECK(j["level"] == "story");
  CHECK(j["options"] == json{{"shingle", "word:3"}, {"slots", 128}});
  CHECK(j["documents"][0] == json{{"id", "a.txt"},
                                  {"title", "Fire in Orlan"},
                                  {"date", nullptr},
                                  {"source", nullptr},
                                  {"bytes", 45},
                                  {"tokens", 9},
                                  {"warnings", json::array()}});
  CHECK(j["documents"][1]["source"] == "The Gazette");
  const char* copies = R"([["a.txt", "c.txt"]])";
  CHECK(j["groups"][0] == json{{"id", 0},
                               {"level", "story"},
                               {"title", "Fire in Orlan"},
                               {"documents", {"a.txt", "b.html", "c.txt"}},
                               {"representative", "a.txt"},
                               {"near", json::parse(copies)},
                               {"exact", json::parse(copies)},
                               {"cohesion", 0.5}});
  CHECK(j["groups"][1]["near"] == json::array());
  CHECK(j["links"][0] == json{{"a", "a.txt"},
                              {"b", "b.html"},
                              {"level", "story"},
                              {"score", 0.4},
                              {"jaccard", 0.02},
                              {"containment", {0.11, 0.08}},
                              {"reasons", {"2 paraphrased sentences"}}});
  CHECK(j["related"] == json{{{"a", 0}, {"b", 1}, {"score", 0.2}}});
  CHECK(j["skipped"] == json{{{"input", "x.bin"}, {"reason", "binary"}}});
}

TEST_CASE("passages point into the stored bytes") {
  const json j = json::parse(to_json(fire()))["passages"];
  CHECK(j[0]["b"] == json{{"document", "b.html"}, {"field", "title"}, {"begin", 7}, {"end", 18}, {"text", "Orlan burns"}});
  CHECK(j[1]["class"] == "paraphrased");
  CHECK(j[1]["score"] == 0.6346);
  CHECK(j[1]["a"] == json{{"document", "a.txt"}, {"begin", 14}, {"end", 44}, {"text", "Some 50 000 people left Orlan."}});
  CHECK(j[1]["b"] ==
        json{{"document", "b.html"}, {"begin", 100}, {"end", 137}, {"text", "About 30 000 fled the town on Monday."}});
  CHECK(j[1]["differences"][1]["b"] == json{{"begin", 113}, {"end", 117}, {"text", "fled"}});
  CHECK(j[1]["differences"][2]["a"] == nullptr);
  CHECK(j[1]["conflicts"] == json{{{"kind", "number"},
                                   {"a", {{"begin", 19}, {"end", 25}, {"text", "50 000"}}},
                                   {"b", {{"begin", 106}, {"end", 112}, {"text", "30 000"}}}}});
}

TEST_CASE("the JSON of a comparison is one line") {
  const std::string text = to_json(two());
  CHECK(text.find('\n') == text.size() - 1);
  const json j = json::parse(text);
  CHECK(j["retold"] == version);
  CHECK(j["documents"].size() == 2);
  CHECK(j["documents"][1]["tokens"] == 7);
  CHECK(j["similarity"] == json{{"jaccard", 0.02}, {"containment", {0.11, 0.08}}, {"simhash", 0.7}});
  CHECK(j["shares"]["a"] == json{{"identical", 0}, {"shared", 0.25}, {"paraphrased", 0.5}, {"unique", 0.25}, {"reused", 0}});
  CHECK(j["shares"]["b"]["paraphrased"] == 0.75);
  CHECK(j["passages"][1]["b"]["document"] == "b.html");
  CHECK(j["passages"][1]["b"]["begin"] == 100);
}

TEST_CASE("numbers: four decimals at most, never in exponent form, never NaN") {
  const auto shown = [](double value) {
    clustering c = fire();
    c.related[0].score = value;
    const std::string text = to_json(c), key = "\"score\": ";
    const std::size_t at = text.find(key, text.find("\"related\"")) + key.size();
    return text.substr(at, text.find('}', at) - at);
  };
  CHECK(shown(0.63) == "0.63");
  CHECK(shown(1) == "1");
  CHECK(shown(0) == "0");
  CHECK(shown(1.0 / 3) == "0.3333");
  CHECK(shown(0.00004) == "0");
  CHECK(shown(-0.00001) == "0");
  CHECK(shown(0.99996) == "1");
  CHECK(shown(1e-300) == "0");
  CHECK(shown(120) == "120");
  CHECK(shown(std::numeric_limits<double>::quiet_NaN()) == "0");
  CHECK(shown(-std::numeric_limits<double>::infinity()) == "0");
  CHECK(shown(std::numeric_limits<double>::max()).size() == 309);
}

TEST_CASE("JSON keeps hostile text as it is, and nothing raw of it that a terminal obeys") {
  const std::string text = to_json(hostile());
  const json j = json::parse(text);
  CHECK(j["skipped"][0]["reason"] == attack);
  CHECK(j["documents"][3]["title"] == attack);
  CHECK(j["options"][attack] == attack);
  for (const char* raw : {"\x01", "\x1b", "\x7f", "\u0085", "\u009b", "\u202E", "\u2066", "\u2028"}) {
    CHECK(text.find(raw) == text.npos);
  }
  CHECK(json::parse(to_json(two())).is_object());
}

TEST_CASE("invalid UTF-8, should any arrive, becomes U+FFFD in all views") {
  clustering c = fire();
  c.groups[0].title = c.documents[0].source = "bad \xff\xc3";
  CHECK(json::parse(to_json(c))["groups"][0]["title"] == "bad \uFFFD\uFFFD");
  CHECK(to_text(c).find("bad \uFFFD\uFFFD") != std::string::npos);
  CHECK(to_html(c).find('\xff') == std::string::npos);
  CHECK(json::parse(page_data(to_html(c))).is_object());
}

TEST_CASE("hostile text stays inert in the page") {
  const std::string good = to_html(fire()), bad = to_html(hostile());
  CHECK(count(bad, "<script") == count(good, "<script"));
  CHECK(count(bad, "</script") == count(good, "</script"));
  CHECK(bad.find("<img") == bad.npos);
  CHECK(bad.find("<!--") == bad.npos);
  CHECK(bad.find("&lt;img src=x onerror") != bad.npos);
  for (const char* raw : {"\x01", "\x1b", "\x7f", "\u009b", "\u202E", "\u202C", "\u2066", "\u2069"})
    CHECK(bad.find(raw) == bad.npos);
  const std::string data = page_data(bad);
  CHECK(data.find_first_of("<>&") == data.npos);
  CHECK(data.find("\u2028") == data.npos);
  CHECK(json::parse(data)["skipped"].is_null());  // shown by the shell alone
  comparison m = two();
  m.a = hostile().documents[0];
  CHECK(count(to_html(m), "<script") == 2);
}

TEST_CASE("the page needs nothing from outside and says so") {
  const std::string page = to_html(fire());
  CHECK(page.find("default-src 'none'") != page.npos);
  for (const char* outside : {"http:", "https:", "src=", "@import", "url(", "innerHTML", "eval(", "document.write"}) {
    CHECK(page.find(outside) == page.npos);
  }
  CHECK(page.find("figures differ: 50 000 ≠ 30 000") != page.npos);  // in the list that needs no script
  CHECK(page.ends_with("</html>\n"));
}

TEST_CASE("offsets of the page count UTF-16 units") {
  std::mt19937 random(7);
  const std::u32string letters = U"aé水𝒳\u202E\n";
  for (int round = 0; round < 200; ++round) {
    document d;
    std::vector<std::uint32_t> bytes{0}, units{0};  // offsets of every character, counted one by one
    for (int i = static_cast<int>(random() % 600); i > 0; --i) {
      const char32_t c = letters[random() % letters.size()];
      const std::string utf8 = c == U'a'    ? "a"
                               : c == U'é'  ? "é"
                               : c == U'水' ? "水"
                               : c == U'𝒳'  ? "𝒳"
                               : c == U'\n' ? "\n"
                                            : "\u202E";
      d.text += utf8;
      bytes.push_back(static_cast<std::uint32_t>(d.text.size()));
      units.push_back(units.back() + (utf8.size() == 4 ? 2 : 1));
    }
    clustering c;
    c.documents = {d};
    c.groups = {{level::story, "", {0}, 0, {}, {}, 0}};
    c.boilerplate.resize(1);
    std::vector<std::uint32_t> expected;
    for (std::size_t k = 0; k < bytes.size(); k += 1 + random() % 9) {
      const std::size_t end = k + random() % (bytes.size() - k);
      c.boilerplate[0].push_back({bytes[k], bytes[end]});
      expected.insert(expected.end(), {units[k], units[end]});
    }
    CHECK(json::parse(page_data(to_html(c)))["documents"][0]["grey"] == json(expected));
  }
}

TEST_CASE("a small report for the terminal") {
  CHECK(to_text(fire(), {.width = 60}) == R"(4 documents · 1 story · 1 alone · 1 exact copy · 1 skipped

0  Fire in Orlan
   3 articles · cohesion ▰▰▰▰▱▱▱▱ 0.5
   ★ =1 a.txt
        b.html  The Gazette · 2026-05-04
       ! 1 invalid UTF-8 sequence
     =1 c.txt

   paraphrased 0.63 a.txt │ b.html ┃
   │ Some 50 000 people left Orlan.
   ┃ About 30 000 fled the town on Monday.
   figures differ: 50 000 ≠ 30 000

   paraphrased 0.5 a.txt │ b.html ┃
   │ Fire in Orlan
   ┃ Orlan burns

   and 1 more passage

★ the article most like the others · =1 exact copies
cohesion: how alike the articles are on average, 0 to 1

Alone (1)
   z.txt

Related
   0 Fire in Orlan — alone: Cheese fair opens (0.2)

Skipped (1)
   x.bin: binary
)");
}

TEST_CASE("a small comparison for the terminal") {
  CHECK(to_text(two(), {.width = 60}) == R"(│ a.txt
  Fire in Orlan
  ▓▓▓▓▓▓▓▓▓▓▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒░░░░░░░░░░
  0 % identical █ · 25 % shared ▓ · 50 % paraphrased ▒ ·
  25 % unique ░

┃ b.html · The Gazette · 2026-05-04
  Orlan burns
  ▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒░░░░░░░░░░
  0 % identical █ · 0 % shared ▓ · 75 % paraphrased ▒ · 25 %
  unique ░
  ! 1 invalid UTF-8 sequence

Jaccard 0.02 · containment 0.11 and 0.08 · SimHash cosine
0.7
2 passages in common

paraphrased 0.5
│ Fire in Orlan
┃ Orlan burns

paraphrased 0.63
│ Some 50 000 people left Orlan.
┃ About 30 000 fled the town on Monday.
figures differ: 50 000 ≠ 30 000
)");
}

TEST_CASE("of spans the rest is in no span, not unique, and where there is none it is said what shows more") {
  comparison spans = two();
  spans.whole_spans = true;
  const std::string hint = "no span of reuse; compare without --spans shows single sentences\n";
  CHECK(to_text(spans).find(" in no span ░\n") != std::string::npos);
  CHECK(to_text(spans).find("unique") == std::string::npos);
  CHECK(to_text(spans).find(hint) == std::string::npos);
  CHECK(to_html(spans).find("\"spans\":true") != std::string::npos);
  CHECK(to_html(two()).find("\"spans\":false") != std::string::npos);
  spans.passages.clear();
  CHECK(to_text(spans).find("0 spans of reuse\n" + hint) != std::string::npos);
  spans.a.text = spans.a.title = "";
  CHECK(to_text(spans).find(hint) == std::string::npos);
  comparison sentences = two();
  sentences.passages.clear();
  CHECK(to_text(sentences).find(hint) == std::string::npos);
}

TEST_CASE("colour marks differing words and figures; without it there is no escape sequence") {
  const std::string coloured = to_text(fire(), {.width = 80, .colour = true});
  CHECK(coloured.find("\x1b[1;33mSome\x1b[0m \x1b[1;31m50 000\x1b[0m people") != coloured.npos);
  CHECK(to_text(fire()).find('\x1b') == std::string::npos);
  std::string stripped = coloured;
  for (std::size_t at; (at = stripped.find('\x1b')) != stripped.npos;) stripped.erase(at, stripped.find('m', at) - at + 1);
  CHECK(stripped == to_text(fire(), {.width = 80}));
}

TEST_CASE("hostile text stays inert on the terminal") {
  const std::string text = to_text(hostile(), {.width = 80, .verbose = true});
  for (const char* raw : {"\x01", "\x1b", "\x7f", "\u0085", "\u009b", "\u202E", "\u202C", "\u2066", "\u2069", "\u2028"}) {
    CHECK(text.find(raw) == text.npos);
  }
  CHECK(text.find("onerror=alert(2)") != text.npos);
}

TEST_CASE("no line is wider than asked for, whatever the script") {
  const std::string texts[] = {"地铁信号故障导致两条线路停运，乘客滞留站台。公司表示原因仍在调查之中（第二次）。",
                               "水a水b水 e\u0301te\u0301 ｆｕｌｌ width かな and some longer words afterwards",
                               "Donaudampfschifffahrtsgesellschaftskapitänskajütenschlüsselanhängerverkaufsstelle",
                               "Quelque 50 000 habitants : « rien », dit-on ! Et 1 000 000 d'autres ? Oui ; non."};
  for (const std::string& text : texts) {
    for (int width = 40; width < 90; ++width) {
      clustering c = fire();
      c.groups[0].title = c.documents[1].source = c.documents[0].id = c.documents[1].text = text;
      c.passages[1].b.where = {0, static_cast<std::uint32_t>(text.size())};
      for (const bool verbose : {false, true}) {
        for (const std::string& line : lines(to_text(c, {.width = width, .verbose = verbose}))) CHECK(columns(line) <= width);
      }
    }
  }
}

TEST_CASE("lines break between ideographs, not before closing marks, and not inside French figures") {
  clustering c = fire();
  c.groups[0].title = "一二三四五六七八九十一二三四五六七八。九";
  const std::string text = to_text(c, {.width = 40});
  CHECK(text.find("0  一二三四五六七八九十一二三四五六七\n   八。九\n") != text.npos);
  c.groups[0].title = "Trente-cinq personnes de moins : 50 000 partis";
  CHECK(to_text(c, {.width = 41}).find("0  Trente-cinq personnes de moins :\n   50 000 partis\n") != std::string::npos);
}

TEST_CASE("evidence: three passages, no sentence twice, reprints last, a conflict always; verbose shows all") {
  clustering c = fire();
  c.passages.clear();
  for (std::uint32_t i = 0; i < 8; ++i) {
    passage p;
    p.kind = i < 6 ? passage_class::shared : passage_class::paraphrased;
    p.score = 0.9 - 0.01 * i;
    p.a = {0, field::text, {i / 2 * 3, i / 2 * 3 + 3}};
    p.b = {i % 2 == 0 ? 1u : 2u, field::text, {i * 3, i * 3 + 3}};
    if (i == 6) p.conflicts = {{"number", {0, 1}, {1, 2}}};
    c.passages.push_back(p);
  }
  const std::string text = to_text(c);
  CHECK(count(text, "\n   shared") == 2);
  CHECK(count(text, "\n   paraphrased") == 1);
  CHECK(count(text, "figures differ") == 1);
  CHECK(text.find("a.txt │ c.txt") == text.npos);
  CHECK(text.find("and 5 more passages") != text.npos);
  CHECK(count(to_text(c, {.verbose = true}), "\n   shared") == 6);

  c.passages[6].a.where = c.passages[0].a.where;  // the conflict lies in a sentence that would be shown without it
  CHECK(count(to_text(c), "figures differ") == 1);
  CHECK(count(to_text(c), "\n   shared 0.9") == 0);
}

TEST_CASE("evidence: within a class, a whole sentence comes before a match of a few words, figures that differ before others") {
  const std::string name = "Fire in the harbour of Orlan.",
                    sentence = "Some fifty thousand people had to leave the harbour of Orlan on the night before the feast.";
  clustering c = fire();
  c.documents[0].text = c.documents[1].text = name + '\n' + sentence + '\n' + sentence;
  c.passages.assign(3, {});
  const auto end = static_cast<std::uint32_t>(c.documents[0].text.size()), size = static_cast<std::uint32_t>(sentence.size());
  const slice places[] = {
      {0, static_cast<std::uint32_t>(name.size())}, {end - 2 * size - 1, end - size - 1}, {end - size, end}};
  for (std::size_t i = 0; i < 3; ++i) {
    c.passages[i].kind = passage_class::shared;
    c.passages[i].score = i == 0 ? 0.98 : 0.6;
    c.passages[i].a = {0, field::text, places[i]};
    c.passages[i].b = {1, field::text, places[i]};
  }
  c.passages[2].conflicts = {{"number", {0, 1}, {1, 2}}};
  const std::string text = to_text(c, {.width = 120});
  const std::size_t figures = text.find("figures differ"), plain_one = text.rfind("│ Some fifty"),
                    short_one = text.find("│ Fire in");
  REQUIRE(short_one != text.npos);
  CHECK(figures < plain_one);
  CHECK(plain_one < short_one);
}

TEST_CASE("near subgroups are shown where they say more than the exact ones, and the legend names what is shown") {
  clustering c = fire();
  CHECK(to_text(c).find("≈") == std::string::npos);
  c.groups[0].near = {{0, 1, 2}};
  const std::string text = to_text(c, {.width = 120});
  CHECK(text.find("★ ≈1 =1 a.txt") != text.npos);
  CHECK(text.find("· ≈1 near-duplicates of one another · =1 exact copies\n") != text.npos);
}

TEST_CASE("a story without passages shows why its articles are linked") {
  clustering c = fire();
  CHECK(to_text(c, {.verbose = true}).find("paraphrased sentences") == std::string::npos);
  c.passages.clear();
  const std::string text = to_text(c);
  CHECK(text.find("\n   a.txt – c.txt 1\n   a.txt – b.html 0.4: 2 paraphrased sentences\n") != text.npos);
  CHECK(to_html(c).find("<li dir=\"auto\">a.txt – b.html 0.4: 2 paraphrased sentences</li>") != std::string::npos);
  c.links.assign(5, c.links[0]);
  CHECK(count(to_text(c), "a.txt – b.html") == 3);
  CHECK(to_text(c).find("   and 2 more links\n") != std::string::npos);
  CHECK(count(to_text(c, {.verbose = true}), "a.txt – b.html") == 5);
}

TEST_CASE("a document without a title is called by how its text begins, an empty one is marked") {
  clustering c = fire();
  for (document& d : c.documents) d.title.clear();
  for (group& g : c.groups) g.title.clear();
  c.documents[0].text = " one two three\nfour five six seven eight nine ten eleven twelve thirteen\n";
  c.documents[3].text = " \n";
  const std::string text = to_text(c, {.width = 120}), page = to_html(c);
  CHECK(text.find("\n0  one two three four five six seven eight nine ten eleven twelve…\n") != text.npos);
  CHECK(text.find("\n   z.txt (empty)\n") != text.npos);
  CHECK(text.find("— alone: z.txt (0.2)") != text.npos);
  CHECK(page.find("<bdi>one two three four") != page.npos);
  CHECK(page.find("z.txt</span><br><span dir=\"auto\">(empty)") != page.npos);
  const json data = json::parse(page_data(page))["documents"];
  CHECK(data[0]["heading"] == "one two three four five six seven eight nine ten eleven twelve…");
  CHECK(data[1]["heading"] == "About 30 000 fled the town on Monday.");
  CHECK(!data[3].contains("heading"));
  c.documents[0].text = "地铁公司表示";
  for (int i = 0; i < 6; ++i) c.documents[0].text += c.documents[0].text;
  CHECK(columns(json::parse(page_data(to_html(c)))["documents"][0]["heading"].get<std::string>()) <= 80);
}

TEST_CASE("a comparison with nothing says no text instead of shares of it") {
  comparison m = two();
  m.b = {};
  m.b.id = "empty.txt";
  m.share_b = {0, 0, 0, 0};
  m.passages.clear();
  const std::string text = to_text(m, {.width = 60});
  CHECK(text.find("┃ empty.txt\n  no text\n") != text.npos);
  CHECK(count(text, "0 % identical") == 1);
}

TEST_CASE("what is not identical is never shown with a score of 1") {
  clustering c = fire();
  c.passages[1].score = 0.9999;
  CHECK(to_text(c).find("paraphrased 0.99 ") != std::string::npos);
  CHECK(to_html(c).find("paraphrased 0.99 ") != std::string::npos);
  CHECK(to_text(c, {.verbose = true}).find("identical 1 ") != std::string::npos);
  CHECK(json::parse(to_json(c))["passages"][1]["score"] == 0.9999);
}

TEST_CASE("a figure is coloured whole, whatever differences lie across it") {
  clustering c = fire();
  passage& p = c.passages[1];
  const std::string& text = c.documents[0].text;
  p.differences = {{part(text, "Some 50"), {}}, {part(text, "000 people"), {}}};
  CHECK(to_text(c, {.width = 80, .colour = true})
            .find("\x1b[1;33mSome \x1b[0m\x1b[1;31m50 000\x1b[0m\x1b[1;33m people\x1b[0m left") != std::string::npos);
}

TEST_CASE("the first line counts groups by their level") {
  clustering c = fire();
  c.level = c.groups[0].level = level::near;
  c.groups[0].near = {c.groups[0].documents};
  c.groups[0].exact.clear();
  CHECK(to_text(c, {.width = 120})
            .starts_with("4 documents · 1 group of near-duplicates · 1 alone · 2 near-duplicates · 1 skipped\n"));
  c.level = c.groups[0].level = level::exact;
  std::swap(c.groups[0].near, c.groups[0].exact);
  CHECK(to_text(c, {.width = 120}).starts_with("4 documents · 1 group of copies · 1 alone · 2 exact copies · 1 skipped\n"));
}

TEST_CASE("many documents alone are folded") {
  clustering c;
  for (std::uint32_t i = 0; i < 50; ++i) {
    c.documents.push_back(plain("d" + std::to_string(i), "Text\n"));
    c.groups.push_back({level::story, "Text", {i}, i, {}, {}, 0});
  }
  CHECK(to_text(c).find("d39 and 10 more\n") != std::string::npos);
  CHECK(to_text(c, {.verbose = true}).find("\n   d49 Text\n") != std::string::npos);
}

TEST_CASE("of many related stories the strongest are shown") {
  clustering c = fire();
  c.related.clear();
  for (int i = 0; i < 20; ++i) c.related.push_back({0, 1, i * 0.01});
  CHECK(to_text(c).find("(0.19)\n   0 Fire") != std::string::npos);
  CHECK(to_text(c).find("(0.17)\n   and 17 more\n") != std::string::npos);
  CHECK(count(to_text(c, {.verbose = true}), " — alone: Cheese") == 20);
}

TEST_CASE("nothing found is said in all views") {
  const clustering none;
  CHECK(to_text(none) == "0 documents · 0 stories\n");
  const json j = json::parse(to_json(none));
  for (const char* key : {"documents", "groups", "links", "passages", "related", "skipped"}) CHECK(j[key] == json::array());
  CHECK(json::parse(page_data(to_html(none)))["groups"] == json::array());
  const comparison empty;
  CHECK(json::parse(to_json(empty))["passages"] == json::array());
  CHECK(to_text(empty).find("0 passages in common") != std::string::npos);
  CHECK(to_html(empty).ends_with("</html>\n"));
}

TEST_CASE("slices beyond the text are cut, not read") {
  clustering c = fire();
  c.passages[1].a.where = {40, 4000};
  c.passages[1].b.where = {3000, 4000};
  c.passages[1].conflicts[0].a = {500, 400};
  CHECK(json::parse(to_json(c))["passages"][1]["b"]["text"] == "");
  CHECK(!to_text(c).empty());
  CHECK(json::parse(page_data(to_html(c))).is_object());
}

TEST_CASE("the same value gives the same bytes") {
  CHECK(to_json(fire()) == to_json(fire()));
  CHECK(to_text(fire()) == to_text(fire()));
  CHECK(to_html(fire()) == to_html(fire()));
  CHECK(to_html(two()) == to_html(two()));
}
