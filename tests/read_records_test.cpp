// SPDX-License-Identifier: Apache-2.0
// Records and streams: what becomes a document, and that what does not is named with its line.
#include <fcntl.h>
#include <unistd.h>

#include <cmath>
#include <iostream>
#include <random>

#include "../src/read_lines.hpp"
#include "../src/read_record.hpp"
#include "read_files.hpp"

namespace {

document record(const std::string& line) {
  result got = lines(line);
  REQUIRE(got.documents.size() == 1);
  return got.documents[0];
}

std::string problem(const std::string& line) {
  const result got = lines(line);
  REQUIRE(got.documents.empty());
  REQUIRE(got.report.skipped.size() == 1);
  CHECK(got.report.skipped[0].input == "in:1");
  return got.report.skipped[0].reason;
}

}  // namespace

TEST_CASE("lines one by one, packed or not, and where they end too soon") {
  const temporary_folder t;
  const auto all = [](const std::string& path) {
    retold::line_source from(path);
    std::vector<std::string> out;
    for (std::string line; from.next(line);) out.push_back(line);
    if (!from.problem().empty()) out.push_back("! " + from.problem());
    return out;
  };
  using strings = std::vector<std::string>;
  std::mt19937 random(12);
  for (int trial = 0; trial < 40; ++trial) {
    strings expected;
    std::string bytes = trial % 2 ? "\xEF\xBB\xBF" : "";
    for (std::size_t n = random() % 5; n > 0; --n) {
      expected.push_back(std::string(random() % 3 ? random() % 100 : 300'000, 'x'));
      bytes += expected.back() + (random() % 2 ? "\n" : "\r\n");
    }
    expected.push_back("last");
    bytes += "last";
    for (const std::string& stored :
         {bytes, bytes + '\n', gzip(bytes), zstd(bytes), gzip(bytes.substr(0, 3)) + gzip(bytes.substr(3))})
      CHECK(all(t.write("odd name", stored)) == expected);
  }
  CHECK(all(t.write("none", "")).empty());
  CHECK(all(t.write("none.gz", gzip(""))).empty());
  const std::string noise = gzip(noise_records(40)), cut = t.write("cut", noise.substr(0, noise.size() / 2));
  const strings some = all(cut);
  CHECK(some.size() > 1);
  CHECK(some.back() == "! truncated gzip data; read up to line " + std::to_string(some.size() - 1));
  CHECK_THROWS_WITH(retold::line_source("/nowhere/at/all"), "/nowhere/at/all: cannot be read: No such file or directory");
  CHECK_THROWS_WITH(retold::line_source(t.path()), doctest::Contains("is a folder"));
}

TEST_CASE("JSON that is not one record a line is told what to do with it") {
  const temporary_folder t;
  const std::string records = "{\"id\": \"a\", \"text\": \"It rains.\"}\n{\"id\": \"b\", \"text\": \"It snows.\"}\n";
  CHECK(ids(read({t.write("lines.json", records)})) == "a b ");
  CHECK(ids(read({t.write("lines.JSON.gz", gzip(records))})) == "a b ");
  CHECK(read({t.path()}).documents.empty());  // in a folder it may be anything
  const std::pair<const char*, const char*> whole[] = {
      {"[{\"id\": \"a\", \"text\": \"x\"}]\n",
       "array.json:1=not an object but an array; JSONL is expected here, which jq -c '.[]'"},
      {"\n[\n {\"id\": \"a\"},\n {\"id\": \"b\"}\n]\n",
       "array.json=JSON over many lines; JSONL is expected here, which jq -c '.[]'"},
      {" {\"id\": \"a\",\n \"text\": \"x\"}\n", "array.json=JSON over many lines; JSONL is expected here, which jq -c . "},
      {"[{\"id\": \"a\",\n \"text\": \"x\"}]\n", "array.json=JSON over many lines; JSONL is expected here, which jq -c '.[]'"},
      {"{ \r\n \"id\": \"a\"\r\n}", "array.json=JSON over many lines; JSONL is expected here, which jq -c . "}};
  for (const auto& [bytes, said] : whole) {
    const result got = read({t.write("array.json", bytes)});
    CHECK(got.documents.empty());
    REQUIRE(got.report.skipped.size() == 1);
    CHECK_MESSAGE(named(got.report.skipped, t.path()).starts_with(said), named(got.report.skipped, t.path()));
  }
  const result broken = read({t.write("broken.jsonl", "{\"id\": \"c\", \"text\":\"x\",\n" + records)});
  CHECK(ids(broken) == "a b ");  // a record cut in two
}

TEST_CASE("records: fields, ids, warnings") {
  const document d =
      record(R"({"id": "a", "text": "Body\n", "title": "Head", "date": "2024-05-01", "source": "s", "language": "fr"})");
  CHECK(d.id == "a");
  CHECK(d.text == "Body\n");
  CHECK(d.title == "Head");
  CHECK_FALSE(d.title_in_text);
  CHECK(d.date == "2024-05-01");
  CHECK(d.source == "s");
  CHECK(d.language == "fr");
  CHECK(d.bytes == 5);
  CHECK(d.text_origin.identity());
  CHECK(d.warnings.empty());

  CHECK(record(R"({"text": ""})").text.empty());
  const document untitled = record(R"({"text": "\n Head \nBody"})"), file = retold::read_text("f", "\n Head \nBody");
  CHECK(untitled.title == "Head");  // as of a file
  CHECK(untitled.title == file.title);
  CHECK(untitled.title_in_text);
  CHECK(untitled.title_origin.to_source({0, 4}) == file.title_origin.to_source({0, 4}));
  const document empty = record(R"({"title": "Only a title", "text": ""})");
  CHECK(empty.text == "Only a title");
  CHECK(empty.title_in_text);
  CHECK(record(R"({"text": "a\u0000\ud83d\ude00"})").text == std::string("a\0", 2) + "\U0001F600");
  CHECK(record(R"({"text": "first", "text": "last"})").text == "last");
  const document headline = record(R"({"title": "Only a title", "text": null})");
  CHECK(headline.text == "Only a title");
  CHECK(headline.title == "Only a title");
  CHECK(headline.title_in_text);

  retold::read_options options;
  options.text_field = "body";
  options.id_field = "key";
  const result other = lines(R"({"key": "k", "body": "b", "text": "t", "id": "i"})", options);
  CHECK(other.documents.at(0).text == "b");
  CHECK(other.documents.at(0).id == "k");
}

TEST_CASE("records: numbers as ids keep their digits") {
  CHECK(record(R"({"id": 7, "text": "x"})").id == "7");
  CHECK(record(R"({"id": -12, "text": "x"})").id == "-12");
  CHECK(record(R"({"id": 18446744073709551615, "text": "x"})").id == "18446744073709551615");
  CHECK(record(R"({"id": 123456789012345678901234567890, "text": "x", "n": [1, 2.5]})").id == "123456789012345678901234567890");
  CHECK(record(R"({"id": 1e999, "text": "x"})").id == "1e999");
  CHECK(record(R"({"other": {"id": 1}, "id": 1.50e3, "text": "\"id\": 2.5"})").id == "1.50e3");
  CHECK(record(R"({"id": 1.50e3, "text": "\ud83d"})").id == "1.50e3");  // of a record that has to be mended
  CHECK(record("{\"id\": 2.50, \"text\": \"\xFF\", \"n\": 1e999}").id == "2.50");
  CHECK(record(R"({"id": 1e2, "text": "x", "n": 1e999})").id == "1e2");
}

TEST_CASE("records: mending a long number makes no record of what is none") {
  for (const char* line :
       {R"({"text": "x", "n": 12345678-0.0345678901234567890})", R"({"text": "x", "n": --12345678901234567890})",
        R"({"text": "x", "n": 12345671e-72345678901234567891e-70})", R"({"text": "x", "n": 12345678901234567890x})",
        R"({"text": "x", "n": 1-1e3})", R"({"text": "x", "n": 00.12345678901234567890})", R"({"text": "x", "n": 1e3.5})",
        R"({"text": "x", "n": +12345678901234567890})"})
    CHECK(problem(line).starts_with("not JSON"));
  CHECK(record(R"({"text": "x", "n": -12345678901234567890, "id": -1e3})").id == "-1e3");
}

TEST_CASE("records: numbers beyond a double are none, or without end") {
  const auto number = [](const std::string& digits) {
    const std::string line = R"({"text": "x", "huge": 1e999, "n": )" + digits + '}';
    retold::record_parser parser({});
    return *parser.look(line + std::string(retold::record_parser::padding(), ' '), {.number_field = "n"}).number;
  };
  CHECK(number("1e999") == HUGE_VAL);
  CHECK(number("-1e999") == -HUGE_VAL);
  CHECK(number("1e-999") == 0);
  CHECK(number("1" + std::string(400, '0')) == HUGE_VAL);
  CHECK(number("1" + std::string(400, '0') + "e-399") == 10);
  CHECK(number("-12345678901234567890") == -12345678901234567890.0);
  CHECK(number("0.1") == 0.1);
}

TEST_CASE("records: other types of the small fields are as good as missing, and said") {
  const document d = record(R"({"id": ["a"], "text": "x", "title": 5, "date": 2024, "source": {"n": 1}, "language": true})");
  CHECK(d.id == "in:1");
  CHECK(d.title == "x");  // the first line
  CHECK(d.date.empty());
  CHECK(d.warnings.size() == 5);
  CHECK(d.warnings[0] == "field \"title\" is a number, not a string: ignored");
  const document nulls = record(R"({"id": null, "text": "x", "title": null, "date": null})");
  CHECK(nulls.id == "in:1");
  CHECK(nulls.warnings.empty());
}

TEST_CASE("records that are none are named with their line") {
  CHECK(problem("[1, 2]") == "not an object but an array; JSONL is expected here, which jq -c '.[]' makes of an array");
  CHECK(problem("\"text\"") == "not an object but a string");
  const std::string hint = "; JSONL is expected here, one JSON object a line";
  CHECK(problem("words") == "not JSON" + hint);
  CHECK(problem("{\"text\": \"x\"") == "not JSON" + hint);
  CHECK(problem("{\"text\": \"x") == "not JSON: a string without its end" + hint);
  CHECK(problem("{\"text\": \"x\"} {\"text\": \"y\"}").starts_with("not JSON; "));
  CHECK(problem("{\"text\": \"x\", \"n\": 01}").starts_with("not JSON: a number that is none; "));
  CHECK(problem("{\"text\": \"x\", \"n\": 99999999999999999999.}").starts_with("not JSON: a number that is none; "));
  CHECK(problem("{\"text\": 5}") == "field \"text\" is a number, not a string");
  CHECK(problem("{\"text\": 1e5, \"n\": 1e999}") == "field \"text\" is a number, not a string");
  CHECK(problem("{\"text\": 1e999}") == "field \"text\" is a number, not a string");
  CHECK(problem("{\"text\": [\"x\"], \"title\": \"t\"}") == "field \"text\" is an array, not a string");
  CHECK(problem("{\"id\": \"x\"}") == R"(no field "text" and no field "title"; it has "id")");
  CHECK(problem(R"({"body": "x", "text": null, "url": 1})") == R"(no field "text" and no field "title"; it has "body", "url")");
  CHECK(problem(R"({"a":1,"b":1,"c":1,"d":1,"e":1,"f":1,"g":1,"h":1,"i":1})").ends_with(R"("g", "h", …)"));
  CHECK(problem("{}") == R"(no field "text" and no field "title")");
  CHECK(problem("{\"title\": 4}") == "no field \"text\" and no field \"title\"");
  CHECK(problem(std::string(3000, '[') + std::string(3000, ']')) == "not JSON that can be read: nested too deeply" + hint);

  const temporary_folder t;
  const result got = read({t.write("r.jsonl", "{\"text\": \"1\"}\r\n\r\noops\n{\"text\": \"4\"}\n{}\n{\"text\": \"6\"}")});
  CHECK(ids(got) == "r.jsonl:1 r.jsonl:4 r.jsonl:6 ");
  REQUIRE(got.report.skipped.size() == 2);
  CHECK(got.report.skipped[0].input == t.path("r.jsonl") + ":3");
  CHECK(got.report.skipped[0].reason == "not JSON");
  CHECK(got.report.skipped[1].input == t.path("r.jsonl") + ":5");

  std::string prose = "\n";
  for (int i = 0; i < 30; ++i) prose += "A line of a letter.\n";
  const result letter = lines(prose);
  REQUIRE(letter.report.skipped.size() == 30);
  CHECK(letter.report.skipped[0].reason == "not JSON" + hint);
  CHECK(letter.report.skipped[29].reason == "not JSON");
  CHECK(letter.report.skipped[29].input == "in:31");
}

TEST_CASE("records: titles in place of texts are said once a source") {
  CHECK(lines("{\"text\": \"x\"}\n").report.notes.empty());
  CHECK(lines("{\"title\": \"a\"}\n{\"title\": \"b\", \"text\": \"\"}\n{}\n").report.notes ==
        std::vector<std::string>{"in: 2 of 2 records have no text in field \"text\": their titles are compared"});
  CHECK(lines("{\"title\": \"a\"}\n{\"text\": \"x\"}\n").report.notes ==
        std::vector<std::string>{"in: 1 of 2 records have no text in field \"text\": its title is compared"});
  CHECK(lines("{\"title\": \"a\"}").report.notes ==
        std::vector<std::string>{"in: 1 of 1 record has no text in field \"text\": its title is compared"});
}

TEST_CASE("records: a field that was named and that no record has is said once") {
  retold::read_options by_url;
  by_url.id_field = "url";
  const std::string without = "{\"text\": \"x\"}\n{\"text\": \"y\", \"url\": \"\"}\n";
  CHECK(lines(without).report.notes.empty());  // the usual name need not be there
  CHECK(lines(without, by_url).report.notes ==
        std::vector<std::string>{"no record has an id in field \"url\": they are called by their lines"});
  CHECK(lines(without + "{\"text\": \"z\", \"url\": \"u\"}\n", by_url).report.notes.empty());
  CHECK(lines("no record\n", by_url).report.notes.empty());
  retold::read_options others;
  others.title_field = "headline", others.date_field = "day", others.source_field = "by", others.language_field = "lang";
  CHECK(lines("{\"text\": \"x\", \"day\": \"2026-11-02\", \"title\": \"t\"}\n", others).report.notes ==
        std::vector<std::string>{"no record has a title in field \"headline\"", "no record has a source in field \"by\"",
                                 "no record has a language in field \"lang\""});
  CHECK(lines("{\"headline\": \"x\", \"by\": \"y\", \"lang\": \"en\"}\n", others).report.notes ==
        std::vector<std::string>{"in: 1 of 1 record has no text in field \"text\": its title is compared",
                                 "no record has a date in field \"day\""});
  CHECK(lines("{\"text\": \"x\", \"headline\": \"x\", \"day\": \"2026-11-02\", \"by\": \"y\", \"lang\": \"en\"}\n", others)
            .report.notes.empty());
}

TEST_CASE("records: dates become ISO 8601, or are left out with a warning") {
  const auto date = [](const std::string& given) { return record("{\"text\": \"x\", \"date\": \"" + given + "\"}"); };
  for (const char* kept : {"2026-11-02", "20261102", "2026-11-02T08:00:00+01:00", "2026-11-02 08:00", ""}) {
    CHECK(date(kept).date == kept);
    CHECK(date(kept).warnings.empty());
  }
  const std::pair<const char*, const char*> feeds[] = {
      {"Mon, 02 Nov 2026 08:00:00 GMT", "2026-11-02T08:00:00Z"},
      {"Mon, 2 Nov 2026 08:00 +0130", "2026-11-02T08:00:00+01:30"},
      {"02 NOV 26 23:59:60 PST", "2026-11-02T23:59:60-08:00"},
      {"2 nov 1999", "1999-11-02"},
      {"31 Dec 99 00:00:00 -0000", "1999-12-31T00:00:00Z"},
      {"Mon,02 Nov 2026 08:00:00 CEST", "2026-11-02T08:00:00"},
      {"  Mon, 02 Nov 2026 08:00:00 -0500 (EST)", "2026-11-02T08:00:00-05:00"}};
  for (const auto& [given, iso] : feeds) {
    CHECK(date(given).date == iso);
    CHECK(date(given).warnings.empty());
  }
  for (const std::string wrong : {"yesterday", "2026-11", "2026", "2026-13-01", "31 Nov 2026", "2 Novem 2026", "2 Nov 2026 8am",
                                  "Nov 2 2026", "Mon", "2 Nov 2026 08:00 +0100 x", "02 Nov 20266", "1793606400", "(", ", ,"}) {
    CHECK(date(wrong).date.empty());
    CHECK(date(wrong).warnings == std::vector<std::string>{"date \"" + wrong + "\" is not ISO 8601 (2026-11-02): ignored"});
  }
  std::string endless;
  for (int i = 0; i < 1000; ++i) endless += "é ";
  CHECK(date(endless).warnings.at(0).size() < 100);
  CHECK(record(R"({"title": "t", "date": "soon"})").warnings.size() == 1);
}

TEST_CASE("records: the second that a date means") {
  const std::int64_t day = 1793577600, morning = day + 30615;
  const std::pair<const char*, std::int64_t> dates[] = {{"2026-11-02", day},
                                                        {"20261102", day},
                                                        {"2026-11-02T08:30", morning - 15},
                                                        {"2026-11-02 08:30:15", morning},
                                                        {"2026-11-02T08:30:15.75Z", morning},
                                                        {"2026-11-02T10:00:15+01:30", morning},
                                                        {"20261102T003015-0800", morning},
                                                        {"1970-01-01", 0},
                                                        {"1969-12-31T23:00:00Z", -3600}};
  for (const auto& [given, second] : dates) CHECK(retold::parse_date(given) == second);
  for (const char* none : {"", "yesterday", "2026", "2026-11", "2026-13-01", "2026-02-30"}) {
    CHECK(!retold::parse_date(none));
    CHECK(!retold::parse_whole_date(none));
  }
  for (const char* begun : {"2026-11-22 or so", "2026-11-22T24:30", "2026-11-22T10:00+25:00",
                            "2026-11-22T10:00 of which nothing more is known than that"}) {
    CHECK(retold::parse_date(begun));
    CHECK(!retold::parse_whole_date(begun));
  }
  for (const char* whole : {"2026-11-22", "20261122", "2026-11-22T10:00:00.5+01:00", "2026-11-22 10:00Z"})
    CHECK(retold::parse_whole_date(whole) == retold::parse_date(whole));
}

TEST_CASE("records that can be mended are, with a warning") {
  const document bytes = record("{\"text\": \"caf\xE9 au lait\"}");
  CHECK(bytes.text == "caf\uFFFD au lait");
  CHECK(bytes.warnings == std::vector<std::string>{"1 invalid UTF-8 sequence"});
  const document lone = record(R"({"text": "a\ud83d b\udE00 \\ud83d \ud83d\ude00 \ud83d\ud83d\ude00"})");
  CHECK(lone.text == "a\uFFFD b\uFFFD \\ud83d \U0001F600 \uFFFD\U0001F600");
  CHECK(lone.warnings == std::vector<std::string>{"3 lone surrogates"});
  const document both = record("{\"text\": \"\xFF\\udfff\"}");
  CHECK(both.text == "\uFFFD\uFFFD");
  CHECK(both.warnings.size() == 2);
  const result wide = lines(utf16(u"{\"text\": \"x\"}\n{}\n", false));
  REQUIRE(wide.report.skipped.size() == 1);
  CHECK(wide.report.skipped[0].reason == "JSONL in UTF-16; convert it to UTF-8");
  const result marks = lines("\xEF\xBB\xBF{\"text\": \"x\"}\n\xEF\xBB\xBF{\"text\": \"y\"}\n");
  CHECK(marks.documents.size() == 1);  // a byte order mark stands at the beginning alone
  CHECK(marks.report.skipped.at(0).input == "in:2");
}

TEST_CASE("standard input, and streams that give little at a time") {
  std::istringstream in("{\"text\": \"x\"}\n{\"text\": \"y\"}\n");
  std::streambuf* const before = std::cin.rdbuf(in.rdbuf());
  const result got = read({"-", "-"});
  std::cin.rdbuf(before);
  CHECK(named(got.report.ignored, ".") == "-=already read ");
  CHECK(ids(got) == "-:1 -:2 ");
  CHECK(got.documents[1].input == "-:2");

  struct drop_by_drop : std::streambuf {  // tells nothing of what it has, gives a byte at a time
    explicit drop_by_drop(std::string all) : bytes(std::move(all)) {}
    int underflow() override {
      if (at == bytes.size()) return traits_type::eof();
      setg(&bytes[at], &bytes[at], &bytes[at] + 1);
      return traits_type::to_int_type(bytes[at++]);
    }
    std::string bytes;
    std::size_t at = 0;
  } drops("{\"text\": \"x\"}\n{\"text\": \"y\"}");
  std::istream slow(&drops);
  std::size_t taken_at_first = 0, count = 0;
  read_report report;
  retold::read_jsonl(
      slow, "slow", {},
      [&](document&&) {
        if (count++ == 0) taken_at_first = drops.at;
      },
      report);
  CHECK(count == 2);
  CHECK(taken_at_first <= 15);  // the first record did not wait for the second
}

TEST_CASE("standard input that cannot be read is named") {
  const int before = dup(0), folder = open(".", O_RDONLY | O_DIRECTORY);
  REQUIRE((before >= 0 && folder >= 0));
  REQUIRE(dup2(folder, 0) == 0);
  const result got = read({"-"});
  dup2(before, 0);
  close(before);
  close(folder);
  CHECK(got.documents.empty());
  REQUIRE(got.report.skipped.size() == 1);
  CHECK(got.report.skipped[0].input == "-");
  CHECK(got.report.skipped[0].reason == "Is a directory");
}

TEST_CASE("lines against a slow twin, in chunks of every size") {
  std::mt19937 random(3);
  for (int round = 0; round < 300; ++round) {
    std::string bytes;
    for (auto n = random() % 60; n > 0; --n) bytes += "ab\r\n\n"[random() % 5];
    std::size_t at = 0;
    const auto fill = [&](std::span<char> into) {
      const std::size_t n = std::min<std::size_t>({into.size(), 1 + random() % 7, bytes.size() - at});
      bytes.copy(into.data(), n, at);
      at += n;
      return n;
    };
    constexpr std::size_t limit = 4;
    retold::line_reader reader(fill, limit, 64);
    std::istringstream twin(bytes);
    std::string expected;
    std::uint64_t number = 0;
    while (std::getline(twin, expected)) {
      const bool ended = !twin.eof();
      if (expected.ends_with('\r')) expected.pop_back();
      const auto line = reader.next();
      REQUIRE(line.has_value());
      CHECK(line->number == ++number);
      CHECK(line->too_long == (expected.size() > limit));
      CHECK(line->ended == ended);
      if (!line->too_long) CHECK(line->text == expected);
    }
    CHECK_FALSE(reader.next().has_value());
  }
}
