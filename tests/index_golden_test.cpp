// SPDX-License-Identifier: Apache-2.0
// Indexes as this version and those before it have written them, in tests/golden_index: each later version opens them, answers
// as it is written beside them, and goes on with them.
//
// format-N/asked.json    what they were made of, what is asked of them, what is added later
// format-N/KIND          the folder of an index, without the files that opening does without
// format-N/KIND.json     the answers: as it is, of what is added, and after that and compact()
//
// Folders of a format stay as they are for ever. A change of the rules (which are the same? of one story?) may change the
// answers, never what is found in the tables. A new format gets a folder format-N+1 beside the others; of each it must be said
// here whether it opens or is refused.
#include <doctest/doctest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "child_process.hpp"
#include "index_twin.hpp"
#include "message_of.hpp"
#include "read_files.hpp"

using namespace index_twin;
using nlohmann::json;
using retold::index_access;
using retold::index_options;
using retold::index_setup;

namespace {

const fs::path golden = fs::path(RETOLD_SOURCE_DIR) / "tests/golden_index/format-1";
const index_setup writing{.memory = 32 << 20, .threads = 1},
    reading{.access = index_access::read, .memory = 32 << 20, .threads = 1};

struct kind {
  const char* name;
  index_options options;
};
const kind kinds[] = {{"near", {}},
                      {"near-text", {.threshold = 0.75, .store_text = true}},
                      {"exact", {.level = retold::level::exact}},
                      {"story", {.level = retold::level::story, .slots = 64, .window_days = 3}}};

json parsed_file(const fs::path& path) {
  CAPTURE(path.string());
  json out = json::parse(contents(path.string()), nullptr, false);
  REQUIRE(!out.is_discarded());
  return out;
}

std::vector<std::string> strings(const json& of, const char* name) {
  return of.contains(name) ? of[name].get<std::vector<std::string>>() : std::vector<std::string>{};
}

record record_of(const json& from) {
  record out{from.value("id", ""), from.value("text", ""), {}, from.value("title", "")};
  if (from.contains("date")) out.date = from["date"].get<std::int64_t>();
  return out;
}

const char* name_of(retold::index_status status) {
  return std::array{"fresh", "exact", "near", "story"}[static_cast<std::size_t>(status)];
}

// Cosines go through logarithms, whose last digits are the machine's own.
double rounded(double similarity) { return std::round(similarity * 1e4) / 1e4; }

json json_of(const retold::index_verdict& v) {
  return {{"status", name_of(v.status)},         {"number", v.number}, {"of", v.of},
          {"similarity", rounded(v.similarity)}, {"story", v.story},   {"repeated", v.repeated},
          {"changed_id", v.changed_id}};
}

json json_of(const std::vector<retold::index_match>& matches) {
  json out = json::array();
  for (const retold::index_match& m : matches) {
    out.push_back({{"id", m.id},
                   {"scope", m.scope},
                   {"number", m.number},
                   {"status", name_of(m.status)},
                   {"similarity", rounded(m.similarity)},
                   {"arrived", m.arrived}});
    if (m.date) out.back()["date"] = *m.date;
    if (!m.story.empty()) out.back()["story"] = m.story;
  }
  return out;
}

json json_of(const retold::index_stats& stats) {
  json scopes = json::object();
  for (const auto& each : stats.scopes) scopes[each.name] = each.documents;
  return {{"documents", stats.documents},     {"removed", stats.removed},           {"stories", stats.stories},
          {"next_number", stats.next_number}, {"last_arrival", stats.last_arrival}, {"scopes", scopes}};
}

json answers_of(const retold::index& in, const json& asked) {
  json queries = json::array(), finds = json::array();
  for (const json& q : asked["queries"]) queries.push_back(json_of(in.query(record_of(q).view(), strings(q, "scopes"))));
  for (const json& f : asked["finds"]) finds.push_back(json_of(in.find(f["id"].get<std::string>(), strings(f, "scopes"))));
  return {{"stats", json_of(in.stats())}, {"queries", queries}, {"finds", finds}};
}

json added(retold::index& to, const json& step) {
  std::vector<record> records;
  for (const json& each : step["add"]) records.push_back(record_of(each));
  json out = json::array();
  const retold::index_scopes where{step["into"], strings(step, "search"), step.value("search_all", false)};
  for (const auto& verdict : to.add(views(records), where, step["time"])) out.push_back(json_of(verdict));
  return out;
}

// A line for each answer.
std::string text_of(const json& answers) {
  const auto list = [](const json& of) {
    std::string out;
    for (const json& each : of) out += (out.empty() ? "\n  " : ",\n  ") + each.dump();
    return '[' + out + ']';
  };
  const auto part = [&](const json& of) {
    return "{\"stats\": " + of["stats"].dump() + ",\n \"queries\": " + list(of["queries"]) +
           ",\n \"finds\": " + list(of["finds"]) + '}';
  };
  return "{\"before\": " + part(answers["before"]) + ",\n\"added\": " + list(answers["added"]) +
         ",\n\"after\": " + part(answers["after"]) + "}\n";
}

void check_same(const json& got, const json& wanted, const std::string& what) {
  CHECK_MESSAGE(got == wanted, what << ", to be changed: " << json::diff(wanted, got).dump(1));
}

std::string copy_of(const kind& which, const temporary_folder& to) {
  const std::string path = to.path(which.name);
  fs::copy(golden / which.name, path, fs::copy_options::recursive);
  return path;
}

// What it needs to be opened.
void keep(const std::string& index, const fs::path& to) {
  REQUIRE(!fs::exists(to));
  fs::create_directories(to);
  for (const auto& each : fs::directory_iterator(index)) {
    const std::string name = each.path().filename();
    const bool kept = name == "CURRENT" || name == "RETOLD" || name.starts_with("MANIFEST-");
    if (kept || name.ends_with(".sst") || name.ends_with(".log")) fs::copy_file(each.path(), to / name);
  }
}

}  // namespace

TEST_CASE("index: a golden one opens, answers, and goes on") {
  const json asked = parsed_file(golden / "asked.json");
  for (const kind& which : kinds) {
    CAPTURE(which.name);
    const temporary_folder folder;
    const std::string path = copy_of(which, folder);
    const json wanted = parsed_file(golden / (std::string(which.name) + ".json"));
    {
      const retold::index in(path, reading);
      CHECK(in.parts().runs()->size() >= 2);
      CHECK(in.parts().recent.documents().size() >= 4);
    }
    for (const index_setup& use : {reading, writing, reading}) {  // who may write may tidy up, at opening and at closing
      const retold::index in(path, use);
      in.expect(which.options);
      CHECK(joined(in.verify()) == "");
      check_same(answers_of(in, asked), wanted["before"], "before");
    }
    {
      retold::index in(path, writing);
      check_same(added(in, asked["later"]), wanted["added"], "added");
      in.compact();
      check_same(answers_of(in, asked), wanted["after"], "after");
      CHECK(joined(in.verify()) == "");
    }
    const retold::index in(path, reading);
    check_same(answers_of(in, asked), wanted["after"], "after, opened again");
    CHECK(joined(in.verify()) == "");
  }
}

TEST_CASE("index: one of another format is refused, and left as it is") {
  for (const kind& which : kinds) {
    const temporary_folder folder;
    const std::string path = copy_of(which, folder);
    std::string made_with;
    {
      const retold::index in(path, writing);
      made_with = in.parts().store.get(retold::table::meta, "made_with").value();
      REQUIRE(made_with.starts_with("retold-index 1\nsignature 1\n"));
      retold::index_store::change next(in.parts().store);
      next.put(retold::table::meta, "made_with", made_with.replace(13, 1, "2"));
      next.commit(false);
    }
    for (const index_setup& use : {reading, writing})
      CHECK(message_of([&] { const retold::index in(path, use); }, retold::error_kind::input) ==
            path +
                ": made by another version of retold (index format 2, signatures 1; this one reads 1 and 1): use that "
                "version, or build it anew from its documents");
  }
}

// Makes the folders and the answers beside them, for a new format. Not for format 1, ever again, once it has been released:
//
//   rm -r tests/golden_index/format-1/*/
//   RETOLD_GOLDEN=tests/golden_index/format-1 build/tests/retold_index_golden_test -ns -tc='child: makes golden indexes'
//
// Then read what has changed in the answers: they are what this version says.
TEST_CASE("child: makes golden indexes" * doctest::skip()) {
  const fs::path to = asked_for("RETOLD_GOLDEN");
  const json asked = parsed_file(golden / "asked.json");
  for (const kind& which : kinds) {
    const temporary_folder folder;
    const std::string made = folder.path(which.name);
    json answers;
    {
      retold::index in(made, which.options, writing);
      const std::uint64_t usual = in.parts().run_bytes;
      for (const json& step : asked["steps"]) {
        in.parts().run_bytes = step.value("run", false) ? 0 : usual;
        if (step.contains("remove"))
          CHECK(in.remove(strings(step, "remove")) == step["remove"].size());
        else
          added(in, step);
      }
      answers["before"] = answers_of(in, asked);
      keep(made, to / which.name);  // as of a process that is killed: what waits for the next run still waits
    }
    retold::index in(made, writing);
    answers["added"] = added(in, asked["later"]);
    in.compact();
    answers["after"] = answers_of(in, asked);
    std::ofstream(to / (std::string(which.name) + ".json")) << text_of(answers);
  }
}
