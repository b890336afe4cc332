// SPDX-License-Identifier: Apache-2.0
// retold compare: two documents side by side.
#include "compare.hpp"

#include <memory>

#include "commands.hpp"
#include "compare_offsets.hpp"
#include "console.hpp"
#include "retold/error.hpp"
#include "retold/report.hpp"

namespace retold::cli {
namespace {

int run_two(compare_arguments& with) {
  if (with.a == "-" && with.b == "-") throw error(error_kind::option, "only one of the two can be standard input");
  comparison found = compare(read_one(with.a, with.fields), read_one(with.b, with.fields), with.options);
  if (!with.common.html.empty()) write_output(with.common.html, to_html(found));
  if (!with.common.json.empty()) write_output(with.common.json, in_unit(to_json(found), found, with.offsets));
  if (with.common.json != "-" && with.common.html != "-")
    write_output("-", to_text(found, {.width = terminal_width(), .colour = wants_colour(), .verbose = with.common.verbose}));
  if (!with.common.quiet && !with.common.html.empty() && with.common.html != "-") say("report: " + with.common.html);
  return done;
}

int run_compare(compare_arguments& with) {
  const int ways = !with.a.empty() + !with.list.empty() + !with.pairs.empty();
  if (ways != 1 || with.a.empty() != with.b.empty())
    throw error(error_kind::option, "give two files, or --list FILE, or --pairs FILE; see retold compare --help");
  with.sketch.apply(with.options);
  with.options.threads = with.common.threads;
  if (with.weakest == "related") with.options.align.weakest = passage_class::related;
  with.options.validate();
  if (!with.list.empty()) return run_list(with);
  if (!with.pairs.empty()) return run_pairs(with);
  return run_two(with);
}

}  // namespace

document read_one(const std::string& path, const read_options& fields) {
  std::vector<document> found;
  const read_report report = read({path}, fields, [&](document&& d) { found.push_back(std::move(d)); });
  if (found.size() == 1) return std::move(found.front());
  if (found.empty() && !report.skipped.empty())
    throw error(error_kind::input, report.skipped.front().input + ": " + report.skipped.front().reason);
  throw error(error_kind::input, path + ": holds " + std::to_string(found.size()) + " documents; compare takes one on each side");
}

void add_compare(CLI::App& program, action& chosen) {
  const auto with = std::make_shared<compare_arguments>();
  CLI::App& command = *program.add_subcommand("compare", "Show two documents side by side: the sentences that are shared or paraphrased. "
                                                         "Conflicting figures are pointed out.");
  add_help(command);
  command.add_option("A", with->a, "The first document. Text, HTML, or JSONL of one record; - is standard input.");
  command.add_option("B", with->b, "The second document.");
  command.add_option("--list", with->list, "Compare many pairs. JSONL lines {\"a\": PATH, \"b\": PATH} or {\"a_text\", \"b_text\"}; a line of JSON out for each.")
      ->type_name("FILE");
  command.add_option("--pairs", with->pairs,
                     "Judge pairs of sentences. JSONL lines {\"a\": TEXT, \"b\": TEXT}; each comes back with \"retold\": {\"class\", \"score\"}.")
      ->type_name("FILE");
  command.add_option("--weakest", with->weakest, "The weakest class to report: paraphrased or related. Default paraphrased.")
      ->type_name("CLASS")
      ->check(CLI::IsMember({"paraphrased", "related"}));
  command.add_option("--offsets", with->offsets, "What offsets in JSON count: bytes, codepoints or utf16. Default bytes.")
      ->type_name("UNIT")
      ->check(CLI::IsMember({"bytes", "codepoints", "utf16"}));
  add_common(command, with->common);
  add_sketch(command, with->sketch);
  add_fields(command, with->fields);
  command.footer("Examples:\n"
                 "  retold compare a.txt b.html\n"
                 "  retold compare a.txt b.txt --json - | jq '.passages[] | .class'\n"
                 "  retold compare --list pairs.jsonl > compared.jsonl\n"
                 "  retold compare --pairs sentences.jsonl > judged.jsonl");
  command.callback([&chosen, with] { chosen = [with] { return run_compare(*with); }; });
}

}  // namespace retold::cli
