// SPDX-License-Identifier: Apache-2.0
// retold advise: what a collection is like, and which parameters suit it. Also evaluate --lsh, which reads the same sample.
#include "advise.hpp"

#include <memory>

#include "advise_commands.hpp"
#include "commands.hpp"
#include "console.hpp"
#include "help.hpp"
#include "retold/error.hpp"

namespace retold::cli {
namespace {

struct advise_arguments {
  std::vector<std::string> inputs;
  sample_arguments of;
  common_arguments common;
};

// Those that other commands have defaults for.
void describe_chosen(CLI::App& command) {
  command.get_option("--threshold")
      ->description(
          "How alike copies are. Jaccard of shingles, 0.1 to 1, as for dedup and cluster --level near. Where none is given, "
          "one "
          "is chosen.");
  command.get_option("--preset")
      ->description(
          "What the texts are: news, web or short. news: word:3; web: word:5, as pipelines for language models use; short: "
          "char:5, 256 slots, for titles and messages. Options below win over it. Where none is given, shingles are chosen.");
  command.get_option("--shingle")
      ->description(
          "What is compared: word:N or char:N. Runs of N words or characters, 1 to 64. Longer runs are stricter. Where neither "
          "this nor --preset is given, they are chosen.");
  command.get_option("--slots")->description(
      "Slots of a MinHash signature. 8 to 4096. More: fewer false candidates, more memory. Where neither this nor --preset "
      "short is given, their number is chosen.");
}

int run_advise(advise_arguments& with) {
  with.common.check(with.inputs);
  with.of.settle(with.common.threads);
  advise({}, with.of.options);         // what it refuses, it refuses before anything is read
  record_inputs records(with.inputs);  // the inputs that hold JSONL and nothing else
  const read_sample part = read_for(with.inputs, with.of, with.common, [&](const std::string& place) { records.add(place); });
  progress_line line(with.common.quiet);
  const advice found = advise(part.sets, with.of.options,
                              [&](std::string_view stage, std::size_t done, std::size_t total) { line(stage, done, total); });
  line.clear();
  if (!with.common.json.empty()) write_output(with.common.json, to_json(found));
  std::string shown = to_text(found, {.width = terminal_width(), .colour = wants_colour()});
  if (!found.choices.empty()) shown += '\n' + command_lines(with.inputs, records.take(), with.of.fields, found);
  if (with.common.json != "-") write_output("-", shown);
  return part.code;
}

}  // namespace

void sample_arguments::settle(unsigned threads) {
  options.choose_threshold = threshold_given->count() == 0;
  options.choose_slots = !sketch.slots && sketch.preset != "short";
  options.choose_shingle = sketch.shingle.empty() && sketch.preset.empty();
  sketch.apply(options);
  options.threads = threads;
  options.validate();
}

read_sample read_for(const std::vector<std::string>& inputs, const sample_arguments& of, const common_arguments& common,
                     const place_sink& at) {
  progress_line line(common.quiet);
  sampler chosen(of.options);
  std::size_t count = 0;
  const read_report report = read(inputs, of.fields, [&](document&& d) {
    chosen.add(d);
    if (at) at(d.input);
    line("read", ++count, 0);
  });
  line.clear();
  name_skipped(report.skipped, most_named);
  name_ignored(report.ignored, common);
  if (!common.quiet)
    for (const std::string& note : report.notes) say(note);
  read_sample out{chosen.take(), report.skipped.empty() ? done : some_skipped};
  if (out.sets.collection == 0)
    throw error(
        error_kind::input,
        "no document was found; .txt .md .html .jsonl files (also .gz, .zst) are read, and --text-field names the field "
        "of JSONL that holds the text");
  return out;
}

void add_sample(CLI::App& command, sample_arguments& to) {
  add_value(command, "--sample", to.options.sample, "N",
            "How many documents to look at. Chosen by hash of their ids, so always the same ones; default 20000, 0: all.")
      ->check(CLI::Validator(
          [](const std::string& n) { return n.starts_with('-') ? '\'' + n + "' is no number that it takes" : std::string(); },
          ""));
  to.threshold_given = add_value(command, "--threshold", to.options.threshold, "X",
                                 "How alike copies are. Jaccard of shingles, 0.1 to 1, as for dedup and cluster --level "
                                 "near. Default 0.8.");
  add_sketch(command, to.sketch);
  add_fields(command, to.fields);
}

void add_advise(CLI::App& program, action& chosen) {
  const auto with = std::make_shared<advise_arguments>();
  CLI::App& command = *program.add_subcommand(
      "advise",
      "Recommend options for a collection. Looks at a sample, draws how similar its documents are and what LSH would find, and "
      "prints the command to use.");
  add_help(command);
  command.add_option("IN", with->inputs, "Files and folders. As for cluster; - is JSONL on standard input.")->required();
  add_sample(command, with->of);
  add_json(command, with->common, "Write the figures as JSON.");
  add_running(command, with->common);
  add_verbose(command, with->common, "Name every ignored file.");
  command.get_option("--sketch")->group("");  // for bands there is minhash alone
  describe_chosen(command);
  command.footer(
      "Examples:\n"
      "  retold advise crawl.jsonl.zst\n"
      "  retold advise crawl/ --sample 50000 --json advice.json\n"
      "  retold advise titles.jsonl --preset short --threshold 0.7    # only the bands are open");
  command.callback([&chosen, with] { chosen = [with] { return run_advise(*with); }; });
}

}  // namespace retold::cli
