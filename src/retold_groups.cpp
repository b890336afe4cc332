// SPDX-License-Identifier: Apache-2.0
// retold.h: documents in groups, two side by side, what is new of many, signatures.
#include <algorithm>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "retold/dedup.hpp"
#include "retold/read.hpp"
#include "retold/report.hpp"
#include "retold_options.hpp"

using namespace retold;

struct retold_clustering {
  clustering found;
  std::vector<std::vector<std::size_t>> members;  // of each group, as they stood in the call
  std::vector<std::size_t> representatives;
  std::mutex making;
  std::string json, html;
};

struct retold_comparison {
  comparison found;
  bool titles[2] = {};  // there was no text: the title stands for it
  std::mutex making;
  std::string json, html;
};

namespace {

void require(const void* pointer, const char* what) {
  if (pointer == nullptr) throw error(error_kind::option, std::string(what) + " is NULL");
}

document document_of(const retold_document& from) {
  using c::view_of;
  return read_fields({.id = view_of(from.id),
                      .text = view_of(from.text),
                      .title = view_of(from.title),
                      .date = view_of(from.date),
                      .source = view_of(from.source),
                      .language = view_of(from.language)});
}

// What cluster, compare and dedup are told alike.
template <class Options>
std::vector<c::known_option> known_to_all(Options& to) {
  return {c::preset(to.shingle, to.slots), c::shingle(to.shingle),         c::sketch(to.sketch),
          c::count("slots", to.slots),     c::number("recall", to.recall), c::count("threads", to.threads)};
}

cluster_options cluster_options_of(const retold_options* given) {
  cluster_options out;
  double threshold = -1;
  const std::vector<c::known_option> own = {c::level_up_to(level::topic, out.level), c::number("threshold", threshold),
                                            c::count("window", out.stories.window_days),
                                            c::yes_or_no("passages", out.passages)};
  c::apply(given, {own, known_to_all(out)});
  c::refuse_idle(given, out.level);
  if (given != nullptr && given->given.contains("threshold")) out.set_threshold(threshold);
  return out;
}

// With unique ids, as cluster() would make them: by these it is known where each document of the result stood in the call.
std::vector<document> numbered(const retold_document* documents, std::size_t count) {
  std::vector<document> out;
  out.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    out.push_back(document_of(documents[i]));
    if (out.back().id.empty()) out.back().id = std::to_string(i);
  }
  make_ids_unique(out);
  return out;
}

void place_members(retold_clustering& of, const std::unordered_map<std::string, std::size_t>& places) {
  const auto place = [&](std::uint32_t i) { return places.at(of.found.documents[i].id); };
  for (const group& each : of.found.groups) {
    std::vector<std::size_t>& members = of.members.emplace_back();
    std::transform(each.documents.begin(), each.documents.end(), std::back_inserter(members), place);
    std::sort(members.begin(), members.end());
    of.representatives.push_back(place(each.representative));
  }
}

// Made when it is first asked for.
template <class Found, class Make>
retold_status text_of(Found* from, std::string Found::*kept, retold_text* into, Make&& make) {
  return c::guarded([&] {
    require(from, "the result"), require(into, "where the text goes");
    const std::scoped_lock lock(from->making);
    if ((from->*kept).empty()) from->*kept = make(from->found);
    *into = c::text_of(from->*kept);
  });
}

retold_range range_of(const side& at, const document& in, bool is_title) {
  const bool title = at.field == field::title;
  const slice stored = (title ? in.title_origin : in.text_origin).to_source(at.where);
  return {stored.begin, stored.end, title || is_title};
}

}  // namespace

retold_status retold_cluster(const retold_document* documents, size_t count, const retold_options* options,
                             retold_clustering** found) {
  return c::guarded([&] {
    require(found, "where the result goes");
    if (count != 0) require(documents, "documents");
    const cluster_options use = cluster_options_of(options);
    std::vector<document> all = numbered(documents, count);
    std::unordered_map<std::string, std::size_t> places;
    for (std::size_t i = 0; i < count; ++i) places.emplace(all[i].id, i);
    auto out = std::make_unique<retold_clustering>();
    out->found = cluster(std::move(all), use);
    place_members(*out, places);
    *found = out.release();
  });
}

void retold_clustering_free(retold_clustering* found) { delete found; }
size_t retold_clustering_size(const retold_clustering* found) { return found->found.groups.size(); }

retold_group retold_clustering_group(const retold_clustering* found, size_t index) {
  const group& each = found->found.groups[index];
  const std::vector<std::size_t>& members = found->members[index];
  return {name(each.level), c::text_of(each.title),        members.data(),
          members.size(),   found->representatives[index], each.cohesion};
}

retold_status retold_clustering_json(retold_clustering* found, retold_text* json) {
  return text_of(found, &retold_clustering::json, json, [](const clustering& from) { return to_json(from); });
}
retold_status retold_clustering_html(retold_clustering* found, retold_text* page) {
  return text_of(found, &retold_clustering::html, page, [](const clustering& from) { return to_html(from); });
}

retold_status retold_compare(const retold_document* a, const retold_document* b, const retold_options* options,
                             retold_comparison** found) {
  return c::guarded([&] {
    require(a, "a"), require(b, "b"), require(found, "where the result goes");
    cluster_options use;
    const std::vector<c::known_option> known = {c::preset(use.shingle, use.slots), c::shingle(use.shingle),
                                                c::yes_or_no("spans", use.whole_spans)};
    c::apply(options, {known});
    auto out = std::make_unique<retold_comparison>();
    out->found = compare(document_of(*a), document_of(*b), use);
    out->titles[0] = a->text.size == 0, out->titles[1] = b->text.size == 0;
    *found = out.release();
  });
}

void retold_comparison_free(retold_comparison* found) { delete found; }

retold_similarity retold_comparison_similarity(const retold_comparison* found) {
  const similarity& overlap = found->found.overlap;
  return {overlap.jaccard, overlap.containment_a, overlap.containment_b, found->found.simhash};
}

size_t retold_comparison_size(const retold_comparison* found) { return found->found.passages.size(); }

retold_passage retold_comparison_passage(const retold_comparison* found, size_t index) {
  const passage& each = found->found.passages[index];
  return {name(each.kind), each.score, range_of(each.a, found->found.a, found->titles[0]),
          range_of(each.b, found->found.b, found->titles[1])};
}

retold_status retold_comparison_json(retold_comparison* found, retold_text* json) {
  return text_of(found, &retold_comparison::json, json, [](const comparison& from) { return to_json(from); });
}
retold_status retold_comparison_html(retold_comparison* found, retold_text* page) {
  return text_of(found, &retold_comparison::html, page, [](const comparison& from) { return to_html(from); });
}

retold_status retold_dedup(const retold_text* texts, size_t count, const retold_options* options, retold_verdict* into) {
  return c::guarded([&] {
    if (count != 0) require(texts, "texts"), require(into, "where the verdicts go");
    dedup_options use;
    const std::vector<c::known_option> own = {c::level_up_to(level::near, use.level), c::number("threshold", use.threshold),
                                              c::one_of("verify", {{"exact", [&] { use.verify = verification::exact; }},
                                                                   {"sketch", [&] { use.verify = verification::sketch; }}})};
    c::apply(options, {own, known_to_all(use)});
    c::refuse_idle(options, use.level);
    std::vector<std::string_view> views;
    std::transform(texts, texts + count, std::back_inserter(views), c::view_of);
    const std::vector<verdict> all = dedup(views, use);
    std::transform(all.begin(), all.end(), into, [](const verdict& v) { return retold_verdict{v.of, v.similarity, v.exact}; });
  });
}

retold_status retold_minhash(retold_text text, const retold_options* options, uint64_t* into, size_t slots) {
  return c::guarded([&] {
    require(into, "where the signature goes");
    shingle_options use;
    unsigned ignored = 0;
    const std::vector<c::known_option> known = {c::preset(use, ignored), c::shingle(use)};
    c::apply(options, {known});
    use.validate();
    if (slots > 4096) throw error(error_kind::option, "slots " + std::to_string(slots) + " is out of range: 8 to 4096");
    const minhasher sign({.slots = static_cast<unsigned>(slots)});
    sign(shingle_list(c::view_of(text), use), {into, slots});
  });
}

double retold_minhash_estimate(const uint64_t* a, const uint64_t* b, size_t slots) {
  double out = 0;
  c::guarded([&] {
    if (slots != 0) require(a, "a"), require(b, "b");
    out = estimate(signature(a, a + slots), signature(b, b + slots));
  });
  return out;
}
