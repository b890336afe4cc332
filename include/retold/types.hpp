// SPDX-License-Identifier: Apache-2.0
#pragma once
// The vocabulary: what goes in (document) and what comes out (group, link, passage). Plain values, no logic.

#include <cstdint>
#include <string>
#include <vector>

#include "retold/offsets.hpp"

namespace [[gnu::visibility("default")]] retold {

// How alike the documents of one group are. Each level contains the finer ones: exact ⊂ near ⊂ story ⊂ topic.
enum class level : std::uint8_t {
  exact,  // the same words in the same order
  near,   // a reprint or a light edit: Jaccard of word shingles above the threshold
  story,  // reworded coverage of the same event
  topic,  // events that belong together
};

enum class field : std::uint8_t { text, title };

// One article. `text` is what a reader sees, as valid UTF-8; the maps lead back to the bytes as they are stored.
struct document {
  std::string id;                     // unique within a collection
  std::string text;                   // visible text; paragraphs end in '\n'
  std::string title;                  // empty when there is none
  bool title_in_text = false;         // the title is the first line of `text` (plain text), not a field of its own
  std::string date;                   // ISO 8601; empty when unknown
  std::string source;                 // who published it; empty when unknown
  std::string language;               // BCP 47 tag as given; empty when unknown
  std::uint64_t bytes = 0;            // size of the stored text
  offset_map text_origin;             // text  → stored bytes
  offset_map title_origin;            // title → stored bytes (of the file, or of the title's own JSON field)
  std::vector<slice> furniture;       // parts of `text` that the markup itself calls navigation, footer, aside
  std::vector<std::string> warnings;  // what was odd about the input: "3 invalid UTF-8 sequences", …
  std::string input;                  // FILE or FILE:LINE it was read from; empty when it came from memory
};

// An input that did not become a document, and why; it never stops a job.
struct skipped_input {
  std::string input;  // FILE or FILE:LINE
  std::string reason;
};

// How two sets of shingles overlap. 0 when either is empty.
struct similarity {
  double jaccard = 0;        // |a ∩ b| / |a ∪ b|
  double containment_a = 0;  // |a ∩ b| / |a|: how much of a stands in b
  double containment_b = 0;  // |a ∩ b| / |b|
};

// Two documents (indices, a < b) that belong together, and why.
struct link {
  std::uint32_t a = 0, b = 0;
  retold::level level = level::story;
  double score = 0;  // in the measure of its level: Jaccard for exact and near, story score for story and topic
  retold::similarity overlap;
  std::vector<std::string> reasons;  // "5 paraphrased sentences", …
};

// What two sentences (or runs of up to three) have to do with one another, strongest first.
enum class passage_class : std::uint8_t { identical, shared, paraphrased, related, unrelated };

// One end of a passage: a range of the document's text or title.
struct side {
  std::uint32_t document = 0;
  retold::field field = field::text;
  slice where;
};

// Words on one side that have no counterpart, or a different one, on the other; either slice may be empty.
struct difference {
  slice a, b;
};

// Two figures of one kind that stand in the same place of the two statements and disagree.
struct conflict {
  std::string kind;  // "number", "percent", "currency", "time", "year"
  slice a, b;
};

struct passage {
  passage_class kind = passage_class::unrelated;
  // Estimated probability that both sides state the same. Of spans, the share of both sides' words, weighted by rarity, that
  // have their counterpart on the other: no probability, since what was summed up or reworded freely has a low one.
  double score = 0;

  // The share of a's words in common runs of four or more, times that of b's. 1: word for word; 0: in other words throughout.
  double copied = 0;

  side a, b;
  std::vector<difference> differences;
  std::vector<conflict> conflicts;
};

struct group {
  retold::level level = level::story;
  std::string title;                              // of the representative
  std::vector<std::uint32_t> documents;           // indices, ascending
  std::uint32_t representative = 0;               // the document most like all the others
  std::vector<std::vector<std::uint32_t>> near;   // subgroups of two or more
  std::vector<std::vector<std::uint32_t>> exact;  // subgroups of two or more
  // Stories and topics: mean score over all pairs, copies counting 1. Copies: mean similarity to the representative. 0 for a
  // document alone.
  double cohesion = 0;
};

// Two groups (indices) that are alike without being one.
struct related_groups {
  std::uint32_t a = 0, b = 0;
  double score = 0;
};

}  // namespace retold
