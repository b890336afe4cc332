// SPDX-License-Identifier: Apache-2.0
// retold advise: what a collection is like, and which parameters suit it. Also evaluate --lsh, which reads the same sample.
#include "advise.hpp"

#include <filesystem>
#include <memory>

#include "commands.hpp"
#include "console.hpp"
#include "help.hpp"
#include "outputs.hpp"
#include "retold/error.hpp"

namespace retold::cli {
namespace {

struct advise_arguments {
  std::vector<std::string> inputs;
  sample_arguments of;
  common_arguments common;
};

// As the shell takes it, and as the program does not take it for an option.
std::string quoted(const std::string& word) {
  const bool plain = !word.empty() && word.find_first_not_of(
                                          "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                          "_-./,:=+@%") == word.npos;
  if (plain) return word;
  std::string out = "'";
  for (const char c : word) c == '\'' ? out += "'\\''" : out += c;
  return out + '\'';
}

std::string quoted_path(const std::string& path) {
  return quoted(path.size() > 1 && path.starts_with('-') ? "./" + path : path);
}

// The names of fields that are not the usual ones, of which `dedup` needs the first few.
std::string field_options(const read_options& given, bool for_dedup) {
  const read_options usual;
  std::string out;
  const auto add = [&out](const char* option, const std::string& name, const std::string& usually) {
    if (name != usually) out += std::string(" ") + option + '=' + quoted(name);
  };
  add("--id-field", given.id_field, usual.id_field);
  add("--text-field", given.text_field, usual.text_field);
  add("--title-field", given.title_field, usual.title_field);
  add("--date-field", given.date_field, usual.date_field);
  if (for_dedup) return out;
  add("--source-field", given.source_field, usual.source_field);
  add("--language-field", given.language_field, usual.language_field);
  return out;
}

// Where dedup may write: not into a folder that it reads, nor over an input.
std::string place_for_output(const std::vector<std::string>& inputs) {
  for (const char* path : {"kept.jsonl", "../kept.jsonl"}) {
    try {
      check_outputs({{"--output", path}}, inputs, folder_entries::records);
      return path;
    } catch (const error&) {  // another place, then
    }
  }
  return (std::filesystem::temp_directory_path() / "kept.jsonl").string();
}

// dedup takes JSONL alone.
std::string command_lines(const std::vector<std::string>& inputs, const read_options& fields, const advice& found,
                          const std::vector<std::string>& with_records) {
  const auto joined = [](const std::vector<std::string>& paths) {
    std::string names;
    for (const std::string& path : paths) names += ' ' + quoted_path(path);
    return names;
  };
  const std::string options = found.command_options();
  std::string out;
  if (!with_records.empty())
    out += "retold dedup" + joined(with_records) + " -o " + quoted_path(place_for_output(with_records)) + ' ' + options +
           field_options(fields, true) + '\n';
  return out + "retold cluster" + joined(inputs) + " --level near " + options + field_options(fields, false) + '\n';
}

// Which of the inputs hold records, read from FILE:LINE, and nothing else.
class record_inputs {
 public:
  explicit record_inputs(const std::vector<std::string>& inputs) : inputs_(inputs), kinds_(inputs.size()) {}

  void add(const std::string& place) {
    const std::string file = file_of_record(place);
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
      const std::string folder = inputs_[i].ends_with('/') ? inputs_[i] : inputs_[i] + '/';
      if (file == inputs_[i] || file.starts_with(folder)) {
        if (kinds_[i].records || !std::filesystem::exists(place)) {  // a text may be called so
          kinds_[i].records = true;
          continue;
        }
      }
      if (place == inputs_[i] || place.starts_with(folder)) kinds_[i].texts = true;
    }
  }

  std::vector<std::string> take() const {
    std::vector<std::string> out;
    for (std::size_t i = 0; i < inputs_.size(); ++i)
      if (kinds_[i].records && !kinds_[i].texts) out.push_back(inputs_[i]);
    return out;
  }

 private:
  // FILE of FILE:LINE, or nothing.
  static std::string file_of_record(const std::string& place) {
    const auto colon = place.rfind(':');
    const bool is_line =
        colon != place.npos && colon + 1 < place.size() && place.find_first_not_of("0123456789", colon + 1) == place.npos;
    return is_line ? place.substr(0, colon) : "";
  }

  struct kinds {
    bool records = false, texts = false;
  };
  const std::vector<std::string>& inputs_;
  std::vector<kinds> kinds_;
};

int run_advise(advise_arguments& with) {
  with.common.check(with.inputs);
  with.of.settle(with.common.threads);
  advise({}, with.of.options);  // what it refuses, it refuses before anything is read
  const read_sample part = read_for(with.inputs, with.of, with.common);
  progress_line line(with.common.quiet);
  const advice found = advise(part.sets, with.of.options,
                              [&](std::string_view stage, std::size_t done, std::size_t total) { line(stage, done, total); });
  line.clear();
  if (!with.common.json.empty()) write_output(with.common.json, to_json(found));
  std::string shown = to_text(found, {.width = terminal_width(), .colour = wants_colour()});
  if (!found.choices.empty()) shown += '\n' + command_lines(with.inputs, with.of.fields, found, part.with_records);
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

read_sample read_for(const std::vector<std::string>& inputs, const sample_arguments& of, const common_arguments& common) {
  progress_line line(common.quiet);
  sampler chosen(of.options);
  std::size_t count = 0;
  record_inputs records(inputs);
  const read_report report = read(inputs, of.fields, [&](document&& d) {
    chosen.add(d);
    records.add(d.input);
    line("read", ++count, 0);
  });
  line.clear();
  name_skipped(report.skipped);
  name_ignored(report.ignored, common);
  if (!common.quiet)
    for (const std::string& note : report.notes) say("retold: " + note);
  read_sample out{chosen.take(), records.take(), report.skipped.empty() ? done : some_skipped};
  if (out.sets.collection == 0)
    throw error(
        error_kind::input,
        "no document was found; .txt .md .html .jsonl files (also .gz, .zst) are read, and --text-field names the field "
        "of JSONL that holds the text");
  return out;
}

void add_sample(CLI::App& command, sample_arguments& to) {
  command
      .add_option("--sample", to.options.sample,
                  "How many documents to look at. Chosen by hash of their ids, so always the same ones; default 20000, 0: all.")
      ->type_name("N")
      ->check(CLI::Validator(
          [](const std::string& n) { return n.starts_with('-') ? '\'' + n + "' is no number that it takes" : std::string(); },
          ""));
  to.threshold_given = command
                           .add_option("--threshold", to.options.threshold,
                                       "How alike copies are. Jaccard of shingles, 0.1 to 1, as for dedup and cluster --level "
                                       "near. Default 0.8; advise chooses one where none is given.")
                           ->type_name("X");
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
  command.footer(
      "Examples:\n"
      "  retold advise crawl.jsonl.zst\n"
      "  retold advise crawl/ --sample 50000 --json advice.json\n"
      "  retold advise titles.jsonl --preset short --threshold 0.7    only the bands are open");
  command.callback([&chosen, with] { chosen = [with] { return run_advise(*with); }; });
}

}  // namespace retold::cli
