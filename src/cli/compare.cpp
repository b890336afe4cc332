// SPDX-License-Identifier: Apache-2.0
// retold compare: two documents side by side.
#include "compare.hpp"

#include <algorithm>
#include <ios>
#include <iostream>
#include <iterator>
#include <memory>
#include <nlohmann/json.hpp>
#include <sstream>

#include "commands.hpp"
#include "compare_offsets.hpp"
#include "console.hpp"
#include "help.hpp"
#include "outputs.hpp"
#include "retold/error.hpp"
#include "retold/report.hpp"

namespace retold::cli {
namespace {

// The one document of an input, and what was skipped beside it; an error that says what else was there.
document only(std::vector<document>& found, const read_report& report, const std::string& path,
              std::vector<skipped_input>* skipped) {
  if (found.size() == 1) {
    if (skipped != nullptr) skipped->insert(skipped->end(), report.skipped.begin(), report.skipped.end());
    return std::move(found.front());
  }
  for (const auto* unread : {&report.skipped, &report.ignored})
    if (found.empty() && !unread->empty())
      throw error(error_kind::input, unread->front().input + ": " + unread->front().reason);
  throw error(error_kind::input,
              path + ": holds " + std::to_string(found.size()) + " documents; compare takes one on each side");
}

bool opens_with(std::string_view text, std::string_view lower_case) {
  const auto same = [](char lower, char c) { return (c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c) == lower; };
  return text.size() >= lower_case.size() && std::equal(lower_case.begin(), lower_case.end(), text.begin(), same);
}

// A text may begin with a bracket: [Reuters] …
bool is_array_of_records(std::string_view text) {
  if (!text.starts_with('[')) return false;
  const auto next = text.find_first_not_of(" \t\r\n", 1);
  return next != text.npos && text[next] == '{' && nlohmann::json::accept(text);
}

std::string standard_input() try {
  return {std::istreambuf_iterator<char>(std::cin), {}};
} catch (const std::ios_base::failure&) {
  throw error(error_kind::input, "-: standard input cannot be read");
}

// Standard input has no name to tell its kind, so its first characters do: '{' is JSONL, a doctype or <html> HTML, else text.
document read_standard_input(const read_options& fields, std::vector<skipped_input>* skipped) {
  std::string bytes = standard_input();
  std::string_view text = bytes;
  if (text.starts_with("\x1F\x8B")) throw error(error_kind::input, "-: gzip data on standard input; unpack it first (zcat)");
  if (text.starts_with("\x28\xB5\x2F\xFD"))
    throw error(error_kind::input, "-: Zstandard data on standard input; unpack it first (zstdcat)");
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  text.remove_prefix(std::min(text.size(), text.find_first_not_of(" \t\r\n\f")));
  if (is_array_of_records(text))
    throw error(error_kind::input, "-: a JSON array; compare takes one record, or text: jq '.[0]' takes the first");
  if (!text.starts_with('{')) {
    const bool wide = bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF");  // UTF-16 is full of zeros
    if (!wide && bytes.find('\0') != std::string::npos) throw error(error_kind::input, "-: binary, not text");
    const bool page = opens_with(text, "<!doctype") || opens_with(text, "<html");
    return read_text("-", bytes, page ? text_format::html : text_format::plain);
  }
  std::istringstream records(std::move(bytes));
  std::vector<document> found;
  read_report report;
  read_jsonl(
      records, "-", fields, [&](document&& d) { found.push_back(std::move(d)); }, report);
  return only(found, report, "-", skipped);
}

int run_two(compare_arguments& with) {
  if (with.a == "-" && with.b == "-") throw error(error_kind::option, "only one of the two can be standard input");
  std::vector<skipped_input> skipped;
  document a = read_one(with.a, with.fields, &skipped), b = read_one(with.b, with.fields, &skipped);
  comparison found = compare(std::move(a), std::move(b), with.options);
  if (!with.common.html.empty()) write_output(with.common.html, to_html(found));
  if (!with.common.json.empty())
    write_output(with.common.json, with_skipped(in_unit(to_json(found), found, with.offsets), skipped));
  if (with.common.json != "-" && with.common.html != "-")
    write_output("-", to_text(found, {.width = terminal_width(), .colour = wants_colour(), .verbose = with.common.verbose}));
  if (!with.common.quiet && !with.common.html.empty() && with.common.html != "-") say("report: " + with.common.html);
  name_skipped(skipped);
  return skipped.empty() ? done : some_skipped;
}

// What has been given and changes nothing was meant to.
void refuse_idle(const compare_arguments& with) {
  const auto refuse = [](const CLI::Option& o, const char* where) {
    throw error(error_kind::option, "--" + o.get_lnames().front() + " has no meaning " + where);
  };
  if (with.pairs.empty() && !with.spans && with.command->get_option("--span-words")->count() != 0)
    throw error(error_kind::option, "--span-words goes with --spans");
  if (!with.list.empty() && with.common.verbose) refuse(*with.command->get_option("--verbose"), "with --list");
  if (with.pairs.empty()) return;
  for (const CLI::Option* o : with.command->get_options())
    if (o->count() != 0 && !o->check_name("--pairs") && !o->check_name("--threads") && !o->check_name("--quiet"))
      refuse(*o, "with --pairs");
}

void check(const compare_arguments& with) {
  const int ways = !with.a.empty() + !with.list.empty() + !with.pairs.empty();
  if (!with.list.empty() && !with.pairs.empty()) throw error(error_kind::option, "--list and --pairs exclude one another");
  if (ways != 1 || with.a.empty() != with.b.empty())
    throw error(error_kind::option, "give two files, or --list FILE, or --pairs FILE");
  if (with.a.empty() && !(with.common.json.empty() && with.common.html.empty()))
    throw error(error_kind::option, std::string(with.list.empty() ? "--pairs" : "--list") +
                                        " writes JSON lines to standard output; --json and --html go with two files");
  refuse_idle(with);
  if (with.spans && !with.weakest.empty()) throw error(error_kind::option, "--weakest does not go with --spans");
  with.common.check({with.a, with.b});
  if (!with.list.empty()) check_outputs({{"--list", "-"}}, {with.list});
  if (!with.pairs.empty()) check_outputs({{"--pairs", "-"}}, {with.pairs});
}

int run_compare(compare_arguments& with) {
  check(with);
  with.sketch.apply(with.options);
  with.options.threads = with.common.threads;
  with.options.whole_spans = with.spans;
  if (with.weakest == "related") with.options.align.weakest = passage_class::related;
  with.options.validate();
  if (!with.list.empty()) return run_list(with);
  if (!with.pairs.empty()) return run_pairs(with);
  return run_two(with);
}

}  // namespace

document read_one(const std::string& path, const read_options& fields, std::vector<skipped_input>* skipped) {
  if (path == "-") return read_standard_input(fields, skipped);
  std::vector<document> found;
  const read_report report = read({path}, fields, [&](document&& d) { found.push_back(std::move(d)); });
  return only(found, report, path, skipped);
}

std::string with_skipped(const std::string& json, const std::vector<skipped_input>& skipped) {
  if (skipped.empty()) return json;
  auto out = nlohmann::ordered_json::parse(json);
  for (const skipped_input& each : skipped) out["skipped"].push_back({{"input", each.input}, {"reason", each.reason}});
  return out.dump() + '\n';
}

void add_compare(CLI::App& program, action& chosen) {
  const auto with = std::make_shared<compare_arguments>();
  CLI::App& command = *program.add_subcommand("compare",
                                              "Show two documents side by side: the sentences that are shared or paraphrased. "
                                              "Conflicting figures are pointed out.");
  with->command = &command;
  add_help(command);
  command.add_option("A", with->a,
                     "The first document. Text, HTML, or JSONL of one record; - is standard input, whose first characters tell "
                     "which: { is JSONL, <!doctype or <html is HTML, all else is text.");
  command.add_option("B", with->b, "The second document, likewise.");
  add_value(command, "--list", with->list, "FILE",
            "Compare many pairs. JSONL lines {\"a\": PATH, \"b\": PATH} or {\"a_text\", \"b_text\"}; paths are relative "
            "to the current folder. FILE may be - for standard input, .gz and .zst are unpacked. Writes a line of JSON for "
            "each to standard output; the line's own fields come first in it, but for the texts.");
  add_value(command, "--pairs", with->pairs, "FILE",
            "Judge pairs of sentences. JSONL lines {\"a\": TEXT, \"b\": TEXT}. FILE may be - for standard input, .gz and .zst "
            "are unpacked. Each comes back "
            "on standard output with \"retold\": {\"class\", \"score\"}. The score is the probability that the two state the "
            "same: even of identical ones it stays below 1. Which words are rare, the first 10,000 lines tell: they are read "
            "before the first answer.");
  add_choice(command, "--weakest", with->weakest, {"paraphrased", "related"},
             "The weakest class to report: paraphrased or related. Default paraphrased.", "CLASS");
  command.add_flag("--spans", with->spans,
                   "Report the longest spans of reuse in place of sentences: stretches of the first document that were copied, "
                   "reworded or summed up from the second, or the other way round. For long documents.");
  add_value(command, "--span-words", with->options.spans.least_words, "N",
            "With --spans: the least length of a span on each side, in words. 1 to 1000000. Default 25, or a tenth of the "
            "shorter text where that is less.");
  add_choice(command, "--offsets", with->offsets, {"bytes", "codepoints", "utf16"},
             "What offsets in JSON count: bytes, codepoints or utf16. Default bytes.", "UNIT");
  add_common(command, with->common);
  add_sketch(command, with->sketch);
  add_fields(command, with->fields);
  // Common to all commands, without effect on this one.
  for (const char* option : {"--sketch", "--slots", "--recall", "--verbose"}) command.get_option(option)->group("");
  command.footer(
      "Examples:\n"
      "  retold compare a.txt b.html\n"
      "  retold compare a.txt b.txt --json - | jq '.passages[] | .class'\n"
      "  retold compare suspicious.txt source.txt --spans\n"
      "  retold compare --list pairs.jsonl > compared.jsonl\n"
      "  retold compare --pairs sentences.jsonl > judged.jsonl\n"
      "--config FILE, before or after the command, reads options from a file; see retold --help.");
  command.callback([&chosen, with] { chosen = [with] { return run_compare(*with); }; });
}

}  // namespace retold::cli
