// SPDX-License-Identifier: Apache-2.0
// retold index remove, expire, merge, stats, verify, repair and compact: looking after it.
#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "console.hpp"
#include "index_commands.hpp"
#include "outputs.hpp"
#include "retold/error.hpp"
#include "retold/read.hpp"
#include "retold/report.hpp"
#include "retold/version.hpp"
#include "summary.hpp"

namespace retold::cli {
namespace {

std::string documents(std::uint64_t n) { return counted(n, "document", "documents"); }

// {"id": …}; ids of some systems have braces of their own: {6F9619FF-…}.
bool is_record(const std::string& line) {
  const auto brace = line.find_first_not_of(" \t"), quote = line.find_first_not_of(" \t", brace + 1);
  return brace != line.npos && quote != line.npos && line[brace] == '{' && line[quote] == '"';
}

// Of the command line, and of a file with one a line.
std::vector<std::string> ids_of(const index_command& with) {
  std::vector<std::string> out = with.ids;
  if (!with.ids_from.empty()) {
    line_source lines(with.ids_from);
    std::size_t number = 0;
    for (std::string line; lines.next(line);) {
      ++number;
      if (is_record(line))
        throw error(error_kind::option, "--ids " + with.ids_from + ": line " + std::to_string(number) +
                                            " is a record; give ids, one a line (jq -r .id makes them of records)");
      if (!line.empty()) out.push_back(line);
    }
    if (!lines.problem().empty()) throw error(error_kind::input, with.ids_from + ": " + lines.problem());
  }
  if (out.empty() && with.ids_from.empty())
    throw error(error_kind::option, "nothing to remove; name ids, or a file of them with --ids");
  return out;
}

// With quotes where it could not be seen without, or told from the words around it.
std::string shown(const std::string& id) {
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
  return id.empty() || blank(id.front()) || blank(id.back()) ? '"' + id + '"' : id;
}

// Named even where all else is quiet: they are why the exit code is 1. A record that was a duplicate has left no document.
void name_unknown(const index& in, std::vector<std::string> ids) {
  constexpr std::size_t looked_up = 10;  // as many as are shown
  const std::string count = counted(ids.size(), "id is", "ids are");
  for (std::size_t i = 0; i < std::min(looked_up, ids.size()); ++i) {
    const auto kept = in.find(ids[i]);
    ids[i] = shown(ids[i]);
    if (!kept.empty() && kept.front().status != index_status::fresh) ids[i] += " (a duplicate of " + kept.front().id + ')';
  }
  say(count + " of no document: " + listed(ids));
}

void name_damage(const index& in, const std::string& folder, const char* fate) {
  for (const std::string& each : in.damage()) say(folder + ": damaged: " + each + "; what was added behind that is " + fate);
}

nlohmann::ordered_json json_of(const index_stats& stats, const std::vector<std::string>& damage) {
  nlohmann::ordered_json options = options_json(stats.options);
  options["store_text"] = stats.options.store_text;
  nlohmann::ordered_json scopes = nlohmann::ordered_json::object();
  for (const index_stats::scope& each : stats.scopes) scopes[each.name] = each.documents;
  nlohmann::ordered_json out = {{"retold", version}, {"options", options},       {"documents", stats.documents},
                                {"scopes", scopes},  {"removed", stats.removed}, {"bytes", stats.bytes},
                                {"damaged", damage}};
  if (stats.options.level == level::story) out["stories"] = stats.stories;
  return out;
}

constexpr std::uint64_t enough_to_divide = 1000;

std::string text_of(const index_stats& stats) {
  std::string out = documents(stats.documents) + ", " + amount(stats.bytes);
  if (stats.documents >= enough_to_divide)
    out += " (" + grouped(stats.bytes / stats.documents) + " bytes each" +
           (stats.removed == 0 ? "" : ", with the traces of " + grouped(stats.removed) + " that were removed") + ')';
  out += '\n' + options_text(stats.options) + '\n';
  if (stats.options.level == level::story)
    out += counted(stats.stories, "story", "stories") + ", " + story_text(stats.options) + '\n';
  for (const index_stats::scope& each : stats.scopes) out += "scope " + each.name + ": " + documents(each.documents) + '\n';
  if (stats.removed != 0)
    out += grouped(stats.removed) + " removed, whose traces take room until `retold index compact` sweeps them out\n";
  return out;
}

}  // namespace

retold::index index_command::opened(index_access access) const {
  retold::index out(index.folder, index.setup(access, common.threads));
  name_damage(out, index.folder, "not seen here");
  check_scopes(out, index.folder, scopes);
  return out;
}

int exit_code_of(const index& read) { return read.damage().empty() ? done : some_skipped; }

std::int64_t seconds_of(const char* option, const std::string& date) {
  if (const auto seconds = parse_whole_date(date)) return *seconds;
  throw error(error_kind::option, std::string(option) + " takes a date such as 2026-11-22, not '" + date + "'");
}

int run_index_remove(index_command& with) {
  const std::vector<std::string> ids = ids_of(with);
  index from = with.opened(index_access::write);
  std::vector<std::string> unknown;
  const std::uint64_t removed = from.remove(ids, with.scopes, [&](const std::string& id) { unknown.push_back(id); });
  if (!with.common.quiet) say(documents(removed) + " of " + counted(ids.size(), "id", "ids") + " removed");
  if (unknown.empty()) return done;
  name_unknown(from, std::move(unknown));
  return some_skipped;
}

int run_index_expire(index_command& with) {
  const std::int64_t before = seconds_of("--before", with.before);
  const std::uint64_t removed = with.opened(index_access::write).expire(before, with.scopes);
  if (!with.common.quiet) say(documents(removed) + " from before " + with.before + " removed");
  return done;
}

int run_index_merge(index_command& with) {
  const index other(with.other, with.index.setup(index_access::read, with.common.threads));
  name_damage(other, with.other, "not merged");
  const index_setup use = with.index.setup(index_access::write, with.common.threads);
  const bool is_there = index::exists(with.index.folder);
  if (is_there && std::filesystem::equivalent(with.index.folder, with.other))
    throw error(error_kind::option, with.index.folder + ": cannot be merged into itself");
  index into = is_there ? index(with.index.folder, use) : index(with.index.folder, other.options(), use);
  if (!is_there && !with.common.quiet) name_made(with.index.folder, into.options());
  const std::uint64_t added = into.merge(other), all = other.stats().documents;
  if (!with.common.quiet)
    say(documents(added) + " of " + grouped(all) + " added, " + grouped(all - added) + " were there already");
  return done;
}

int run_index_stats(index_command& with) {
  check_outside({{"standard output", "-"}, {"--json", with.common.json}}, with.index.folder);
  const index seen = with.opened(index_access::read);
  const index_stats stats = seen.stats();
  if (!with.common.json.empty()) write_output(with.common.json, text_of_json(json_of(stats, seen.damage())));
  if (with.common.json != "-") write_output("-", text_of(stats));
  return exit_code_of(seen);
}

int run_index_verify(index_command& with) {
  const index_setup use = with.index.setup(index_access::read, with.common.threads);
  const std::vector<std::string> wrong = index(with.index.folder, use).verify();  // which names the damage itself
  for (const std::string& each : wrong) say(with.index.folder + ": " + each);
  if (wrong.empty() && !with.common.quiet) say(with.index.folder + ": all is well");
  return wrong.empty() ? done : failed;
}

int run_index_repair(index_command& with) {
  index_setup use = with.index.setup(index_access::write, with.common.threads);
  use.salvage = true;
  const index seen(with.index.folder, use);
  for (const std::string& each : seen.damage())
    say(with.index.folder + ": " + each + "; what was added behind that is left out");
  const std::vector<std::string> wrong = seen.verify();
  for (const std::string& each : wrong) say(with.index.folder + ": " + each);
  if (!with.common.quiet) say(with.index.folder + ": " + documents(seen.stats().documents));
  return !wrong.empty() ? failed : seen.damage().empty() ? done : some_skipped;
}

int run_index_compact(index_command& with) {
  index seen = with.opened(index_access::write);
  const std::uint64_t before = seen.stats().bytes;
  seen.compact();
  if (!with.common.quiet) say(amount(before) + " before, " + amount(seen.stats().bytes) + " now");
  return done;
}

}  // namespace retold::cli
