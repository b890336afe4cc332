// SPDX-License-Identifier: Apache-2.0
// The stream against its twin: one record after the other through index::add, each line parsed by another library and put
// together by hand.
#include "retold/filter.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <random>

#include "message_of.hpp"
#include "read_files.hpp"
#include "slowness.hpp"

using nlohmann::ordered_json;

namespace {

struct run {
  std::string out;
  retold::filter_report report;
};

run filtered(retold::index& seen, const std::vector<std::string>& inputs, const retold::filter_options& options = {}) {
  run result;
  result.report = retold::filter(
      seen, inputs, [&](std::string_view lines) { result.out += lines; }, options);
  return result;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> out;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.size(), text.find('\n', begin));
    out.push_back(text.substr(begin, end + 1 - begin));
    begin = end + 1;
  }
  return out;
}

// What a filter that marks, or drops, writes of lines with \n ends.
std::string twin(retold::index& seen, const std::string& text, bool mark) {
  std::string out;
  for (const std::string& line : lines_of(text)) {
    const ordered_json record = ordered_json::parse(line, nullptr, false);
    if (!record.is_object() || !record.contains("text")) {
      out += line;
      continue;
    }
    const std::string id = record.value("id", ""), words = record["text"], title = record.value("title", "");
    const auto date = retold::parse_date(record.value("date", ""));
    const retold::index_entry entry[] = {{.id = id, .text = words, .date = date, .title = title}};
    const retold::index_verdict verdict = seen.add(entry).front();
    const bool fresh = verdict.status == retold::index_status::fresh;
    if (!mark) {
      if (fresh) out += line;
      continue;
    }
    const std::string status = std::array{"new", "exact", "near", "story"}[static_cast<std::size_t>(verdict.status)];
    std::string similarity = ordered_json(std::round(verdict.similarity * 1e4) / 1e4).dump();
    if (similarity.ends_with(".0")) similarity.resize(similarity.size() - 2);
    const std::string of = verdict.of.empty() ? "null" : ordered_json(verdict.of).dump();
    out += line.substr(0, line.size() - 2) + R"(, "retold": {"status": ")" + status + R"(", "of": )" + of +
           R"(, "similarity": )" + similarity +
           (verdict.story.empty() ? "" : R"(, "story": )" + ordered_json(verdict.story).dump()) + "}}\n";
  }
  return out;
}

// Records some of which are versions of one another, with and without ids, and lines that are none.
std::string stream_of(unsigned seed, std::size_t records) {
  std::mt19937 random(seed);
  const auto below = [&](std::size_t n) { return random() % n; };
  std::vector<std::string> texts;
  std::string out;
  for (std::size_t r = 0; r < records; ++r) {
    std::string text;
    if (!texts.empty() && below(3) == 0) {
      text = texts[below(texts.size())];
      if (below(2) == 0) text += " and one more";
    } else {
      for (std::size_t w = 0, n = 1 + below(60); w < n; ++w) text += "word" + std::to_string(below(500)) + ' ';
    }
    texts.push_back(text);
    switch (below(12)) {
      case 0:
        out += "no record\n";
        break;
      case 1:
        out += R"({"text": ")" + text + "\"}\n";
        break;
      case 2:
        out += R"({"id": "i", "text": "... !"})" + std::string("\n");
        break;
      default:
        out += R"({"id": "r)" + std::to_string(below(records)) + R"(", "n": 1.50, "text": ")" + text + "\"}\n";
    }
  }
  return out;
}

// Records of topics, whose words hardly anybody else has; some copies of one another, some without date or id, some titled.
std::string news_of(unsigned seed, std::size_t records) {
  std::mt19937 random(seed);
  const auto below = [&](std::size_t n) { return random() % n; };
  std::vector<std::string> texts;
  std::string out;
  for (std::size_t r = 0; r < records; ++r) {
    const std::string topic = "t" + std::to_string(below(8)) + 'n';
    std::string text;
    for (std::size_t w = 0; w < 12; ++w)
      text += (below(2) == 0 ? topic + std::to_string(below(9)) : "word" + std::to_string(below(200))) + ' ';
    if (!texts.empty() && below(8) == 0) text = texts[below(texts.size())] + (below(2) == 0 ? "…" : "of late");
    texts.push_back(text);
    ordered_json record = {{"text", text}};
    if (below(10) != 0) record["id"] = 'r' + std::to_string(r);
    if (below(4) != 0) record["date"] = "2026-11-" + std::to_string(10 + (10 * r + below(20)) / records);
    if (below(4) == 0) record["title"] = topic + "3 and " + topic + '5';
    out += record.dump() + '\n';
  }
  return out;
}

}  // namespace

TEST_CASE("filter: as one after the other, however it is cut and however many threads") {
  const temporary_folder at;
  std::size_t number = 0;
  for (const bool mark : {false, true})
    for (const unsigned seed : {1u, 2u, 3u}) {
      const std::string text = stream_of(seed, 300);
      const std::string input = at.write("in.jsonl", text);
      retold::index one(at.path(std::to_string(number++)), retold::index_options{.store_text = seed == 2});
      const std::string expected = twin(one, text, mark);
      for (const std::size_t batch : {1, 7, 1024})
        for (const unsigned threads : {1u, 3u}) {
          retold::index seen(at.path(std::to_string(number++)), retold::index_options{.store_text = seed == 2},
                             {.threads = threads});
          const run got = filtered(seen, {input}, {.mark = mark, .batch = batch});
          CHECK(got.out == expected);
          CHECK(got.report.records == got.report.fresh + got.report.exact + got.report.near);
          CHECK(got.report.bytes == text.size());
          CHECK(got.report.near > 0);
          CHECK(got.report.exact > 0);
          CHECK(seen.verify().empty());
        }
    }
}

TEST_CASE("filter: stories are told as one after the other, however it is cut and however many threads") {
  const temporary_folder at;
  const retold::index_options options{.level = retold::level::story, .window_days = 3};
  std::size_t number = 0;
  for (const bool mark : {false, true}) {
    const std::string text = news_of(mark ? 1 : 2, 300 / slowness), input = at.write("in.jsonl", text);
    retold::index one(at.path(std::to_string(number++)), options);
    const std::string expected = twin(one, text, mark);
    for (const auto& [batch, threads] : {std::pair{1u, 3u}, {7u, 2u}, {1024u, 1u}}) {
      retold::index seen(at.path(std::to_string(number++)), options, {.threads = threads});
      const run got = filtered(seen, {input}, {.mark = mark, .batch = batch});
      CHECK(got.out == expected);
      CHECK(got.report.story >= 10 / slowness);
      CHECK(got.report.exact + got.report.near > 0);
      CHECK(got.report.fresh + got.report.exact + got.report.near + got.report.story == got.report.records);
      CHECK(seen.stats().documents == got.report.fresh + got.report.story);
      CHECK(seen.stats().stories == got.report.fresh);
      CHECK(seen.stats().stories == one.stats().stories);
      CHECK(seen.verify().empty());
    }
  }
}

TEST_CASE("filter: a mark names the story, and the one of it that is most like the record") {
  const temporary_folder at;
  const std::string input = at.write(
      "in.jsonl",
      R"({"id": "bank", "text": "The central bank of Norlandia raised interest rates by half a point; Brekke fears inflation."}
{"id": "storm", "text": "Hurricane Matilda flooded Porto Verde, mayor Quintela ordered villages evacuated along the Sabor river."}
{"id": "again", "text": "Mayor Quintela of Porto Verde evacuated villages at the Sabor river, as Matilda flooded the town."}
{"text": "Hurricane Matilda flooded Porto Verde! Mayor Quintela ordered villages evacuated along the Sabor river."}
{"id": "silent", "text": "…"}
)");
  retold::index seen(at.path("index"), {.level = retold::level::story});
  const std::vector<std::string> out = lines_of(filtered(seen, {input}, {.mark = true}).out);
  REQUIRE(out.size() == 5);
  const auto said = [&](std::size_t line) { return out[line].substr(out[line].find(R"("retold": )")); };
  CHECK(said(0) == R"("retold": {"status": "new", "of": "bank", "similarity": 1, "story": "bank"}})"
                   "\n");
  CHECK(said(1) == R"("retold": {"status": "new", "of": "storm", "similarity": 1, "story": "storm"}})"
                   "\n");
  CHECK(said(2).starts_with(R"("retold": {"status": "story", "of": "storm", "similarity": 0.)"));
  CHECK(said(2).ends_with(R"(, "story": "storm"}})"
                          "\n"));
  CHECK(said(3) == R"("retold": {"status": "exact", "of": "storm", "similarity": 1, "story": "storm"}})"
                   "\n");
  CHECK(said(4) == R"("retold": {"status": "new", "of": "silent", "similarity": 1}})"
                   "\n");
}

TEST_CASE("filter: told to stop, it has judged and passed on the beginning, and can go on from there") {
  const temporary_folder at;
  const std::string text = stream_of(4, 300), input = at.write("in.jsonl", text);
  retold::index whole(at.path("whole"), retold::index_options{});
  const std::string expected = filtered(whole, {input}, {.mark = true}).out;
  for (const unsigned threads : {1u, 3u})
    for (const std::size_t enough : {0, 1, 7, 50}) {
      retold::index seen(at.path(std::to_string(threads) + '-' + std::to_string(enough)), retold::index_options{},
                         {.threads = threads});
      std::size_t asked = 0;
      const run part = filtered(seen, {input}, {.mark = true, .batch = 5, .stop = [&] { return asked++ >= enough; }});
      CHECK(expected.starts_with(part.out));
      CHECK(part.out.size() < expected.size());
      CHECK(part.out.empty() == (enough == 0));
      CHECK(part.report.skipped.empty());
      const std::size_t judged = lines_of(part.out).size();
      CHECK(judged == part.report.records + part.report.bad_lines);
      CHECK(judged <= 5 * enough);
      std::string rest;
      const std::vector<std::string> lines = lines_of(text);
      for (std::size_t i = judged; i < lines.size(); ++i) rest += lines[i];
      CHECK(part.out + filtered(seen, {at.write("rest.jsonl", rest)}, {.mark = true}).out == expected);
    }
}

TEST_CASE("filter: what was fed before gets the answer it got, and changes nothing") {
  for (const retold::level level : {retold::level::near, retold::level::story}) {
    const temporary_folder at;
    const bool story = level == retold::level::story;
    std::string text;  // with ids: without, a repeat is a copy
    for (const std::string& line : lines_of(story ? news_of(5, 200 / slowness) : stream_of(5, 400)))
      if (const auto id = line.find("\"id\":"); id != line.npos && line.find("\"id\": \"i\"") == line.npos) {
        const auto name = line.find('"', id + 5) + 1;
        text += line.substr(0, name) + std::to_string(text.size()) + line.substr(name);
      }
    const std::vector<std::string> lines = lines_of(text);
    retold::index seen(at.path("index"), {.level = level});
    const run first = filtered(seen, {at.write("all.jsonl", text)}, {.mark = true});
    CHECK((first.report.story > 0) == story);
    const retold::index_stats before = seen.stats();
    for (const std::size_t prefix : {std::size_t{1}, lines.size() / 3, lines.size()}) {
      std::string part, answers;
      const std::vector<std::string> answered = lines_of(first.out);
      for (std::size_t i = 0; i < prefix; ++i) part += lines[i], answers += answered[i];
      const run again = filtered(seen, {at.write("part.jsonl", part)}, {.mark = true});
      CHECK(again.out == answers);
      CHECK(again.report.repeated == prefix);
      CHECK(seen.stats().documents == before.documents);
      CHECK(seen.stats().stories == before.stories);
      CHECK(seen.stats().next_number == before.next_number);
    }
  }
}

TEST_CASE("filter: lines pass byte for byte, whatever they end in, and what ends the last file gets an end") {
  const temporary_folder at;
  const std::string odd =
      "{\"id\":1,\"text\":\"a b c d\",\"n\":1.0e+5}\r\n"
      "\n   \n"
      "{ \"text\" : \"caf\\u00e9 noir au lait\" , \"id\":\"x\" }\n"
      "{\"title\": \"only a title here\"}";
  retold::index seen(at.path("index"), retold::index_options{});
  const run got = filtered(seen, {at.write("odd.jsonl", "\xEF\xBB\xBF" + odd)});  // the mark is the file's
  CHECK(got.out == odd.substr(0, odd.find("\n   \n")) + odd.substr(odd.find("\n   \n") + 5) + '\n');
  CHECK(got.report.records == 3);
  CHECK(got.report.titles == 1);
  const std::string one = at.write("one.jsonl", "{\"id\":8,\"text\":\"e f g h\"}"),
                    two = at.write("two.jsonl", "{\"id\":9,\"text\":\"i j k l\"}\r\nnone");
  CHECK(filtered(seen, {one, two, one}).out ==
        "{\"id\":8,\"text\":\"e f g h\"}\n{\"id\":9,\"text\":\"i j k l\"}\r\nnone\n{\"id\":8,\"text\":\"e f g h\"}\n");
  CHECK(filtered(seen, {one}, {.mark = true}).out.ends_with("}}\n"));
  CHECK(got.report.without_id == 1);
  const run none = filtered(seen, {at.write("empty.jsonl", "")});
  CHECK(none.out.empty());
  CHECK(none.report.records == 0);
}

TEST_CASE("filter: a line that is no record passes, is skipped or stops the stream") {
  const temporary_folder at;
  const std::string text =
      "{\"id\": \"a\", \"text\": \"one two three four\"}\nnone\n{\"id\": \"b\", \"text\": \"five six seven eight\"}\n";
  const std::string input = at.write("in.jsonl", text);
  retold::index passing(at.path("passing"), retold::index_options{}), skipping(at.path("skipping"), retold::index_options{}),
      stopping(at.path("stopping"), retold::index_options{});
  const run passed = filtered(passing, {input});
  CHECK(passed.out == text);
  REQUIRE(passed.report.bad.size() == 1);
  CHECK(passed.report.bad[0].input == input + ":2");
  CHECK(passed.report.bad[0].reason == "not JSON");
  const run skipped = filtered(skipping, {input}, {.on_bad = retold::bad_record::skip});
  CHECK(skipped.out == text.substr(0, text.find("none")) + text.substr(text.find("{\"id\": \"b\"")));
  CHECK(skipped.report.bad_lines == 1);
  std::string out;
  const std::string why = message_of(
      [&] {
        retold::filter(stopping, {input}, [&](std::string_view lines) { out += lines; }, {.on_bad = retold::bad_record::stop});
      },
      retold::error_kind::input);
  CHECK(why == input + ":2: not JSON");
  CHECK(out == text.substr(0, text.find("none")));
  CHECK(stopping.stats().documents == 1);
}

TEST_CASE("filter: data of another kind is named, not taken line by line") {
  const temporary_folder at;
  retold::index seen(at.path("index"), retold::index_options{});
  const std::string line = "{\"id\": 1, \"text\": \"one two three four\"}\n";
  for (const std::string opening : {"BZh91AY&SY", "\xFD\x37zXZ", "PK\x03\x04", "PAR1", "\xFF\xFE{"}) {
    const std::string other = at.write("other", opening + "\nx\ny\n" + line);
    const run got = filtered(seen, {other, at.write("in.jsonl", line), other});
    CHECK(got.out == line);
    CHECK(got.report.bad_lines == 0);
    REQUIRE(got.report.skipped.size() == 2);
    CHECK(got.report.skipped[1].input == other);
  }
  CHECK(filtered(seen, {at.write("late.jsonl", line + "PAR1\n")}).report.bad_lines == 1);
}

// Adding them takes as long for each, and so does asking whether the id came before.
TEST_CASE("filter: thousands of texts of one id") {
  const temporary_folder at;
  retold::index seen(at.path("index"), retold::index_options{}, {.memory = 32 << 20});
  const std::size_t count = 50'000 / slowness;
  std::string lines;
  std::mt19937 random(3);
  for (std::size_t n = 0; n < count; ++n) {
    lines += "{\"id\": \"all\", \"text\": \"";
    for (std::size_t word = 0; word < 8; ++word) lines += std::to_string(random()) + ' ';
    lines += "\"}\n";
  }
  const run got = filtered(seen, {at.write("in.jsonl", lines)});
  CHECK(got.out == lines);
  CHECK(got.report.changed_ids == count - 1);
  CHECK(seen.find("all").size() == count);
  CHECK(filtered(seen, {at.write("again.jsonl", lines)}).report.repeated == count);
  CHECK(seen.remove(std::vector<std::string>{"all"}) == count);
}

TEST_CASE("filter: scopes are told apart, and searched where they are named") {
  const temporary_folder at;
  const std::string archive = at.write("archive.jsonl", "{\"id\": \"a\", \"text\": \"one two three four five\"}\n");
  const std::string crawl = at.write("crawl.jsonl",
                                     "{\"id\": \"a\", \"text\": \"one two three four five\"}\n"
                                     "{\"id\": \"c\", \"text\": \"six seven eight nine ten\"}\n");
  retold::index seen(at.path("index"), retold::index_options{});
  CHECK(filtered(seen, {archive}, {.scopes = {.into = "archive"}}).report.fresh == 1);
  CHECK(filtered(seen, {crawl}, {.scopes = {.into = "alone"}}).report.fresh == 2);
  const run beside = filtered(seen, {crawl}, {.scopes = {.into = "beside", .search = {"archive"}}, .mark = true});
  CHECK(beside.report.exact == 1);
  CHECK(beside.out.find(R"("status": "exact", "of": "a")") != beside.out.npos);
  CHECK(filtered(seen, {crawl}, {.scopes = {.into = "last", .search_all = true}}).report.exact == 2);
}

TEST_CASE("filter: of an input that breaks off the whole lines are judged, and it is named") {
  const temporary_folder at;
  std::string lines;
  for (int i = 0; i < 2000; ++i)
    lines += "{\"id\": " + std::to_string(i) + ", \"text\": \"number " + std::to_string(i * 7919) + "\"}\n";
  const std::string whole = gzip(lines), cut = at.write("cut.gz", whole.substr(0, whole.size() / 2)),
                    next = at.write("next.jsonl", "{\"id\": \"n\", \"text\": \"one two three four five\"}\n");
  retold::index seen(at.path("index"), retold::index_options{});
  const run got = filtered(seen, {cut, next}, {.mark = true});
  CHECK(got.report.bad_lines == 0);
  CHECK(got.report.records > 100);
  REQUIRE(got.report.skipped.size() == 1);
  CHECK(got.report.skipped[0].input == cut);
  CHECK(got.report.skipped[0].reason == "truncated gzip data; read up to line " + std::to_string(got.report.records - 1));
}

TEST_CASE("filter: inputs follow one another, packed or not, and what cannot be opened is said before anything is read") {
  const temporary_folder at;
  const std::string a = at.write("a.jsonl", "{\"id\": \"a\", \"text\": \"one two three four five\"}"),
                    b = at.write("b.jsonl", "{\"id\": \"b\", \"text\": \"one two three four five\"}\nnone\n");
  retold::index seen(at.path("index"), retold::index_options{});
  const run got = filtered(seen, {a, b}, {.mark = true});
  CHECK(got.report.records == 2);
  CHECK(got.report.exact == 1);
  CHECK(got.report.bad.at(0).input == b + ":2");
  const std::string missing = at.path("missing.jsonl");
  CHECK(message_of(
            [&] {
              filtered(seen, {a, missing});
            },
            retold::error_kind::input) == missing + ": cannot be read: No such file or directory");
  CHECK(message_of(
            [&] {
              filtered(seen, {a, at.path("index")});
            },
            retold::error_kind::input) == at.path("index") + ": is a folder; give a file");
  CHECK(message_of([&] { filtered(seen, {missing}, {.scopes = {.into = "unmade"}}); }, retold::error_kind::input)
            .ends_with("directory"));
  CHECK(seen.stats().scopes.size() == 1);
  CHECK(message_of([&] { filtered(seen, {}); }) == "nothing to read; name JSONL files, or - for standard input");
  CHECK(message_of([&] { filtered(seen, {a}, {.batch = 0}); }) == "batch 0 is out of range: 1 to 1048576");
}

TEST_CASE("ask: a line for each record, in order, and nothing changes") {
  const temporary_folder at;
  const std::string text = stream_of(9, 200), input = at.write("in.jsonl", text);
  retold::index seen(at.path("index"), retold::index_options{});
  filtered(seen, {input});
  const auto before = seen.stats();
  for (const std::size_t batch : {1, 1024}) {
    std::string out;
    const retold::filter_report report =
        retold::ask(seen, {input}, [&](std::string_view lines) { out += lines; }, {.batch = batch});
    const std::vector<std::string> answers = lines_of(out), asked = lines_of(text);
    REQUIRE(answers.size() == asked.size());
    CHECK(report.records + report.bad_lines == asked.size());
    for (std::size_t i = 0; i < asked.size(); ++i) {
      const ordered_json record = ordered_json::parse(asked[i], nullptr, false), answer = ordered_json::parse(answers[i]);
      if (record.is_discarded()) {
        CHECK(answer["line"] == input + ":" + std::to_string(i + 1));
        continue;
      }
      const auto matches = seen.query(std::string(record["text"]));
      CHECK(answer == ordered_json::parse(retold::to_json(record.value("id", ""), matches)));
      CHECK((record["text"] == "... !" || !matches.empty()));  // itself, or what it is a version of
    }
  }
  CHECK(seen.stats().next_number == before.next_number);
}
