// SPDX-License-Identifier: Apache-2.0
// dedup of texts and of files.
#include "retold/dedup.hpp"

#include <nanobind/nanobind.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <filesystem>
#include <limits>
#include <string>
#include <vector>

#include "binding.hpp"
#include "columns.hpp"
#include "retold/error.hpp"
#include "retold/read.hpp"
#include "texts.hpp"
#include "watch.hpp"

namespace nb = nanobind;
using namespace nb::literals;

namespace retold::python {

dedup_options dedup_options_of(const said& told) {
  dedup_options use;
  std::string level = name(use.level), verify, keep, on_bad;
  told.put("level", level);
  use.level = level_of(level, level::near);
  told.refuse_idle(use.level);
  told.put_sketch(use);
  told.put("threshold", use.threshold);
  if (told.put("verify", verify)) use.verify = verification(said::one_of("verify", verify, {"exact", "sketch"}));
  if (told.put("keep", keep)) use.set_keep(keep);
  told.put("mark", use.mark);
  if (told.put("on_bad", on_bad)) use.on_bad = bad_record(said::one_of("on_bad", on_bad, {"pass", "skip", "stop"}));
  told.put("id", use.fields.id_field), told.put("text", use.fields.text_field);
  told.put("title", use.fields.title_field), told.put("date", use.fields.date_field);
  told.put_memory(use.memory);
  told.put("threads", use.threads);
  return use;
}

namespace {

// Where there is no text, the title is compared.
std::vector<std::string_view> views_of(const texts& all, const texts& titles) {
  std::vector<std::string_view> out = all.views();
  if (titles.size() != 0) rows_of(all, titles);
  for (std::size_t i = 0; i < titles.size(); ++i)
    if (out[i].empty()) out[i] = titles.views()[i];
  return out;
}

// Of each text: place of the one it is a duplicate of (uint32), similarity to that (double), whether it is exact (uint8).
nb::tuple dedup_texts(nb::handle given, nb::handle titles, const std::vector<double>& ranks, nb::dict options,
                      nb::handle show) {
  const dedup_options use = dedup_options_of(said(std::move(options)));
  const texts all(given), heads(titles);
  const std::vector<std::string_view> views = views_of(all, heads);
  std::vector<std::uint32_t> of;
  std::vector<double> similarity;
  std::vector<std::uint8_t> exact;
  for (const verdict& v : watch(show)([&](const progress& report) { return dedup(views, use, report, ranks); }))
    of.push_back(v.of), similarity.push_back(v.similarity), exact.push_back(v.exact);
  return nb::make_tuple(bytes_of(of), bytes_of(similarity), bytes_of(exact));
}

// Seconds since 1970 of dates as they are written; NaN for what is none.
std::vector<double> seconds_of(nb::handle dates) {
  const texts all(dates);
  std::vector<double> out;
  for (const std::string_view date : all.views()) {
    const auto seconds = parse_date(read_fields({.date = date}).date);  // as feeds write it, too
    out.push_back(seconds ? static_cast<double>(*seconds) : std::numeric_limits<double>::quiet_NaN());
  }
  return out;
}

// Nothing is written over an input, by whatever name.
void check_apart(const dedup_files& files) {
  std::error_code none;
  for (const auto& [option, output] :
       {std::pair("output", &files.output), {"groups", &files.groups}, {"rejects", &files.rejects}})
    for (const std::string& input : files.inputs)
      if (!output->empty() && std::filesystem::equivalent(input, *output, none))
        throw error(error_kind::option, std::string(option) + ' ' + *output + ": is an input; give the output another name");
}

nb::dict shown(const dedup_report& r) {
  nb::dict out;
  const auto put = [&](const char* name, std::uint64_t count) { out[name] = count; };
  put("bytes", r.bytes), put("records", r.records), put("kept", r.kept), put("exact", r.exact), put("near", r.near);
  put("groups", r.groups), put("changed_ids", r.changed_ids), put("bad_lines", r.bad_lines), put("candidates", r.candidates);
  put("hot_buckets", r.hot_buckets), put("resumed_bytes", r.resumed_bytes);
  out["bad"] = pairs_of(r.bad), out["skipped"] = pairs_of(r.skipped), out["ignored"] = pairs_of(r.ignored);
  nb::list notes;
  for (const std::string& note : r.notes) notes.append(text_of(note, name_of_file));
  out["notes"] = notes;
  return out;
}

// Names of files are bytes; an empty one is none.
nb::dict dedup_all(nb::handle inputs, nb::handle outputs, nb::dict options, nb::handle show) {
  const dedup_options use = dedup_options_of(said(std::move(options)));
  const texts from(inputs), to(outputs);
  const auto& o = to.views();
  const dedup_files files{.inputs = {from.views().begin(), from.views().end()},
                          .output = std::string(o.at(0)),
                          .groups = std::string(o.at(1)),
                          .rejects = std::string(o.at(2)),
                          .temp = std::string(o.at(3))};
  use.validate();
  check_apart(files);
  return shown(watch(show)([&](const progress& report) { return dedup(files, use, report); }));
}

}  // namespace

void add_dedup(nb::module_& to) {
  to.def("dedup", &dedup_texts, "texts"_a, "titles"_a, "ranks"_a, "options"_a, "show"_a.none());
  to.def("dedup_files", &dedup_all, "inputs"_a, "outputs"_a, "options"_a, "show"_a.none());
  to.def("seconds", &seconds_of, "dates"_a);
}

}  // namespace retold::python
