// SPDX-License-Identifier: Apache-2.0
#include "report_escape.hpp"
#include "retold/advise.hpp"
#include "retold/version.hpp"

namespace retold {
namespace {

using rendering::json_writer;

void write_options(json_writer& to, const advise_options& o) {
  const bool simhash = o.sketch == sketch_kind::simhash;
  to.new_line(" ").key("options").open('{').key("threshold").number(o.threshold).key("shingle").text(o.shingle.name());
  to.key("sketch").text(simhash ? "simhash" : "minhash").key("slots").integer(o.slots).key("recall").number(o.recall);
  to.key("sample").integer(o.sample).close('}');
}

void write_bands(json_writer& to, const banding& bands) {
  to.key("bands").integer(bands.bands).key("rows").integer(bands.rows);
}

void write_band(json_writer& to, const similarity_band& b) {
  const auto [low, high] = b.interval();
  const auto known = [&](bool is, double value) { is ? to.number(value) : to.raw(""); };  // of nothing, there is no share
  to.open('{').key("from").number(b.from).key("to").number(b.to).key("pairs").integer(b.pairs).key("found").integer(b.found);
  to.key("led").integer(b.led);
  to.key("recall");
  known(b.pairs != 0, b.recall());
  to.key("interval");
  b.pairs == 0 ? to.raw("") : to.open('[').number(low).number(high).close(']');
  to.key("theory");
  known(b.pairs != 0, b.theory());
  to.key("error_ratio");
  known(b.squared_stated != 0, b.error_ratio());
  to.close('}');
}

template <class List>
void write_numbers(json_writer& to, const char* name, const List& numbers) {
  to.new_line(" ").key(name).open('[');
  for (const auto n : numbers) to.integer(n);
  to.close(']');
}

// What both begin with.
template <class Result>
void write_head(json_writer& to, const Result& of) {
  to.open('{').key("retold").text(version);
  write_options(to, of.options);
  to.new_line(" ").key("collection").integer(of.seen.collection).key("sampled").integer(of.seen.sampled);
  to.key("copies").integer(of.seen.copies).key("without_words").integer(of.seen.without_words);
  to.key("documents").integer(of.seen.documents);
}

void write_choice(json_writer& to, const banding_choice& c, bool any_wanted) {
  to.open('{').key("slots").integer(c.slots);
  write_bands(to, c.bands);
  to.key("recall");
  any_wanted ? to.number(c.recall) : to.raw("");
  to.key("recall_at_threshold").number(c.recall_at);
  to.key("comparisons").number(c.comparisons).key("false_candidates").number(c.false_candidates);
  to.key("bytes").integer(c.bytes).close('}');
}

}  // namespace

std::string to_json(const lsh_report& of) {
  json_writer to;
  write_head(to, of);
  if (of.options.sketch == sketch_kind::simhash)
    to.key("distance").integer(of.distance);
  else
    write_bands(to, of.bands);
  to.key("candidates").integer(of.candidates).key("hot_buckets").integer(of.hot_buckets);
  to.new_line(" ").key("by_similarity").open('[');
  for (const similarity_band& b : of.by_similarity) write_band(to.new_line("  "), b);
  to.close(']').new_line(" ").key("at_threshold");
  write_band(to, of.wanted);
  return to.close('}').take() + '\n';
}

std::string to_json(const advice& of) {
  json_writer to;
  write_head(to, of);
  to.key("median_words").integer(of.median_words);
  to.new_line(" ").key("from").number(of.from).key("alone").integer(of.alone).key("wanted").integer(of.wanted);
  to.key("valley");
  of.valley == 0 ? to.raw("") : to.number(of.valley);
  write_numbers(to, "pairs", of.pairs);
  write_numbers(to, "nearest", of.nearest);
  to.new_line(" ").key("choices").open('[');
  for (const banding_choice& c : of.choices) write_choice(to.new_line("  "), c, of.wanted != 0);
  to.close(']').new_line(" ").key("chosen");
  const bool any = !of.choices.empty();
  any ? write_choice(to, of.choices[of.chosen], of.wanted != 0) : void(to.raw(""));
  to.new_line(" ").key("curve").open('[');
  for (int twentieth = 0; any && twentieth <= 20; ++twentieth)
    to.open('[').number(twentieth / 20.0).number(of.choices[of.chosen].bands.probability(twentieth / 20.0)).close(']');
  to.close(']').new_line(" ").key("command_options");
  any ? to.text(of.command_options()) : to.raw("");
  return to.close('}').take() + '\n';
}

}  // namespace retold
