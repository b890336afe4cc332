// SPDX-License-Identifier: Apache-2.0
// retold evaluate: a grouping beside one that people made; with --lsh, what bands find beside what is there.
#include "retold/evaluate.hpp"

#include <memory>

#include "arguments.hpp"
#include "commands.hpp"
#include "console.hpp"
#include "help.hpp"
#include "retold/error.hpp"

namespace retold::cli {
namespace {

struct evaluate_arguments {
  std::vector<std::string> files;
  gold_fields gold;
  std::size_t worst = 5;
  common_arguments common;

  void settle() const;
};

void evaluate_arguments::settle() const {
  common.check();
  if (files.size() != 2) throw error(error_kind::option, "evaluate takes two files: GOLD and PREDICTION");
  if (files[0] == "-" && files[1] == "-") throw error(error_kind::option, "only one of GOLD and PREDICTION can be -");
}

int run_evaluate(const evaluate_arguments& with) {
  with.settle();
  const grouping gold = read_gold(with.files[0], with.gold), found = read_groups(with.files[1]);
  const evaluation result = evaluate(gold, found, with.worst);
  if (!with.common.json.empty()) write_output(with.common.json, to_json(result));
  if (with.common.json != "-") write_output("-", to_text(result, {.width = terminal_width(), .colour = wants_colour()}));
  name_skipped(result.skipped);
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
          "GOLD PREDICTION", with->files,
          "The right groups, then those to judge. GOLD: lines of JSON with id and story; PREDICTION: the JSON of "
          "cluster, the groups file of dedup, or lines {\"documents\": [id, ...]}. One may be -; .gz and .zst are read.")
      ->required();
  command.add_option("--worst", with->worst, "How many wrong groups to show. Of each kind, 0 to 1000, default 5.")
      ->check(CLI::Range(0, 1000).description(""))
      ->type_name("N");
  add_json(command, with->common, "Write the figures as JSON.");
  command.add_flag("-q,--quiet", with->common.quiet, "No remarks. Errors and skipped lines are still named.");
  command.add_option("--id-field", with->gold.id, "Field of GOLD that holds the id. Default: id.")->type_name("NAME");
  command.add_option("--story-field", with->gold.story, "Field of GOLD that holds the story. Default: story.")
      ->type_name("NAME");
  command.footer(
      "Examples:\n"
      "  retold cluster articles.jsonl --json groups.json && retold evaluate gold.jsonl groups.json\n"
      "  retold dedup crawl.jsonl -o kept.jsonl --groups groups.jsonl && retold evaluate gold.jsonl groups.jsonl\n"
      "  retold evaluate before.json after.json            what changed between two runs of cluster");
  command.callback([&chosen, with] { chosen = [with] { return run_evaluate(*with); }; });
}

}  // namespace retold::cli
