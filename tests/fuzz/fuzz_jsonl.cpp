// SPDX-License-Identifier: Apache-2.0
// Records: the two ways to read one agree with one another and with a JSON library; a mark changes nothing but the mark; a
// stream of records is its lines, however it arrives.
//
// Input: three characters that choose field names, mark and size of reads, then JSONL.
#include <algorithm>
#include <cstring>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "../../src/dedup_mark.hpp"
#include "../../src/read_encoding.hpp"
#include "../../src/read_jsonl.hpp"
#include "../../src/read_record.hpp"
#include "../../src/utf8.hpp"
#include "promise.hpp"

using nlohmann::ordered_json;
using retold::mark;
using retold::record_parser;
using retold::with_mark;

namespace {

const retold::read_options field_names[] = {
    {},
    {.id_field = "key", .text_field = "body", .title_field = "headline", .date_field = "when"},
    {.id_field = "text", .text_field = "text", .title_field = "text", .date_field = "text"},
    {.id_field = "n",
     .text_field = "é",
     .title_field = "\"",
     .date_field = "id",
     .source_field = "a b",
     .language_field = "a b"},
};
const record_parser::wishes all_wishes{.id = true, .date = true, .number_field = "n"};

// Exactly as long as what is in it: past its end is somebody else's memory.
struct exact_copy {
  std::vector<char> bytes;
  exact_copy(std::string_view from, std::size_t padding) : bytes(from.begin(), from.end()) {
    size = bytes.size();
    bytes.resize(size + padding, '}');
    bytes.shrink_to_fit();
  }
  std::size_t size;
  std::string_view view() const { return {bytes.data(), size}; }
};

// The record as a JSON library has it; nothing where that cannot say: numbers beyond its reach, a byte order mark.
std::optional<ordered_json> by_library(std::string_view line) {
  if (line.starts_with(retold::utf8_mark) || line.find(char{}) != line.npos) return std::nullopt;  // NUL ends its input
  try {
    return ordered_json::parse(line);
  } catch (const ordered_json::parse_error&) {
    return ordered_json(ordered_json::value_t::discarded);
  } catch (const ordered_json::out_of_range&) {
    return std::nullopt;
  }
}

std::string string_in(const ordered_json& record, const std::string& name) {
  const auto at = record.find(name);
  return at != record.end() && at->is_string() ? at->get<std::string>() : std::string();
}

bool mended(const retold::document& d) {
  return std::any_of(d.warnings.begin(), d.warnings.end(), [](const std::string& warning) {
    return warning.find("invalid UTF-8") != warning.npos || warning.find("lone surrogate") != warning.npos;
  });
}

// What the library's view of the record asks of ours.
void check_values(const ordered_json& record, const record_parser::outcome& got, const retold::read_options& names) {
  const auto text = record.find(names.text_field);
  const bool there = text != record.end() && !text->is_null();
  const std::string title = string_in(record, names.title_field);
  if (there ? !text->is_string() : title.empty()) return promise(!got.found, "there was no text, and yet a document");
  promise(got.found.has_value(), "a record is refused", got.problem);
  const std::string said = string_in(record, names.text_field);
  promise(got.found->text == (said.empty() ? title : said), "the text is the member's, or the title", got.found->text);
  promise(got.is_title == (said.empty() && !title.empty()), "is_title");
  promise(title.empty() || got.found->title == title, "the title is the member's", got.found->title);
  const auto id = record.find(names.id_field);
  if (id == record.end()) return promise(got.found->id.empty(), "an id from nowhere", got.found->id);
  if (id->is_string()) promise(got.found->id == id->get<std::string>(), "the id is the member's", got.found->id);
  if (id->is_number())
    promise(std::strtod(got.found->id.c_str(), nullptr) == id->get<double>(), "a number's digits as id", got.found->id);
}

// No deeper than brackets are many; simdjson refuses what is deeper than 1,024.
bool shallow(std::string_view line) {
  return std::count_if(line.begin(), line.end(), [](char c) { return c == '[' || c == '{'; }) < 1000;
}

void check_against_library(std::string_view line, const record_parser::outcome& got, const retold::read_options& names) {
  const std::optional<ordered_json> record = by_library(line);
  if (!record || !shallow(line)) return;
  if (record->is_discarded()) return promise(!got.found || mended(*got.found), "no JSON, and yet a record", line);
  if (record->is_object()) return check_values(*record, got, names);
  promise(got.problem.starts_with("not an object but "), "JSON that is no object", got.problem);
}

// The number asked for, where a JSON library knows it.
void check_number(std::string_view line, const record_parser::glance& seen) {
  const std::optional<ordered_json> record = by_library(line);
  if (!record || !record->is_object() || !seen.problem.empty()) return;
  const auto number = record->find(all_wishes.number_field);
  const bool there = number != record->end() && number->is_number();
  promise(there == seen.number.has_value(), "there is a number if there is one");
  promise(!there || number->get<double>() == *seen.number, "the number is the member's");
}

void check_look(const record_parser::outcome& got, const record_parser::glance& seen) {
  promise(got.found.has_value() == seen.problem.empty() && got.problem == seen.problem, "parse and look agree", seen.problem);
  if (!got.found) return;
  const retold::document& d = *got.found;
  promise(d.text == seen.text && got.is_title == seen.is_title, "parse and look see one text", seen.text);
  promise(d.id == seen.id, "parse and look see one id", seen.id);
  promise(d.date == seen.date, "parse and look see one date", seen.date);
  for (const std::string* each : {&d.text, &d.title, &d.id, &d.date, &d.source, &d.language})
    promise(retold::valid_utf8(*each), "everything in a document is UTF-8", *each);
  promise(d.bytes == d.text.size() && d.text_origin.identity(), "offsets count bytes of the text");
}

// Whether `left` is what remains of `all` when parts of it are cut out.
bool remains(std::string_view left, std::string_view all) {
  std::size_t at = 0;
  for (const char c : all)
    if (at < left.size() && left[at] == c) ++at;
  return at == left.size();
}

// Whether `more` is `line` with one piece put in.
bool one_piece_more(std::string_view line, std::string_view more) {
  if (more.size() < line.size()) return false;
  const auto front = std::mismatch(line.begin(), line.end(), more.begin()).first - line.begin();
  const auto back = std::mismatch(line.rbegin(), line.rend(), more.rbegin()).first - line.rbegin();
  return static_cast<std::size_t>(front + back) >= line.size();
}

// `member`: the mark, as it is written into an empty record.
void check_bytes(std::string_view line, std::string_view marked, std::string_view member) {
  const std::size_t at = marked.rfind(member);
  promise(at != marked.npos, "the mark is in the line", marked);
  std::string without(marked);
  without.erase(at, member.size());
  if (without.substr(0, at).ends_with(", ") && !remains(without, line)) without.erase(at - 2, 2);
  promise(remains(without, line), "what is not the mark was there before", marked);
  const bool named = line.find("retold") != line.npos || line.find('\\') != line.npos;
  if (!named) promise(one_piece_more(line, marked), "a record without a mark stays as it is, byte for byte", marked);
}

void check_member(std::string_view line, std::string_view marked, const mark& m) {
  std::optional<ordered_json> before = by_library(line);
  if (!before || before->is_discarded()) return;
  const bool was_there = before->contains("retold");
  const std::optional<ordered_json> after = by_library(marked);
  promise(after && after->is_object() && after->contains("retold"), "a marked record is a record with a mark", marked);
  promise(std::prev(after->end()).key() == "retold", "the mark is the last member", marked);
  promise(after->at("retold").at("of") == retold::repair_utf8(m.of), "the mark's id is what was given", marked);
  if (!was_there) promise(one_piece_more(line, marked), "without a mark before, nothing else changes", marked);
  before->erase("retold");
  (*before)["retold"] = after->at("retold");
  promise(*before == *after, "all other members are as they were", marked);
}

void check_mark(std::string_view line, const retold::document& read, record_parser& parser, const mark& m) {
  const exact_copy tight(line, 0);
  const std::string marked = with_mark(tight.view(), m);
  std::string member = with_mark("{}", m);
  member = member.substr(1, member.size() - 2);
  check_bytes(line, marked, member);
  check_member(line, marked, m);
  promise(with_mark(marked, m) == marked, "marking twice is marking once", marked);
  const mark other{.status = mark::kind::kept, .of = "}\\\"{", .group = 7, .size = 2, .similarity = 0.5};
  promise(with_mark(marked, other) == with_mark(line, other), "a new mark takes the old one's place", marked);
  const exact_copy padded(marked, record_parser::padding());
  const auto again = parser.parse(padded.view());
  promise(again.found.has_value(), "a marked record can be read", marked);
  promise(again.found->text == read.text && again.found->id == read.id && again.found->title == read.title,
          "a marked record says what it said", marked);
}

// A record that the stream of records must find again.
struct expected {
  std::string text, id;
};

std::optional<expected> check_line(std::string_view line, record_parser& parser, const retold::read_options& names,
                                   unsigned way) {
  const exact_copy padded(line, record_parser::padding());
  const auto got = parser.parse(padded.view());
  check_look(got, parser.look(padded.view(), all_wishes));
  check_number(line, parser.look(padded.view(), all_wishes));
  check_look(record_parser(names).parse(padded.view()), parser.look(padded.view(), all_wishes));
  check_against_library(line, got, names);
  if (!got.found) return std::nullopt;
  const std::optional<std::uint64_t> group = way % 2 == 0 ? std::nullopt : std::optional<std::uint64_t>(way);
  check_mark(line, *got.found, parser,
             {.status = static_cast<mark::kind>(way % 3),
              .of = way < 5 ? std::string_view(got.found->id) : line.substr(0, 40),
              .group = group,
              .size = way,
              .similarity = way / 9.0});
  return expected{got.found->text, got.found->id};
}

// The whole of it through the reader of streams, a few bytes at a time.
void check_stream(std::string_view all, const retold::read_options& names, std::size_t step,
                  const std::vector<expected>& lines) {
  const auto fill = [&](std::span<char> into) {
    const std::size_t n = std::min({into.size(), step, all.size()});
    std::copy_n(all.begin(), n, into.begin());
    all.remove_prefix(n);
    return n;
  };
  std::size_t read = 0;
  retold::read_report report;
  retold::fields_seen seen;
  const auto sink = [&](retold::document&& d) {
    promise(read < lines.size() && d.text == lines[read].text, "the stream's records are its lines", d.text);
    promise(d.id == lines[read].id || (lines[read].id.empty() && d.id.starts_with("id:")), "and so are their ids", d.id);
    ++read;
  };
  retold::read_records(fill, "in", "id", names, sink, seen, report, [] { return std::string(); });
  promise(read == lines.size() || !report.skipped.empty(), "what is not read is named");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  choices given(data, size);
  const retold::read_options& names = field_names[given.next(std::size(field_names))];
  const unsigned way = given.next(10);
  const std::size_t step = 1 + std::size_t{given.next(10)} * 7;
  record_parser parser(names);
  std::vector<expected> lines;
  bool first = true;
  for_each_piece(given.rest(), '\n', [&](std::string_view line) {
    if (std::exchange(first, false) && line.starts_with(retold::utf8_mark)) line.remove_prefix(retold::utf8_mark.size());
    if (auto found = check_line(line, parser, names, way)) lines.push_back(std::move(*found));
  });
  check_stream(given.rest(), names, step, lines);
  return 0;
}
