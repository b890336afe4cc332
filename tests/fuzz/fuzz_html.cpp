// SPDX-License-Identifier: Apache-2.0
// Pages: whatever the bytes are, the text is UTF-8 and its map leads, forwards, to whole characters of the page; so do the maps
// of what the next stages make of it, up to the passages of two pages and the report of them.
//
// Input: three characters that choose format, size of shingles and kind of passages, then one page, or two with \x1D between.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "../../src/read_encoding.hpp"
#include "../../src/read_html.hpp"
#include "../../src/read_markdown.hpp"
#include "../../src/utf8.hpp"
#include "promise.hpp"
#include "retold/retold.hpp"

using retold::document;
using retold::slice;

namespace {

std::string_view part(std::string_view text, slice where) { return text.substr(where.begin, where.size()); }

bool at_boundary(std::string_view text, std::size_t at) { return at >= text.size() || !retold::continues_character(text[at]); }

// A slice of valid UTF-8.
void check_slice(std::string_view text, slice where, const char* what) {
  promise(where.begin <= where.end && where.end <= text.size(), what, "out of range");
  promise(at_boundary(text, where.begin) && at_boundary(text, where.end), what, "inside a character");
}

// `each` gets every character of the text and the bytes it stands for.
template <class function>
void check_map(std::string_view text, const retold::offset_map& map, std::string_view source, const function& each) {
  const bool whole_characters = retold::valid_utf8(source);
  slice before;
  for (std::uint32_t at = 0, length = 0; at < text.size(); at += length) {
    length = retold::step_utf8(text, at).length;
    const slice from = map.to_source({at, at + length});
    promise(from.begin >= before.begin && from.end >= before.end, "a map never goes backwards", text.substr(at));
    promise(from.begin <= from.end && from.end <= source.size(), "a map stays in what it maps", text.substr(at));
    promise(!from.empty() || text[at] == '\n', "but line ends that are added, all stands for something", text.substr(at));
    if (whole_characters) check_slice(source, from, "a map leads to whole characters");
    each(text.substr(at, length), part(source, from));
    before = from;
  }
}

// A letter stands for itself, if it was not written as a reference.
void check_letter(std::string_view character, std::string_view from) {
  const char c = retold::ascii_lower(character.front());
  if (c >= 'a' && c <= 'z' && !from.starts_with('&')) promise(from == character, "a letter leads to itself", from);
}

bool utf16(std::string_view bytes) { return bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF"); }

document read(std::string_view bytes, unsigned format) {
  document d = retold::read_text("id", bytes, format < 2 ? retold::text_format::html : retold::text_format::plain);
  if (format != 3) return d;
  d.title.clear();
  d.title_in_text = false;
  retold::read_markdown(d);
  return d;
}

void check_document(const document& d, std::string_view bytes) {
  promise(retold::valid_utf8(d.text) && retold::valid_utf8(d.title), "what is read is UTF-8");
  promise(d.bytes == bytes.size(), "the size of what is stored");
  const auto letter = utf16(bytes) ? [](std::string_view, std::string_view) {} : check_letter;
  check_map(d.text, d.text_origin, bytes, letter);
  check_map(d.title, d.title_origin, bytes, letter);
  std::uint32_t end = 0;
  for (const slice each : d.furniture) {
    check_slice(d.text, each, "furniture is a part of the text");
    promise(each.begin >= end && !each.empty(), "furniture is in order, and apart");
    end = each.end;
  }
}

// The reader without a parser, which only large pages meet.
void check_tags(std::string_view bytes) {
  const std::string page = retold::repair_utf8(bytes);
  std::uint32_t end = 0;
  for (const auto& run : retold::outline_by_tags(page).runs) {
    promise(run.where.begin >= end && run.where.end > run.where.begin, "pieces are in order, and apart");
    check_slice(page, {run.where.begin, run.where.end}, "pieces are parts of the page");
    end = run.where.end;
  }
}

void check_words(const retold::segmented& s, std::string_view text) {
  slice folded, where;
  for (const retold::word& w : s.words) {
    check_slice(s.normal.bytes, w.folded, "a word is a part of the folded text");
    check_slice(text, w.where, "a word is a part of the text");
    promise(w.folded.begin >= folded.end && !w.folded.empty(), "words are in order, and apart");
    promise(w.where.begin >= where.begin && w.where == s.normal.origin.to_source(w.folded), "a word leads to where it stands");
    folded = w.folded, where = w.where;
  }
}

void check_sentences(const retold::segmented& s, std::string_view text) {
  std::uint32_t end = 0, word = 0, line = 0;
  for (const retold::sentence& each : s.sentences) {
    check_slice(text, each.where, "a sentence is a part of the text");
    promise(each.where.begin >= end && !each.where.empty(), "sentences are in order, and apart");
    promise(each.first == word && each.last >= word && each.last <= s.words.size(), "a word is in one sentence");
    promise(each.line >= line, "lines are in order");
    for (; word < each.last; ++word)
      promise(each.where.begin <= s.words[word].where.begin && s.words[word].where.end <= each.where.end,
              "a sentence holds its words", part(text, each.where));
    end = each.where.end, line = each.line;
  }
  promise(word == s.words.size(), "every word is in a sentence");
}

void check_segments(const retold::segmented& s, const std::string& text) {
  promise(retold::valid_utf8(s.normal.bytes), "folded text is UTF-8");
  check_map(s.normal.bytes, s.normal.origin, text, [](std::string_view, std::string_view) {});
  check_words(s, text);
  check_sentences(s, text);
  const std::vector<retold::word> words = retold::words(s.normal);
  const auto same = [](const retold::word& a, const retold::word& b) {
    return a.folded == b.folded && a.where == b.where && a.joined == b.joined;
  };
  promise(std::equal(words.begin(), words.end(), s.words.begin(), s.words.end(), same), "words alone are the same words");
}

void check_shingles(const retold::segmented& s, const std::string& text, const retold::shingle_options& options) {
  const retold::shingle_set set = retold::shingles(s, options);
  promise(std::is_sorted(set.begin(), set.end()), "shingles are sorted");
  promise(std::adjacent_find(set.begin(), set.end()) == set.end(), "each is there once");
  promise(set == retold::shingles(text, options), "shingles in one pass are those of the words");
  retold::shingle_set list = retold::shingle_list(text, options);
  std::sort(list.begin(), list.end());
  list.erase(std::unique(list.begin(), list.end()), list.end());
  promise(set == list, "the list holds what the set does");
  promise((retold::exact_key(s) == 0) == s.words.empty(), "no words have the key 0, and nothing else does");
}

const std::string& text_of(const document& d, retold::field which) { return which == retold::field::text ? d.text : d.title; }

void check_passage(const retold::comparison& found, const retold::passage& p) {
  promise(p.a.document == 0 && p.b.document == 1, "a passage has a side in each");
  promise(p.score >= 0 && p.score <= 1 && p.copied >= 0 && p.copied <= 1, "scores are shares");
  const std::string &a = text_of(found.a, p.a.field), &b = text_of(found.b, p.b.field);
  check_slice(a, p.a.where, "a side is a part of its text");
  check_slice(b, p.b.where, "a side is a part of its text");
  const auto check_inside = [](std::string_view text, slice all, slice each) {
    check_slice(text, each, "what differs is a part of the text");
    promise(each.empty() || (each.begin >= all.begin && each.end <= all.end), "what differs is in the passage");
  };
  for (const auto& each : p.differences) check_inside(a, p.a.where, each.a), check_inside(b, p.b.where, each.b);
  for (const auto& each : p.conflicts) check_inside(a, p.a.where, each.a), check_inside(b, p.b.where, each.b);
}

void check_comparison(document a, document b, const retold::shingle_options& shingle, bool spans) {
  b.id = "other";
  const retold::cluster_options options{.shingle = shingle, .whole_spans = spans, .threads = 1};
  const retold::comparison found = retold::compare(std::move(a), std::move(b), options);
  for (const retold::passage& p : found.passages) check_passage(found, p);
  for (const slice each : found.boilerplate_a) check_slice(found.a.text, each, "boilerplate is a part of the text");
  for (const slice each : found.boilerplate_b) check_slice(found.b.text, each, "boilerplate is a part of the text");
  promise(found.overlap.jaccard >= 0 && found.overlap.jaccard <= 1, "an overlap is a share");
  const std::string json = retold::to_json(found);
  promise(nlohmann::json::accept(json), "the report is JSON", json);
  promise(retold::valid_utf8(retold::to_text(found)) && retold::valid_utf8(retold::to_html(found)), "reports are UTF-8");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  choices given(data, size);
  const unsigned format = given.next(4);
  const unsigned shingle_size = given.next(10);
  const unsigned kind = given.next(4);
  const retold::shingle_options shingle{.unit = kind % 2 == 0 ? retold::shingle_unit::word : retold::shingle_unit::character,
                                        .size = 1 + shingle_size};
  std::vector<document> pages;
  for_each_piece(given.rest(), '\x1D', [&](std::string_view bytes) {
    pages.push_back(read(bytes, format));
    check_document(pages.back(), bytes);
    if (format < 2) check_tags(bytes);
    const std::string& text = pages.back().text;
    const retold::segmented s = retold::segment(text);
    check_segments(s, text);
    check_shingles(s, text, shingle);
  });
  if (pages.size() > 1) check_comparison(std::move(pages[0]), std::move(pages[1]), shingle, kind >= 2);
  return 0;
}
