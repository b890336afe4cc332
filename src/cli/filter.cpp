// SPDX-License-Identifier: Apache-2.0
// retold filter: JSONL in as it comes; what is new out.
#include "retold/filter.hpp"

#include <ctime>
#include <memory>
#include <nlohmann/json.hpp>

#include "commands.hpp"
#include "console.hpp"
#include "filter_metrics.hpp"
#include "help.hpp"
#include "index_arguments.hpp"
#include "outputs.hpp"
#include "records.hpp"
#include "retold/error.hpp"
#include "retold/read.hpp"
#include "retold/version.hpp"
#include "summary.hpp"

namespace retold::cli {
namespace {

struct filter_arguments {
  std::vector<std::string> inputs = {"-"};
  index_arguments index;
  common_arguments common;
  filter_options options;
  named_fields named;
  std::string action = "drop", repeats = "pass", on_error = "pass", metrics;
};

std::string json_of(const filter_arguments& with, const retold::index& seen, const filter_report& found) {
  const index_stats stats = seen.stats();
  nlohmann::ordered_json options = options_json(seen.options());
  options.update({{"verify", seen.options().store_text ? "exact" : "sketch"},
                  {"action", with.action},
                  {"on_error", with.on_error},
                  {"scope", with.options.scopes.into}});
  nlohmann::ordered_json out = {{"retold", version},
                                {"options", options},
                                {"bytes", found.bytes},
                                {"records", found.records},
                                {"new", found.fresh},
                                {"exact", found.exact},
                                {"near", found.near},
                                {"story", found.story},
                                {"repeated", found.repeated},
                                {"changed_ids", found.changed_ids},
                                {"without_id", found.without_id},
                                {"bad_lines", found.bad_lines},
                                {"documents", stats.documents},
                                {"stories", stats.stories},
                                {"bad", inputs_json(found.bad)},
                                {"skipped", inputs_json(found.skipped)}};
  return text_of_json(out);
}

constexpr const char* what_stays = "what went out is in the index";

const char* fate_of_repeats(const filter_options& with) {
  if (with.drop_repeats) return with.mark ? "marked as repeated" : "left out";
  return with.mark ? "the answer is as it was; --repeats drop marks them"
                   : "the answer is as it was; --repeats drop leaves them out";
}

void settle(filter_arguments& with) {
  const std::vector<named_output> outputs = {
      {"standard output", "-"}, {"--json", with.common.json}, {"--metrics", with.metrics}};
  check_outside(outputs, with.index.folder);
  check_outputs(outputs, with.inputs, folder_entries::records);
  with.options.mark = with.action == "mark";
  with.options.drop_repeats = with.repeats == "drop";
  with.options.on_bad = on_bad_of(with.on_error);
  with.options.now = [] { return static_cast<std::int64_t>(std::time(nullptr)); };
  with.options.validate();
  check_files(with.inputs);
}

int run_filter(filter_arguments& with) {
  settle(with);
  const stopwatch watch;
  const interruption signals;
  retold::index seen = with.index.open_or_make(with.common);
  name_scopes(seen, with.index.folder, with.options.scopes, with.common.quiet);
  progress_line line(with.common.quiet);
  metrics_file metrics(with.metrics, seen);
  field_watch fields(with.options.fields);
  with.options.stop = [&] {
    metrics.catch_up();
    return signals.came();
  };
  filter_report found;
  const auto count = [&] {
    line.clear();
    metrics.finish(found);
    if (!with.common.json.empty()) write_output(with.common.json, json_of(with, seen, found));
  };
  try {
    found = filter(
        seen, with.inputs,
        [&](std::string_view lines) {
          if (same_screen()) line.clear();
          write_output("-", lines);
        },
        with.options,
        [&](const filter_report& so_far) {
          line("filter", so_far.records, 0);
          metrics.update(so_far);
          fields(so_far, line);
          found = so_far;
        });
  } catch (const broken_pipe&) {  // what was passed on before still counts
    try {
      count();
    } catch (const broken_pipe&) {
    }
    signals.check(what_stays);  // Ctrl-C reaches the reader as well
    throw broken_pipe{true};
  }
  count();
  name_problems(found.records, found.bad_lines, found.bad, found.skipped);
  if (!with.common.quiet) {
    say(summary_of(found, watch.seconds(), "new", with.options.mark ? "marked" : "left out"));
    name_caveats(found, with.options.fields, with.named, fate_of_repeats(with.options), with.options.on_bad);
  }
  signals.check(what_stays);
  return exit_code_of(found, with.options.fields, with.named, added_stays);
}

void add_choices(CLI::App& command, filter_arguments& with) {
  add_choice(command, "--action", with.action, {"drop", "mark"},
             "What becomes of duplicates: drop or mark. drop (default): they are left out; mark: every record passes, with "
             "a field \"retold\" that says its status (new, exact, near or story), of (the id of the document it repeats or is "
             "most like, or its own), similarity, at level story also story (the id of the article that opened it), and with "
             "--repeats "
             "drop repeated: true, if it was fed before. One that is there already is replaced.");
  add_value(command, "--scope", with.options.scopes.into, "NAME",
            "Named set that new records are added to. Default: default; made where it is new. A record is compared with its "
            "own set, and those "
            "of --search.");
  add_value(command, "--search", with.options.scopes.search, "NAME",
            "Named sets to compare with besides. May be given more than once. In an index with named sets it must be one of "
            "them.")
      ->take_all()
      ->expected(1)
      ->allow_extra_args(false);
  command.add_flag("--search-all", with.options.scopes.search_all, "Compare with all named sets.");
  add_choice(command, "--repeats", with.repeats, {"pass", "drop"},
             "What becomes of a record that was fed before, by the same id and with the same words: pass or drop. pass "
             "(default): it gets the answer it got, so that a job can be run again; drop: it is left out also if it was "
             "new, or with --action mark its mark has \"repeated\": true beside its status. What is without words and has "
             "an id is left out too when it comes again. So is what a killed process had judged, but not yet written out.");
  add_on_error(command, with.on_error, "on as it is", "nowhere", ", when all before it is written");
  add_value(command, "--batch", with.options.batch, "N",
            "Most records judged at once. 1 to 1048576, default 1024. More: faster; fewer: less is told again after an "
            "interruption. The result does not depend on it, and a slow stream is not held up for it.");
}

}  // namespace

void add_filter(CLI::App& program, action& chosen) {
  const auto with = std::make_shared<filter_arguments>();
  CLI::App& command = *program.add_subcommand(
      "filter",
      "Let through what is new. JSONL comes in, what an index has not seen goes out as it came, and the index remembers it. A "
      "line that was written out is in the index, also when the process is killed. Records without words pass, and are not "
      "kept: "
      "they are like no other. A last line without its end goes out with one. On Ctrl-C or SIGTERM no more is read, the "
      "summary is written, and then the signal ends it: exit code 130 or 143 in a shell. A second one ends it at once. "
      "Where the reader of standard output goes away it ends by SIGPIPE, 141 in a shell.");
  add_help(command);
  command.add_option("IN", with->inputs, "JSONL files, also .gz and .zst. Default -: standard input.");
  add_folder(command, with->index);
  add_choices(command, *with);
  add_making(command, with->index);
  add_value(command, "--json", with->common.json, "FILE", "Write a summary as JSON. The file's name.");
  add_value(command, "--metrics", with->metrics, "FILE",
            "Write counters for Prometheus. Its text format, for a collector of text files; replaced every five seconds "
            "while records come, and at the end.");
  add_running(command, with->common);
  with->named = add_record_fields(command, with->options.fields);
  command.footer(
      "Examples:\n"
      "  zcat today.jsonl.gz | retold filter --index seen.index > new.jsonl\n"
      "  tail -F feed.jsonl | retold filter --index seen.index --action mark --metrics retold.prom\n"
      "  retold filter crawl.jsonl --index seen.index --scope crawl-b --search archive > new.jsonl\n"
      "  retold filter wire.jsonl --index news.index --level story > new-stories.jsonl\n"
      "--config FILE, before or after the command, reads options from a file; see retold --help.");
  command.callback([&chosen, with] { chosen = [with] { return run_filter(*with); }; });
}

}  // namespace retold::cli
