// SPDX-License-Identifier: Apache-2.0
#include "arguments.hpp"

#include "console.hpp"
#include "outputs.hpp"
#include "retold/error.hpp"
#include "usage.hpp"

namespace retold::cli {

void common_arguments::check(const std::vector<std::string>& inputs) const {
  const bool text = !is_stdout(json) && !is_stdout(html);
  check_outputs({{"standard output", text ? "-" : ""}, {"--json", json}, {"--html", html}}, inputs);
}

std::vector<std::string> given_to(const CLI::App& command) {
  std::vector<std::string> out;
  for (const CLI::Option* option : command.get_options())
    if (option->count() != 0 && option->nonpositional()) out.push_back("--" + option->get_lnames().front());
  return out;
}

void name_ignored(const std::vector<skipped_input>& ignored, const common_arguments& common) {
  if (common.verbose)
    for (const skipped_input& each : ignored) say("ignored: " + each.input + ": " + each.reason);
  else if (!ignored.empty() && !common.quiet)
    say(counted(ignored.size(), "input", "inputs") + " ignored (-v says why)");
}

CLI::Option* add_choice(CLI::App& command, const char* option, std::string& to, const std::vector<std::string>& of,
                        const std::string& what, const char* type) {
  return command.add_option(option, to, what)->type_name(type)->check(one_of(of));
}

void add_json(CLI::App& command, common_arguments& to, const std::string& what) {
  add_value(command, "--json", to.json, "FILE",
            what + " The file's name, or - for standard output (then nothing else goes there).");
}

void add_common(CLI::App& command, common_arguments& to) {
  add_json(command, to, "Write the result as JSON.");
  add_value(command, "--html", to.html, "FILE",
            "Write a report for the browser. One file that needs no other and no network; - for standard output (then "
            "nothing else goes there).");
  add_running(command, to);
  add_verbose(command, to, "Show all. Every passage instead of the strongest, every document, every ignored file.");
}

void add_running(CLI::App& command, common_arguments& to) {
  add_value(command, "--threads", to.threads, "N",
            "How many threads to use. 0 to 1024, default 0: all cores. The result does not depend on it.")
      ->check(within(0, 1024));
  command.add_flag("-q,--quiet", to.quiet, "No progress, no summary. Errors and skipped inputs are still named.");
}

void add_verbose(CLI::App& command, common_arguments& to, const std::string& what) {
  command.add_flag("-v,--verbose", to.verbose, what);
}

void add_fields(CLI::App& command, read_options& to) {
  const auto add = [&](const char* option, std::string& field, const char* what) {
    command.add_option(option, field, std::string("JSONL field that holds ") + what + ". Default: " + field + ".")
        ->type_name("NAME")
        ->group("JSONL fields");
  };
  add("--id-field", to.id_field, "the id");
  add("--text-field", to.text_field, "the text");
  add("--title-field", to.title_field, "the title");
  add("--date-field", to.date_field, "the date (ISO 8601, or as in feeds)");
  add("--source-field", to.source_field, "who published it");
  add("--language-field", to.language_field, "the language (BCP 47)");
}

void add_sketch(CLI::App& command, sketch_arguments& to) {
  const auto group = "Near-duplicates";
  add_choice(command, "--preset", to.preset, {"news", "web", "short"},
             "What the texts are: news, web or short. news: word:3 (default); web: word:5, as pipelines for language models "
             "use; short: char:5, 256 slots, for titles and messages. Options below win over it.",
             "NAME")
      ->group(group);
  add_value(command, "--shingle", to.shingle, "KIND:N",
            "What is compared: word:N or char:N. Runs of N words or characters, 1 to 64; default word:3. Longer runs are "
            "stricter.")
      ->group(group);
  add_choice(command, "--sketch", to.sketch, {"minhash", "simhash"},
             "How candidates are found: minhash or simhash. Default minhash. Either way they are verified exactly.", "NAME")
      ->group(group);
  add_value(command, "--slots", to.slots, "N",
            "Slots of a MinHash signature. 8 to 4096, default 128. More: fewer false candidates, more memory.")
      ->group(group);
  add_value(command, "--recall", to.recall, "SHARE",
            "Share of pairs at the threshold to be found. Above 0, below 1, default 0.95. More: slower, more candidates.")
      ->group(group);
}

}  // namespace retold::cli
