// SPDX-License-Identifier: Apache-2.0
// The align stage as a user sees it; its parts meet their twins in align_parts_test.cpp.
#include "retold/align.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <tuple>
#include <vector>
#include <random>
#include <string>

#include "retold/error.hpp"
#include "slowness.hpp"
#include "two_documents.hpp"

using namespace retold;

namespace {

using generator = std::mt19937_64;
std::uint32_t below(generator& random, std::uint32_t bound) { return static_cast<std::uint32_t>(random() % bound); }

const std::string ferry_a =
    "The evening ferry to Lorne ran aground on a sandbank on Tuesday with 84 passengers on board.\n"
    "Nobody was hurt, the harbour master said.\n"
    "Tugs pulled the vessel free at high tide shortly after midnight.\n"
    "The company that runs the line blamed a faulty depth gauge.\n"
    "An inspector from the maritime office will examine the hull this morning.\n"
    "Sailings between Lorne and the mainland are suspended until further notice.\n";
const std::string ferry_b =
    "Sailings between Lorne and the mainland are suspended until further notice.\n"
    "A faulty depth gauge was to blame, according to the company which operates the line.\n"
    "With 91 passengers on board, the evening ferry to Lorne had run onto a sandbank on Tuesday.\n"
    "It was towed off by tugs shortly after midnight, when the tide was high.\n"
    "Schoolchildren on the island were given the day off.\n"
    "The bakery in the main street ran out of bread by noon.\n";

using shape = std::tuple<passage_class, double, bool, slice, bool, slice, std::vector<std::pair<slice, slice>>>;
shape shape_of(const passage& p, bool mirrored) {
  std::vector<std::pair<slice, slice>> rest;
  for (const difference& d : p.differences) rest.emplace_back(mirrored ? d.b : d.a, mirrored ? d.a : d.b);
  for (const conflict& c : p.conflicts) rest.emplace_back(mirrored ? c.b : c.a, mirrored ? c.a : c.b);
  std::sort(rest.begin(), rest.end());
  const side &x = mirrored ? p.b : p.a, &y = mirrored ? p.a : p.b;
  return {p.kind, p.score, x.field == field::title, x.where, y.field == field::title, y.where, rest};
}

void check_mirrored(const std::string& x, const std::string& y) {
  const two forth(make(x), make(y)), back(make(y), make(x));
  std::vector<shape> one, other;
  for (const passage& p : forth.passages) one.push_back(shape_of(p, false));
  for (const passage& p : back.passages) other.push_back(shape_of(p, true));
  std::sort(one.begin(), one.end());
  std::sort(other.begin(), other.end());
  CHECK(one == other);
}

passage_class class_between(std::string_view a, std::string_view b) {
  const passage p = compare_sentences(a, b), q = compare_sentences(b, a);
  CHECK(p.kind == q.kind);
  CHECK(p.score == q.score);
  return p.kind;
}

}  // namespace

TEST_CASE("differences stand between the same neighbours") {
  const std::string a = "The old bridge was closed on Monday.", b = "The wooden bridge was finally closed on Monday.";
  const passage p = compare_sentences(a, b);
  REQUIRE(p.differences.size() == 2);
  CHECK(a.substr(p.differences[0].a.begin, p.differences[0].a.size()) == "old");
  CHECK(b.substr(p.differences[0].b.begin, p.differences[0].b.size()) == "wooden");
  CHECK(p.differences[1].a.empty());
  CHECK(a.substr(0, p.differences[1].a.begin) == "The old bridge was");
  CHECK(b.substr(p.differences[1].b.begin, p.differences[1].b.size()) == "finally");
}

TEST_CASE("classes of isolated pairs, in eight languages") {
  struct example {
    const char *language, *a, *identical, *shared, *paraphrased, *unrelated;
  };
  const example examples[] = {
      {"en", "The city council approved the new tram line on Thursday evening.",
       "THE CITY COUNCIL approved the new tram line, on Thursday evening",
       "The city council approved the new tram line late on Thursday evening.",
       "On Thursday evening, the new line for trams won the approval of the city council.",
       "Heavy snow has cut off several mountain villages since the weekend."},
      {"fr", "Le conseil municipal a approuvé jeudi soir la nouvelle ligne de tramway.",
       "LE CONSEIL MUNICIPAL A APPROUVE JEUDI SOIR LA NOUVELLE LIGNE DE TRAMWAY",
       "Le conseil municipal a finalement approuvé jeudi soir la nouvelle ligne de tramway.",
       "Jeudi soir, la nouvelle ligne du tramway a obtenu l’approbation du conseil municipal.",
       "De fortes neiges isolent plusieurs villages de montagne depuis le week-end."},
      {"de", "Der Stadtrat hat am Donnerstagabend die neue Straßenbahnlinie beschlossen.",
       "DER STADTRAT HAT AM DONNERSTAGABEND DIE NEUE STRASSENBAHNLINIE BESCHLOSSEN",
       "Der Stadtrat hat am späten Donnerstagabend die neue Straßenbahnlinie beschlossen.",
       "Am Donnerstagabend beschloss der Stadtrat, dass die neue Straßenbahnlinie gebaut wird.",
       "Starker Schneefall schneidet seit dem Wochenende mehrere Bergdörfer ab."},
      {"es", "El ayuntamiento aprobó el jueves por la noche la nueva línea de tranvía.",
       "El Ayuntamiento aprobo el Jueves por la noche la nueva linea de tranvia",
       "El ayuntamiento aprobó por fin el jueves por la noche la nueva línea de tranvía.",
       "La nueva línea del tranvía fue aprobada por el ayuntamiento el jueves en la noche.",
       "Fuertes nevadas mantienen aisladas varias aldeas de montaña."},
      {"ru", "Городской совет в четверг вечером одобрил новую трамвайную линию.",
       "ГОРОДСКОЙ СОВЕТ В ЧЕТВЕРГ ВЕЧЕРОМ ОДОБРИЛ НОВУЮ ТРАМВАЙНУЮ ЛИНИЮ",
       "Городской совет в четверг поздно вечером одобрил новую трамвайную линию.",
       "Новая трамвайная линия в четверг вечером одобрена городским советом.",
       "Сильный снегопад отрезал несколько горных деревень."},
      {"ar", "وافق مجلس المدينة مساء الخميس على خط الترام الجديد.", "وَافَقَ مجلس المدينة مساء الخميس على خط الترام الجديد",
       "وافق مجلس المدينة أخيرا مساء الخميس على خط الترام الجديد.",
       "مساء الخميس وافق المجلس في المدينة على خط الترام الجديد كله.", "عزلت الثلوج الكثيفة عدة قرى جبلية."},
      {"zh", "市议会周四晚上批准了新的电车线路。", "市议会周四晚上批准了，新的电车线路",
       "市议会周四晚上正式批准了新的电车线路。", "周四晚上，新的电车线路获得了市议会的批准。", "大雪使几个山村与外界隔绝。"},
      {"ja", "市議会は木曜日の夜、新しい路面電車の路線を承認した。", "市議会は木曜日の夜新しい路面電車の路線を承認した",
       "市議会は木曜日の夜遅く、新しい路面電車の路線を承認した。", "木曜日の夜、新しい路面電車の路線が市議会で承認された。",
       "積もった雪で北の村々が孤立。"},
  };
  for (const example& e : examples) {
    CAPTURE(std::string(e.language));
    CHECK(class_between(e.a, e.a) == passage_class::identical);
    CHECK(class_between(e.a, e.identical) == passage_class::identical);
    CHECK(class_between(e.a, e.shared) == passage_class::shared);
    CHECK(class_between(e.a, e.paraphrased) == passage_class::paraphrased);
    CHECK(class_between(e.a, e.unrelated) == passage_class::unrelated);
  }
}

TEST_CASE("a sentence that contains the other shares it") {
  CHECK(class_between("The mill will close in spring.", "The owners said the mill will close in spring.") ==
        passage_class::shared);
}

TEST_CASE("many pairs tell which words are rare") {
  std::vector<std::string> texts;
  for (int i = 0; i < 60; ++i) texts.push_back("Shares in Bellmarket number" + std::to_string(i) + " closed higher.");
  std::vector<sentence_pair_text> pairs;
  for (std::size_t i = 0; i + 1 < texts.size(); i += 2) pairs.push_back({texts[i], texts[i + 1]});
  const vocabulary words(pairs);
  const char *a = "Shares in Bellmarket closed higher, Ostrava ore excepted.", *b = "Shares in Bellmarket closed higher today.";
  CHECK(compare_sentences(a, b, words).score < compare_sentences(a, b).score - 0.1);
  CHECK(compare_sentences(a, b, words).score == compare_sentences(b, a, words).score);
  CHECK(compare_sentences(a, b, vocabulary(pairs)).score == compare_sentences(a, b, words).score);
  std::reverse(pairs.begin(), pairs.end());
  CHECK(compare_sentences(a, b, vocabulary(pairs)).score == compare_sentences(a, b, words).score);
}

TEST_CASE("what one side adds in one piece weighs more than the same words here and there") {
  const char* plain = "The museum reopened in April.";
  const double together = compare_sentences(plain, "The museum reopened in April quietly, finally, cheaply.").score;
  const double apart = compare_sentences(plain, "The museum quietly reopened, finally, in April, cheaply.").score;
  CHECK(together < apart - 0.05);
}

TEST_CASE("the same words with roles swapped do not state the same") {
  const double swapped =
      compare_sentences("The mayor of Lorne sued the baker of Ardell.", "The baker of Ardell sued the mayor of Lorne.").score;
  const double moved =
      compare_sentences("On Tuesday the baker of Ardell sued the mayor.", "The baker of Ardell sued the mayor on Tuesday.")
          .score;
  CHECK(swapped < 0.5);
  CHECK(moved > 0.7);
}

TEST_CASE("nothing, no letters, bad bytes") {
  CHECK(class_between("", "") == passage_class::unrelated);
  CHECK(class_between("", "Some words.") == passage_class::unrelated);
  CHECK(class_between("… — !", "***") == passage_class::unrelated);
  CHECK(class_between("\xFF\xC3", "caf\xC3") != passage_class::identical);
  CHECK(two(make(""), make("")).passages.empty());
  CHECK(two(make(ferry_a), make("")).passages.empty());
  CHECK(two(make("***\n\n—\n"), make(ferry_a)).passages.empty());
  check_slices(two(make("Caf\xC3 \xFF ouvert le lundi. 12.5.\n"), make("Caf\xC3 ferm\xFF le lundi.\n")));
}

TEST_CASE("moved statements are found, strangers are not") {
  const two t(make(ferry_a), make(ferry_b));
  CHECK(t.links("ran aground", "had run onto"));
  CHECK(t.links("Tugs pulled", "towed off by tugs"));
  CHECK(t.links("blamed a faulty", "faulty depth gauge was to blame"));
  CHECK(t.links("Sailings between", "Sailings between"));
  for (std::size_t i = 0; i < t.passages.size(); ++i) {
    CHECK(t.text_b(i).find("bakery") == std::string::npos);
    CHECK(t.text_b(i).find("Schoolchildren") == std::string::npos);
    if (t.text_a(i).starts_with("Sailings")) CHECK(t.passages[i].kind == passage_class::identical);
    if (t.text_a(i).starts_with("Tugs")) CHECK(t.passages[i].kind == passage_class::paraphrased);
    if (!t.text_a(i).starts_with("The evening")) continue;
    REQUIRE(t.passages[i].conflicts.size() == 1);
    const conflict& c = t.passages[i].conflicts[0];
    CHECK(t.da.text.substr(c.a.begin, c.a.size()) == "84");
    CHECK(t.db.text.substr(c.b.begin, c.b.size()) == "91");
  }
  check_slices(t);
}

TEST_CASE("a document and itself: every sentence identical, in order") {
  const two t(make(ferry_a), make(ferry_a));
  REQUIRE(t.passages.size() == 6);
  for (std::size_t i = 0; i < 6; ++i) {
    CHECK(t.passages[i].kind == passage_class::identical);
    CHECK(t.text_a(i) == t.text_b(i));
    CHECK(t.passages[i].differences.empty());
    CHECK(t.passages[i].score >= 0.99);
  }
}

TEST_CASE("identical sentences are linked wherever they stand, however short, however often") {
  const std::string same = "The talks failed.";
  const two t(make(same + "\nRain is expected in the valley.\n" + same + "\n"),
              make("Quite another thing happened in town.\n" + same + "\n"));
  std::size_t linked = 0;
  for (std::size_t i = 0; i < t.passages.size(); ++i) linked += t.text_a(i) == same && t.text_b(i) == same;
  CHECK(linked == 2);
}

TEST_CASE("splits and merges") {
  const std::string whole =
      "The reservoir above Tarn, which supplies forty villages with drinking water, was drained in March because a crack had "
      "opened "
      "in the northern wall of the dam.\n";
  const std::string parts =
      "The reservoir above Tarn supplies forty villages with drinking water.\n"
      "It was drained in March because a crack had opened in the northern wall of the dam.\n";
  const std::string around =
      "Engineers expect repairs to last two years.\nFarmers downstream asked the ministry for compensation.\n";
  const std::string other =
      "Repairs are expected to last two years, engineers say.\nThe ministry was asked for compensation by farmers "
      "downstream.\n";
  const two split(make(whole + around), make(parts + other)), merged(make(parts + other), make(whole + around));
  REQUIRE(!split.passages.empty());
  CHECK(split.text_b(0) == parts.substr(0, parts.size() - 1));
  CHECK(split.text_a(0) == whole.substr(0, whole.size() - 1));
  REQUIRE(!merged.passages.empty());
  CHECK(merged.text_a(0) == parts.substr(0, parts.size() - 1));
  check_slices(split);
}

TEST_CASE("titles take part, and no passage reaches from a title into the text") {
  const two t(make("The council met on Monday.\nThe tram line to Lorne harbour will be built by 2030.\n",
                   "Tram line to Lorne harbour to be built"),
              make("Tram line to Lorne harbour to be built by 2030, says the council.\nIt rained.\n"));
  bool title = false;
  for (const passage& p : t.passages) title |= p.a.field == field::title;
  CHECK(title);
  check_slices(t);
}

TEST_CASE("boilerplate never takes part") {
  two t(make(ferry_a), make(ferry_b));
  t.a.boilerplate.assign(t.a.text.sentences.size(), false);
  t.a.boilerplate[5] = true;  // Sailings …
  t.b.boilerplate.assign(t.b.text.sentences.size(), false);
  t.b.boilerplate[2] = true;  // … run onto a sandbank
  t.run();
  CHECK(t.links("Tugs pulled", "towed off by tugs"));
  for (std::size_t i = 0; i < t.passages.size(); ++i) {
    CHECK(t.text_a(i).find("Sailings") == std::string::npos);
    CHECK(t.text_b(i).find("sandbank") == std::string::npos);
  }
}

TEST_CASE("the side makes no difference") {
  check_mirrored(ferry_a, ferry_b);
  check_mirrored(ferry_a, ferry_a);
  check_mirrored(ferry_a + ferry_b, ferry_b);
}

TEST_CASE("random documents: valid slices, mirrored, the same again") {
  generator random(14);
  const std::vector<std::string> parts{"La mairie", "le port", "a fermé", "fermera",   "12 %",  "30 personnes",
                                       "mardi",     "東京",    "に雪",    "снег",      "идёт",  "«été»",
                                       "1 234",     "ﬁn",      "😀",       "une école", "ÉCOLE", "R2"};
  const auto article_text = [&] {
    std::string text;
    for (std::uint32_t s = below(random, 9); s > 0; --s) {
      for (std::uint32_t w = below(random, 9); w > 0; --w)
        text += parts[below(random, static_cast<std::uint32_t>(parts.size()))] + " ";
      text += ".\n";
    }
    return text;
  };
  for (int round = 0; round < 200; ++round) {
    const std::string x = article_text(), y = article_text();
    const two once(make(x), make(y), {.least_path = 0, .weakest = passage_class::related}),
        again(make(x), make(y), {.least_path = 0, .weakest = passage_class::related});
    check_slices(once);
    REQUIRE(once.passages.size() == again.passages.size());
    for (std::size_t i = 0; i < once.passages.size(); ++i)
      REQUIRE(shape_of(once.passages[i], false) == shape_of(again.passages[i], false));
  }
}

TEST_CASE("weakest decides what is told") {
  const two few(make(ferry_a), make(ferry_b), {.weakest = passage_class::identical});
  const two many(make(ferry_a), make(ferry_b), {.weakest = passage_class::related});
  CHECK(few.passages.size() == 1);
  CHECK(many.passages.size() >= two(make(ferry_a), make(ferry_b)).passages.size());
}

TEST_CASE("one statement each: headlines of one story, and of two") {
  CHECK(
      two(make("Tram line to Lorne harbour approved by city council"), make("City council approves tram line to Lorne harbour"))
          .passages.size() == 1);
  CHECK(two(make("Tram line to Lorne harbour approved by city council"), make("Heavy snow cuts off villages in the north"))
            .passages.empty());
}

TEST_CASE("share of the words in passages of each class") {
  const two t(make(ferry_a), make(ferry_b));
  const reuse a = share(t.a, 0, t.passages), b = share(t.b, 1, t.passages);
  for (const reuse& r : {a, b}) {
    CHECK(r.identical + r.shared + r.paraphrased + r.unique == doctest::Approx(1));
    CHECK(r.identical > 0.1);
    CHECK(r.paraphrased > 0.2);
    CHECK(r.unique > 0.1);
  }
  const reuse none = share(t.a, 7, t.passages);
  CHECK(none.unique == 1);
  const two same(make(ferry_a), make(ferry_a));
  CHECK(share(same.a, 0, same.passages).identical == 1);
  const article empty;
  CHECK(share(empty, 0, {}).unique == 0);
}

TEST_CASE("share: the strongest class wins, related counts as unique, boilerplate not at all") {
  two t(make("One two three.\nFour five six.\nSeven eight nine.\n"), make("x"));
  const auto over = [&](std::size_t from, std::size_t to, passage_class kind) {
    passage p;
    p.kind = kind;
    p.a.where = {t.a.text.sentences[from].where.begin, t.a.text.sentences[to].where.end};
    p.b.document = 1;
    return p;
  };
  const std::vector<passage> found{over(0, 0, passage_class::shared), over(0, 1, passage_class::paraphrased),
                                   over(2, 2, passage_class::related)};
  const reuse all = share(t.a, 0, found);
  CHECK(all.shared == doctest::Approx(1.0 / 3));
  CHECK(all.paraphrased == doctest::Approx(1.0 / 3));
  CHECK(all.unique == doctest::Approx(1.0 / 3));
  t.a.boilerplate = {false, false, true};
  CHECK(share(t.a, 0, found).shared == 0.5);
}

TEST_CASE("options") {
  CHECK_NOTHROW(align_options{}.validate());
  CHECK_NOTHROW(align_options{.least_path = 0}.validate());
  CHECK_THROWS_WITH_AS(align_options{.least_path = -1}.validate(), doctest::Contains("least_path"), error);
  CHECK_THROWS_AS(align_options{.least_path = std::nan("")}.validate(), error);
}

TEST_CASE("sentences of ten thousand words") {
  std::string same, mixed;
  generator random(15);
  for (std::size_t i = 0; i < 10000 / slowness; ++i)
    same += "word ", mixed += "w" + std::string(1 + below(random, 6), static_cast<char>('a' + below(random, 26))) + " ";
  CHECK(compare_sentences(same, same).kind == passage_class::identical);
  CHECK(compare_sentences(same, same + "word").kind == passage_class::shared);
  CHECK(compare_sentences(mixed, mixed + "more words at the end").kind == passage_class::shared);
  CHECK(compare_sentences(mixed + mixed + "one", mixed + mixed + "two").kind == passage_class::shared);
  CHECK(compare_sentences(mixed + mixed + "one", mixed + mixed + "one").kind == passage_class::identical);
}

TEST_CASE("a sentence of thousands of words is taken for several, cut between words") {
  std::string mixed;
  generator random(15);
  for (int i = 0; i < 10000; ++i)
    mixed += "w" + std::string(1 + below(random, 6), static_cast<char>('a' + below(random, 26))) + " ";
  const two t(make("«" + mixed + "fin».\n"), make(mixed + "end.\n"));
  check_slices(t);
  REQUIRE(t.passages.size() == 25);  // of 400 words each; the last words differ
  CHECK(t.text_a(0).starts_with("«w"));
  CHECK(t.passages[24].kind == passage_class::identical);
  for (std::size_t i = 1; i < 25; ++i) {
    CHECK(t.text_a(i) == t.text_b(i));
    CHECK(t.da.text[t.passages[i].a.where.begin - 1] == ' ');
  }
}

TEST_CASE("a statement is found behind a line of a hundred thousand words, among thousands of sentences") {
  generator random(17);
  const auto word = [&] {
    std::string w;
    for (std::uint32_t n = 2 + below(random, 6); n > 0; --n) w += static_cast<char>('a' + below(random, 26));
    return w + " ";
  };
  std::string line, sentences, wanted = "The kestrel zqx nested above vbwk quay in late April.";
  for (std::size_t i = 0; i < 100000 / slowness; ++i) line += word();
  for (int s = 0; s < 3000; ++s) {
    for (int w = 0; w < 6; ++w) sentences += word();
    sentences += "end.\n";
  }
  const two t(make(line + "\n" + wanted + "\n"), make(sentences + wanted + "\n"));
  CHECK(t.links(wanted, wanted));
}

TEST_CASE("pairs of sentences say how much was copied") {
  const std::string line = "The lighthouse of Brannoch will be sold at auction in May.";
  CHECK(compare_sentences(line, line).copied == 1);
  CHECK(compare_sentences(line, "In May, an auction will decide who buys the Brannoch lighthouse.").copied == 0);
  const double half = compare_sentences(line, "The lighthouse of Brannoch will find a buyer, if any, this spring.").copied;
  CHECK(half > 0.1);
  CHECK(half < 0.5);
  CHECK(compare_sentences("", line).copied == 0);
}

TEST_CASE("a denial is less probable than a repetition") {
  const auto score = [](const char* a, const char* b) { return compare_sentences(a, b).score; };
  CHECK(score("Prices rose 3.2% in May.", "Prices did not rise 3.2% in May.") <
        score("Prices rose 3.2% in May.", "Prices did now rise 3.2% in May."));
}

TEST_CASE("long documents: a shuffled copy among strangers is found") {
  generator random(16);
  const auto word = [&](std::uint32_t rank) {
    return std::string(1, static_cast<char>('a' + rank % 26)) + "ore" + std::to_string(rank) + "x" +
           std::string(1, static_cast<char>('a' + rank / 26 % 26));
  };
  const auto sentence_text = [&] {
    std::string text = "The";
    for (int w = 0; w < 14; ++w) text += " " + (below(random, 2) == 0 ? std::string("of") : word(below(random, 4000)));
    return text + ".";
  };
  std::vector<std::string> a, b;
  for (int i = 0; i < 400; ++i) a.push_back(sentence_text()), b.push_back(i % 2 == 0 ? a.back() : sentence_text());
  std::rotate(b.begin(), b.begin() + 100, b.end());
  std::string left, right;
  for (const auto& s : a) left += s + "\n";
  for (const auto& s : b) right += s + "\n";
  const two t(make(left), make(right));
  std::size_t identical = 0;
  for (std::size_t i = 0; i < t.passages.size(); ++i) {
    identical += t.passages[i].kind == passage_class::identical;
    if (t.passages[i].kind == passage_class::identical) CHECK(t.text_a(i) == t.text_b(i));
  }
  CHECK(identical == 200);
}
