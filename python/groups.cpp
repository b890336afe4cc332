// SPDX-License-Identifier: Apache-2.0
// Documents, cluster and compare.
#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "binding.hpp"
#include "retold/error.hpp"
#include "retold/pipeline.hpp"
#include "retold/read.hpp"
#include "texts.hpp"
#include "watch.hpp"

namespace nb = nanobind;
using namespace nb::literals;

namespace retold::python {

cluster_options cluster_options_of(const said& told) {
  cluster_options use;
  std::string level = name(use.level);
  double threshold = 0;
  told.put("level", level);
  use.level = level_of(level);
  told.refuse_idle(use.level);
  told.put_sketch(use);
  if (told.put("threshold", threshold)) use.set_threshold(threshold);
  told.put("window", use.stories.window_days);
  told.put("passages", use.passages);
  told.put("threads", use.threads);
  return use;
}

namespace {

// Documents for one call, which takes them.
struct gathered {
  std::vector<document> documents;
  read_report report;
};

struct placed_clustering : clustering {
  std::vector<std::size_t> places;  // of its documents, as they stood in the call
};

document document_of(const std::vector<std::string_view>& f) {  // id, text, title, date, source, language
  return read_fields({.id = f[0], .text = f[1], .title = f[2], .date = f[3], .source = f[4], .language = f[5]});
}

// Columns of equal length, or None for one that is not there.
gathered from_columns(const nb::list& columns) {
  std::vector<texts> given;
  for (nb::handle column : columns) given.emplace_back(column.is_none() ? nb::handle(nb::list()) : column);
  const std::size_t count = given.at(1).size();
  for (const texts& column : given)
    if (column.size() != 0 && column.size() != count) throw error(error_kind::option, "the columns are not equally long");
  gathered out;
  out.documents.reserve(count);
  const nb::gil_scoped_release others;
  std::vector<std::string_view> fields(given.size());
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t f = 0; f < given.size(); ++f) fields[f] = given[f].size() == 0 ? std::string_view() : given[f].views()[i];
    out.documents.push_back(document_of(fields));
  }
  return out;
}

gathered from_paths(nb::handle paths, nb::handle fields, nb::handle show) {
  const texts places(paths), names(fields);
  const auto& n = names.views();
  const read_options use{std::string(n.at(0)), std::string(n.at(1)), std::string(n.at(2)),
                         std::string(n.at(3)), std::string(n.at(4)), std::string(n.at(5))};
  return watch(show)([&](const progress& report) {
    gathered out;
    out.report = read({places.views().begin(), places.views().end()}, use, [&](document&& d) {
      out.documents.push_back(std::move(d));
      if (report) report("read", out.documents.size(), 0);
    });
    return out;
  });
}

// With unique ids, as cluster() would make them: by these it is known where each document of the result stood in the call.
void number(std::vector<document>& documents) {
  for (std::size_t i = 0; i < documents.size(); ++i)
    if (documents[i].id.empty()) documents[i].id = std::to_string(i);
  make_ids_unique(documents);
}

placed_clustering cluster_all(gathered& from, nb::dict options, nb::handle show) {
  const cluster_options use = cluster_options_of(said(std::move(options)));
  return watch(show)([&](const progress& report) {
    number(from.documents);
    std::unordered_map<std::string, std::size_t> places;
    for (std::size_t i = 0; i < from.documents.size(); ++i) places.emplace(from.documents[i].id, i);
    placed_clustering out{cluster(std::move(from.documents), use, report), {}};
    out.skipped = from.report.skipped;
    for (const document& d : out.documents) out.places.push_back(places.at(d.id));
    return out;
  });
}

comparison compare_two(gathered& a, gathered& b, nb::dict options) {
  const said told(std::move(options));
  cluster_options use;
  told.put_sketch(use);
  told.put("spans", use.whole_spans);
  return watch(nb::none())(
      [&](const progress&) { return compare(std::move(a.documents.at(0)), std::move(b.documents.at(0)), use); });
}

// Where a side stands: (document, field, begin, end), in bytes of what was given, or of the text as it was read.
using end_tuple = std::tuple<std::uint32_t, const char*, std::uint32_t, std::uint32_t>;

end_tuple end_of(const side& at, const document& in, bool given) {
  const bool title = at.field == field::title;
  const slice where = given ? (title ? in.title_origin : in.text_origin).to_source(at.where) : at.where;
  return {at.document, title ? "title" : "text", where.begin, where.end};
}

using conflict_tuple = std::tuple<std::string, end_tuple, end_tuple>;
using passage_tuple = std::tuple<const char*, double, end_tuple, end_tuple, std::vector<conflict_tuple>>;

const document& document_of(const clustering& in, std::uint32_t number) { return in.documents[number]; }
const document& document_of(const comparison& in, std::uint32_t number) { return number == 0 ? in.a : in.b; }

template <class Found>
std::vector<passage_tuple> passages_of(const Found& in, bool given) {
  std::vector<passage_tuple> out;
  const auto end = [&](const side& at) { return end_of(at, document_of(in, at.document), given); };
  for (const passage& p : in.passages) {
    std::vector<conflict_tuple> conflicts;
    for (const conflict& c : p.conflicts)
      conflicts.emplace_back(c.kind, end({p.a.document, p.a.field, c.a}), end({p.b.document, p.b.field, c.b}));
    out.emplace_back(name(p.kind), p.score, end(p.a), end(p.b), std::move(conflicts));
  }
  return out;
}

// (id, text, title, date, source, language, input, warnings)
nb::tuple shown(const document& d) {
  nb::list warnings;
  for (const std::string& each : d.warnings) warnings.append(text_of(each));
  return nb::make_tuple(text_of(d.id), text_of(d.text), text_of(d.title), text_of(d.date), text_of(d.source),
                        text_of(d.language), text_of(d.input, name_of_file), warnings);
}

// How many characters stand before each of these places in the UTF-8 of a text; they are ascending.
std::vector<std::size_t> characters_before(nb::handle text, const std::vector<std::size_t>& places) {
  const std::string_view bytes = view_of(text);
  std::vector<std::size_t> out;
  std::size_t at = 0, count = 0;
  for (const std::size_t place : places) {
    for (; at < std::min(place, bytes.size()); ++at) count += (static_cast<unsigned char>(bytes[at]) & 0xC0) != 0x80;
    out.push_back(count);
  }
  return out;
}

using members = std::vector<std::uint32_t>;
using group_tuple =
    std::tuple<const char*, std::string, members, std::uint32_t, std::vector<members>, std::vector<members>, double>;

std::vector<group_tuple> groups_of(const placed_clustering& in) {
  std::vector<group_tuple> out;
  for (const group& g : in.groups)
    out.emplace_back(name(g.level), g.title, g.documents, g.representative, g.near, g.exact, g.cohesion);
  return out;
}

using link_tuple = std::tuple<std::uint32_t, std::uint32_t, const char*, double, double, std::vector<std::string>>;

std::vector<link_tuple> links_of(const placed_clustering& in) {
  std::vector<link_tuple> out;
  for (const link& l : in.links) out.emplace_back(l.a, l.b, name(l.level), l.score, l.overlap.jaccard, l.reasons);
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
          "width"_a, "colour"_a, nb::call_guard<nb::gil_scoped_release>())
      .def("passages", &passages_of<Found>, "given"_a);
}

}  // namespace

void add_groups(nb::module_& to) {
  nb::class_<gathered>(to, "Documents")
      .def_static("from_columns", &from_columns, "columns"_a)
      .def_static("from_paths", &from_paths, "paths"_a, "fields"_a, "show"_a.none())
      .def("__len__", [](const gathered& all) { return all.documents.size(); })
      .def_prop_ro("skipped", [](const gathered& all) { return pairs_of(all.report.skipped); })
      .def_prop_ro("ignored", [](const gathered& all) { return pairs_of(all.report.ignored); })
      .def_prop_ro("notes", [](const gathered& all) { return all.report.notes; });
  nb::class_<placed_clustering> found(to, "Clustering");
  add_reports(found);
  found.def_ro("places", &placed_clustering::places)
      .def_prop_ro("undated",
                   [](const placed_clustering& of) {
                     return !of.documents.empty() && std::all_of(of.documents.begin(), of.documents.end(),
                                                                 [](const document& d) { return d.date.empty(); });
                   })
      .def_prop_ro("ids",
                   [](const placed_clustering& of) {
                     nb::list out;
                     for (const document& d : of.documents) out.append(text_of(d.id));
                     return out;
                   })
      .def_prop_ro("documents",
                   [](const placed_clustering& of) {
                     nb::list out;
                     for (const document& d : of.documents) out.append(shown(d));
                     return out;
                   })
      .def_prop_ro("groups", &groups_of)
      .def_prop_ro("links", &links_of);
  nb::class_<comparison> two(to, "Comparison");
  add_reports(two);
  two.def_prop_ro("documents", [](const comparison& of) { return nb::make_tuple(shown(of.a), shown(of.b)); });
  two.def_prop_ro("similarity", [](const comparison& of) {
    return std::tuple(of.overlap.jaccard, of.overlap.containment_a, of.overlap.containment_b, of.simhash);
  });
  to.def("cluster", &cluster_all, "documents"_a, "options"_a, "show"_a.none());
  to.def("compare", &compare_two, "a"_a, "b"_a, "options"_a);
  to.def("characters_before", &characters_before, "text"_a, "places"_a);
}

}  // namespace retold::python
