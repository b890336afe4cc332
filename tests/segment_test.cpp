// SPDX-License-Identifier: Apache-2.0
#include "retold/segment.hpp"

#include <doctest/doctest.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/uscript.h>
#include <unicode/utf8.h>

#include <random>
#include <string>

#include "../src/segment_sentences.hpp"

namespace {

std::vector<std::string> folded_words(const std::string& text) {
  const auto s = retold::segment(text);
  std::vector<std::string> out;
  for (std::size_t i = 0; i < s.words.size(); ++i) out.emplace_back(s.folded(i));
  return out;
}

std::vector<std::string> sentences(const std::string& text) {
  std::vector<std::string> out;
  for (const auto& s : retold::segment(text).sentences) out.push_back(text.substr(s.where.begin, s.where.size()));
  return out;
}

using list = std::vector<std::string>;

// The class of a code point, asking ICU for every property.
retold::word_class class_by_icu(UChar32 c) {
  using retold::word_class;
  if ((U_GET_GC_MASK(c) & U_GC_M_MASK) != 0) return word_class::mark;
  if (u_charType(c) == U_DECIMAL_DIGIT_NUMBER) return word_class::run;
  if (!u_hasBinaryProperty(c, UCHAR_ALPHABETIC)) return word_class::none;
  for (auto s : {USCRIPT_HAN, USCRIPT_HIRAGANA, USCRIPT_KATAKANA})
    if (uscript_hasScript(c, s)) return word_class::single;
  for (auto s : {USCRIPT_THAI, USCRIPT_LAO, USCRIPT_KHMER, USCRIPT_MYANMAR})
    if (uscript_hasScript(c, s)) return word_class::cluster;
  return word_class::run;
}

// The slow, obvious twin of the word rules, code point by code point.
list words_by_icu(const std::string& text) {
  using retold::word_class;
  const std::string folded = retold::normalise(text).bytes;
  list out;
  char open = 0;  // 0 nothing, r a run, b a base that marks may follow
  for (std::size_t at = 0; at < folded.size();) {
    const std::size_t begin = at;
    UChar32 c = 0;
    U8_NEXT_OR_FFFD(reinterpret_cast<const std::uint8_t*>(folded.data()), at, folded.size(), c);
    const std::string bytes = folded.substr(begin, at - begin);
    const word_class kind = class_by_icu(c);
    const bool alone = kind == word_class::single || kind == word_class::cluster;
    if (kind == word_class::none) {
      open = 0;
    } else if ((kind == word_class::mark && open != 0) || (!alone && open == 'r')) {
      out.back() += bytes;
    } else {
      out.push_back(bytes);
      open = alone ? 'b' : 'r';
    }
  }
  return out;
}

// A paragraph of lines, wrapped if its widths are; no line has a sentence end or opens with a capital.
std::string paragraph(const std::vector<std::size_t>& widths) {
  std::string out;
  for (const std::size_t width : widths) {
    std::string line = "some words";
    while (line.size() < width) line += line.size() + 1 == width || line.back() == ' ' ? 'x' : ' ';
    out += line + "\n";
  }
  return out;
}

}  // namespace

TEST_CASE("the example of the header") {
  const std::string text = "M. Dupont est parti. Il a plu.";
  const auto s = retold::segment(text);
  CHECK(s.sentences.size() == 2);
  CHECK(s.folded(4) == "il");
  CHECK(s.words[4].where == retold::slice{21, 23});
}

TEST_CASE("words in many scripts") {
  CHECK(folded_words("L’inférence, c'est 3,5 % !") == list{"l", "inference", "c", "est", "3", "5"});
  CHECK(folded_words("東京タワー100m") == list{"東", "京", "タ", "ワ", "ー", "100m"});
  CHECK(folded_words("สวัสดี") == list{"ส", "วั", "ส", "ดี"});
  CHECK(folded_words("كِتَاب جديد") == list{"كِتَاب", "جديد"});
  CHECK(folded_words("हिन्दी में") == list{"हिन्दी", "में"});
  CHECK(folded_words("") == list{});
  CHECK(folded_words("—…!?") == list{});
}

TEST_CASE("words that touch are joined, others are not") {
  const auto s = retold::segment("東京 abc漢");
  REQUIRE(s.words.size() == 4);
  CHECK_FALSE(s.words[0].joined);
  CHECK(s.words[1].joined);
  CHECK_FALSE(s.words[2].joined);
  CHECK(s.words[3].joined);
}

TEST_CASE("the pinned classes are ICU's where ICU speaks of Unicode 15.0" *
          doctest::skip(std::string(U_UNICODE_VERSION) != "15.0")) {
  std::size_t wrong = 0;
  for (char32_t c = 0; c <= 0x10FFFF; ++c) wrong += retold::classify(c) != class_by_icu(static_cast<UChar32>(c));
  CHECK(wrong == 0);
}

TEST_CASE("random texts: words as ICU's properties say, each in one sentence, offsets inside") {
  std::mt19937_64 random(3);
  const std::u32string alphabet = U"aZé09 .,!?\n’-漢字かカーสวัй\u0301\u05B0\uAC00ﬁ½①ا\U0001F600\U00020000";
  for (int round = 0; round < 5000; ++round) {
    std::u32string picked;
    for (auto n = random() % 40; n > 0; --n) picked += alphabet[random() % alphabet.size()];
    std::string text;
    icu::UnicodeString::fromUTF32(reinterpret_cast<const UChar32*>(picked.data()), static_cast<std::int32_t>(picked.size()))
        .toUTF8String(text);
    CHECK(folded_words(text) == words_by_icu(text));
    const auto s = retold::segment(text);
    std::uint32_t next = 0, end = 0;
    for (const auto& sentence : s.sentences) {
      CHECK(sentence.first == next);
      CHECK(sentence.where.begin >= end);
      CHECK(sentence.where.end <= text.size());
      CHECK_FALSE(sentence.where.empty());
      for (auto w = sentence.first; w < sentence.last; ++w) {
        CHECK(s.words[w].where.begin >= sentence.where.begin);
        CHECK(s.words[w].where.end <= sentence.where.end);
      }
      next = sentence.last;
      end = sentence.where.end;
    }
    CHECK(next == s.words.size());
  }
}

TEST_CASE("sentences end where readers end them") {
  CHECK(sentences("Il part. Elle reste ! Et nous ? Rien…") == list{"Il part.", "Elle reste !", "Et nous ?", "Rien…"});
  CHECK(sentences("Dr. Meyer kam am 3. Mai. Er blieb.") == list{"Dr. Meyer kam am 3. Mai.", "Er blieb."});
  CHECK(sentences("J. R. Smith left. Mr. Jones stayed.") == list{"J. R. Smith left.", "Mr. Jones stayed."});
  CHECK(sentences("It costs 3.50 dollars. Z.ai says so.") == list{"It costs 3.50 dollars.", "Z.ai says so."});
  CHECK(sentences("他来了。她走了！") == list{"他来了。", "她走了！"});
  CHECK(sentences("« Oui. » dit-il. Fin.").size() >= 2);
}

TEST_CASE("an opening mark belongs to the sentence that it opens") {
  CHECK(sentences("残ったのは1人だけ。「訓練の日だった」と話す。") ==
        list{"残ったのは1人だけ。", "「訓練の日だった」と話す。"});
  CHECK(sentences("终了。（図1）次。【速報】") == list{"终了。", "（図1）次。", "【速報】"});
  CHECK(sentences("他走了。“那里很冷。”“是的。”她说。") == list{"他走了。", "“那里很冷。”", "“是的。”", "她说。"});
  CHECK(sentences("他走了。（「『那里』」）") == list{"他走了。", "（「『那里』」）"});  // several in a row
  CHECK(sentences("It fell.[1] Then it rose.") == list{"It fell.", "[1] Then it rose."});
  // A space after the mark: it closes, or the sentence before has it as ICU says.
  CHECK(sentences("„Gut.“ Dann ging er.") == list{"„Gut.“", "Dann ging er."});
  CHECK(sentences("»Gut.« Dann ging er.") == list{"»Gut.«", "Dann ging er."});
  CHECK(sentences("Il part. « Bien », dit-elle. « Non »") == list{"Il part.", "« Bien », dit-elle.", "« Non »"});
  CHECK(sentences("Il part.« Bien », dit-elle.") == list{"Il part.«", "Bien », dit-elle."});
  CHECK(sentences("\"He left.\" Then he came.") == list{"\"He left.\"", "Then he came."});
  CHECK(sentences("“He left.” “Then he came.”") == list{"“He left.”", "“Then he came.”"});
}

TEST_CASE("opening marks at the edges of a text, in bytes that are no text, and many") {
  CHECK(sentences("「「「") == list{"「「「"});
  CHECK(sentences("。「「") == list{"。「「"});  // nothing that they open
  CHECK(sentences("。「 \n").size() == 1);
  CHECK(sentences("「。「x") == list{"「。", "「x"});
  CHECK(sentences("x。\x80\x8C「y").size() <= 2);
  for (const std::string cut : {"\xE3", "\xE3\x80", "\x80\x8C", "\xFF"}) {
    const std::string text = "x。「" + cut + "「y。" + cut + "「" + cut;
    std::uint32_t end = 0;
    for (const auto& s : retold::find_sentences(text)) {
      CHECK(s.where.begin >= end);
      CHECK(s.where.end <= text.size());
      end = s.where.end;
    }
  }
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += "「";
  for (int i = 0; i < 100'000; ++i) text += "。「x";
  CHECK(retold::find_sentences(text).size() == 100'001);  // minutes, were it quadratic
}

TEST_CASE("a line is a unit, a hard-wrapped one is not") {
  CHECK(sentences("A heading\nBy Jane Doe\n\nThe text starts. It ends.\n") ==
        list{"A heading", "By Jane Doe", "The text starts.", "It ends."});
  const std::string wrapped =
      "The committee that met on Tuesday in the old town hall\n"
      "said that nobody had asked it for an opinion before the\n"
      "Mayor announced that the bridge would be closed during\n"
      "the whole summer. Traders on both banks of the river\n"
      "have asked for compensation, which the town refuses.\n";
  CHECK(sentences(wrapped).size() == 2);
  CHECK(retold::segment("one\n\ntwo\n").sentences[1].line == 2);
}

TEST_CASE("lines end with LF, CR LF or CR") {
  for (const std::string end : {"\n", "\r\n", "\r"}) {
    CHECK(sentences("A heading" + end + "The text starts. It ends." + end) ==
          list{"A heading", "The text starts.", "It ends."});
    CHECK(retold::segment("one" + end + end + "two" + end).sentences[1].line == 2);
    std::string wrapped;
    for (const char c : paragraph({60, 60, 60, 60, 60})) wrapped += c == '\n' ? end : std::string(1, c);
    CHECK(sentences(wrapped + end + wrapped).size() == 2);
  }
  CHECK(sentences("a\r").size() == 1);
  CHECK(sentences("\r\n\r") == list{});
  CHECK(retold::segment("a\n\rb\r\nc").sentences.back().line == 3);  // LF CR is two line ends
}

TEST_CASE("what counts as hard-wrapped") {
  const auto wrapped = [](const std::vector<std::size_t>& widths) { return sentences(paragraph(widths)).size() == 1; };
  CHECK(wrapped({60, 60, 60, 60, 60}));
  CHECK_FALSE(wrapped({60, 60, 60, 60}));  // three lines that another follows
  CHECK(wrapped({60, 60, 100, 60, 60}));
  CHECK_FALSE(wrapped({60, 60, 101, 60, 60}));
  CHECK(wrapped({45, 45, 45, 30, 30, 30}));  // three of five are wide
  CHECK_FALSE(wrapped({45, 45, 44, 30, 30, 30}));
  const auto lines_with_stops = [](std::size_t stops) {
    std::string text = paragraph({60, 60, 60, 60, 60, 60});
    for (std::size_t i = 0; i < stops; ++i) text[61 * i + 59] = '.';
    return sentences(text).size();
  };
  CHECK(lines_with_stops(2) == 1);  // three of five stop in mid-sentence; a small letter after a full stop ends none
  CHECK(lines_with_stops(3) == 6);
  std::string apart;
  for (int i = 0; i < 5; ++i) apart += paragraph({60}) + "\n";
  CHECK(sentences(apart + "a heading\nby nobody\n").size() == 7);  // what a blank line follows is not wrapped
}

TEST_CASE("an indented line begins a paragraph of wrapped text") {
  const std::string block = paragraph({60, 60, 60, 60, 60});
  for (const char* indent : {"", " ", "\t"}) CHECK(sentences(block + indent + block).size() == (*indent == 0 ? 1 : 2));
}

TEST_CASE("white space of any width is trimmed") {
  CHECK(sentences("\u3000Heading\u3000\nThe text.\u3000\u2003\n\u00A0") == list{"Heading", "The text."});
}

TEST_CASE("a day of the month has one digit or two") {
  CHECK(sentences("Er kam am 3. Mai und blieb.").size() == 1);
  CHECK(sentences("Er kam am 13. Mai und blieb.").size() == 1);
  CHECK(sentences("Die Nummer ist 213. Mai und Juni folgen.").size() == 2);
  CHECK(sentences("Das war 2013. Mai und Juni folgen.").size() == 2);
}

TEST_CASE("lists and lines of scripts without capitals are not taken for wrapped text") {
  CHECK(sentences(
            "Mayor of Brannoch resigns after inquiry into the bridge\nFerry line to the islands closed until further notice\n"
            "Two hundred jobs to go at the Corvane engine works now\nSchool roof falls in, nobody hurt in the class of ten\n"
            "Harbour dredging starts on Monday with two new vessels\n")
            .size() == 5);
  CHECK(sentences("青河地铁信号故障致两小时停运\n数千名乘客昨晚被困在车厢里。\n公司今早公开道歉并承诺退票。\n市政府成立了独立的"
                  "调查小组。\n结果将在两周之内对外公布。\n")
            .size() == 5);
  const std::string russian =
      "Комиссия, собравшаяся во вторник в старой ратуше города\nзаявила, что её никто не спрашивал о мнении до того как\n"
      "мэр объявил, что мост закроют на всё лето и на осень\nтоже. Торговцы с обоих берегов реки давно уже требуют\n"
      "возмещения, в котором им до сих пор город отказывает.\n";
  CHECK(sentences(russian).size() == 2);
}

TEST_CASE("white space and initials without end cost linear time") {
  std::string text(300'000, ' ');
  for (int i = 0; i < 100'000; ++i) text += "A. ";
  CHECK(retold::segment(text).words.size() == 100'000);  // minutes, were it quadratic
}

TEST_CASE("a paragraph longer than the pieces ICU is given loses nothing") {
  std::string text;
  while (text.size() < (17u << 20)) text += "some words without an end ";
  const auto s = retold::segment(text);
  CHECK(s.sentences.size() == 2);
  CHECK(s.sentences.back().last == s.words.size());
  CHECK(text[retold::find_sentences(text)[0].where.end] == ' ');  // cut at a space
}

TEST_CASE("a paragraph without a space is cut between characters") {
  std::string text = "a";  // so that a piece of 2^24 bytes would end inside a character
  while (text.size() < (17u << 20)) text += "é";
  const auto found = retold::find_sentences(text);
  REQUIRE(found.size() == 2);
  CHECK(found[0].where == retold::slice{0, (1u << 24) - 1});
  CHECK(found[1].where == retold::slice{(1u << 24) - 1, static_cast<std::uint32_t>(text.size())});
}

TEST_CASE("Thai is cut at spaces once enough has been said") {
  std::string clause;
  for (int i = 0; i < 20; ++i) clause += "น้ำท่วม";
  CHECK(sentences(clause + " " + clause).size() == 2);
  CHECK(sentences(clause + "abc " + clause).size() == 1);  // not between Thai and another script
  CHECK(sentences(clause + " abc" + clause).size() == 1);
}

TEST_CASE("any bytes, any length") {
  CHECK(retold::segment("").sentences.empty());
  CHECK(retold::segment(" \n\t\u3000\n").sentences.empty());
  CHECK(retold::segment("\xFF\xFE\xFD").words.empty());
  CHECK(retold::segment(std::string("a\0b", 3)).words.size() == 2);
  const auto long_line = retold::segment(std::string(2'000'000, 'x'));
  CHECK(long_line.words.size() == 1);
  CHECK(long_line.sentences.size() == 1);
}
