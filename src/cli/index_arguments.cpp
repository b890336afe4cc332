// SPDX-License-Identifier: Apache-2.0
#include "index_arguments.hpp"

#include <nlohmann/json.hpp>

#include "retold/error.hpp"
#include "retold/report.hpp"
#include "summary.hpp"

namespace retold::cli {

index_setup index_arguments::setup(index_access access, unsigned threads) const {
  return {.access = access, .memory = bytes_of(memory), .threads = threads, .sync = sync};
}

index index_arguments::open_or_make(unsigned threads) {
  if (sketch.sketch == "simhash") throw error(error_kind::option, "--sketch simhash: an index is made of MinHash signatures");
  const auto said = [&](index_options has) {
    for (const retold::level each : {level::exact, level::near, level::story})
      if (level == name(each)) has.level = each;
    if (window->count() != 0) has.window_days = options.window_days;
    if (window->count() != 0 && has.level != level::story) throw error(error_kind::option, "--window is for --level story");
    if (threshold->count() != 0) has.threshold = options.threshold;
    if (store_text->count() != 0) has.store_text = true;
    sketch.apply(has);
    has.validate();
    return has;
  };
  const index_setup use = setup(index_access::write, threads);
  if (!index::exists(folder)) return index(folder, said({}), use);
  index out(folder, use);
  out.expect(said(out.options()));
  return out;
}

void add_folder(CLI::App& command, index_arguments& to) {
  command.add_option("--index", to.folder, "Folder of the index. It holds nothing else.")->type_name("DIR")->required();
  command
      .add_option("--memory", to.memory,
                  "How much memory may be used. Bytes, or with K, M, G or T (of 1024); at least 32M, default 1G. More: fewer "
                  "reads from the disk. The result does not depend on it.")
      ->type_name("SIZE");
}

void add_making(CLI::App& command, index_arguments& to) {
  command
      .add_option("--level", to.level,
                  "What is not new: exact, near or story. exact: the same words in the same order, case, accents and "
                  "punctuation aside; near (default): also reprints and light edits; story: also other coverage of a story "
                  "that was there before.")
      ->type_name("LEVEL")
      ->check(CLI::IsMember({"exact", "near", "story"}).description(""));
  to.window =
      command
          .add_option("--window", to.options.window_days,
                      "At level story: how many days apart articles are compared. Default 7; 0: no limit. A story goes on "
                      "while articles come. Dates are the records', or when they came.")
          ->type_name("DAYS");
  to.threshold =
      command
          .add_option("--threshold", to.options.threshold,
                      "How similar a near-duplicate is. Jaccard of shingles, above 0 to 1, default 0.8. Lower: more "
                      "counts as a duplicate. An index keeps the one it was made with, as all that follows from here.")
          ->type_name("X");
  to.store_text =
      command.add_flag("--store-text", to.options.store_text,
                       "Keep the texts, and compare exactly. Without, signatures are compared, with an error of some "
                       "hundredths, and a document takes some 320 bytes.");
  command.add_flag("--sync", to.sync,
                   "Wait for the disk before a line goes out. Then a machine that goes down loses nothing either; without, a "
                   "killed process does not.");
  add_sketch(command, to.sketch);
  command.get_option("--sketch")->group("");  // an index knows MinHash alone
}

void add_scopes(CLI::App& command, std::vector<std::string>& to, const std::string& what) {
  command.add_option("--scope", to, what)->type_name("NAME")->take_all()->expected(1)->allow_extra_args(false);
}

nlohmann::ordered_json options_json(const index_options& made_with) {
  nlohmann::ordered_json out = {{"level", name(made_with.level)},
                                {"threshold", made_with.threshold},
                                {"shingle", made_with.shingle.name()},
                                {"slots", made_with.slots},
                                {"recall", made_with.recall}};
  if (made_with.level == level::story) out["window_days"] = made_with.window_days;
  return out;
}

std::string summary_of(const filter_report& found, double seconds, const char* fresh, const char* fate) {
  std::string line =
      "retold: " + counted(found.records, "record", "records") + ": " + grouped(found.fresh) + ' ' + fresh + ", ";
  if (found.story != 0) line += grouped(found.story) + " of known stories, ";
  line += grouped(found.exact) + " exact and " + grouped(found.near) + " near duplicates " + fate + "; " + amount(found.bytes) +
          " in " + duration(seconds);
  if (const auto records = rate(found.records, seconds)) line += " (" + grouped(*records) + " records/s)";
  return line;
}

}  // namespace retold::cli
