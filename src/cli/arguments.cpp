// SPDX-License-Identifier: Apache-2.0
#include "arguments.hpp"

#include <map>

namespace retold::cli {
namespace {

std::string first_sentence(const std::string& text) {
  const auto end = text.find(". ");
  return end == std::string::npos ? text : text.substr(0, end + 1);
}

// Throws CLI11's own request for help with the formatter of the length asked for.
void add_help_flag(CLI::App& app, const char* name, const char* text, bool brief) {
  app.add_flag_callback(
         name,
         [&app, brief] {
           app.formatter(std::make_shared<two_length_formatter>(brief));
           throw CLI::CallForHelp();
         },
         text)
      ->configurable(false)
      ->trigger_on_parse();
}

}  // namespace

std::string two_length_formatter::make_option_desc(const CLI::Option* option) const {
  const std::string text = option->get_description();
  return brief_ ? first_sentence(text) : text;
}

std::string two_length_formatter::make_footer(const CLI::App* app) const { return brief_ ? "\n" : CLI::Formatter::make_footer(app); }

std::string two_length_formatter::make_description(const CLI::App* app) const {
  return brief_ ? first_sentence(app->get_description()) + "\n" : CLI::Formatter::make_description(app);
}

void add_help(CLI::App& app) {
  app.set_help_flag();
  add_help_flag(app, "-h", "Short help", true);
  add_help_flag(app, "--help", "Help in full, with examples", false);
}

void add_common(CLI::App& command, common_arguments& to) {
  command.add_option("--json", to.json, "Write the result as JSON. The file's name, or - for standard output (then nothing else goes there).")
      ->type_name("FILE");
  command.add_option("--html", to.html, "Write a report for the browser. One file that needs no other and no network.")->type_name("FILE");
  command.add_option("--threads", to.threads, "How many threads to use. Default: all cores (0). The result does not depend on it.")
      ->type_name("N")
      ->check(CLI::Range(0, 1024));
  command.add_flag("-q,--quiet", to.quiet, "No progress, no summary. Errors and skipped inputs are still named.");
  command.add_flag("-v,--verbose", to.verbose, "Show all. Every passage instead of the strongest, every document, every ignored file.");
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
  add("--date-field", to.date_field, "the date (ISO 8601)");
  add("--source-field", to.source_field, "who published it");
  add("--language-field", to.language_field, "the language (BCP 47)");
}

void add_sketch(CLI::App& command, sketch_arguments& to) {
  const auto group = "Near-duplicates";
  command.add_option("--preset", to.preset,
                     "What the texts are: news, web or short. news: word:3 (default); web: word:5, as pipelines for language models "
                     "use; short: char:5, 256 slots, for titles and messages. Options below win over it.")
      ->type_name("NAME")
      ->check(CLI::IsMember({"news", "web", "short"}))
      ->group(group);
  command.add_option("--shingle", to.shingle,
                     "What is compared: word:N or char:N. Runs of N words or characters, 1 to 64; default word:3. Longer runs are stricter.")
      ->type_name("KIND:N")
      ->group(group);
  command.add_option("--sketch", to.sketch,
                     "How candidates are found: minhash or simhash. Default minhash. Either way they are verified exactly.")
      ->type_name("NAME")
      ->check(CLI::IsMember({"minhash", "simhash"}))
      ->group(group);
  command.add_option("--slots", to.slots, "Slots of a MinHash signature. 8 to 4096, default 128. More: fewer false candidates, more memory.")
      ->type_name("N")
      ->group(group);
  command.add_option("--recall", to.recall,
                     "Share of pairs at the threshold to be found. Above 0, below 1, default 0.95. More: slower, more candidates.")
      ->type_name("SHARE")
      ->group(group);
}

void sketch_arguments::apply(cluster_options& to) const {
  if (preset == "web") to.shingle = {.unit = shingle_unit::word, .size = 5};
  if (preset == "short") to.shingle = {.unit = shingle_unit::character, .size = 5}, to.slots = 256;
  if (!shingle.empty()) to.shingle = shingle_options::parse(shingle);
  if (!sketch.empty()) to.sketch = sketch == "simhash" ? sketch_kind::simhash : sketch_kind::minhash;
  if (slots != 0) to.slots = slots;
  if (recall != 0) to.recall = recall;
}

}  // namespace retold::cli
