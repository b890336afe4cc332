// SPDX-License-Identifier: Apache-2.0
// retold dedup: JSONL of any size in; what is new out, as it was read.
#include "retold/dedup.hpp"

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "arguments.hpp"
#include "commands.hpp"
#include "console.hpp"
#include "help.hpp"
#include "outputs.hpp"
#include "records.hpp"
#include "retold/error.hpp"
#include "retold/version.hpp"
#include "summary.hpp"

namespace retold::cli {
namespace {

struct dedup_arguments {
  std::vector<std::string> inputs;
  struct {
    std::string records = "-", groups, rejects;
  } outputs;
  std::string temp, level = "near", keep = "first", verify = "exact", on_error = "pass", memory = "4G";
  const CLI::App* command = nullptr;
  common_arguments common;
  sketch_arguments sketch;
  dedup_options options;

  void settle();
};

void dedup_arguments::settle() {
  check_outputs(
      {{"--output", outputs.records}, {"--groups", outputs.groups}, {"--rejects", outputs.rejects}, {"--json", common.json}},
      inputs, folder_entries::records);
  options.level = level_of(level, level::near);
  refuse_idle_options(options.level, given_to(*command));
  sketch.apply(options);
  options.verify = verify == "sketch" ? verification::sketch : verification::exact;
  options.set_keep(keep);
  options.on_bad = on_bad_of(on_error);
  options.memory = bytes_of(memory);
  options.threads = common.threads;
  options.validate();
}

// "1,000,000 records, 893,211 kept, 94,444 exact and 12,345 near duplicates removed; 2.05 GB in 7.9 s (259 MB/s)"
void summarise(const dedup_arguments& with, const dedup_report& found, double seconds) {
  std::string line =
      counted(found.records, "record", "records") + ", " + grouped(found.kept) + " kept, " + grouped(found.exact) + " exact";
  const bool near = with.options.level == level::near;
  line += near ? " and " + grouped(found.near) + " near duplicates " : found.exact == 1 ? " duplicate " : " duplicates ";
  line += with.options.mark ? "marked; " : "removed; ";
  line += amount(found.bytes) + " in " + duration(seconds);
  if (const auto bytes = rate(found.bytes, seconds)) line += " (" + amount(*bytes) + "/s)";
  say(line);
}

// What a reader of the result should know about how it came to be.
void name_caveats(const dedup_arguments& with, const dedup_report& found) {
  for (const std::string& note : found.notes) say(note);
  if (found.resumed_bytes != 0)
    say("went on from an interrupted run: " + amount(found.resumed_bytes) + " of " + amount(found.bytes) + " were known");
  if (found.changed_ids != 0)
    say(counted(found.changed_ids, "id", "ids") + " came again with another text: judged by their texts");
  if (found.hot_buckets != 0)
    say(counted(found.hot_buckets, "bucket", "buckets") + " of more than 64 kept records that look alike");
  if (found.bad_lines != 0 && found.records != 0) say(bad_lines_of(found.bad_lines, with.options.on_bad));
  if (found.records == 0 && found.bad_lines == 0) say("no records: .jsonl and .ndjson files (also .gz, .zst) are read");
}

// What affects the result, and nothing else.
nlohmann::ordered_json options_json(const dedup_arguments& with) {
  const dedup_options& o = with.options;
  nlohmann::ordered_json out = {{"level", with.level}};
  if (o.level == level::near) {
    out["threshold"] = o.threshold;
    out["shingle"] = o.shingle.name();
    out["sketch"] = o.sketch == sketch_kind::simhash ? "simhash" : "minhash";
    out["slots"] = o.slots;
    out["recall"] = o.recall;
    out["verify"] = with.verify;
  }
  const read_options& f = o.fields;
  out.update({{"keep", with.keep}, {"mark", o.mark}, {"on_error", with.on_error}});
  out["fields"] = {{"id", f.id_field}, {"text", f.text_field}, {"title", f.title_field}, {"date", f.date_field}};
  return out;
}

std::string json_of(const dedup_arguments& with, const dedup_report& found) {
  nlohmann::ordered_json out = {{"retold", version},
                                {"options", options_json(with)},
                                {"bytes", found.bytes},
                                {"records", found.records},
                                {"kept", found.kept},
                                {"exact", found.exact},
                                {"near", found.near},
                                {"groups", found.groups},
                                {"changed_ids", found.changed_ids},
                                {"bad_lines", found.bad_lines},
                                {"bad", inputs_json(found.bad)},
                                {"skipped", inputs_json(found.skipped)},
                                {"notes", found.notes}};
  return text_of_json(out);
}

// "-" is the library's to write as a file where it is not the records.
std::string as_file(const std::string& path) { return path == "-" ? "/dev/stdout" : path; }

// Records to standard output. Whoever reads them may have had enough (head): the other outputs are still wanted.
class records_out {
 public:
  records_out(bool alone, progress_line& line) : alone_(alone), line_(line) {}
  void operator()(std::string_view bytes) {
    if (gone_) return;
    if (same_screen()) line_.clear();
    try {
      write_output("-", bytes);
    } catch (const broken_pipe&) {
      if (alone_) throw;
      gone_ = true;
    }
  }

 private:
  bool alone_, gone_ = false;
  progress_line& line_;
};

dedup_report run(const dedup_arguments& with, progress_line& line, const progress& shown) {
  dedup_files files;
  files.inputs = with.inputs;
  files.temp = with.temp;
  files.groups = as_file(with.outputs.groups);
  files.rejects = as_file(with.outputs.rejects);
  const bool to_stdout = is_stdout(with.outputs.records);
  const bool alone = files.groups.empty() && files.rejects.empty() && with.common.json.empty();
  if (to_stdout) files.sink = records_out(alone, line);
  if (!to_stdout) files.output = with.outputs.records;
  if (to_stdout && with.temp.empty()) files.temp = std::filesystem::temp_directory_path().string();
  try {
    return dedup(files, with.options, shown);
  } catch (const error& e) {
    if (e.kind() == error_kind::output && reader_has_gone()) throw broken_pipe{};
    throw;
  }
}

int run_dedup(dedup_arguments& with) {
  with.settle();
  const stopwatch watch;
  progress_line line(with.common.quiet);
  const interruption signals;
  const dedup_report found = run(with, line, [&](std::string_view stage, std::size_t done, std::size_t total) {
    signals.check("with an output file, the same command goes on from here");
    const bool bytes = stage == "read" || stage == "sign" || stage == "write";
    line(stage, done, total, bytes ? progress_line::unit::bytes : progress_line::unit::items);
  });
  line.clear();
  if (!with.common.json.empty()) write_output(with.common.json, json_of(with, found));
  name_problems(found.records, found.bad_lines, found.bad, found.skipped);
  name_ignored(found.ignored, with.common);
  if (!with.common.quiet) {
    summarise(with, found, watch.seconds());
    name_caveats(with, found);
  }
  const bool files = !is_stdout(with.outputs.records) || !with.outputs.groups.empty() || !with.outputs.rejects.empty();
  const char* const then = files ? "; no file was replaced" : "";
  return exit_code_of(found.records, found.bad_lines, found.bad, found.skipped, then);
}

void add_outputs(CLI::App& command, dedup_arguments& with) {
  const auto add = [&](const char* option, std::string& to, const char* what) {
    command.add_option(option, to, what)->type_name("FILE");
  };
  add("-o,--output", with.outputs.records,
      "Where the survivors go. Byte for byte as they were read, in the order of the input; compressed, if the name ends in "
      ".gz or .zst. Default -: standard output. A file is written beside and renamed at the end: it is whole or not there. "
      "After an interruption, the same command goes on from where it was.");
  add("--groups", with.outputs.groups,
      "Write the groups. A line of JSON for each group of two or more: its number, the id that is kept, all ids, and how "
      "similar each is to the kept one.");
  add("--rejects", with.outputs.rejects, "Write what does not go to the output. Byte for byte, in the order of the input.");
  command.add_flag(
      "--mark", with.options.mark,
      "Keep every record and say what it is. Each gets a field \"retold\" with status (kept, exact or near), of (the "
      "id of the kept one), group, size of the group and similarity; sizes let training reweight instead of drop. A "
      "field \"retold\" that is there already is replaced.");
}

void add_choices(CLI::App& command, dedup_arguments& with) {
  add_choice(command, "--level", with.level, {"exact", "near"},
             "What a duplicate is: exact or near. exact: the same words in the same order, case, accents and "
             "punctuation aside; near (default): also reprints and light edits.",
             "LEVEL");
  add_value(command, "--threshold", with.options.threshold, "X",
            "How similar to the kept record a duplicate is. Jaccard of shingles, above 0 to 1, default 0.8. Lower: more "
            "is removed. Not for level exact.");
  add_value(command, "--keep", with.keep, "RULE",
            "Which record of a group stays: first, longest, newest, or the name of a field. first (default): of the input; "
            "longest: by bytes of text; newest: by date; a field's name: the highest number in it. Among equals the first; "
            "records without date or number come last.");
  add_on_error(command, with.on_error, "into the output as it is", "into --rejects, if given", " and no output");
}

void add_means(CLI::App& command, dedup_arguments& with) {
  add_sketch(command, with.sketch);
  command.get_option("--sketch")
      ->description("How candidates are found: minhash or simhash. Default minhash; --verify says how they are compared.");
  add_choice(command, "--verify", with.verify, {"exact", "sketch"},
             "How candidates are compared: exact or sketch. exact (default): the texts' own shingle sets, for which what may "
             "be a duplicate is read again; sketch: by the signatures' estimate, faster, with an error of some hundredths.",
             "NAME")
      ->group("Near-duplicates");
  add_value(command, "--memory", with.memory, "SIZE",
            "How much memory may be used. Bytes, or with K, M, G or T (of 1024); at least 64M, default 4G. Less: more goes "
            "through files in the working folder. The result does not depend on it.");
  add_value(command, "--temp", with.temp, "DIR",
            "Folder for the working folder. Default: beside the output, or the system's for standard output. It needs about "
            "200 bytes a record, a copy of what comes from pipes, and of large .gz inputs two thirds of their text.");
}

}  // namespace

void add_dedup(CLI::App& program, action& chosen) {
  const auto with = std::make_shared<dedup_arguments>();
  CLI::App& command =
      *program.add_subcommand("dedup",
                              "Remove duplicates and near-duplicates from JSONL of any size. Survivors come out "
                              "as they were read; memory is bounded, and an interrupted run can be gone on with. "
                              "Each removed record is within the threshold of one that stays.");
  with->command = &command;
  add_help(command);
  command
      .add_option("IN", with->inputs,
                  "JSONL files, also .gz and .zst, and folders of them. - is standard input, which is copied "
                  "to the working folder first.")
      ->required();
  add_outputs(command, *with);
  add_choices(command, *with);
  add_json(command, with->common, "Write a summary as JSON.");
  add_running(command, with->common);
  add_verbose(command, with->common, "Name every ignored file.");
  add_means(command, *with);
  add_record_fields(command, with->options.fields);
  command.footer(
      "Examples:\n"
      "  retold dedup crawl.jsonl.zst -o kept.jsonl.zst --preset web\n"
      "  retold dedup parts/ -o kept.jsonl --keep longest --groups groups.jsonl --rejects removed.jsonl\n"
      "  retold dedup all.jsonl -o marked.jsonl --mark --keep newest\n"
      "  zcat dump.gz | retold dedup - --text-field body --level exact > kept.jsonl\n"
      "--config FILE, before or after the command, reads options from a file; see retold --help.");
  command.callback([&chosen, with] { chosen = [with] { return run_dedup(*with); }; });
}

}  // namespace retold::cli
