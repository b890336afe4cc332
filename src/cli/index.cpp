// SPDX-License-Identifier: Apache-2.0
// retold index …: what can be done with an index beside filtering.
#include "retold/index.hpp"

#include <ctime>
#include <memory>
#include <nlohmann/json.hpp>

#include "commands.hpp"
#include "console.hpp"
#include "help.hpp"
#include "index_arguments.hpp"
#include "outputs.hpp"
#include "retold/error.hpp"
#include "retold/filter.hpp"
#include "retold/read.hpp"
#include "retold/report.hpp"
#include "retold/version.hpp"
#include "summary.hpp"

namespace retold::cli {
namespace {

struct arguments {
  std::vector<std::string> inputs, ids, scopes;
  std::string ids_from, before, text, id, other;
  index_arguments index;
  common_arguments common;
  filter_options options;
  std::string on_error = "pass";
};
using shared_arguments = std::shared_ptr<arguments>;

index opened(const arguments& with, index_access access) {
  return index(with.index.folder, with.index.setup(access, with.common.threads));
}

// What could not be read is told, whoever asks.
index opened_to_read(const arguments& with) {
  index out = opened(with, index_access::read);
  for (const std::string& each : out.damage())
    say(with.index.folder + ": damaged: " + each + "; what was added behind that is not seen here");
  return out;
}

std::string documents(std::uint64_t n) { return counted(n, "document", "documents"); }

void settle(arguments& with) {
  if (with.inputs.empty()) with.inputs = {"-"};
  with.options.on_bad = with.on_error == "stop" ? bad_record::stop : bad_record::pass;
}

int run_add(arguments& with) {
  settle(with);
  const stopwatch watch;
  with.options.now = [] { return static_cast<std::int64_t>(std::time(nullptr)); };
  if (!with.scopes.empty()) with.options.scopes.into = with.scopes.front();
  const interruption signals;
  index seen = with.index.open_or_make(with.common.threads);
  progress_line line(with.common.quiet);
  with.options.stop = [&] { return signals.came(); };
  const filter_report found = filter(
      seen, with.inputs, [](std::string_view) {}, with.options,
      [&](const filter_report& so_far) { line("add", so_far.records, 0); });
  line.clear();
  name_problems(found.skipped, found.bad);
  if (!with.common.quiet) say(summary_of(found, watch.seconds(), "new", "left out"));
  signals.check("what was counted is in the index");
  return found.bad_lines == 0 && found.skipped.empty() ? done : some_skipped;
}

int run_query(arguments& with) {
  settle(with);
  const stopwatch watch;
  const index seen = opened_to_read(with);
  if (!with.id.empty()) return write_output("-", to_json(with.id, seen.find(with.id, with.scopes)) + '\n'), done;
  if (!with.text.empty()) return write_output("-", to_json({}, seen.query(with.text, with.scopes)) + '\n'), done;
  with.options.scopes.search = with.scopes;
  progress_line line(with.common.quiet);
  const filter_report found = ask(
      seen, with.inputs,
      [&](std::string_view lines) {
        if (same_screen()) line.clear();
        write_output("-", lines);
      },
      with.options, [&](const filter_report& so_far) { line("query", so_far.records, 0); });
  line.clear();
  name_problems(found.skipped, found.bad);
  if (!with.common.quiet) say(summary_of(found, watch.seconds(), "like none", "found"));
  return found.bad_lines == 0 && found.skipped.empty() ? done : some_skipped;
}

// Of the command line, and of a file with one a line.
std::vector<std::string> ids_of(const arguments& with) {
  std::vector<std::string> out = with.ids;
  if (!with.ids_from.empty()) {
    line_source lines(with.ids_from);
    for (std::string line; lines.next(line);)
      if (!line.empty()) out.push_back(line);
    if (!lines.problem().empty()) throw error(error_kind::input, with.ids_from + ": " + lines.problem());
  }
  if (out.empty()) throw error(error_kind::option, "nothing to remove; name ids, or a file of them with --ids");
  return out;
}

int run_remove(arguments& with) {
  const std::vector<std::string> ids = ids_of(with);
  const std::uint64_t removed = opened(with, index_access::write).remove(ids, with.scopes);
  if (!with.common.quiet) say("retold: " + documents(removed) + " of " + counted(ids.size(), "id", "ids") + " removed");
  return done;
}

int run_expire(arguments& with) {
  const auto before = parse_date(with.before);
  if (!before) throw error(error_kind::option, "--before takes a date such as 2026-11-22, not '" + with.before + "'");
  const std::uint64_t removed = opened(with, index_access::write).expire(*before, with.scopes);
  if (!with.common.quiet) say("retold: " + documents(removed) + " from before " + with.before + " removed");
  return done;
}

int run_merge(arguments& with) {
  const stopwatch watch;
  const index other(with.other, with.index.setup(index_access::read, with.common.threads));
  for (const std::string& each : other.damage())
    say(with.other + ": damaged: " + each + "; what was added behind that is not merged");
  const index_setup use = with.index.setup(index_access::write, with.common.threads);
  index into =
      index::exists(with.index.folder) ? index(with.index.folder, use) : index(with.index.folder, other.options(), use);
  const std::uint64_t added = into.merge(other), all = other.stats().documents;
  if (!with.common.quiet)
    say("retold: " + documents(added) + " of " + grouped(all) + " added, " + grouped(all - added) + " were there already");
  return done;
}

nlohmann::ordered_json json_of(const index_stats& stats) {
  nlohmann::ordered_json options = options_json(stats.options);
  options["store_text"] = stats.options.store_text;
  nlohmann::ordered_json scopes = nlohmann::ordered_json::object();
  for (const index_stats::scope& each : stats.scopes) scopes[each.name] = each.documents;
  nlohmann::ordered_json out = {{"retold", version}, {"options", options},       {"documents", stats.documents},
                                {"scopes", scopes},  {"removed", stats.removed}, {"bytes", stats.bytes}};
  if (stats.options.level == level::story) out["stories"] = stats.stories;
  return out;
}

constexpr std::uint64_t enough_to_divide = 1000;

int run_stats(arguments& with) {
  const index_stats stats = opened_to_read(with).stats();
  if (!with.common.json.empty()) write_output(with.common.json, text_of_json(json_of(stats)));
  if (with.common.json == "-") return done;
  const index_options& o = stats.options;
  std::string out = documents(stats.documents) + ", " + amount(stats.bytes);
  if (stats.documents >= enough_to_divide) out += " (" + grouped(stats.bytes / stats.documents) + " bytes each)";
  out += "\nlevel " + std::string(name(o.level));
  if (o.level != level::exact)
    out += ", threshold " + nlohmann::json(o.threshold).dump() + ", " + o.shingle.name() + ", " + std::to_string(o.slots) +
           " slots, recall " + nlohmann::json(o.recall).dump() + (o.store_text ? ", texts stored" : ", texts not stored");
  if (o.level == level::story)
    out += '\n' + counted(stats.stories, "story", "stories") + ", window " +
           (o.window_days == 0 ? "without limit" : counted(o.window_days, "day", "days"));
  out += '\n';
  for (const index_stats::scope& each : stats.scopes) out += "scope " + each.name + ": " + documents(each.documents) + '\n';
  if (stats.removed != 0) out += grouped(stats.removed) + " removed, whose traces `retold index compact` sweeps out\n";
  write_output("-", out);
  return done;
}

int run_verify(arguments& with) {
  const std::vector<std::string> wrong = opened(with, index_access::read).verify();
  for (const std::string& each : wrong) say(with.index.folder + ": " + each);
  if (wrong.empty() && !with.common.quiet) say("retold: " + with.index.folder + ": all is well");
  return wrong.empty() ? done : failed;
}

int run_repair(arguments& with) {
  index_setup use = with.index.setup(index_access::write, with.common.threads);
  use.salvage = true;
  const index seen(with.index.folder, use);
  for (const std::string& each : seen.damage())
    say(with.index.folder + ": " + each + "; what was added behind that is left out");
  const std::vector<std::string> wrong = seen.verify();
  for (const std::string& each : wrong) say(with.index.folder + ": " + each);
  if (!with.common.quiet) say("retold: " + with.index.folder + ": " + documents(seen.stats().documents));
  return !wrong.empty() ? failed : seen.damage().empty() ? done : some_skipped;
}

int run_compact(arguments& with) {
  index seen = opened(with, index_access::write);
  const std::uint64_t before = seen.stats().bytes;
  seen.compact();
  if (!with.common.quiet) say("retold: " + amount(before) + " before, " + amount(seen.stats().bytes) + " now");
  return done;
}

CLI::App& add(CLI::App& to, action& chosen, const shared_arguments& with, const char* name, const char* what,
              const char* example, int (*run)(arguments&)) {
  CLI::App& command = *to.add_subcommand(name, what);
  add_help(command);
  command.footer(std::string("Example:\n  ") + example);
  add_folder(command, with->index);
  command.callback([&chosen, with, run] { chosen = [with, run] { return run(*with); }; });
  return command;
}

void add_reading(CLI::App& command, arguments& with) {
  command.add_option("IN", with.inputs, "JSONL files, also .gz and .zst. Default -: standard input.");
  command
      .add_option(
          "--on-error", with.on_error,
          "What to do with a line that is no record: pass or stop. pass (default): go on, name it, and end with code 1; "
          "stop: end with code 3.")
      ->type_name("WHAT")
      ->check(CLI::IsMember({"pass", "stop"}).description(""));
  add_running(command, with.common);
  add_fields(command, with.options.fields);
  command.get_option("--source-field")->group("");
  command.get_option("--language-field")->group("");
}

void add_reading_commands(CLI::App& to, action& chosen) {
  const auto adding = std::make_shared<arguments>();
  CLI::App& add_command =
      add(to, chosen, adding, "add", "Add what is new of JSONL to an index. As filter, but nothing goes out.",
          "retold index add archive.jsonl.zst --index seen.index --scope archive", run_add);
  add_reading(add_command, *adding);
  add_making(add_command, adding->index);
  add_command.add_option("--scope", adding->scopes, "Named set to add to. Default: default.")
      ->type_name("NAME")
      ->expected(1)
      ->allow_extra_args(false);
  const auto asking = std::make_shared<arguments>();
  CLI::App& query =
      add(to, chosen, asking, "query",
          "Say what is like each record. A line of JSON for each, in their order: its id, and matches with id, scope, "
          "status, similarity and when they came. It tells what would be a duplicate, and does not search for words; at level "
          "story a record without a date counts as of today. Changes nothing, and needs no right to write.",
          "retold index query wire.jsonl --index seen.index", run_query);
  add_reading(query, *asking);
  query.add_option("--text", asking->text, "Ask about this text instead.")->type_name("TEXT");
  query.add_option("--id", asking->id, "Tell of the documents of this id, and of what its records were duplicates of.")
      ->type_name("ID");
  add_scopes(query, asking->scopes, "Named set to search. May be given more than once; default: all.");
}

void add_removing_commands(CLI::App& to, action& chosen) {
  const auto removing = std::make_shared<arguments>();
  CLI::App& remove = add(to, chosen, removing, "remove", "Remove documents by their ids. What is like them is new again.",
                         "retold index remove a-17 a-18 --index seen.index", run_remove);
  remove.add_option("ID", removing->ids, "Ids of documents; #17 is the one that came without an id and has number 17.");
  remove.add_option("--ids", removing->ids_from, "File of ids, one a line; - for standard input.")->type_name("FILE");
  add_scopes(remove, removing->scopes, "Named set to remove from. May be given more than once; default: all.");
  add_running(remove, removing->common);
  const auto expiring = std::make_shared<arguments>();
  CLI::App& expire = add(to, chosen, expiring, "expire", "Remove documents from before a date: their own, or when they came.",
                         "retold index expire --before 2026-10-01 --index seen.index", run_expire);
  expire.add_option("--before", expiring->before, "ISO 8601: 2026-11-01, 2026-11-01T12:00:00Z.")->type_name("DATE")->required();
  add_scopes(expire, expiring->scopes, "Named set to remove from. May be given more than once; default: all.");
  add_running(expire, expiring->common);
}

void add_keeping_commands(CLI::App& to, action& chosen) {
  const auto merging = std::make_shared<arguments>();
  CLI::App& merge = add(
      to, chosen, merging, "merge",
      "Add the documents of another index, scope by scope, as if they came now. What is a duplicate here is left out. Makes "
      "the index if it is not there.",
      "retold index merge night.index --index seen.index", run_merge);
  merge.add_option("OTHER", merging->other, "Folder of the other index, which stays as it is.")->required();
  add_running(merge, merging->common);
  const auto telling = std::make_shared<arguments>();
  CLI::App& stats = add(to, chosen, telling, "stats", "Tell how many documents there are, and how large they are.",
                        "retold index stats --index seen.index", run_stats);
  add_json(stats, telling->common, "Write it as JSON.");
  const auto verifying = std::make_shared<arguments>();
  add_running(add(to, chosen, verifying, "verify",
                  "Read everything: checksums, and that each entry leads to a document. Exit code 3 if anything is wrong.",
                  "retold index verify --index seen.index", run_verify),
              verifying->common);
  const auto repairing = std::make_shared<arguments>();
  add_running(
      add(to, chosen, repairing, "repair",
          "Go on with what can be read of an index whose log is damaged. Tells what is left out, and keeps the log under "
          "another name. Exit code 1 if anything is left out.",
          "retold index repair --index seen.index", run_repair),
      repairing->common);
  const auto compacting = std::make_shared<arguments>();
  add_running(
      add(to, chosen, compacting, "compact",
          "Sweep out what removals left, and rewrite the files as small as they get. Takes room for a second copy meanwhile.",
          "retold index compact --index seen.index", run_compact),
      compacting->common);
}

}  // namespace

void add_index(CLI::App& program, action& chosen) {
  CLI::App& command = *program.add_subcommand("index", "Look into an index, and look after it.");
  add_help(command);
  command.require_subcommand(1);
  add_reading_commands(command, chosen);
  add_removing_commands(command, chosen);
  add_keeping_commands(command, chosen);
  command.footer(
      "Examples:\n"
      "  retold index add archive.jsonl.zst --index seen.index --scope archive\n"
      "  retold index query --index seen.index --text 'The council has approved the budget'\n"
      "  retold index remove --index seen.index --ids withdrawn.txt\n"
      "  retold index expire --index seen.index --before 2026-10-01\n"
      "  retold index compact --index seen.index");
}

}  // namespace retold::cli
