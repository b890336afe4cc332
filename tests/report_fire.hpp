// SPDX-License-Identifier: Apache-2.0
#pragma once
// The finding that the tests of the report show: small, made by hand, with one of everything.

#include <doctest/doctest.h>

#include <string>
#include <utility>

#include "retold/report.hpp"

namespace retold::testing {

inline slice part(const std::string& text, const std::string& wanted) {
  const std::size_t at = text.find(wanted);
  REQUIRE(at != text.npos);
  return {static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(at + wanted.size())};
}

inline document plain(std::string id, std::string text) {
  document d;
  d.id = std::move(id);
  d.title = text.substr(0, text.find('\n'));
  d.title_in_text = true;
  d.bytes = text.size();
  d.text = std::move(text);
  return d;
}

// Two tellings of one fire (the second from HTML, its title a field of its own), a copy of the first, one article alone.
inline clustering fire() {
  clustering c;
  c.options = {{"shingle", "\"word:3\""}, {"slots", "128"}};
  c.documents = {plain("a.txt", "Fire in Orlan\nSome 50 000 people left Orlan.\n"),
                 plain("b.html", "About 30 000 fled the town on Monday.\n"),
                 plain("c.txt", "Fire in Orlan\nSome 50 000 people left Orlan.\n"), plain("z.txt", "Cheese fair opens\n")};
  document& html = c.documents[1];
  html.title = "Orlan burns";
  html.title_in_text = false;
  html.source = "The Gazette";
  html.date = "2026-05-04";
  html.warnings = {"1 invalid UTF-8 sequence"};
  html.text_origin.append(static_cast<std::uint32_t>(html.text.size()), 100,
                          100 + static_cast<std::uint32_t>(html.text.size()));
  html.title_origin.append(11, 7, 18);
  html.bytes = 400;
  c.tokens = {9, 7, 9, 3};
  c.boilerplate.resize(4);

  passage copy, said, title;
  copy.kind = passage_class::identical;
  copy.score = 1;
  copy.a = {0, field::text, {14, 44}};
  copy.b = {2, field::text, {14, 44}};
  said.kind = passage_class::paraphrased;
  said.score = 0.63456789;
  said.a = {0, field::text, {14, 44}};
  said.b = {1, field::text, {0, 37}};
  said.differences = {{part(c.documents[0].text, "Some"), part(html.text, "About")},
                      {part(c.documents[0].text, "left"), part(html.text, "fled")},
                      {slice{43, 43}, part(html.text, "on Monday")}};
  said.conflicts = {{"number", part(c.documents[0].text, "50 000"), part(html.text, "30 000")}};
  title.kind = passage_class::paraphrased;
  title.score = 0.5;
  title.a = {0, field::text, {0, 13}};
  title.b = {1, field::title, {0, 11}};
  c.passages = {title, said, copy};

  retold::link first, second;
  first.a = 0, first.b = 1, first.score = 0.4, first.overlap = {0.02, 0.11, 0.08}, first.reasons = {"2 paraphrased sentences"};
  second.a = 0, second.b = 2, second.level = level::exact, second.score = 1, second.overlap = {1, 1, 1};
  c.links = {first, second};
  c.groups = {{level::story, "Fire in Orlan", {0, 1, 2}, 0, {{0, 2}}, {{0, 2}}, 0.5},
              {level::story, "Cheese fair opens", {3}, 3, {}, {}, 0}};
  c.related = {{0, 1, 0.2}};
  c.skipped = {{"x.bin", "binary"}};
  return c;
}

inline comparison two() {
  const clustering c = fire();
  comparison m;
  m.a = c.documents[0];
  m.b = c.documents[1];
  m.tokens_a = 9, m.tokens_b = 7;
  m.overlap = {0.02, 0.11, 0.08};
  m.simhash = 0.7;
  m.share_a = {0, 0.25, 0.5, 0.25};
  m.share_b = {0, 0, 0.75, 0.25};
  m.passages = {c.passages[0], c.passages[1]};
  return m;
}

}  // namespace retold::testing
