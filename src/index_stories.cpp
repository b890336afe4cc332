// SPDX-License-Identifier: Apache-2.0
// Candidates by rare terms in common, evidence of the stories stage between the article and each of their stories, and one bar.
// docs/algorithms.md says why there is no local scale here.
#include "index_stories.hpp"

#include <algorithm>
#include <boost/unordered/unordered_flat_map.hpp>
#include <cmath>
#include <functional>

#include "index_story_vector.hpp"

namespace retold {
namespace {

using numbers = std::vector<std::uint64_t>;

std::vector<std::string> read(const auto& from, const numbers& keys) {
  std::vector<std::string> records(keys.size());
  if (!keys.empty()) from(keys, records);
  return records;
}

// Of this generation and the one before.
numbers frequencies(const std::vector<std::uint32_t>& keys, std::uint64_t generation, const story_reader& reader) {
  numbers now(keys.size()), before(keys.size());
  reader.frequencies(generation, keys, now);
  if (generation > 0) reader.frequencies(generation - 1, keys, before);
  std::transform(now.begin(), now.end(), before.begin(), now.begin(), std::plus<>());
  return now;
}

story_vector weighed(const story_question& question, const story_reader& reader) {
  const numbers counts = frequencies(counted_of(question.features), story_generation(question.document), reader);
  return {question.features, std::span(counts).subspan(1), counts.front()};
}

struct compared_article {
  std::uint64_t document = 0, story = 0;
  std::uint32_t words = 0;
  story_vector::comparison with;
  double evidence = 0;  // on its own
};

// A story as the article sees it: of its newest members those within the window.
struct compared_story {
  std::uint64_t story = 0;
  numbers members;
  double evidence = 0;
  bool tied = false;
  const compared_article* nearest = nullptr;
};

class stream_judge {
 public:
  stream_judge(const story_question& question, const story_reader& reader, const stream_options& options)
      : question_(question),
        reader_(reader),
        options_(options),
        constants_(options.constants),
        vector_(weighed(question, reader)) {}

  story_decision run() {
    compare(candidates());
    story_decision out;
    out.story = question_.document;
    if (const compared_article* original = most([](const compared_article& a) { return a.with.found.sum; })) {
      out.like = original->document;
      out.cosine = original->with.found.sum;
      if (out.cosine >= copy_cosine) return record_copy(*original, out), out;
    }
    choose(stories(), out);
    return out;
  }

 private:
  // ── Candidates ──

  // Documents that share a heavy term, most weight in common first.
  numbers candidates() const {
    const std::vector<std::uint32_t> terms = vector_.heaviest(2, constants_.asked);
    std::vector<std::uint32_t> keys;
    for (const std::uint32_t t : terms) keys.push_back(question_.features.terms[t].key);
    std::vector<numbers> postings(keys.size());
    if (!keys.empty()) reader_.postings(keys, constants_.newest, postings);
    boost::unordered_flat_map<std::uint64_t, double> weights;
    for (std::size_t i = 0; i < terms.size(); ++i)
      for (const std::uint64_t d : postings[i]) weights[d] += vector_.value(terms[i]) * vector_.value(terms[i]);
    return heaviest(weights);
  }

  numbers heaviest(const boost::unordered_flat_map<std::uint64_t, double>& weights) const {
    std::vector<std::pair<double, std::uint64_t>> order;
    for (const auto& [document, weight] : weights) order.emplace_back(weight, document);
    std::sort(order.begin(), order.end(), std::greater<>());
    if (order.size() > constants_.compared) order.resize(constants_.compared);
    numbers out;
    for (const auto& entry : order) out.push_back(entry.second);
    return out;
  }

  // ── Comparing ──

  bool within_window(std::int64_t seconds) const {
    const auto [low, high] = std::minmax(seconds, question_.seconds);
    const std::uint64_t apart = static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low);
    return options_.window_days == 0 || apart <= std::uint64_t{options_.window_days} * 86400;
  }

  double chance_with(double words) const {
    return chance(static_cast<double>(question_.features.words), words, constants_.score);
  }

  // Those that have not been compared yet.
  void compare(numbers documents) {
    std::erase_if(documents, [&](std::uint64_t d) { return d >= question_.document || !asked_.try_emplace(d, ~0u).second; });
    const std::vector<std::string> records = read(reader_.articles, documents);
    for (std::size_t i = 0; i < documents.size(); ++i) {
      const std::optional<story_article> other = article_from(records[i]);
      if (!other || other->copy || !within_window(other->seconds)) continue;
      asked_[documents[i]] = static_cast<std::uint32_t>(articles_.size());
      articles_.push_back({documents[i], other->story, other->features.words, vector_.with(*other), 0});
      articles_.back().evidence = evidence(articles_.back());
    }
  }

  double evidence(const compared_article& a) const {
    const likeness& found = a.with.found;
    return found.sum - constants_.score.concentration * static_cast<double>(found.concentration) - chance_with(a.words);
  }

  const compared_article* most(const auto& value) const {
    const auto less = [&](const auto& x, const auto& y) {
      return value(x) != value(y) ? value(x) < value(y) : x.document > y.document;
    };
    const auto found = std::max_element(articles_.begin(), articles_.end(), less);
    return found == articles_.end() ? nullptr : &*found;
  }

  // ── Stories ──

  // Those of the articles with the most evidence.
  numbers nearest_stories() const {
    boost::unordered_flat_map<std::uint64_t, double> best;
    for (const compared_article& a : articles_)
      if (a.evidence > 0) best[a.story] = std::max(best[a.story], a.evidence);
    std::vector<std::pair<double, std::uint64_t>> order;
    for (const auto& [story, value] : best) order.emplace_back(-value, story);
    std::sort(order.begin(), order.end());
    if (order.size() > constants_.stories) order.resize(constants_.stories);
    numbers out;
    for (const auto& entry : order) out.push_back(entry.second);
    return out;
  }

  std::vector<compared_story> stories() {
    const numbers found = nearest_stories();
    std::vector<numbers> members(found.size());
    if (!found.empty()) reader_.stories(found, members);
    std::vector<compared_story> out;
    numbers all;
    for (std::size_t i = 0; i < found.size(); ++i) {
      all.insert(all.end(), members[i].begin(), members[i].end());
      out.push_back({found[i], std::move(members[i])});
    }
    compare(std::move(all));
    for (compared_story& s : out) compare_story(s);
    return out;
  }

  std::vector<const compared_article*> seen_of(const numbers& members) const {
    std::vector<const compared_article*> out;
    for (const std::uint64_t member : members)
      if (const auto at = asked_.find(member); at != asked_.end() && at->second != ~0u) out.push_back(&articles_[at->second]);
    return out;
  }

  // As the stories stage has it between an article and a group: what the members have in common with it, on the mean.
  void compare_story(compared_story& story) const {
    const auto seen = seen_of(story.members);
    if (seen.empty()) return;
    const double luckiest = luckiest_pair(vector_.articles());
    std::vector<double> products(question_.features.terms.size());
    double sum = 0, words = 0, squares = 0;
    for (const compared_article* a : seen) {
      sum += a->with.found.sum;
      words += a->words;
      for (const auto& [term, product] : a->with.products) products[term] += product;
      story.tied = story.tied || tied(a->with.found, luckiest, constants_.score);
      if (!story.nearest || a->evidence > story.nearest->evidence) story.nearest = a;
    }
    for (const double p : products) squares += p * p;
    const auto size = static_cast<double>(seen.size());
    story.evidence = (sum - constants_.score.concentration * std::sqrt(squares)) / size - chance_with(words / size);
  }

  // ── Deciding ──

  void choose(const std::vector<compared_story>& found, story_decision& out) const {
    const compared_story* chosen = nullptr;
    double margin = 0;
    for (const compared_story& s : found) {
      double other = 0;
      for (const compared_story& o : found)
        if (o.story != s.story) other = std::max(other, o.evidence);
      const double beyond = s.evidence - constants_.apart * other;
      out.margin = std::max(out.margin, beyond);
      if (s.tied && beyond >= constants_.cut && beyond > margin) chosen = &s, margin = beyond;
    }
    if (chosen) {
      out.story = chosen->story;
      out.like = chosen->nearest->document;
      out.cosine = chosen->nearest->with.found.sum;
      out.margin = margin;
    }
    record(out);
  }

  void record(story_decision& out) const {
    story_article own = article(out.story, false);
    std::vector<story_term>& terms = own.features.terms;
    for (std::uint32_t t = 0; t < terms.size(); ++t) terms[t].fresh = vector_.fresh(t);
    for (const std::uint32_t t : vector_.heaviest(1, constants_.posted)) terms[t].posted = true;
    std::sort(terms.begin(), terms.end());
    write(own, out);
  }

  // It joins the story of its original, but is neither found nor compared with.
  void record_copy(const compared_article& original, story_decision& out) const {
    out.story = original.story;
    out.copy = true;
    write(article(out.story, true), out);
  }

  story_article article(std::uint64_t story, bool copy) const {
    return {story, copy, question_.seconds, vector_.fresh_squares(), vector_.known_squares(), question_.features};
  }

  static void write(const story_article& own, story_decision& out) {
    out.writes = writes_of(own);
    out.writes.article = to_bytes(own);
  }

  const story_question& question_;
  const story_reader& reader_;
  const stream_options& options_;
  const stream_constants& constants_;
  const story_vector vector_;
  std::vector<compared_article> articles_;
  boost::unordered_flat_map<std::uint64_t, std::uint32_t> asked_;  // where they are among them; ~0u: left out
};

}  // namespace

story_decision decide_story(const story_question& question, const story_reader& reader, const stream_options& options) {
  return stream_judge(question, reader, options).run();
}

story_writes writes_of(const story_article& record) {
  story_writes out;
  if (!record.copy) out.counted = counted_of(record.features);
  for (const story_term& t : record.features.terms)
    if (t.posted) out.posted.push_back(t.key);
  out.story = record.story;
  out.member = !record.copy;
  return out;
}

std::vector<std::uint32_t> counted_of(const story_features& features) {
  std::vector<std::uint32_t> keys{every_article};
  for (const story_term& t : features.terms) keys.push_back(t.key);
  return keys;
}

}  // namespace retold
