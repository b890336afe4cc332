// SPDX-License-Identifier: Apache-2.0
#pragma once
// All stages in order: the one header that knows them.
//
//   std::vector<retold::document> articles;
//   retold::read({"samples/news"}, {}, [&](retold::document&& d) { articles.push_back(std::move(d)); });
//   const retold::clustering found = retold::cluster(std::move(articles));
//   std::cout << retold::to_text(found);
//
// The same documents (with unique ids) give the same result for every order and every number of threads.
// Cost: near linear in the text for what differs; memory a few times the text. Throws error(option) for options that make no
// sense; nothing else. Thread-safe.

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "retold/align.hpp"
#include "retold/minhash.hpp"
#include "retold/report.hpp"
#include "retold/shingle.hpp"
#include "retold/spans.hpp"
#include "retold/stories.hpp"
#include "retold/types.hpp"

namespace [[gnu::visibility("default")]] retold {

enum class sketch_kind : std::uint8_t { minhash, simhash };

struct cluster_options {
  // The level of the groups reported; finer levels appear as their subgroups.
  retold::level level = level::story;

  // Behaviour of the near level.
  shingle_options shingle = {};
  sketch_kind sketch = sketch_kind::minhash;
  unsigned slots = 128;         // of MinHash signatures
  double near_threshold = 0.8;  // Jaccard of shingles, verified exactly. (0, 1]
  double recall = 0.95;         // share of pairs at the threshold that LSH must propose. (0, 1)

  // Behaviour of the coarser levels.
  story_options stories = {};
  align_options align = {};

  // Whether to look for passages within the groups. They cost more than everything else.
  bool passages = true;

  // Of `compare` alone: its passages are the longest spans of reuse, and not sentences.
  bool whole_spans = false;
  span_options spans = {};

  // Performance only. 0: all cores.
  unsigned threads = 0;

  // In the measure of `level`: Jaccard (near), or the grouping's own cut (story, topic). Throws error(option) out of its range,
  // and at level exact.
  void set_threshold(double threshold);

  void validate() const;  // throws error
};

// What suits texts of a kind: "news" (runs of 3 words), "web" (5 words, as pipelines for language models use), "short" (5
// characters, for titles and messages). Throws error(option) for other names.
struct sketch_preset {
  shingle_options shingle = {};
  std::optional<unsigned> slots = {};  // none: as they are

  void apply_to(shingle_options& to_shingle, unsigned& to_slots) const {
    to_shingle = shingle;
    to_slots = slots.value_or(to_slots);
  }
};
sketch_preset preset_of(std::string_view name);

// A number of bytes as it is written for `memory`: "512M", "4G"; K, M, G and T count in 1024s. Throws error(option) for others.
std::uint64_t bytes_of(std::string_view size);

// Options that were given, by their names as they are called where they were given ("--store-text", "store_text"), of cluster,
// dedup and the index. Throws error(option) naming the first that has no effect at that level.
void refuse_idle_options(level at, std::span<const std::string> given);

// Called from any thread, one call at a time: stage name, items done, items in all.
using progress = std::function<void(std::string_view stage, std::size_t done, std::size_t total)>;

clustering cluster(std::vector<document> documents, const cluster_options& options = {}, const progress& report = {});

comparison compare(document a, document b, const cluster_options& options = {});

}  // namespace retold
