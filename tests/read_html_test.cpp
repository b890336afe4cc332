// SPDX-License-Identifier: Apache-2.0
// Pages: what shows, where it stood, and that nothing a page may hold makes the reader run away.
#include <doctest/doctest.h>

#include <random>
#include <string>

#include "../src/read_html.hpp"
#include "../src/utf8.hpp"
#include "retold/read.hpp"

using retold::document;
using retold::slice;

namespace {

document page(std::string_view bytes) { return retold::read_text("page", bytes, retold::text_format::html); }

std::string source_of(const document& d, std::string_view bytes, std::string_view words) {
  const std::size_t at = d.text.find(words);
  REQUIRE(at != std::string::npos);
  const slice s = d.text_origin.to_source({static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(at + words.size())});
  return std::string(bytes.substr(s.begin, s.size()));
}

// The slow twin of the map: read what the map points at as a page of its own; it must show the same.
void check_every_word(std::string_view bytes) {
  const document d = page(bytes);
  for (std::size_t at = 0; at < d.text.size();) {
    const std::size_t begin = d.text.find_first_not_of(" \n", at);
    if (begin == std::string::npos) break;
    const std::size_t end = std::min(d.text.find_first_of(" \n", begin), d.text.size());
    const slice s = d.text_origin.to_source({static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)});
    const std::string word = d.text.substr(begin, end - begin);
    REQUIRE(s.end <= bytes.size());
    CHECK(page(bytes.substr(s.begin, s.size())).text == word + "\n");
    at = end;
  }
}

std::string furniture_of(const document& d) {
  std::string all;
  for (const slice s : d.furniture) all += d.text.substr(s.begin, s.size()) + "|";
  return all;
}

std::string repeat(std::string_view what, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += what;
  return out;
}

}  // namespace

TEST_CASE("blocks end lines, inline elements do not, white space collapses") {
  CHECK(page("<h1>Head</h1><p>One <b>bold</b>\n  word.</p><p>Two</p>").text == "Head\nOne bold word.\nTwo\n");
  CHECK(page("<div>a<div>b</div>c</div>").text == "a\nb\nc\n");
  CHECK(page("a<br>b<br><br>c<br></p>").text == "a\nb\n\nc\n");
  CHECK(page("<ul>\n<li>x\n<li>y\n</ul>").text == "x\ny\n");
  CHECK(page("<table><tr><td>1<td>2<tr><td>3</table>").text == "1\n2\n3\n");
  CHECK(page("  un<i>der</i>line <a> link </a> end  ").text == "underline link end\n");
  CHECK(page("a&nbsp; b").text == "a\u00A0 b\n");
  CHECK(page("").text.empty());
  CHECK(page("<p></p>\n<div> </div>").text.empty());
}

TEST_CASE("preformatted text keeps its white space") {
  CHECK(page("<p>x</p><pre>\n  a\n\tb\r\nc </pre>y").text == "x\n  a\n\tb\nc \ny\n");
  CHECK(page("<pre>a\n</pre><p>b</p>").text == "a\nb\n");
}

TEST_CASE("what does not show is not read") {
  CHECK(page("a<script>x()</script><style>y</style><!-- z --><noscript>n</noscript><template>t</template>b").text == "ab\n");
  CHECK(page("<p hidden>h</p><p style='color:red; display : none'>s</p><p>v</p>").text == "v\n");
  CHECK(page("<svg><title>t</title><text>s</text></svg><iframe>f</iframe><video>v</video>x").text == "x\n");
  CHECK(page("<html><body hidden>shown by a script</body></html>").text == "shown by a script\n");
  CHECK(page("a<!-->b<!--->c<!---->d").text == "abcd\n");
  CHECK(page("<math><mi>x</mi><![CDATA[<&amp;]]></math>").text == "x<&amp;\n");
}

TEST_CASE("character references") {
  CHECK(page("Caf&eacute; &lt;b&gt; &amp;amp; &#233;&#xE9; &copy").text == "Café <b> &amp; éé ©\n");
  CHECK(page("&notit; &bogus; & &; &# &#x; &#150; &#0; &#xD800; &#99999999999;").text ==
        "¬it; &bogus; & &; &# &#x; – \uFFFD \uFFFD \uFFFD\n");
  CHECK(page("&fjlig;&semi;&NotEqualTilde;").text == "fj;\u2242\u0338\n");
  CHECK(page("a&NewLine;b&Tab;&#32;c").text == "a b c\n");
}

TEST_CASE("the example of offsets.hpp") {
  const std::string bytes = "<p>Caf&eacute;</p>";
  const document d = page(bytes);
  CHECK(d.text == "Café\n");
  CHECK(d.text_origin.to_source({0, 5}) == slice{3, 14});
  CHECK(d.text_origin.to_source({3, 5}) == slice{6, 14});
  CHECK(d.bytes == bytes.size());
}

TEST_CASE("every word leads back to its source") {
  check_every_word(
      "<!doctype html><title>T</title><body><h1>Ferry &amp; quay</h1>\n<p>The caf&eacute; on the quai d&#8217;Orsay "
      "was  <em>closed</em>; &quot;we&quot; left.</p><table>moved<tr><td>cell</table><p>日本 &notit; end");
  check_every_word("plain words and &lt;nothing&gt; else");
  check_every_word("<select><option>a<b>c</select></bogus>x</bogus>y<pre>\r\nk  l\r\nm</pre>");
}

TEST_CASE("random pages: the map is within the page, pieces come back, the text is UTF-8") {
  const std::vector<std::string> bits = {
      "word ",  "é",        "&amp;",     "&eacute",  "&#65;",    "<p>",      "</p>",      "<b>",          "</b>",   "<",
      "<td>",   "<tr>",     "<table>",   "</table>", "<!--c-->", "</bad>",   "<pre>",     "</pre>",       "\r\n",   "  ",
      "<br>",   "<select>", "</select>", "<nav>",    "</nav>",   "<script>", "</script>", "<div hidden>", "</div>", "<svg>",
      "</svg>", "<title>q", "</title>",  "\xFF",     "<form>",   "<math>"};
  std::mt19937 random(4);
  for (int round = 0; round < 3000; ++round) {
    std::string bytes;
    for (auto n = random() % 30; n > 0; --n) bytes += bits[random() % bits.size()];
    const document d = page(bytes);
    REQUIRE(retold::valid_utf8(d.text));
    std::uint32_t before = 0;
    for (std::uint32_t at = 0; at < d.text.size();) {
      const std::uint32_t length = retold::step_utf8(d.text, at).length;
      const slice s = d.text_origin.to_source({at, at + length});
      REQUIRE(s.begin >= before);  // never backwards
      REQUIRE(s.end <= bytes.size());
      const char c = d.text[at];
      if (c >= 'a' && c <= 'z') REQUIRE(s.size() == 1);
      if (c >= 'a' && c <= 'z') REQUIRE(bytes[s.begin] == c);
      before = s.end;
      at += length;
    }
    for (const slice f : d.furniture) REQUIRE((f.begin < f.end && f.end <= d.text.size()));
    const std::string repaired = retold::repair_utf8(bytes);
    std::uint32_t run_end = 0;
    for (const auto& run : retold::outline_by_tags(repaired).runs) {
      REQUIRE(run.where.begin >= run_end);
      REQUIRE(run.where.end > run.where.begin);
      run_end = run.where.end;
    }
    REQUIRE(run_end <= repaired.size());
  }
}

TEST_CASE("title") {
  const std::string bytes = "<head><title>\n Fire  &amp; water\n</title></head><body><p>Text</p>";
  const document d = page(bytes);
  CHECK(d.title == "Fire & water");
  CHECK_FALSE(d.title_in_text);
  const slice amp = d.title_origin.to_source({5, 6});
  CHECK(bytes.substr(amp.begin, amp.size()) == "&amp;");
  CHECK(d.text == "Text\n");

  const document none = page("<p>First line</p><p>Second</p>");
  CHECK(none.title == "First line");
  CHECK(none.title_in_text);
  CHECK(none.title_origin.to_source({0, 5}) == slice{3, 8});
  CHECK(page("<nav>Menu</nav><p>x</p>").title.empty());
}

TEST_CASE("a headline is the title without the name of the site") {
  const auto titled = [](const std::string& title, const std::string& body) {
    const std::string bytes = "<title>" + title + "</title>" + body, buried = repeat("<i>", 200) + bytes;
    const document d = page(bytes), by_tags = page(buried);
    CHECK(by_tags.warnings.size() == 1);
    CHECK(by_tags.title == d.title);
    CHECK_FALSE(d.title_in_text);
    return d;
  };
  const std::string h1 = "<p>x</p><h1>Fire &amp;\n <b>water</b></h1><p>y</p>";
  for (const char* site :
       {" | Quay Courier", "|Quay", " – Quay", " — Quay", " - Quay", " · Quay", ": Quay", " : Quay", " » a » b"})
    CHECK(titled(std::string("Fire &amp; water") + site, h1).title == "Fire & water");
  for (const char* title : {"Fire &amp; water", "Fire &amp; water-borne", "Fire &amp; waters | Q", "Fire &amp; water:x",
                            "Quay | Fire &amp; water", "Fire | Quay", "Fire &amp; water for all"})
    CHECK(titled(title, h1).title == page("<title>" + std::string(title) + "</title>").title);
  CHECK(titled("A - B | Quay", "<h1>A</h1><h1>A - B</h1>").title == "A - B");  // the longest
  CHECK(titled("A | Quay", "<h1></h1><h2>A</h2>").title == "A | Quay");
  CHECK(titled("A B | Quay", "<h1>A<br>B</h1>").title == "A B | Quay");

  const std::string bytes = "<title>Caf&eacute; open | Quay</title><h1>Café open</h1>";
  const document d = page(bytes);
  const slice accent = d.title_origin.to_source({3, 5}), all = d.title_origin.to_source({0, 10});
  CHECK(bytes.substr(accent.begin, accent.size()) == "&eacute;");
  CHECK(bytes.substr(all.begin, all.size()) == "Caf&eacute; open");
  CHECK(d.title_origin.length() == 10);
}

TEST_CASE("furniture") {
  CHECK(furniture_of(page("<nav>A <a>B</a></nav><p>text</p><aside><p>C</p><p>D</p></aside>E<footer>F</footer>")) ==
        "A B|C\nD|F|");
  CHECK(furniture_of(page("<header><nav>menu</nav>logo</header><header><h1>Headline</h1></header>x")) == "menu\nlogo|");
  CHECK(furniture_of(page("<form><input>search <button>Go</button></form><p>x<button>Share</button>")) == "search\nGo|Share|");
  CHECK(furniture_of(page("<form><main>the page</main></form><div role=navigation>n</div>")) == "n|");
  for (const char* called : {"navigation", "contentinfo", "complementary", "search"})
    CHECK(furniture_of(page("<div role='" + std::string(called) + "'>n</div>x")) == "n|");
  CHECK(furniture_of(page("<div role=main>n</div>x")).empty());
  CHECK(furniture_of(page("<p>nothing</p>")).empty());
}

TEST_CASE("encodings of pages") {
  const std::string latin = "<meta charset='ISO-8859-1'><p>Caf\xE9 \x80 ouvert</p>";
  const document l = page(latin);
  CHECK(l.text == "Café € ouvert\n");
  CHECK(l.warnings.size() == 1);
  CHECK(source_of(l, latin, "é €") == "\xE9 \x80");

  const document utf8 = page("<meta charset=iso-8859-1><p>Café</p>");  // what it is counts more than what it says
  CHECK(utf8.text == "Café\n");
  CHECK(utf8.warnings.empty());

  const document broken = page("<p>a\xFF</p>");
  CHECK(broken.text == "a\uFFFD\n");
  CHECK(broken.warnings.at(0).starts_with("1 invalid UTF-8 sequence"));

  std::string wide = "\xFF\xFE";
  for (const char c : std::string("<p>a &lt; b</p>")) wide += {c, '\0'};
  const document w = page(wide);
  CHECK(w.text == "a < b\n");
  CHECK(w.text_origin.to_source({2, 3}) == slice{12, 20});  // "&lt;", two bytes a character

  const document marked = page("\xEF\xBB\xBF<p>x</p>");
  CHECK(marked.text == "x\n");
  CHECK(marked.text_origin.to_source({0, 1}) == slice{6, 7});
  CHECK(page("\xEF\xBB\xBF<meta charset=latin1><p>\xE9</p>").text == "\uFFFD\n");  // the mark counts more than what it says
}

TEST_CASE("pages made to exhaust a parser") {
  const auto warned = [](const document& d) { return !d.warnings.empty(); };
  const document deep = page(repeat("<div>", 100000) + "deep &amp; down" + repeat("</div>", 100000));
  CHECK(deep.text == "deep & down\n");
  CHECK(warned(deep));
  CHECK(warned(page(repeat("<b>x", 20000))));
  CHECK(warned(page("<div" + repeat(" a", 20000) + ">x</div>")));
  CHECK(page(repeat("<p>x", 20000)).warnings.empty());        // end tags may be left out
  CHECK(page(repeat("<a name=x>", 20000)).warnings.empty());  // each closes the one before
  CHECK(page(repeat("<div><!--</div>-->", 20000) + "x").text == "x\n");
  CHECK(page(repeat("<table><tr><td>", 900) + "x").text == "x\n");
  CHECK(warned(page(repeat("<div>", 257) + "x")));
  CHECK_FALSE(warned(page(repeat("<div>", 250) + "x")));
  CHECK(page(repeat("<", 200000)).text.size() == 200001);
  CHECK(page(repeat("&", 200000)).text.size() == 200001);
  CHECK(page(repeat("<!--", 100000)).text.empty());
  CHECK(page("<script>" + repeat("</scripx", 100000)).text.empty());
}

TEST_CASE("pages whose tree would be far larger than they are") {
  const std::string copies = "<p><b title='" + std::string(20'000, 'x') + "'>" + repeat("<p>x", 50'000);
  REQUIRE(retold::too_much_for_parser(copies).empty());
  CHECK_FALSE(retold::outline_by_parser(copies).has_value());
  const document d = page(copies);
  CHECK(d.text == repeat("x\n", 50'000));
  CHECK(d.warnings == std::vector<std::string>{"too much markup for the HTML parser: tags were passed over without parsing the "
                                               "page"});
  CHECK(retold::outline_by_parser("<p>x").has_value());  // the parser is none the worse for it
}

TEST_CASE("end tags that the parser ignores leave their elements open") {
  const auto deep = [](const std::string& bit) {
    return retold::too_much_for_parser(repeat(bit, 20'000)) == "nested too deeply for the HTML parser";
  };
  CHECK(deep("<span><table><td></span></table></q>"));
  CHECK(deep("<span><div></span></div></q>"));
  CHECK(deep("<header><table><td></header></table>"));
  CHECK(deep("<form><table><td></form></table></q>"));
  CHECK(deep("<li><dd><p>"));
  CHECK(deep("<b><object></b></object>x"));
  CHECK(deep("<b>" + repeat("<div>", 9) + "</b>" + repeat("</div>", 9)));
  CHECK_FALSE(retold::too_much_for_parser("<svg><style>" + repeat("<g>", 20'000)).empty());
  CHECK_FALSE(retold::too_much_for_parser("<svg>" + repeat("<a>", 20'000)).empty());
}

TEST_CASE("untidy pages of some size are parsed all the same") {
  const auto fine = [](const std::string& bit, int times) { return retold::too_much_for_parser(repeat(bit, times)).empty(); };
  CHECK(fine("<p><span>x<p>", 2000));
  CHECK(fine("<div><span>x</div>", 2000));
  CHECK(fine("<div><b>x<i>y</b>z</i></div>", 20'000));
  CHECK(fine("<ul><li>x<li><span>y</span></ul><dl><dt>a<dd>b<dt>c</dl>", 20'000));
  CHECK(fine("<table><thead><tr><th>h<tbody><tr><td><font size=1>x<td>y<tr><td>z</table>", 3000));
  CHECK(fine("<select><option>a<option>b</select>", 20'000));
  CHECK(fine("<svg><path d=x /><g><use></use></g></svg><img><br>", 20'000));
  CHECK(fine("<script>if (a<b) document.write('<div><span>')</script>", 20'000));
  CHECK(fine("</div></p></b></td>", 20'000));
}

TEST_CASE("a tree of headers is looked at once") {
  const std::string nested = repeat("<header>", 250) + repeat("<p>text ", 50'000);
  CHECK(page(nested).warnings.empty());  // a look into each header would be some ten million steps
  CHECK(furniture_of(page("<header>a<header><nav>b</nav></header></header>c")) == "a\nb|");
  CHECK(furniture_of(page("<header>a<header><h1>b</h1></header><nav>d</nav></header>c")) == "d|");
  CHECK(furniture_of(page("<form>a<header><h1>b</h1></header></form>c")).empty());
}

TEST_CASE("passing over tags, what is never closed does not hide the rest") {
  const std::string deep = repeat("<i>", 200);
  CHECK(page(deep + "<p>a<video>b<p>c").text == "ab\nc\n");
  CHECK(page(deep + "<p>a<video>b</video><p>c<object>d<p>e").text == "a\ncd\ne\n");
  CHECK(page(deep + "<p>a<noscript>b</NOSCRIPT >c").text == "ac\n");
  CHECK(page(deep + "a<!-->b<!--->c<!---->d").text == "abcd\n");
}

TEST_CASE("what is for readers without scripts is hidden, in the head too") {
  const std::string deep = repeat("<i>", 200);
  for (const char* head : {"Turn scripts on.", "<p>Turn <b>scripts</b> on.</p>", "<img src=x>", "<style>s</style>x<nav>n"}) {
    const std::string bytes =
        "<head><noscript>" + std::string(head) + "</noscript><title>T</title></head><body><p>One</p></body>";
    CHECK(page(bytes).text == "One\n");
    CHECK(page(deep + bytes).text == "One\n");
    CHECK(page(bytes).title == "T");
  }
  CHECK(page("<head><noscript>never closed</head><body>One").text == "never closedOne\n");
  CHECK(page("<noscript>a</noscript>b<noscript>c</noscript>d").text == "bd\n");
}

TEST_CASE("text that could not be addressed is left out") {
  const retold::offset_map stored;
  retold::character_references references;
  const std::string source = repeat("&nGt;", 4);  // six bytes each
  retold::visible_text shown(source, stored);
  shown.limit = 20;
  shown.add({0, static_cast<std::uint32_t>(source.size()), retold::role::furniture}, references);
  CHECK(shown.cut);
  CHECK(shown.text == repeat("\u226B\u20D2", 3));
  CHECK(shown.origin.length() == 18);
  REQUIRE(shown.furniture.size() == 1);
  CHECK(shown.furniture[0] == slice{0, 18});
}

TEST_CASE("the reader that passes over tags shows the same for tidy pages") {
  const std::string bytes =
      "<html><head><title>T &amp; U</title><style>s</style></head><body><nav>N</nav><p>One <b>two</b><br>three"
      "</p><script>if (a<b) c()</script><noscript>n</noscript><ul><li>x</li><li>y</li></ul></body></html>";
  REQUIRE(retold::too_much_for_parser(bytes).empty());
  const std::string buried = repeat("<i>", 200) + bytes;
  const document slow = page(buried), fast = page(bytes);
  CHECK(slow.warnings.size() == 1);
  CHECK(slow.text == fast.text);
  CHECK(slow.title == fast.title);
  CHECK(furniture_of(slow) == furniture_of(fast));
}
