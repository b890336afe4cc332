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
