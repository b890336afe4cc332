// SPDX-License-Identifier: Apache-2.0
// The index.
#include "retold/index.hpp"

#include <nanobind/nanobind.h>
#include <nanobind/stl/map.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <map>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <span>
#include <tuple>

#include "binding.hpp"
#include "retold/error.hpp"
#include "retold/read.hpp"
#include "texts.hpp"
#include "watch.hpp"

namespace nb = nanobind;
using namespace nb::literals;

namespace retold::python {
namespace {

const char* name_of(index_status status) {
  constexpr const char* names[] = {"new", "exact", "near", "story"};
  return names[static_cast<std::size_t>(status)];
}

// Closed by close() or with Python's object.
class seen_index {
 public:
  seen_index(nb::handle folder, nb::dict options) {
    const said told(std::move(options));
    index_setup use;
    bool read_only = false;
    told.put("read_only", read_only);
    use.access = read_only ? index_access::read : index_access::write;
    told.put_memory(use.memory);
    told.put("threads", use.threads), told.put("sync", use.sync);
    const std::string where(view_of(folder));
    if (!index::exists(where) && !read_only) {
      const index_options wanted = made_with(told, {});
      const nb::gil_scoped_release others;
      opened_ = std::make_unique<index>(where, wanted, use);
      return;
    }
    opened_ = open(where, use);
    opened_->expect(made_with(told, opened_->options()));
  }

  // Without the GIL; close() waits for all of these.
  template <class Run>
  auto with(Run&& run) const {
    const nb::gil_scoped_release others;
    return lent(run);
  }
  template <class Run>
  auto lent(Run&& run) const {
    const std::shared_lock lock(guard_);
    if (!opened_) throw error(error_kind::option, "the index has been closed");
    return run(*opened_);
  }
  void close() {
    const nb::gil_scoped_release others;
    const std::unique_lock lock(guard_);
    opened_.reset();
  }

 private:
  // What is not said is as it is.
  static index_options made_with(const said& told, index_options has) {
    std::string level;
    if (told.put("level", level)) has.level = level_of(level, level::story);
    told.refuse_idle(has.level);
    told.put_sketch(has);
    told.put("threshold", has.threshold), told.put("store_text", has.store_text);
    told.put("window", has.window_days), told.put("story_threshold", has.story_threshold);
    has.validate();
    return has;
  }
  static std::unique_ptr<index> open(const std::string& folder, const index_setup& use) {
    const nb::gil_scoped_release others;
    return std::make_unique<index>(folder, use);
  }

  mutable std::shared_mutex guard_;
  std::unique_ptr<index> opened_;
};

// Ids come back as str: as texts are, they are made valid UTF-8.
std::string valid(std::string_view id) { return read_fields({.id = id}).id; }

std::optional<std::string> or_none(const std::string& text) { return text.empty() ? std::nullopt : std::optional(text); }

using verdict_tuple = std::tuple<const char*, std::optional<std::string>, double, std::optional<std::string>, bool, bool>;
using match_tuple = std::tuple<std::string, std::string, const char*, double, std::int64_t, std::optional<std::int64_t>,
                               std::optional<std::string>>;

constexpr std::size_t at_a_time = 8192;  // records: then a signal is heard

std::vector<verdict_tuple> add_in_parts(index& to, std::span<const index_entry> entries, const index_scopes& scopes,
                                        std::int64_t now, const progress& report) {
  std::vector<verdict_tuple> out;
  do {  // once also for none: that makes the scope
    const auto part = entries.subspan(out.size(), std::min(entries.size() - out.size(), at_a_time));
    for (const index_verdict& v : to.add(part, scopes, now))
      out.emplace_back(name_of(v.status), or_none(v.of), v.similarity, or_none(v.story), v.repeated, v.changed_id);
    if (report) report("add", out.size(), entries.size());
  } while (out.size() < entries.size());
  return out;
}

std::vector<verdict_tuple> add(seen_index& to, nb::handle all, nb::handle ids, nb::handle titles,
                               const std::optional<std::vector<std::optional<std::int64_t>>>& dates, const std::string& scope,
                               const std::vector<std::string>& search, bool search_all, std::int64_t now, nb::handle show) {
  const nb::list none;
  const texts given(all), names(ids.is_none() ? nb::handle(none) : ids), heads(titles.is_none() ? nb::handle(none) : titles);
  const auto fits = [&](bool absent, std::size_t size) { return absent || size == given.size(); };
  if (!fits(ids.is_none(), names.size()) || !fits(titles.is_none(), heads.size()) || (dates && !fits(false, dates->size())))
    throw error(error_kind::option, "texts, ids, titles and dates are not equally many");
  const index_scopes scopes{.into = scope, .search = search, .search_all = search_all};
  const auto work = [&](const progress& report) {
    std::vector<std::string> valid_ids(names.size());
    std::vector<index_entry> entries(given.size());
    for (std::size_t i = 0; i < entries.size(); ++i) {
      entries[i].text = given.views()[i];
      if (names.size() != 0) entries[i].id = valid_ids[i] = valid(names.views()[i]);
      if (heads.size() != 0) entries[i].title = heads.views()[i];
      if (dates) entries[i].date = (*dates)[i];
    }
    return to.lent([&](index& opened) { return add_in_parts(opened, entries, scopes, now, report); });
  };
  if (given.size() > at_a_time) return watch(show)(work);
  const nb::gil_scoped_release others;
  return work({});
}

std::vector<match_tuple> matches_of(const std::vector<index_match>& from) {
  std::vector<match_tuple> out;
  for (const index_match& m : from)
    out.emplace_back(m.id, m.scope, name_of(m.status), m.similarity, m.arrived, m.date, or_none(m.story));
  return out;
}

std::map<std::string, std::uint64_t> sizes_of(const index& of) {
  std::map<std::string, std::uint64_t> out;
  for (const index_stats::scope& each : of.stats().scopes) out[each.name] = each.documents;
  return out;
}

}  // namespace

void add_seen(nb::module_& to) {
  to.def(
      "second", [](nb::handle date) { return parse_whole_date(view_of(date)); }, "date"_a);
  nb::class_<seen_index>(to, "Index")
      .def(nb::init<nb::handle, nb::dict>(), "folder"_a, "options"_a)
      .def("close", &seen_index::close)
      .def("add", &add, "texts"_a, "ids"_a.none(), "titles"_a.none(), "dates"_a.none(), "scope"_a, "search"_a, "search_all"_a,
           "now"_a, "show"_a.none())
      .def(
          "query",
          [](const seen_index& in, nb::handle text, nb::handle title, std::optional<std::int64_t> date,
             const std::vector<std::string>& scopes) {
            const index_entry entry{.id = {}, .text = view_of(text), .date = date, .title = view_of(title)};
            return in.with([&](index& opened) { return matches_of(opened.query(entry, scopes)); });
          },
          "text"_a.none(), "title"_a.none(), "date"_a.none(), "scopes"_a)
      .def("find",
           [](const seen_index& in, const std::string& id, const std::vector<std::string>& scopes) {
             return in.with([&](index& opened) { return matches_of(opened.find(id, scopes)); });
           })
      .def("remove",
           [](seen_index& from, const std::vector<std::string>& ids, const std::vector<std::string>& scopes) {
             return from.with([&](index& opened) { return opened.remove(ids, scopes); });
           })
      .def("expire",
           [](seen_index& from, std::int64_t before, const std::vector<std::string>& scopes) {
             return from.with([&](index& opened) { return opened.expire(before, scopes); });
           })
      .def("merge",
           [](seen_index& into, const seen_index& other) {
             if (&into == &other) throw error(error_kind::option, "an index cannot be merged into itself");
             return into.with([&](index& opened) { return other.lent([&](index& theirs) { return opened.merge(theirs); }); });
           })
      .def("compact", [](seen_index& of) { of.with([](index& opened) { opened.compact(); }); })
      .def("verify", [](const seen_index& of) { return of.with([](index& opened) { return opened.verify(); }); })
      .def("documents", [](const seen_index& of) { return of.with([](index& opened) { return opened.stats().documents; }); })
      .def("scopes", [](const seen_index& of) { return of.with(sizes_of); })
      .def("bytes", [](const seen_index& of) { return of.with([](index& opened) { return opened.stats().bytes; }); });
}

}  // namespace retold::python
