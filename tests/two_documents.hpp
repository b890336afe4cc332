// SPDX-License-Identifier: Apache-2.0
#pragma once
// Two documents side by side, for the tests of alignment and of spans.

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "retold/align.hpp"

namespace {

using namespace retold;

[[maybe_unused]] inline document make(std::string text, std::string title = {}) {
  document d;
  d.text = std::move(text);
  d.title = std::move(title);
  return d;
}

// Two documents, prepared. Not to be copied: the articles point at the documents.
struct two_documents {
  two_documents(document first, document second)
      : da(std::move(first)), db(std::move(second)), a(prepare(da)), b(prepare(db)) {}
  two_documents(const two_documents&) = delete;
  document da, db;
  article a, b;
};

// And the passages between them.
struct two : two_documents {
  two(document first, document second, align_options options = {}) : two_documents(std::move(first), std::move(second)) {
    run(options);
  }
  void run(align_options options = {}) {
    const article* both[] = {&a, &b};
    passages = align(a, b, vocabulary(both), options);
  }
  static std::string_view text(const document& d, const side& s) {
    const std::string& whole = s.field == field::title ? d.title : d.text;
    REQUIRE(s.where.begin <= s.where.end);
    REQUIRE(s.where.end <= whole.size());
    return std::string_view(whole).substr(s.where.begin, s.where.size());
  }
  std::string_view text_a(std::size_t i) const { return text(da, passages[i].a); }
  std::string_view text_b(std::size_t i) const { return text(db, passages[i].b); }
  bool links(std::string_view in_a, std::string_view in_b) const {
    for (std::size_t i = 0; i < passages.size(); ++i)
      if (text_a(i).find(in_a) != std::string::npos && text_b(i).find(in_b) != std::string::npos) return true;
    return false;
  }

  std::vector<passage> passages;
};

inline bool at_boundary(std::string_view text, std::uint32_t at) {
  return at <= text.size() && (at == text.size() || (static_cast<unsigned char>(text[at]) & 0xC0) != 0x80);
}

[[maybe_unused]] inline void check_slices(const two& t) {
  for (const passage& p : t.passages) {
    const auto inside = [](const side& s, slice x, const std::string& whole) {
      CHECK(x.begin <= x.end);
      CHECK(s.where.begin <= x.begin);
      CHECK(x.end <= s.where.end);
      CHECK(at_boundary(whole, x.begin));
      CHECK(at_boundary(whole, x.end));
    };
    const std::string& in_a = p.a.field == field::title ? t.da.title : t.da.text;
    const std::string& in_b = p.b.field == field::title ? t.db.title : t.db.text;
    inside(p.a, p.a.where, in_a);
    inside(p.b, p.b.where, in_b);
    for (const difference& d : p.differences) inside(p.a, d.a, in_a), inside(p.b, d.b, in_b);
    for (const conflict& c : p.conflicts) inside(p.a, c.a, in_a), inside(p.b, c.b, in_b);
    CHECK(p.score > 0);
    CHECK(p.score < 1);
    CHECK(p.a.document == 0);
    CHECK(p.b.document == 1);
  }
}

}  // namespace
