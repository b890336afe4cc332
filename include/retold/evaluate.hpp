// SPDX-License-Identifier: Apache-2.0
#pragma once
// Stage 16. How right a grouping is, beside one that people made.
//
//   const auto gold = retold::read_gold("gold.jsonl");       // lines {"id", "story"}
//   const auto found = retold::read_groups("groups.json");   // as `retold cluster --json` and `retold dedup --groups` write it
//   const retold::evaluation e = retold::evaluate(gold, found);
//   e.figures.b_cubed.f1();         // 0.91
//   std::cout << to_text(e);        // all figures, and which stories and groups are the worst
//
// Or on labels alone, which are compared, not read: any numbers will do.
//
//   const std::vector<std::uint32_t> gold = {0, 0, 1, 1}, found = {7, 7, 7, 3};
//   retold::agree(gold, found).pairwise.precision;   // 0.3333: of the three pairs put together, one belongs together
//
// No figure alone tells all. Pairwise figures weigh a group by the square of its size, B-cubed by its size; both take all-alone
// for precise, and B-cubed F1 takes it for good where most are alone. The adjusted Rand index is 0 for what chance gives.
//
// Files: JSON or JSONL, gzip and Zstandard by their first bytes, "-" is standard input. Ids, stories and tags are strings or
// numbers (1e3 and "1e3" are one); what is something else, and a line that cannot be used, is skipped and named. An id that is
// in two stories or groups throws, and so do two files without any id in common, as no figure would mean anything. What is told
// does not depend on the order of the gold.
//
// Cost: O(n log n) for n documents, and in memory the files. Pairs that the gold calls ambiguous cost more where one found
// group mixes many stories. Throws error(input) for files, error(option) for labels that differ in number. Thread-safe.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "retold/report.hpp"
#include "retold/types.hpp"

namespace [[gnu::visibility("default")]] retold {

struct precision_recall {
  double precision = 1, recall = 1;  // of nothing, all is right
  double f1() const noexcept;        // harmonic mean; 0 if both are
};

struct agreement {
  std::uint64_t documents = 0, gold_groups = 0, found_groups = 0;
  precision_recall b_cubed;           // Bagga and Baldwin 1998: the mean over documents
  precision_recall pairwise;          // over pairs of documents
  double adjusted_rand = 1;           // Hubert and Arabie 1985: 0 is what chance gives, 1 equal groupings
  double homogeneity = 1;             // Rosenberg and Hirschberg 2007: a group holds one story
  double completeness = 1;            // a story is in one group
  double v_measure() const noexcept;  // the same as normalised mutual information, by the arithmetic mean
};

// For each document the tags it carries. A pair of different gold groups that shares one is ambiguous: whether it belongs
// together the gold cannot tell, and the pairwise figures leave it out.
using document_tags = std::vector<std::vector<std::uint32_t>>;

// A label for each document on both sides; `tags`: as many, or none.
agreement agree(std::span<const std::uint32_t> gold, std::span<const std::uint32_t> found, const document_tags& tags = {});

// A grouping as a file has it.
struct grouping {
  std::vector<std::string> documents;  // ids, each once, in the order of the file
  std::vector<std::uint32_t> labels;   // for each document its group
  std::vector<std::string> names;      // for each group: the story's name, or "group 3" (the file's own number) and its title
  document_tags tags;                  // for each document, or none at all
  std::uint64_t without_story = 0;     // gold records that have no story: they say nothing
  std::vector<skipped_input> skipped;  // what could not be used: FILE:LINE and why
};

struct gold_fields {
  std::string id = "id", story = "story", umbrella = "umbrella";  // umbrella: a list of tags
};

// Lines {"id", "story"}, perhaps with "umbrella"; or one object {"stories": [[id, …], …]}.
grouping read_gold(const std::string& path, const gold_fields& fields = {});

// The JSON of `cluster`, the groups file of `dedup`, or lines {"documents": [id, …]}.
grouping read_groups(const std::string& path);

// What a group of one side is made of on the other.
struct torn_group {
  struct part {
    std::string name;  // on the other side; empty: alone
    std::uint32_t size = 0;
    std::vector<std::string> examples;  // ids, a few
  };
  std::string name;
  std::uint32_t size = 0;
  std::uint32_t parts_in_all = 0;
  std::uint64_t wrong_pairs = 0;  // apart, or together, that should not be
  std::vector<part> parts;        // the largest first, a few
};

struct evaluation {
  agreement figures;                                   // over the documents of the gold
  std::uint64_t missing = 0;                           // of these, in no found group: they count as alone
  std::uint64_t unknown = 0;                           // in found groups, not in the gold: they do not count
  std::uint64_t without_story = 0;                     // in the gold
  std::vector<std::string> missing_ids, unknown_ids;   // a few of each
  std::uint64_t ambiguous_pairs = 0;                   // put together, and left out of the pairwise figures
  std::vector<std::uint64_t> gold_sizes, found_sizes;  // how many groups there are by size, in the classes of size_class
  std::vector<torn_group> split;                       // stories that lie in several groups, most pairs torn apart first
  std::vector<torn_group> mixed;                       // groups that hold several stories, most wrong pairs first
  std::vector<skipped_input> skipped;                  // of both files
};

// The classes by which sizes are counted: 1, 2, 3–5, 6–10, 11–30, 31–100, more.
inline constexpr std::uint32_t size_classes[] = {1, 2, 5, 10, 30, 100};  // the largest size of each but the last
std::string size_class_name(std::size_t which);                          // "3–5"

// `worst`: how many of the most split stories and most mixed groups to tell of.
evaluation evaluate(const grouping& gold, const grouping& found, std::size_t worst = 10);

std::string to_text(const evaluation& of, const text_style& style = {});
std::string to_json(const evaluation& of);

}  // namespace retold
