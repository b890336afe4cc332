// SPDX-License-Identifier: Apache-2.0
// Figures in running text (src/align_figures.hpp): how they are read, when they agree, when they contradict.
#include "../src/align_figures.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace retold;
using namespace retold::alignment;

namespace {

struct read_text {
  explicit read_text(std::string_view given) : text(given), cut(segment(text)), words(none) {
    tokens = words.read(cut, 0, static_cast<std::uint32_t>(cut.words.size()));
    figures = read_figures({cut.normal.bytes, tokens, &cut.normal.origin}, words);
  }
  std::string shown(std::size_t i) const { return text.substr(figures[i].where.begin, figures[i].where.size()); }

  vocabulary::tables none;
  std::string text;
  segmented cut;
  lexicon words;
  std::vector<token> tokens;
  std::vector<figure> figures;
};

void check_one(std::string_view text, std::string_view shown, figure_kind kind, double value) {
  CAPTURE(text);
  const read_text r(text);
  REQUIRE(r.figures.size() == 1);
  CHECK(r.shown(0) == shown);
  CHECK(r.figures[0].kind == kind);
  CHECK(r.figures[0].value == doctest::Approx(value));
}

void check_none(std::string_view text) {
  CAPTURE(text);
  CHECK(read_text(text).figures.empty());
}

// "kind: a against b; …"
std::string conflicts(std::string_view a, std::string_view b) {
  std::string out;
  for (const conflict& c : compare_sentences(a, b).conflicts) {
    out += c.kind + ": " + std::string(a.substr(c.a.begin, c.a.size())) + " against " +
           std::string(b.substr(c.b.begin, c.b.size())) + "; ";
  }
  return out;
}

}  // namespace

TEST_CASE("separators") {
  using enum figure_kind;
  check_one("some 1,234 sheep", "1,234", number, 1234);
  check_one("environ 1 234 moutons", "1 234", number, 1234);
  check_one("environ 1\u202F234\u00A0567 moutons", "1\u202F234\u00A0567", number, 1234567);
  check_one("etwa 1.234 Schafe", "1.234", number, 1234);
  check_one("rund 1’234’567 Schafe", "1’234’567", number, 1234567);
  check_one("about 12,345.6 tonnes", "12,345.6", number, 12345.6);
  check_one("etwa 12.345,6 Tonnen", "12.345,6", number, 12345.6);
  check_one("environ 12 345,6 tonnes", "12 345,6", number, 12345.6);
  check_one("1,23,456 voters", "1,23,456", number, 123456);
  check_one("1.7 tonnes", "1.7", number, 1.7);
  check_one("1,76 tonne", "1,76", number, 1.76);
  check_one("a mere .20 litres", "20", number, 0.2);
  check_one("0.250 litres", "0.250", number, 0.25);
}

TEST_CASE("digits of other scripts") {
  using enum figure_kind;
  check_one("حوالي ٢٥٠ شخصا", "٢٥٠", number, 250);
  check_one("نحو ١٬٢٣٤ شخصا", "١٬٢٣٤", number, 1234);
  check_one("लगभग ३५० लोग", "३५०", number, 350);
  check_one("約５０人が集まった", "５０", number, 50);
  check_one("約5万人が集まった", "5万", number, 50000);
}

TEST_CASE("kinds") {
  using enum figure_kind;
  check_one("a rise of 12.5% since spring", "12.5", percent, 12.5);
  check_one("une hausse de 12,5 % depuis mars", "12,5", percent, 12.5);
  check_one("ein Plus von 12 Prozent", "12", percent, 12);
  check_one("una subida del 12 por ciento", "12", percent, 12);
  check_one("増加率は12パーセント", "12", percent, 12);
  check_one("it cost $250 in all", "$250", currency, 250);
  check_one("it cost 250 € in all", "250 €", currency, 250);
  check_one("it cost ￡250 in all", "￡250", currency, 250);
  check_one("für 250 Euro", "250", currency, 250);
  check_one("pour 2,5 millions d’euros", "2,5 millions", currency, 2.5e6);
  check_one("стоит 250 рублей", "250", currency, 250);
  check_one("in the spring of 2024", "2024", year, 2024);
  check_one("the gate opens at 20:30 sharp", "20:30", time, 1230);
  check_one("la porte ouvre à 20h30", "20h30", time, 1230);
  check_one("la porte ouvre à 20 h 30", "20 h 30", time, 1230);
  check_one("ab 8.30 Uhr", "8.30", time, 510);
  check_one("some 250 people", "250", number, 250);
  check_one("250 European mayors", "250", number, 250);
}

TEST_CASE("scale words multiply") {
  using enum figure_kind;
  check_one("some 18 million sheep", "18 million", number, 18e6);
  check_one("some 18-million sheep", "18-million", number, 18e6);
  check_one("it cost £18bn in all", "£18bn", currency, 18e9);
  check_one("it cost £18m in all", "£18m", currency, 18e6);
  check_one("a pole of 18m in all", "18m", number, 18);
  check_one("un coût de 18 M€ au total", "18 M€", currency, 18e6);
  check_one("rund 18 Mio. Euro im Jahr", "18 Mio", currency, 18e6);
  check_one("rund 18 Mrd. Schafe", "18 Mrd", number, 18e9);
  check_one("unos 18 mil millones de ovejas", "18 mil millones", number, 18e9);
  check_one("circa 18 miliardi di pecore", "18 miliardi", number, 18e9);
  check_one("около 18 миллионов овец", "18 миллионов", number, 18e6);
  check_one("около 18 тыс. овец", "18 тыс", number, 18e3);
  check_one("حوالي 18 مليون دولار", "18 مليون", currency, 18e6);
  check_one("約3億匹", "3億", number, 3e8);
  check_one("in 18, millions of sheep", "18", number, 18);
}

TEST_CASE("numbers in words") {
  using enum figure_kind;
  check_one("Twelve people came", "Twelve", number, 12);
  check_one("twenty-five people came", "twenty-five", number, 25);
  check_one("two hundred and fifty people came", "two hundred and fifty", number, 250);
  check_one("two million people came", "two million", number, 2e6);
  check_one("twelve percent of them", "twelve", percent, 12);
  check_one("quatorze personnes", "quatorze", number, 14);
  check_one("quatre-vingt-dix personnes", "quatre-vingt-dix", number, 90);
  check_one("fünfzehn Menschen", "fünfzehn", number, 15);
  check_one("treinta y cinco personas", "treinta y cinco", number, 35);
  check_one("12 per cent of them", "12", percent, 12);
  check_none("the tenants wove a network");
  check_none("une très grande maison");
  check_none("ten twelve");
}

TEST_CASE("names, dates and versions are no figures") {
  check_none("the R2 model");
  check_none("an F-16 jet");
  check_none("version 1.2.3");
  check_none("am 12.05.2024 in Bonn");
  check_none("open 24/7");
  check_none("it calls alert(1) at once");
  check_none("no digits at all");
  check_none("");
}

TEST_CASE("two figures side by side are two") {
  const read_text r("Of 300 houses 45 burnt down in 2023, 12 % of them insured.");
  REQUIRE(r.figures.size() == 4);
  CHECK(r.figures[1].value == 45);
  CHECK(r.figures[2].kind == figure_kind::year);
  CHECK(r.figures[3].kind == figure_kind::percent);
}

TEST_CASE("agreement") {
  using enum figure_kind;
  const auto make = [](figure_kind kind, double value, unsigned digits) { return figure{kind, value, digits, 0, 1, {}}; };
  const auto both = [](const figure& a, const figure& b) {
    CHECK(agree(a, b) == agree(b, a));
    return agree(a, b);
  };
  CHECK(both(make(number, 50000, 1), make(number, 50000, 1)));
  CHECK(both(make(number, 1.7, 2), make(number, 1700000, 2)));  // 1.7 million
  CHECK(both(make(number, 300, 1), make(number, 320, 2)));      // rounded
  CHECK(both(make(number, 1000, 1), make(number, 1004, 4)));
  CHECK_FALSE(both(make(number, 50000, 1), make(number, 30000, 1)));
  CHECK_FALSE(both(make(number, 310, 2), make(number, 320, 2)));
  CHECK_FALSE(both(make(year, 2023, 4), make(year, 2024, 4)));  // a year is not rounded
  CHECK_FALSE(both(make(time, 1230, 2), make(number, 1230, 3)));
  CHECK(both(make(number, 0, 1), make(number, 0, 1)));
  CHECK_FALSE(both(make(number, 0, 1), make(number, 7, 1)));
}

TEST_CASE("agreement across scales") {
  using enum figure_kind;
  const auto make = [](double value, bool scaled, bool bare) { return figure{number, value, 2, 0, 1, {}, scaled, bare}; };
  const auto both = [](const figure& a, const figure& b) {
    CHECK(agree(a, b) == agree(b, a));
    return agree(a, b);
  };
  CHECK(both(make(1.7, false, true), make(1.7e6, true, true)));
  CHECK_FALSE(both(make(1.7, false, false), make(1.7e6, true, true)));  // a unit stands beside it
  CHECK_FALSE(both(make(1700, false, true), make(1.7e6, true, true)));
  CHECK_FALSE(both(make(18e6, true, true), make(18e9, true, true)));
  CHECK(both(make(18e6, true, true), make(18e6, false, false)));
}

TEST_CASE("conflicts across scales and in words") {
  CHECK(conflicts("The new bridge cost £18 million to build.", "The new bridge cost £18 billion to build.") ==
        "currency: £18 million against £18 billion; ");
  CHECK(conflicts("The new bridge cost £18 million to build.", "The new bridge cost £18,000 to build.") ==
        "currency: £18 million against £18,000; ");
  CHECK(conflicts("Some 18 million people saw the match.", "Some 18 people saw the match.") ==
        "number: 18 million against 18; ");
  CHECK(conflicts("The new bridge cost £18 million to build.", "The new bridge cost £18m to build.") == "");
  CHECK(conflicts("The new bridge cost £18 million to build.", "The new bridge cost £18,000,000 to build.") == "");
  CHECK(conflicts("Twelve people died in the fire.", "Fourteen people died in the fire.") ==
        "number: Twelve against Fourteen; ");
  CHECK(conflicts("Twelve people died in the fire.", "14 people died in the fire.") == "number: Twelve against 14; ");
  CHECK(conflicts("Twelve people died in the fire.", "12 people died in the fire.") == "");
  CHECK(conflicts("Douze personnes sont mortes.", "Quinze personnes sont mortes.") == "number: Douze against Quinze; ");
  CHECK(conflicts("A page that runs alert(1) is shown.", "A page that runs alert(2) is shown.") == "");
}

TEST_CASE("conflicting figures point at the figures") {
  CHECK(conflicts("About 50 000 people marched through the capital on Saturday.",
                  "Some 30,000 people marched through the capital on Saturday.") == "number: 50 000 against 30,000; ");
  CHECK(conflicts("Die Mieten stiegen um 12 Prozent im Vergleich zum Vorjahr.",
                  "Im Vergleich zum Vorjahr stiegen die Mieten um 9 %.") == "percent: 12 against 9; ");
  CHECK(conflicts("La salle a coûté 4 millions d’euros à la commune.", "La salle a coûté 6 millions d’euros à la commune.") ==
        "currency: 4 millions against 6 millions; ");
  CHECK(conflicts("The bridge was opened to traffic in 1931.", "The bridge was opened to traffic in 1933.") ==
        "year: 1931 against 1933; ");
  CHECK(conflicts("Последний паром отходит в 20:30 от причала.", "Последний паром отходит в 21:15 от причала.") ==
        "time: 20:30 against 21:15; ");
  CHECK(conflicts("地震で少なくとも25人が負傷した。", "地震で少なくとも40人が負傷した。") == "number: 25 against 40; ");
}

TEST_CASE("no conflict where figures agree, stand elsewhere, or count other things") {
  CHECK(conflicts("About 1,500 people came to the harbour.", "About 1500 people came to the harbour.") == "");
  CHECK(conflicts("About 300 people came to the harbour.", "About 320 people came to the harbour.") == "");
  CHECK(conflicts("The R2 engine was built near the harbour.", "The R3 engine was built near the harbour.") == "");
  CHECK(conflicts("The council has 12 members.", "It rained for 30 days in the hills.") == "");
  CHECK(conflicts("", "12") == "");
}

TEST_CASE("several conflicts in one pair, one-to-one and in order") {
  CHECK(conflicts("The fire killed 12 people and injured 40 others in the old market.",
                  "The fire killed 15 people and injured 73 others in the old market.") ==
        "number: 12 against 15; number: 40 against 73; ");
}

TEST_CASE("a list of thousands of figures stays cheap") {
  std::string a, b;
  for (int i = 0; i < 3000; ++i) {
    a += "item " + std::to_string(100 + 7 * i) + " ";
    b += "item " + std::to_string(103 + 7 * i) + " ";
  }
  CHECK(compare_sentences(a, b).conflicts.size() <= 256);
}
