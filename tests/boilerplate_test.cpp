// SPDX-License-Identifier: Apache-2.0
#include "retold/boilerplate.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

namespace {

// Documents and their articles, kept together.
struct site {
  explicit site(std::vector<retold::document> from) : documents(std::move(from)) {
    for (const auto& d : documents) articles.push_back(retold::prepare(d));
    lines = retold::mark_boilerplate(articles);
  }
  std::string marked(std::size_t i) const {
    std::string out;
    const auto& a = articles[i];
    for (std::size_t s = 0; s < a.text.sentences.size(); ++s)
      if (a.is_boilerplate(s))
        out += documents[i].text.substr(a.text.sentences[s].where.begin, a.text.sentences[s].where.size()) + "|";
    return out;
  }
  std::vector<retold::document> documents;
  std::vector<retold::article> articles;
  std::uint64_t lines = 0;
};

retold::document text(std::string body, std::string source = "", std::string title = "") {
  retold::document d;
  d.text = std::move(body);
  d.source = std::move(source);
  d.title = std::move(title);
  return d;
}

retold::document titled(std::string body, std::string source = "") {  // its first line is its title
  retold::document d = text(std::move(body), std::move(source));
  d.title = d.text.substr(0, d.text.find('\n'));
  d.title_in_text = true;
  return d;
}

// `count` words that no text of another seed has; no sentence, and nothing that looks like a call.
std::string words(std::size_t count, std::size_t seed) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) {
    out += out.empty() ? "W" : " w";  // a capital: lines that go on in lower case would be taken for wrapped text
    for (std::size_t n = seed * 100 + i + 1; n > 0; n /= 26) out += static_cast<char>('a' + n % 26);  // digits would be masked
  }
  return out;
}

std::string lines_of(std::size_t count, std::size_t seed) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += words(9, 50 * seed + i) + "\n";
  return out;
}

const std::string story =
    "The ferry left the harbour of Lindholm at dawn with ninety passengers on board.\n"
    "Nobody noticed that the bow door had not been closed, the inquiry found on Monday.\n"
    "The captain will stand trial in autumn, said the prosecutor of the island court.\n";

}  // namespace

TEST_CASE("a plain article has none") {
  const site s({text(story)});
  CHECK(s.lines == 0);
  CHECK(s.marked(0).empty());
}

TEST_CASE("teasers cut off by an ellipsis, two or more in a row") {
  const site s({text(story + "The mayor has just presented his plan for the...\nHow to choose a bicycle that will last a…\n"),
                text(story + "And then the lights on the bridge went out…\n")});
  CHECK(s.marked(0) == "The mayor has just presented his plan for the...|How to choose a bicycle that will last a…|");
  CHECK(s.marked(1).empty());  // one alone may be style
}

TEST_CASE("calls to action in many languages, however they are written") {
  for (const char* call :
       {"READ MORE: the inquiry in full", "Lire aussi : notre enquête", "A LIRE ÉGALEMENT", "Abonnez-vous à notre lettre",
        "Lesen Sie auch: die Fähre", "Lea también: el barco", "Читайте также: паром", "اقرأ أيضا: العبارة",
        "延伸阅读：渡轮事故", "関連記事：フェリー", "อ่านเพิ่มเติม: เรือเฟอร์รี่", "Advertisement", "Newsletter"}) {
    const site s({text(story + call + "\n")});
    CHECK_MESSAGE(s.marked(0) == std::string(call) + "|", call);
  }
  const site s(
      {text(story +
            "Read more than one report, the captain told the young officers who asked him, and you will see that most of "
            "the accidents at sea have begun with a door that nobody closed.\n")});
  CHECK(s.marked(0).empty());  // too long to be a call
}

TEST_CASE("scraps of navigation before and after the text, but no headings inside it") {
  const site s({text("HOME\nSport\n- Weather\n" + story + "The trial\n" + story + "Share it\nthe latest\n")});
  CHECK(s.marked(0) == "HOME|Sport|- Weather|Share it|the latest|");
  const site headline({text("Ferry sinks\nJane Doe\n" + story)});
  CHECK(headline.marked(0).empty());  // a short title and a byline are no navigation
}

TEST_CASE("a line that is another document's title") {
  const site s(
      {text(story + "Harbour master resigns after inquiry\n"), text(story, "", "Harbour master resigns after inquiry")});
  CHECK(s.marked(0) == "Harbour master resigns after inquiry|");
  CHECK(s.marked(1).empty());
}

TEST_CASE("lines that recur in one source, digits aside; reprints keep theirs") {
  const auto about = [](const std::string& what) {
    std::string body;
    for (int i = 0; i < 4; ++i)
      body += "Report " + std::string(static_cast<std::size_t>(i) + 1, 'x') + " is about " + what +
              " and about nothing else at all.\n";
    return body;
  };
  const std::string footer =
      "Call our news desk on 0800 %: we are here to listen to all your stories, day and night, weekends included.\n";
  const auto with = [&](const std::string& what, char digit) {
    std::string f = footer;
    std::replace(f.begin(), f.end(), '%', digit);
    return about(what) + f;
  };
  const site s({text(with("cats", '1'), "courier"), text(with("dogs", '2'), "courier"), text(with("cows", '3'), "courier")});
  CHECK(s.lines == 3);
  const site others({text(with("cats", '1'), "a"), text(with("dogs", '2'), "b"), text(with("cows", '3'), "c")});
  CHECK(others.lines == 0);  // three sources: that is news
  const site wire({text(story, "a"), text(story, "a"), text(story, "a"), text(story + "One more line of its own.\n", "a")});
  CHECK(wire.lines == 0);  // copies of one another
}

TEST_CASE("what the markup calls furniture is furniture") {
  retold::document d = text("Menu of the day and of the week and of the month\n" + story);
  d.furniture.push_back({0, 48});
  const site s({d});
  CHECK(s.marked(0) == "Menu of the day and of the week and of the month|");
}

TEST_CASE("no document is lost to the rules") {
  const site s({text("Read more: all about the ferry of Lindholm\nSubscribe to our letter for more of that\nOK\n")});
  CHECK(s.lines == 0);
  CHECK(s.articles[0].spared);
  CHECK(site({text(""), text("\n\n")}).lines == 0);
}

TEST_CASE("sentences that only begin like a call are kept") {
  for (const char* line :
       {"Copyright law was changed by parliament on Monday, after ten years of debate.", "Share prices fell sharply on Monday",
        "Related charges against the captain were dropped by the court.",
        "Follow us into the hall, the guide said to the visitors.",
        "More from the harbour: divers found two bodies on Tuesday.",
        "À lire ces chiffres, on comprend que rien ne sera simple."}) {
    const site s({text(story + line + "\n")});
    CHECK_MESSAGE(s.marked(0).empty(), line);
  }
}

TEST_CASE("a lead sentence that another article repeats is no teaser") {
  auto brief = text("A landslide has buried the only road to the village of Torvik on Tuesday night.\n" + story);
  brief.title = "A landslide has buried the only road to the village of Torvik on Tuesday night.";
  brief.title_in_text = true;
  const site s({brief, text("Village cut off\n" + brief.title + "\n" + story)});
  CHECK(s.marked(1).empty());
}

TEST_CASE("counters of any length are one line") {
  std::vector<retold::document> documents;
  for (const char* count : {"7", "12", "104", "3011"})
    documents.push_back(text(std::string(std::string_view(count).size() + 3, 'q') +
                                 " is what this page is about, and no other page is\nComments so far: " + count + "\n",
                             "courier"));
  CHECK(site(documents).lines == 4);
}

TEST_CASE("copies of a long list are compared once, not once a line") {
  std::string list;
  for (int i = 0; i < 20000; ++i) list += "item" + std::string(1, static_cast<char>('a' + i % 26)) + std::to_string(i) + "x\n";
  std::string letters = list;
  for (char& c : letters)
    if (c >= '0' && c <= '9') c = static_cast<char>(c - '0' + 'a');       // lines that masking keeps apart
  const site s({text(letters), text(letters), text(letters + "end\n")});  // minutes, were it quadratic
  CHECK(s.lines == 0);
}

TEST_CASE("the order of documents does not matter") {
  std::vector<retold::document> documents;
  for (int i = 0; i < 40; ++i)
    documents.push_back(text("Report of the day about " + std::string(static_cast<std::size_t>(i) + 1, 'y') +
                             " and all that\nOur desk is open\n" + std::string(static_cast<std::size_t>(i % 7) + 1, 'z') +
                             " is the line that makes this page unlike others by far\n"));
  const site forward(documents);
  std::reverse(documents.begin(), documents.end());
  const site backward(documents);
  CHECK(forward.lines > 0);
  for (std::size_t i = 0; i < 40; ++i) CHECK(forward.marked(i) == backward.marked(39 - i));
}

TEST_CASE("prepare: a title that the text repeats is not kept twice") {
  retold::document d = text("Ferry sinks off Lindholm\nMore text.", "", "FERRY sinks off Lindholm");
  CHECK(retold::prepare(d).title.words.empty());
  d.title = "Another title";
  CHECK(retold::prepare(d).title.words.size() == 2);
  d.title_in_text = true;
  CHECK(retold::prepare(d).title.words.empty());
}

TEST_CASE("without a source, a sentence that many articles repeat is news: a quote, figures that conflict") {
  std::vector<retold::document> quoting, counting;
  for (std::size_t i = 0; i < 4; ++i) {
    quoting.push_back(text(lines_of(3, i) + "“We heard a crack and then we ran,” said Ina Holm.\n‘None of us looked back.’\n" +
                           lines_of(2, 10 + i)));
    counting.push_back(text(lines_of(3, i) + "The fire killed " + std::to_string(i * 7 + 3) + " people on Friday night.\n"));
  }
  CHECK(site(quoting).lines == 0);
  CHECK(site(counting).lines == 0);
  for (auto* documents : {&quoting, &counting})
    for (auto& d : *documents) d.source = "courier";
  CHECK(site(quoting).lines == 8);  // within one source it is the house that repeats itself
  CHECK(site(counting).lines == 4);
}

TEST_CASE("a recurring line has at most 12 words without a source, 40 with one") {
  const auto marked = [](std::size_t count, const std::string& source) {
    std::vector<retold::document> documents;
    for (std::size_t i = 0; i < 3; ++i) documents.push_back(text(lines_of(3, i) + words(count, 999) + "\n", source));
    return site(documents).lines;
  };
  CHECK(marked(12, "") == 3);
  CHECK(marked(13, "") == 0);
  CHECK(marked(40, "courier") == 3);
  CHECK(marked(41, "courier") == 0);
}

TEST_CASE("three characters of a script without spaces count as a word") {
  const auto marked = [](std::size_t characters) {
    std::string line;
    for (std::size_t i = 0; i < characters; ++i) line += "\u5C71";
    std::vector<retold::document> documents;
    for (std::size_t i = 0; i < 3; ++i) documents.push_back(text(lines_of(3, i) + line + "\n"));
    return site(documents).lines;
  };
  CHECK(marked(36) == 3);
  CHECK(marked(37) == 0);
}

TEST_CASE("pages that share half of their lines are copies, and copies do not make a line recur") {
  const auto marked = [](std::size_t shared) {
    std::vector<retold::document> documents;
    for (std::size_t i = 0; i < 3; ++i) documents.push_back(text(lines_of(shared, 77) + lines_of(2, i)));
    return site(documents).lines;
  };
  CHECK(marked(3) == 9);  // of 7 lines in any two pages 3 are shared
  CHECK(marked(4) == 0);  // 4 of 8
}

TEST_CASE("a document may lose seven tenths of its words") {
  const auto marked = [](std::size_t lost, std::size_t kept) {
    retold::document d = text(words(lost, 1) + "\n" + words(kept, 2) + "\n");
    d.furniture.push_back({0, static_cast<std::uint32_t>(d.text.find('\n'))});
    const site s({d});
    CHECK(s.articles[0].spared == (s.lines == 0));
    return s.lines;
  };
  CHECK(marked(14, 6) == 1);
  CHECK(marked(15, 6) == 0);
  CHECK(marked(8, 2) == 0);
}

TEST_CASE("thirty-two pages are looked at for one recurring line") {
  // Versions of one page, and two pages unlike them and one another; all have the footer.
  const auto marked = [](std::size_t versions, std::size_t seed) {
    std::vector<retold::document> documents;
    const std::string footer = words(5, 990) + "\n", page = lines_of(4, 80);
    for (std::size_t i = 0; i < versions; ++i) documents.push_back(text(page + words(9, 200 * seed + i) + "\n" + footer));
    for (std::size_t i = 0; i < 2; ++i)
      documents.push_back(text(words(9, 9000 + 2 * seed + i) + "\n" + lines_of(2, 90 + i) + footer));
    return site(documents).lines != 0;
  };
  int found = 0;
  for (std::size_t seed = 0; seed < 10; ++seed) {
    CHECK(marked(30, seed));
    found += marked(120, seed);  // both unlike pages would have to be among the first 32 of 122, in the order of a hash
  }
  CHECK(found <= 5);
}

TEST_CASE("the longest beginning, call and scrap, and one word more") {
  const auto marked = [](const std::string& line) { return site({text(story + line + "\n")}).lines == 1; };
  CHECK(marked("Share this " + words(6, 3)));
  CHECK_FALSE(marked("Share this " + words(7, 3)));
  CHECK(marked("Read more " + words(28, 3)));
  CHECK_FALSE(marked("Read more " + words(29, 3)));
  CHECK(marked("Share " + words(2, 3)));
  CHECK_FALSE(marked("Share " + words(3, 3)));
}

TEST_CASE("the text begins and ends with a line of eight words") {
  const std::string scraps = "Home\nSport\nWeather\n";
  CHECK(site({text(words(7, 1) + "\n" + scraps + story)}).marked(0) == "Home|Sport|Weather|");
  CHECK(site({text(words(8, 1) + "\n" + scraps + story)}).lines == 0);
  CHECK(site({text(story + scraps + words(7, 1) + "\n")}).marked(0) == "Home|Sport|Weather|");
  CHECK(site({text(story + scraps + words(8, 1) + "\n")}).lines == 0);
}

TEST_CASE("a title of four words is a teaser elsewhere, a shorter one is not") {
  for (const std::size_t count : {3u, 4u}) {
    const site s({text(story + words(count, 5) + "\n"), text(lines_of(3, 1), "", words(count, 5))});
    CHECK(s.lines == (count == 4 ? 1 : 0));
  }
  const site chinese({text(story + "\u5C71\u5C71\u6C34\u6C34\u5C71\u6C34\u5C71\u6C34\u6C34\n"),
                      text(lines_of(3, 1), "", "\u5C71\u5C71\u6C34\u6C34\u5C71\u6C34\u5C71\u6C34\u6C34")});
  CHECK(chinese.lines == 0);  // nine characters are three words
}

TEST_CASE("a document's own title stays, whatever it looks like") {
  std::vector<retold::document> columns, plain;
  for (std::size_t i = 0; i < 3; ++i) {
    columns.push_back(titled("Notes from the island\n" + lines_of(3, i), "courier"));
    plain.push_back(text("Notes from the island\n" + lines_of(3, i), "courier"));
  }
  CHECK(site(columns).lines == 0);
  CHECK(site(plain).lines == 3);
  CHECK(site({titled("Read more books, says the minister\n" + story)}).lines == 0);
  CHECK(site({text("Read more books, says the minister\n" + story)}).lines == 1);
  CHECK(site({titled("The mayor wants to know...\nand so does his...\n" + story)}).lines == 0);
  CHECK(site({text("The mayor wants to know...\nand so does his...\n" + story)}).lines == 2);
}
