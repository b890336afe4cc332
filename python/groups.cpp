// SPDX-License-Identifier: Apache-2.0
// cluster, compare and dedup of texts in memory.
#include <nanobind/nanobind.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "binding.hpp"
#include "retold/dedup.hpp"
#include "retold/error.hpp"
#include "retold/pipeline.hpp"
#include "retold/read.hpp"
#include "texts.hpp"

namespace nb = nanobind;
using namespace nb::literals;

namespace retold::python {
namespace {

// (kind, score, (document, field, begin, end) twice): offsets count bytes of what was given.
using end_tuple = std::tuple<std::uint32_t, const char*, std::uint32_t, std::uint32_t>;
using passage_tuple = std::tuple<const char*, double, end_tuple, end_tuple>;

end_tuple end_of(const side& at, const document& in) {
  const bool title = at.field == field::title;
  const slice stored = (title ? in.title_origin : in.text_origin).to_source(at.where);
  return {at.document, title ? "title" : "text", stored.begin, stored.end};
}

document document_of(const std::vector<std::string_view>& f) {  // id, text, title, date, source, language
  return read_fields({.id = f[0], .text = f[1], .title = f[2], .date = f[3], .source = f[4], .language = f[5]});
}

// Columns of equal length, or None for one that is not there.
std::vector<document> documents_of(const nb::list& columns) {
  std::vector<texts> given;
  for (nb::handle column : columns) given.emplace_back(column.is_none() ? nb::handle(nb::list()) : column);
  const std::size_t count = given.at(1).size();
  for (const texts& column : given)
    if (column.size() != 0 && column.size() != count) throw error(error_kind::option, "the columns are not equally long");
  std::vector<document> out;
  out.reserve(count);
  const nb::gil_scoped_release others;
  std::vector<std::string_view> fields(given.size());
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t f = 0; f < given.size(); ++f) fields[f] = given[f].size() == 0 ? std::string_view() : given[f].views()[i];
    out.push_back(document_of(fields));
    if (out.back().id.empty()) out.back().id = std::to_string(i);
  }
  make_ids_unique(out);
  return out;
}

struct placed_clustering : clustering {
  std::vector<std::size_t> places;  // of its documents, as they stood in the call
};

placed_clustering cluster_columns(const nb::list& columns, const std::string& level, std::optional<double> threshold,
                                  unsigned window, const std::optional<std::string>& preset,
                                  const std::optional<std::string>& shingle, std::optional<unsigned> slots, bool passages,
                                  unsigned threads) {
  cluster_options use;
  use.level = level_of(level);
  apply_sketch(use, preset, shingle, slots);
  if (threshold) use.set_threshold(*threshold);
  use.stories.window_days = window;
  use.passages = passages;
  use.threads = threads;
  std::vector<document> documents = documents_of(columns);
  const nb::gil_scoped_release others;
  std::unordered_map<std::string, std::size_t> places;
  for (std::size_t i = 0; i < documents.size(); ++i) places.emplace(documents[i].id, i);
  placed_clustering out{cluster(std::move(documents), use), {}};
  for (const document& d : out.documents) out.places.push_back(places.at(d.id));
  return out;
}

std::vector<passage_tuple> passages_of(const clustering& from) {
  std::vector<passage_tuple> out;
  for (const passage& p : from.passages)
    out.emplace_back(name(p.kind), p.score, end_of(p.a, from.documents[p.a.document]),
                     end_of(p.b, from.documents[p.b.document]));
  return out;
}

std::vector<passage_tuple> passages_of(const comparison& from) {
  std::vector<passage_tuple> out;
  for (const passage& p : from.passages) out.emplace_back(name(p.kind), p.score, end_of(p.a, from.a), end_of(p.b, from.b));
  return out;
}

comparison compare_two(nb::handle a, nb::handle b, const std::optional<std::string>& preset,
                       const std::optional<std::string>& shingle, bool spans) {
  cluster_options use;
  apply_sketch(use, preset, shingle, std::nullopt);
  use.whole_spans = spans;
  const texts of_a(a), of_b(b);
  const nb::gil_scoped_release others;
  return compare(document_of(of_a.views()), document_of(of_b.views()), use);
}

std::tuple<std::vector<std::uint32_t>, std::vector<double>, std::vector<bool>> dedup_texts(
    nb::handle given, const std::string& level, double threshold, const std::optional<std::string>& preset,
    const std::optional<std::string>& shingle, std::optional<unsigned> slots, double recall, const std::string& verify,
    unsigned threads) {
  dedup_options use{.level = level_of(level), .threshold = threshold, .recall = recall, .threads = threads};
  apply_sketch(use, preset, shingle, slots);
  if (verify != "exact" && verify != "sketch")
    throw error(error_kind::option, "verify '" + verify + "' is not exact or sketch");
  use.verify = verify == "sketch" ? verification::sketch : verification::exact;
  const texts all(given);
  const nb::gil_scoped_release others;
  const std::vector<verdict> verdicts = dedup(all.views(), use);
  std::tuple<std::vector<std::uint32_t>, std::vector<double>, std::vector<bool>> out;
  auto& [of, similarity, exact] = out;
  for (const verdict& v : verdicts) of.push_back(v.of), similarity.push_back(v.similarity), exact.push_back(v.exact);
  return out;
}

template <class Found>
void add_reports(nb::class_<Found>& to) {
  to.def(
        "json", [](const Found& of) { return to_json(of); }, nb::call_guard<nb::gil_scoped_release>())
      .def(
          "html", [](const Found& of) { return to_html(of); }, nb::call_guard<nb::gil_scoped_release>())
      .def(
          "text", [](const Found& of, int width, bool colour) { return to_text(of, {.width = width, .colour = colour}); },
          "width"_a = 80, "colour"_a = false)
      .def_prop_ro("passages", [](const Found& of) { return passages_of(of); });
}

}  // namespace

void add_groups(nb::module_& to) {
  nb::class_<placed_clustering> found(to, "Clustering");
  found.def_ro("places", &placed_clustering::places);
  add_reports(found);
  found.def_prop_ro("ids", [](const placed_clustering& of) {
    std::vector<std::string> out;
    for (const document& d : of.documents) out.push_back(d.id);
    return out;
  });
  found.def_prop_ro("groups", [](const placed_clustering& of) {
    using members = std::vector<std::uint32_t>;
    std::vector<
        std::tuple<const char*, std::string, members, std::uint32_t, std::vector<members>, std::vector<members>, double>>
        out;
    for (const group& g : of.groups)
      out.emplace_back(name(g.level), g.title, g.documents, g.representative, g.near, g.exact, g.cohesion);
    return out;
  });
  found.def_prop_ro("links", [](const placed_clustering& of) {
    std::vector<std::tuple<std::uint32_t, std::uint32_t, const char*, double, double, std::vector<std::string>>> out;
    for (const link& l : of.links) out.emplace_back(l.a, l.b, name(l.level), l.score, l.overlap.jaccard, l.reasons);
    return out;
  });
  nb::class_<comparison> two(to, "Comparison");
  add_reports(two);
  two.def_prop_ro("similarity", [](const comparison& of) {
    return std::tuple(of.overlap.jaccard, of.overlap.containment_a, of.overlap.containment_b, of.simhash);
  });
  to.def("cluster", &cluster_columns, "columns"_a, "level"_a, "threshold"_a.none(), "window"_a, "preset"_a.none(),
         "shingle"_a.none(), "slots"_a.none(), "passages"_a, "threads"_a);
  to.def("compare", &compare_two, "a"_a, "b"_a, "preset"_a.none(), "shingle"_a.none(), "spans"_a);
  to.def("dedup", &dedup_texts, "texts"_a, "level"_a, "threshold"_a, "preset"_a.none(), "shingle"_a.none(), "slots"_a.none(),
         "recall"_a, "verify"_a, "threads"_a);
}

}  // namespace retold::python
