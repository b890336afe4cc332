// SPDX-License-Identifier: Apache-2.0
#pragma once
// Stage 14. What was found, as text for a terminal, as JSON for programs, as one HTML file for a browser.
//
//   const retold::clustering found = retold::cluster(documents);
//   std::cout << retold::to_text(found, {.width = 100, .colour = true});
//   std::ofstream("stories.json") << retold::to_json(found);
//   std::ofstream("report.html") << retold::to_html(found);      // self-contained: no network, no other file
//
// JSON: docs/format.md. Scores carry up to four decimals; offsets count bytes of the stored text (of the decoded string for
// JSONL). A comparison is one line, a clustering one line for each document, group, link and passage; both end in '\n'.
// All text of documents is escaped everywhere: HTML, JSON, and control characters on the terminal.
// Cost: O(size of the output). Never fails; thread-safe. Same value in, same bytes out.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "retold/align.hpp"
#include "retold/types.hpp"

namespace [[gnu::visibility("default")]] retold {

// What the work met on its way; shown in summaries.
struct statistics {
  std::uint64_t boilerplate_lines = 0;
  std::uint64_t candidates = 0;    // pairs looked at
  std::uint64_t hot_buckets = 0;   // LSH buckets of more than 64 documents, compared with leaders only
  std::uint64_t templates = 0;     // of those: more than 10,000 documents
  std::uint64_t common_terms = 0;  // words and sentences in too many articles to propose story candidates
};

// Documents are sorted by id; every document is in exactly one group; groups are ordered by size, then first document.
struct clustering {
  retold::level level = level::story;
  std::vector<std::pair<std::string, std::string>> options;  // what affects the result: name, value as JSON
  std::vector<document> documents;
  std::vector<std::uint32_t> tokens;            // for each document: words of its text
  std::vector<std::vector<slice>> boilerplate;  // for each document: ranges of its text
  std::vector<group> groups;
  std::vector<link> links;        // sorted by a, b
  std::vector<passage> passages;  // sorted by documents, then offsets
  std::vector<related_groups> related;
  std::vector<skipped_input> skipped;
  statistics counts;
};

// Two documents side by side.
struct comparison {
  document a, b;
  std::uint32_t tokens_a = 0, tokens_b = 0;  // words of the texts
  std::vector<slice> boilerplate_a, boilerplate_b;
  similarity overlap;  // of shingles, as cluster compares copies
  double simhash = 0;  // estimated cosine, 128 bits
  reuse share_a, share_b;
  std::vector<passage> passages;  // sides numbered 0 (a) and 1 (b)
  bool whole_spans = false;       // passages are spans of reuse, not sentences
};

struct text_style {
  int width = 80;        // columns; East Asian wide characters count two
  bool colour = false;   // ANSI colours
  bool verbose = false;  // all passages and singletons, not only the strongest
};

std::string to_text(const clustering& found, const text_style& style = {});
std::string to_text(const comparison& found, const text_style& style = {});
std::string to_json(const clustering& found);
std::string to_json(const comparison& found);
std::string to_html(const clustering& found);
std::string to_html(const comparison& found);

const char* name(level value) noexcept;          // "exact", "near", "story", "topic"
const char* name(passage_class value) noexcept;  // "identical", …

// The level of that name, none coarser than `coarsest`. Throws error(option) naming those that there are.
level level_of(std::string_view name, level coarsest = level::topic);

}  // namespace retold
