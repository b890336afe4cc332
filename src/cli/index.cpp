// SPDX-License-Identifier: Apache-2.0
// retold index …: what can be done with an index beside filtering.
#include <memory>

#include "commands.hpp"
#include "help.hpp"
#include "index_commands.hpp"
#include "records.hpp"

namespace retold::cli {
namespace {

using shared_command = std::shared_ptr<index_command>;

CLI::App& add(CLI::App& to, action& chosen, const shared_command& with, const char* name, const char* what, const char* example,
              int (*run)(index_command&)) {
  CLI::App& command = *to.add_subcommand(name, what);
  add_help(command);
  command.footer(std::string("Example:\n  ") + example);
  add_folder(command, with->index);
  command.callback([&chosen, with, run] { chosen = [with, run] { return run(*with); }; });
  return command;
}

void add_reading(CLI::App& command, index_command& with, const char* passed, const char* skipped) {
  command.add_option("IN", with.inputs, "JSONL files, also .gz and .zst. Default -: standard input.");
  add_on_error(command, with.on_error, passed, skipped, "");
  add_running(command, with.common);
  with.named = add_record_fields(command, with.options.fields);
}

void add_reading_commands(CLI::App& to, action& chosen) {
  const auto adding = std::make_shared<index_command>();
  CLI::App& add_command =
      add(to, chosen, adding, "add", "Add what is new of JSONL to an index. As filter, but nothing goes out.",
          "retold index add archive.jsonl.zst --index seen.index --scope archive", run_index_add);
  add_reading(add_command, *adding, "go on", "the same, as nothing goes out");
  add_making(add_command, adding->index);
  add_command.get_option("--sync")->description(
      "Wait for the disk after each batch. Then a machine that goes down loses nothing that was added either; without, a "
      "killed process does not.");
  add_value(add_command, "--scope", adding->scopes, "NAME",
            "Named set to add to. It is made where it is new. Default: default.")
      ->expected(1)
      ->allow_extra_args(false);
  const auto asking = std::make_shared<index_command>();
  CLI::App& query =
      add(to, chosen, asking, "query",
          "Say what is like each record. A line of JSON for each, in their order: its id, and matches with id, scope, "
          "status, similarity and when they came. It tells what would be a duplicate, and does not search for words; at level "
          "story what has no date counts as of when the last record came. Changes nothing, and needs no right to write. Exit "
          "code 1 also if the index is "
          "damaged, and what can be read of it was asked.",
          "retold index query wire.jsonl --index seen.index", run_index_query);
  add_reading(query, *asking, "a line that says what is wrong with it", "no line");
  add_value(query, "--text", asking->text, "TEXT", "Ask about this text instead.");
  add_value(
      query, "--date", asking->date, "DATE",
      "When it was written. ISO 8601, with --text. At level story articles within the window of it are looked at; default: "
      "today, or more exactly when the last record came.");
  add_value(query, "--id", asking->id, "ID", "Tell of the documents of this id, and of what its records were duplicates of.");
  add_scopes(query, asking->scopes, "Named set to search. May be given more than once; default: all.");
}

void add_removing_commands(CLI::App& to, action& chosen) {
  const auto removing = std::make_shared<index_command>();
  CLI::App& remove = add(to, chosen, removing, "remove",
                         "Remove documents by their ids. What is like them is new again. Ids of no document, as those of "
                         "duplicates are, are named, and "
                         "the exit code is 1.",
                         "retold index remove a-17 a-18 --index seen.index", run_index_remove);
  remove.add_option("ID", removing->ids, "Ids of documents; #17 is the one that came without an id and has number 17.");
  add_value(remove, "--ids", removing->ids_from, "FILE",
            "File of ids, one a line; - for standard input. As jq -r .id makes it of records.");
  add_scopes(remove, removing->scopes, "Named set to remove from. May be given more than once; default: all.");
  add_running(remove, removing->common);
  const auto expiring = std::make_shared<index_command>();
  CLI::App& expire = add(to, chosen, expiring, "expire", "Remove documents from before a date: their own, or when they came.",
                         "retold index expire --before 2026-10-01 --index seen.index", run_index_expire);
  add_value(expire, "--before", expiring->before, "DATE", "ISO 8601: 2026-11-01, 2026-11-01T12:00:00Z.")->required();
  add_scopes(expire, expiring->scopes, "Named set to remove from. May be given more than once; default: all.");
  add_running(expire, expiring->common);
}

void add_keeping_commands(CLI::App& to, action& chosen) {
  const auto merging = std::make_shared<index_command>();
  CLI::App& merge = add(
      to, chosen, merging, "merge",
      "Add the documents of another index, scope by scope, as if they came now. What is a duplicate here is left out. Makes "
      "the index if it is not there.",
      "retold index merge night.index --index seen.index", run_index_merge);
  merge.add_option("OTHER", merging->other, "Folder of the other index, which stays as it is.")->required();
  add_running(merge, merging->common);
  const auto telling = std::make_shared<index_command>();
  CLI::App& stats = add(to, chosen, telling, "stats",
                        "Tell how many documents there are, and how large they are. Exit code 1 if the index is damaged.",
                        "retold index stats --index seen.index", run_index_stats);
  add_json(stats, telling->common, "Write it as JSON.");
  stats.add_flag("-q,--quiet", telling->common.quiet, "As for the others: nothing else than the answer is said anyway.");
  const auto verifying = std::make_shared<index_command>();
  add_running(add(to, chosen, verifying, "verify",
                  "Read everything: checksums, and that each entry leads to a document. Exit code 3 if anything is wrong.",
                  "retold index verify --index seen.index", run_index_verify),
              verifying->common);
  const auto repairing = std::make_shared<index_command>();
  add_running(
      add(to, chosen, repairing, "repair",
          "Go on with what can be read of an index whose log is damaged. Tells what is left out, and keeps the log under "
          "another name. Exit code 1 if anything is left out.",
          "retold index repair --index seen.index", run_index_repair),
      repairing->common);
  const auto compacting = std::make_shared<index_command>();
  add_running(
      add(to, chosen, compacting, "compact",
          "Sweep out what removals left, and rewrite the files as small as they get. Takes room for a second copy meanwhile.",
          "retold index compact --index seen.index", run_index_compact),
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
      "  retold index query --index seen.index --text 'The council has approved the budget' --date 2026-11-22\n"
      "  retold index remove --index seen.index --ids withdrawn.txt\n"
      "  retold index expire --index seen.index --before 2026-10-01\n"
      "  retold index compact --index seen.index");
}

}  // namespace retold::cli
