// SPDX-License-Identifier: Apache-2.0
// The mark in the record: against a JSON library's view of before and after, and byte for byte on what else must not change.
#include "../src/dedup_mark.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <random>
#include <vector>

using nlohmann::ordered_json;
using retold::mark;
using retold::with_mark;

namespace {

const mark near_copy{.status = mark::kind::near, .of = "a", .group = 12, .size = 5, .similarity = 0.93};
const std::string near_json = R"("retold": {"status": "near", "of": "a", "group": 12, "size": 5, "similarity": 0.93})";

std::string marked(const std::string& record) { return with_mark(record, near_copy); }

ordered_json json_of(const mark& m) {
  static const char* names[] = {"kept", "exact", "near"};
  return {{"status", names[static_cast<int>(m.status)]},
          {"of", std::string(m.of)},
          {"group", m.group ? ordered_json(*m.group) : ordered_json()},
          {"size", m.size},
          {"similarity", m.similarity}};
}

// The slow way: parsed, changed, and compared as values and as order of the members.
void check_against_library(const std::string& record, const mark& m) {
  ordered_json expected = ordered_json::parse(record);
  expected.erase("retold");
  expected["retold"] = json_of(m);
  const std::string got = with_mark(record, m);
  CHECK_MESSAGE(ordered_json::parse(got, nullptr, false) == expected, record << "  →  " << got);
  CHECK_MESSAGE(with_mark(got, m) == got, "marked again, it must be the same: " << got);
}

}  // namespace

TEST_CASE("the mark is the last member, all else stays byte for byte") {
  CHECK(marked(R"({"id": "b", "text": "x"})") == R"({"id": "b", "text": "x", )" + near_json + "}");
  CHECK(marked(R"({"a":1})") == R"({"a":1, )" + near_json + "}");
  CHECK(marked("  { \"a\" :\t1.50E+2 , \"b\":[ 1,2 ] }  \r") ==
        "  { \"a\" :\t1.50E+2 , \"b\":[ 1,2 ], " + near_json + " }  \r");
  CHECK(marked("{\"t\": \"caf\xC3\xA9 \xFF \\u00e9 \\ud83d \\/\"}") ==
        "{\"t\": \"caf\xC3\xA9 \xFF \\u00e9 \\ud83d \\/\", " + near_json + "}");
  CHECK(marked("{}") == "{" + near_json + "}");
  CHECK(marked(" { } ") == " {" + near_json + " } ");
  CHECK(marked(R"({"n": 123456789012345678901234567890})") == R"({"n": 123456789012345678901234567890, )" + near_json + "}");
}

TEST_CASE("what looks like an end or a member in strings and inside is none") {
  for (const char* record : {
           R"({"a": "}", "b": "{\"retold\": 1}"})",
           R"({"a": "\\", "b": "\\\"", "c": "\\\\"})",
           R"({"a": {"retold": 1, "b": [{"retold": {}}, "]"]}, "c": null})",
           R"({"retold ": 1, "Retold": 2, "retol": 3, "retolds": 4, "": 5, "\\u0072etold": 6})",
           R"({"a": [], "b": {}, "c": [[[]]], "d": true, "e": -0.5e-7, "f": false})",
       })
    check_against_library(record, near_copy);
  CHECK(marked(R"({"a": {"retold": 1}})") == R"({"a": {"retold": 1}, )" + near_json + "}");
}

TEST_CASE("an old mark is cut out with one comma, wherever it stands") {
  CHECK(marked(R"({"a": 1, "retold": {"x": [1, "}"]}})") == R"({"a": 1, )" + near_json + "}");
  CHECK(marked(R"({"retold": 7, "a": 1})") == R"({"a": 1, )" + near_json + "}");
  CHECK(marked(R"({"a": 1 , "retold" : null , "b": 2})") == R"({"a": 1 , "b": 2, )" + near_json + "}");
  CHECK(marked(R"({"retold": "only"})") == "{" + near_json + "}");
  CHECK(marked(R"({"retold": 1, "a": 1, "retold": 2, "b": 2, "retold": 3})") == R"({"a": 1, "b": 2, )" + near_json + "}");
  CHECK(marked(R"({"retol\u0064": 1, "a": 1})") == R"({"a": 1, )" + near_json + "}");
  CHECK(marked(R"({"\u0072\u0065\u0074\u006F\u006c\u0064": 1, "\u0072": 1})") == R"({"\u0072": 1, )" + near_json + "}");
  CHECK(marked(R"({"r\u1065told": 1})") == R"({"r\u1065told": 1, )" + near_json + "}");
}

TEST_CASE("every kind of mark") {
  CHECK(with_mark("{}", {.status = mark::kind::kept, .of = "x", .group = std::nullopt, .size = 1, .similarity = 1}) ==
        R"({"retold": {"status": "kept", "of": "x", "group": null, "size": 1, "similarity": 1}})");
  CHECK(
      with_mark("{}",
                {.status = mark::kind::exact, .of = "a\"\\\n\x01é\xFF", .group = 0, .size = 4'000'000'000, .similarity = 1}) ==
      "{\"retold\": {\"status\": \"exact\", \"of\": \"a\\\"\\\\\\n\\u0001é\xEF\xBF\xBD\", \"group\": 0, \"size\": 4000000000, "
      "\"similarity\": 1}}");
  CHECK(with_mark("{}", {.status = mark::kind::near, .of = "", .group = 1, .size = 2, .similarity = 0.123456}) ==
        R"({"retold": {"status": "near", "of": "", "group": 1, "size": 2, "similarity": 0.1235}})");
}

TEST_CASE("as a JSON library sees it: random records, with random blanks") {
  std::mt19937 random(11);
  const auto roll = [&](unsigned n) { return static_cast<unsigned>(random() % n); };
  const auto blank = [&] { return std::string(roll(3) == 0 ? roll(3) : 0, " \t\r"[roll(3)]); };
  static const char* names[] = {"id", "text", "retold", "retol\\u0064", "re\\u0074old", "\\\"", "a,b", "{", "}:", "\\\\", ""};
  static const char* scalars[] = {"1",     "-0.25", "true", "null",           "\"\"",        "\"}\"",      "\"\\\\\"",
                                  "\"[\"", "1e300", "[]",   "\"\\\"retold\"", "\"\\u007b\"", "\"日本 é\"", "{ }"};
  const auto value = [&](const auto& self, unsigned depth) -> std::string {
    if (depth == 0 || roll(3) != 0) return scalars[roll(std::size(scalars))];
    const bool object = roll(2) == 0;
    std::string out(1, object ? '{' : '[');
    for (unsigned i = roll(4); i > 0; --i) {
      if (object) out += blank() + '"' + names[roll(std::size(names))] + '"' + blank() + ':';
      out += blank() + self(self, depth - 1) + blank() + (i > 1 ? "," : "");
    }
    return out + (object ? '}' : ']');
  };
  for (int round = 0; round < 4000; ++round) {
    // Each name once: of what comes twice, libraries keep the first or the last.
    std::vector<std::string> order(names, names + std::size(names));
    std::shuffle(order.begin(), order.end(), random);
    std::string record = blank() + '{';
    const unsigned count = roll(6);
    bool ours = false;
    for (unsigned i = 0; i < count; ++i) {
      if (order[i].starts_with("re") && std::exchange(ours, true)) order[i] += '~';
      record += (i == 0 ? "" : ",") + blank() + '"' + order[i] + '"' + blank() + ':' + blank() + value(value, 3) + blank();
    }
    check_against_library(record + '}' + blank(), near_copy);
  }
}

// No line reaches this function that the parser has not taken; should one, it must not read past its end.
TEST_CASE("all short lines of the characters that matter") {
  const std::string alphabet = "{}\"\\:,r [1";
  std::size_t lines = 0;
  std::string line;
  const auto each = [&](const auto& self, std::size_t left) -> void {
    const std::vector<char> exact(line.begin(), line.end());  // so that the sanitizer sees the end
    lines += with_mark({exact.data(), exact.size()}, near_copy).size() >= near_json.size() ? 1 : 0;
    for (const char c : left == 0 ? std::string() : alphabet) {
      line.push_back(c);
      self(self, left - 1);
      line.pop_back();
    }
  };
  each(each, 5);
  CHECK(lines == 111'111);
  for (const char* cut :
       {"{\"retold\": {\"a\": [1, {\"b\": \"\\", "{\"\\u00", "{\"\\u0072\\u", "{\"retold", "{\"retold\"", "{\"retold\":"})
    CHECK(marked(cut).size() >= near_json.size());
}

TEST_CASE("a long record costs as much as its length") {
  const std::string text(8'000'000, 'x'), slashes(4'000'000, '\\');
  std::string quotes;
  for (int i = 0; i < 2'000'000; ++i) quotes += "\\\"";
  const auto began = std::chrono::steady_clock::now();
  for (const std::string& value : {text, slashes, quotes}) {
    const std::string record = "{\"text\": \"" + value + "\"}";
    CHECK(marked(record) == "{\"text\": \"" + value + "\", " + near_json + "}");
  }
  const std::string deep = "{\"a\": " + std::string(1'000'000, '[') + std::string(1'000'000, ']') + "}";
  CHECK(marked(deep).size() == deep.size() + near_json.size() + 2);
  CHECK(std::chrono::steady_clock::now() - began < std::chrono::seconds(20));  // and not with its square
}
