// SPDX-License-Identifier: Apache-2.0
#pragma once
// Which story an article of a stream belongs to, decided one article at a time (part of the index).
//
//   const story_features features = features_of(article);                               // in any thread, of this article alone
//   const story_decision told = decide_story({features, number, seconds}, reader, {});   // in the order of the stream
//   write(number, told.writes);                                                          // all or nothing, before the next
//   if (told.story == number) …                                                          // a new story
//
// docs/algorithms.md, "Stories in a stream", has the rule, docs/format.md the bytes. What is decided depends on the articles
// before, their order, numbers and times, and on nothing else. Times need not be in order: all they do is keep apart what is
// further apart than the window.
//
// Cost: some 400 reads for an article of news, 2,400 at most, in seven batches at most; see `story_reader`. With 100,000
// articles in memory 0.4 ms. Never throws of its own; bytes that are damaged count as missing. Thread-safe where the reader is.

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "index_story_records.hpp"
#include "stories_score.hpp"

namespace retold {

// Terms are counted for so many document numbers in turn; the counts of this generation and of the one before weigh an article.
inline constexpr unsigned story_generation_bits = 20;
inline std::uint64_t story_generation(std::uint64_t document) noexcept { return document >> story_generation_bits; }
inline constexpr std::uint32_t every_article = 0;  // no term's key: what is counted under it is all articles

// What has been written so far, asked for many keys at once. The spans for the answers are as long as those of the keys, and
// come filled with 0 or empty ones, which is the answer where there is nothing.
struct story_reader {
  using documents = std::span<const std::uint64_t>;
  std::function<void(std::uint64_t generation, std::span<const std::uint32_t> terms, std::span<std::uint64_t> counts)>
      frequencies;

  // The newest documents that were posted for each term, no more than `most`, in any order. Those that have been removed may be
  // among them.
  std::function<void(std::span<const std::uint32_t> terms, std::size_t most, std::span<std::vector<std::uint64_t>> found)>
      postings;

  std::function<void(documents, std::span<std::string> records)> articles;

  // The newest members of stories, no more than story_newest, by the numbers of the articles that opened them.
  std::function<void(documents, std::span<std::vector<std::uint64_t>> members)> stories;
};

// What comes with a document, and goes with it when it is removed.
struct story_writes {
  std::vector<std::uint32_t> counted;  // of its generation: these frequencies grow by one
  std::vector<std::uint32_t> posted;   // these terms' postings have it
  std::string article;                 // its record
  std::uint64_t story = 0;             // which has one article more
  bool member = false;                 // and one to be compared with more
};

struct story_question {
  const story_features& features;
  std::uint64_t document = 0;  // a number above all before
  std::int64_t seconds = 0;    // since 1970: of its date, or of its arrival
};

struct story_decision {
  std::uint64_t story = 0;            // the number of the article that opened it: the document's own where it is new
  std::optional<std::uint64_t> like;  // the earlier article that is most like it: of its story, or of all where that is new
  double cosine = 0;                  // with that
  double margin = 0;  // what it has in common with the story beyond chance and other stories: stream_constants::cut or more
  bool copy = false;  // it is as good as a copy of `like`, and stands for nothing of its own
  story_writes writes;
};

// Round numbers, about which little changes, and those of the stories stage; bench/quality/choose_stream.py chooses the cut.
struct stream_constants {
  double cut = 0.045;  // what an article and its story have in common at least
  double apart = 0.5;  // of what it has in common with another story, that much is no evidence for this one
  score_constants score = {};
  std::size_t posted = 32;    // heaviest terms of an article, by which it is found
  std::size_t asked = 32;     // and by which it finds others; fewer where nobody has had them before
  std::size_t newest = 50;    // documents of each
  std::size_t compared = 48;  // articles of all that are found
  std::size_t stories = 8;    // of theirs
};

struct stream_options {
  unsigned window_days = 7;  // articles further apart are not compared; 0: no limit
  stream_constants constants = {};
};

story_decision decide_story(const story_question& question, const story_reader& reader, const stream_options& options);

// The same once more, from the record that is there. Of those removed it goes, but what has been decided since stays, and a
// story keeps its number whoever of it is left.
story_writes writes_of(const story_article& record);

// What is counted of an article: its terms, and under every_article itself.
std::vector<std::uint32_t> counted_of(const story_features& features);

}  // namespace retold
