// SPDX-License-Identifier: Apache-2.0
// retold cluster: a folder of articles in; stories, copies and their sentences out.
#include <algorithm>
#include <cstdio>
#include <memory>
#include <sstream>

#include "arguments.hpp"
#include "commands.hpp"
#include "console.hpp"
#include "help.hpp"
#include "records.hpp"
#include "retold/error.hpp"
#include "usage.hpp"
#include "retold/report.hpp"
#include "summary.hpp"

namespace retold::cli {
namespace {

struct cluster_arguments {
  std::vector<std::string> paths;
  std::string level = "story";
  double threshold = 0;
  const CLI::App* command = nullptr;
  CLI::Option* threshold_given = nullptr;
  common_arguments common;
  read_options fields;
  sketch_arguments sketch;
  cluster_options options;

  void settle();
};

void cluster_arguments::settle() {
  common.check(paths);
  options.level = level_of(level);
  refuse_idle_options(options.level, given_to(*command));
  sketch.apply(options);
  if (threshold_given->count() != 0) options.set_threshold(threshold);
  options.threads = common.threads;
  options.validate();
}

std::string default_cuts() {
  std::ostringstream shown;
  shown << story_options{}.story_cut << " and " << story_options{}.topic_cut;
  return shown.str();
}

std::string plural(std::size_t n, const char* what, const char* many) {
  return std::to_string(n) + ' ' + (n == 1 ? what : many);
}

void summarise(const clustering& found, double seconds) {
  char time[32];
  std::snprintf(time, sizeof time, "%.2f s", seconds);
  const auto alone = static_cast<std::size_t>(
      std::count_if(found.groups.begin(), found.groups.end(), [](const group& g) { return g.documents.size() == 1; }));
  const bool story = found.level == level::story, topic = found.level == level::topic;
  const std::size_t together = found.groups.size() - alone;
  const std::string groups = story   ? plural(together, "story", "stories")
                             : topic ? plural(together, "topic", "topics")
                                     : plural(together, "group", "groups");
  std::string line =
      plural(found.documents.size(), "document", "documents") + ", " + groups + ", " + std::to_string(alone) + " alone";
  if (!found.skipped.empty()) line += ", " + plural(found.skipped.size(), "input", "inputs") + " skipped";
  const bool elsewhere = found.documents.empty() && all_lack_text(found.skipped);  // the text has another name
  say(line + ", " + time + (elsewhere ? "; use --text-field to name the field that holds the text" : ""));
}

// What a reader of the result should know about how it came to be.
void name_caveats(const cluster_arguments& with, const clustering& found, const read_report& report) {
  for (const std::string& note : report.notes) say(note);
  const bool few = found.documents.size() > 1 && found.documents.size() < 8;
  if (few && found.level == level::story && found.groups.back().documents.size() == 1)
    say("among so few articles versions of one story may stay apart; compare A B shows what two have in common");
  if (found.counts.common_terms != 0)
    say(plural(found.counts.common_terms, "word or sentence", "words and sentences") +
        " in too many articles to look for stories by");
  if (found.counts.hot_buckets != 0)
    say(plural(found.counts.hot_buckets, "bucket", "buckets") + " of more than 64 alike: members compared with leaders only" +
        (found.counts.templates != 0
             ? "; " + plural(found.counts.templates, "template", "templates") + " of over 10,000 documents"
             : ""));
  const auto dated = [](const document& d) { return !d.date.empty(); };
  if (with.options.stories.window_days != 0 && !found.documents.empty() &&
      std::none_of(found.documents.begin(), found.documents.end(), dated))
    say("no document has a date in field \"" + with.fields.date_field + "\": --window has no effect");
}

int run_cluster(cluster_arguments& with) {
  with.settle();
  const stopwatch watch;
  progress_line line(with.common.quiet);
  std::vector<document> documents;
  const read_report report = read(with.paths, with.fields, [&](document&& d) {
    documents.push_back(std::move(d));
    line("read", documents.size(), 0);
  });
  clustering found = cluster(std::move(documents), with.options,
                             [&](std::string_view stage, std::size_t done, std::size_t total) { line(stage, done, total); });
  found.skipped = report.skipped;
  line.clear();

  if (!with.common.html.empty()) write_output(with.common.html, to_html(found));
  if (!with.common.json.empty()) write_output(with.common.json, to_json(found));
  const bool shown = with.common.json != "-" && with.common.html != "-";
  if (shown)
    write_output("-", to_text(found, {.width = terminal_width(), .colour = wants_colour(), .verbose = with.common.verbose}));
  name_ignored(report.ignored, with.common);
  if (!shown || !same_screen()) name_skipped(found.skipped);
  if (!with.common.quiet) {
    summarise(found, watch.seconds());
    name_caveats(with, found, report);
    if (!with.common.html.empty() && with.common.html != "-") say("report: " + with.common.html);
    if (found.documents.empty() && found.skipped.empty())
      say("nothing to read: .txt .md .html .jsonl files (also .gz, .zst) are read from folders");
  }
  return found.skipped.empty() ? done : some_skipped;
}

}  // namespace

void add_cluster(CLI::App& program, action& chosen) {
  const auto with = std::make_shared<cluster_arguments>();
  CLI::App& command = *program.add_subcommand("cluster",
                                              "Group articles into stories, and show the sentences they share or paraphrase. "
                                              "Reads files, folders, JSONL, HTML, .gz and .zst; - is JSONL on standard input.");
  with->command = &command;
  add_help(command);
  command.add_option("PATH", with->paths, "Files and folders. Folders are read whole; - is JSONL on standard input.")
      ->required();
  add_choice(command, "--level", with->level, {"exact", "near", "story", "topic"},
             "What makes a group: exact, near, story or topic. exact: the same words; near: reprints and light edits; story "
             "(default): reworded coverage of one event; topic: events that belong together.",
             "LEVEL");
  with->threshold_given =
      add_value(command, "--threshold", with->threshold, "X",
                "How alike, in the measure of the level. near: Jaccard of shingles, above 0 to 1, default 0.8; story "
                "and topic: score at which groups of articles are one, 0 to 1, default " +
                    default_cuts() + ". Higher: smaller groups. Not for level exact.");
  add_value(command, "--window", with->options.stories.window_days, "DAYS",
            "Compare only articles that are at most so many days apart. Default 0: no limit. Articles without a date are "
            "compared with all; near-copies belong together whatever their dates.")
      ->check(within(0, 1000000));
  add_common(command, with->common);
  add_sketch(command, with->sketch);
  add_fields(command, with->fields);
  command.footer(
      "Examples:\n"
      "  retold cluster articles/                          # stories of a folder, on the terminal\n"
      "  retold cluster articles/ --html report.html       # the same for the browser\n"
      "  retold cluster dump.jsonl.zst --level near --threshold 0.7 --json groups.json\n"
      "  zcat dump.gz | retold cluster - --text-field body --date-field published --window 7\n"
      "--config FILE, before or after the command, reads options from a file; see retold --help.");
  command.callback([&chosen, with] { chosen = [with] { return run_cluster(*with); }; });
}

}  // namespace retold::cli
