// SPDX-License-Identifier: Apache-2.0
// retold evaluate: a grouping beside one that people made; with --lsh, what bands find beside what is there.
#include "retold/evaluate.hpp"

#include <memory>

#include "advise.hpp"
#include "arguments.hpp"
#include "commands.hpp"
#include "console.hpp"
#include "help.hpp"
#include "retold/error.hpp"
#include "usage.hpp"

namespace retold::cli {
namespace {

struct evaluate_arguments {
  std::string gold_file;
  std::vector<std::string> others;
  std::vector<const CLI::Option*> for_groups, for_lsh;  // what has a meaning for one of the two alone
  gold_fields gold;
  std::size_t worst = 5;
  bool lsh = false;
  sample_arguments of;
  common_arguments common;

  std::vector<std::string> inputs() const;
  void settle() const;
};

std::vector<std::string> evaluate_arguments::inputs() const {
  std::vector<std::string> all{gold_file};
  all.insert(all.end(), others.begin(), others.end());
  return all;
}

void evaluate_arguments::settle() const {
  for (const CLI::Option* option : lsh ? for_groups : for_lsh)
    if (option->count() != 0)
      throw error(error_kind::option, option->get_name() + " has no meaning " + (lsh ? "with" : "without") + " --lsh");
  common.check(inputs());
  if (lsh) return;
  if (others.size() != 1)
    throw error(error_kind::option, "evaluate takes two files, GOLD and PREDICTION, or --lsh and documents");
  if (gold_file == "-" && others[0] == "-") throw error(error_kind::option, "only one of GOLD and PREDICTION can be -");
}

int run_lsh(evaluate_arguments& with) {
  with.of.settle(with.common.threads);
  with.of.options.choose_shingle = false;
  const read_sample part = read_for(with.inputs(), with.of, with.common);
  progress_line line(with.common.quiet);
  const lsh_report found =
      measure_lsh(part.sets, with.of.options,
                  [&](std::string_view stage, std::size_t done, std::size_t total) { line(stage, done, total); });
  line.clear();
  if (!with.common.json.empty()) write_output(with.common.json, to_json(found));
  if (with.common.json != "-") write_output("-", to_text(found, {.width = terminal_width(), .colour = wants_colour()}));
  return part.code;
}

int run_evaluate(evaluate_arguments& with) {
  with.settle();
  if (with.lsh) return run_lsh(with);
  with.gold.id = with.of.fields.id_field;
  const grouping gold = read_gold(with.gold_file, with.gold), found = read_groups(with.others[0]);
  const evaluation result = evaluate(gold, found, with.worst);
  if (!with.common.json.empty()) write_output(with.common.json, to_json(result));
  if (with.common.json != "-") write_output("-", to_text(result, {.width = terminal_width(), .colour = wants_colour()}));
  name_skipped(result.skipped, most_named);
  return result.skipped.empty() ? done : some_skipped;
}

}  // namespace

void add_evaluate(CLI::App& program, action& chosen) {
  const auto with = std::make_shared<evaluate_arguments>();
  CLI::App& command = *program.add_subcommand(
      "evaluate", "Tell how right a grouping is. Compares it with one that people made, and shows which groups are wrong.");
  add_help(command);
  command
      .add_option(
          "GOLD", with->gold_file,
          "The right groups. Lines of JSON with id and story, or what cluster --json wrote, also .gz and .zst; - is standard "
          "input. With --lsh: a file or folder of documents.")
      ->required();
  command.add_option("PREDICTION", with->others,
                     "The groups to judge. The JSON of cluster, the groups file of dedup, or lines {\"documents\": [id, ...]}. "
                     "With --lsh: more documents.");
  with->for_groups = {
      add_value(command, "--worst", with->worst, "N", "How many wrong groups to show. Of each kind, 0 to 1000, default 5.")
          ->check(within(0, 1000)),
      add_value(command, "--story-field", with->gold.story, "NAME", "Field of GOLD that holds the story. Default: story.")};
  add_json(command, with->common, "Write the figures as JSON.");
  add_running(command, with->common);
  add_verbose(command, with->common, "With --lsh: name every ignored file.");
  command.add_flag(
      "--lsh", with->lsh,
      "Tell what LSH finds in a collection instead. A sample of the documents is compared all with all, exactly, and the share "
      "of similar pairs that are candidates is shown beside what theory promises. Options from --sample on are for it, but for "
      "--id-field, which goes with GOLD, too.");
  add_sample(command, with->of);
  for (const char* name : {"--sample", "--threshold", "--preset", "--shingle", "--sketch", "--slots", "--recall",
                           "--text-field", "--title-field", "--date-field", "--source-field", "--language-field", "--verbose"})
    with->for_lsh.push_back(command.get_option(name));
  command.footer(
      "Examples:\n"
      "  retold cluster articles.jsonl --json groups.json && retold evaluate gold.jsonl groups.json\n"
      "  retold dedup crawl.jsonl -o kept.jsonl --groups groups.jsonl && retold evaluate gold.jsonl groups.jsonl\n"
      "  retold evaluate before.json after.json            # what changed between two runs of cluster\n"
      "  retold evaluate --lsh crawl.jsonl --threshold 0.7 --slots 256");
  command.callback([&chosen, with] { chosen = [with] { return run_evaluate(*with); }; });
}

}  // namespace retold::cli
