// SPDX-License-Identifier: Apache-2.0
// The whole project in one screen: documents in, groups, links and passages out.
#include "retold/pipeline.hpp"

#include <algorithm>
#include <numeric>

#include "option_ranges.hpp"
#include "parallel.hpp"
#include "pipeline_evidence.hpp"
#include "pipeline_groups.hpp"
#include "pipeline_near.hpp"
#include "pipeline_progress.hpp"
#include "report_escape.hpp"
#include "retold/read.hpp"
#include "retold/verify.hpp"
#include "utf8.hpp"

namespace retold {
namespace {

std::vector<article> prepare_all(const std::vector<document>& documents, unsigned threads, const progress& report) {
  std::vector<article> out(documents.size());
  counted_progress preparing(report, "segment", documents.size());
  parallel_for(documents.size(), threads, [&](std::size_t i) {
    out[i] = prepare(documents[i]);
    preparing.step();
  });
  return out;
}

// A first line that turned out to be navigation is no title: the first sentence of the article proper is.
void choose_title(document& of, const article& a) {
  constexpr std::uint32_t longest = 200;
  const auto& sentences = a.text.sentences;
  if (!of.title_in_text || !a.is_boilerplate(0)) return;
  const auto first = std::find(a.boilerplate.begin(), a.boilerplate.end(), false) - a.boilerplate.begin();
  if (static_cast<std::size_t>(first) == sentences.size()) return;
  const slice where = sentences[static_cast<std::size_t>(first)].where;
  std::uint32_t end = std::min(where.end, where.begin + longest);
  if (end < where.end) end = static_cast<std::uint32_t>(character_start(of.text, end));
  of.title = of.text.substr(where.begin, end - where.begin);
}

std::vector<slice> boilerplate_of(const article& a) {
  std::vector<slice> out;
  for (std::size_t s = 0; s < a.text.sentences.size(); ++s)
    if (a.is_boilerplate(s)) out.push_back(a.text.sentences[s].where);
  return out;
}

// What affects the result, as JSON values.
std::vector<std::pair<std::string, std::string>> described(const cluster_options& o) {
  const auto quoted = [](const std::string& s) { return '"' + s + '"'; };
  const auto number = rendering::decimal;
  return {{"near_threshold", number(o.near_threshold)},
          {"shingle", quoted(o.shingle.name())},
          {"sketch", quoted(o.sketch == sketch_kind::minhash ? "minhash" : "simhash")},
          {"slots", std::to_string(o.slots)},
          {"recall", number(o.recall)},
          {"story_cut", number(o.stories.story_cut)},
          {"topic_cut", number(o.stories.topic_cut)},
          {"window_days", std::to_string(o.stories.window_days)},
          {"weakest", quoted(name(o.align.weakest))}};
}

story_grouping tell_stories(const std::vector<article>& articles, const copies& same, cluster_options options) {
  if (options.level == level::story || options.level == level::topic) {
    options.stories.threads = options.threads;
    return group_stories(articles, same.rewrite, options.stories);
  }
  return {};
}

}  // namespace

// A story cannot be wider than its topic: the other cut goes with this one.
void cluster_options::set_threshold(double threshold) {
  const bool near = level == level::near;
  if (level == level::exact) throw error(error_kind::option, "threshold has no meaning at level exact");
  require_range(threshold >= 0 && threshold <= 1 && (!near || threshold != 0), std::string("threshold at level ") + name(level),
                shortest(threshold), near ? "above 0, at most 1" : "0 to 1");
  if (near) near_threshold = threshold;
  if (level == level::story) stories.story_cut = threshold, stories.topic_cut = std::min(threshold, stories.topic_cut);
  if (level == level::topic) stories.topic_cut = threshold, stories.story_cut = std::max(threshold, stories.story_cut);
}

sketch_preset preset_of(std::string_view name) {
  if (name == "news") return {};
  if (name == "web") return {.shingle = {.unit = shingle_unit::word, .size = 5}};
  if (name == "short") return {.shingle = {.unit = shingle_unit::character, .size = 5}, .slots = 256};
  throw error(error_kind::option, "preset '" + std::string(name) + "' is not news, web or short");
}

void cluster_options::validate() const {
  require_threshold(near_threshold, "near threshold");
  require_recall(recall);
  shingle.validate();
  minhash_options{.slots = slots}.validate();
  stories.validate();
  align.validate();
  spans.validate();
}

clustering cluster(std::vector<document> documents, const cluster_options& options, const progress& report) {
  options.validate();
  make_ids_unique(documents);
  std::sort(documents.begin(), documents.end(), [](const document& a, const document& b) { return a.id < b.id; });

  std::vector<article> articles = prepare_all(documents, options.threads, report);
  clustering out;
  out.level = options.level;
  out.options = described(options);
  out.counts.boilerplate_lines = mark_boilerplate(articles);
  for (std::size_t i = 0; i < documents.size(); ++i) choose_title(documents[i], articles[i]);

  const copies same = find_copies(articles, options, out.counts, report);
  counted_progress grouping(report, "group", 1);
  const story_grouping told = tell_stories(articles, same, options);
  grouping.step();
  out.counts.candidates += told.candidates;
  out.counts.common_terms = told.hot_buckets;

  const findings found{same, told, options.level, std::max(options.stories.topic_cut, options.stories.story_cut / 2)};
  out.groups = make_groups(found, documents);
  out.links = make_links(found, out.groups);
  out.related = make_related(found, out.groups);
  out.passages = find_passages(articles, out.links, options, report);
  for (std::size_t i = 0; i < articles.size(); ++i) {
    out.boilerplate.push_back(boilerplate_of(articles[i]));
    out.tokens.push_back(static_cast<std::uint32_t>(articles[i].text.words.size()));
    if (articles[i].spared) documents[i].warnings.push_back("looks like boilerplate throughout; taken as it is");
  }
  out.documents = std::move(documents);
  return out;
}

comparison compare(document a, document b, const cluster_options& options) {
  options.validate();
  comparison out;
  out.a = std::move(a);
  out.b = std::move(b);
  // Each on its own: a line that both share is evidence here, not furniture.
  std::vector<article> one(1), two(1);
  one[0] = prepare(out.a);
  two[0] = prepare(out.b);
  mark_boilerplate(one);
  mark_boilerplate(two);
  choose_title(out.a, one[0]);
  choose_title(out.b, two[0]);
  out.boilerplate_a = boilerplate_of(one[0]);
  out.boilerplate_b = boilerplate_of(two[0]);
  out.tokens_a = static_cast<std::uint32_t>(one[0].text.words.size());
  out.tokens_b = static_cast<std::uint32_t>(two[0].text.words.size());

  // As `cluster` compares copies: a pair has one Jaccard, whoever is asked.
  const shingle_set set_a = shingles_but_furniture(one[0], options.shingle),
                    set_b = shingles_but_furniture(two[0], options.shingle);
  out.overlap = overlap(set_a, set_b);
  if (!set_a.empty() && !set_b.empty()) out.simhash = estimate(print_of(set_a), print_of(set_b));
  const std::array both{&one[0], &two[0]};
  out.whole_spans = options.whole_spans;
  out.passages =
      options.whole_spans ? spans(one[0], two[0], options.spans) : align(one[0], two[0], vocabulary(both), options.align);
  const double sure = options.whole_spans ? 0 : sure_to_state_the_same;
  out.share_a = share(one[0], 0, out.passages, sure);
  out.share_b = share(two[0], 1, out.passages, sure);
  return out;
}

}  // namespace retold
