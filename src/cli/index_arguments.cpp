// SPDX-License-Identifier: Apache-2.0
#include "index_arguments.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "records.hpp"
#include "retold/error.hpp"
#include "retold/report.hpp"
#include "summary.hpp"

namespace retold::cli {

index_setup index_arguments::setup(index_access access, unsigned threads) const {
  return {.access = access, .memory = bytes_of(memory), .threads = threads, .sync = sync};
}

// What the folder was made with is not on the line: it is said whose level it is.
void index_arguments::refuse_idle(retold::level at) const {
  try {
    refuse_idle_options(at, given_to(*command));
  } catch (const error& e) {
    throw error(e.kind(), (level.empty() && at == level::exact ? folder + ": " : "") + e.what());
  }
}

index index_arguments::open_or_make(const common_arguments& common) {
  if (sketch.sketch == "simhash") throw error(error_kind::option, "--sketch simhash: an index is made of MinHash signatures");
  const auto said = [&](index_options has) {
    if (!level.empty()) has.level = level_of(level, level::story);
    if (window->count() != 0) has.window_days = options.window_days;
    if (story_threshold->count() != 0) has.story_threshold = options.story_threshold;
    refuse_idle(has.level);
    if (threshold->count() != 0) has.threshold = options.threshold;
    if (store_text->count() != 0) has.store_text = true;
    sketch.apply(has);
    has.validate();
    return has;
  };
  const index_setup use = setup(index_access::write, common.threads);
  if (!index::exists(folder)) {
    index made(folder, said({}), use);
    if (!common.quiet) name_made(folder, made.options());
    return made;
  }
  index out(folder, use);
  out.expect(said(out.options()));
  return out;
}

void add_folder(CLI::App& command, index_arguments& to) {
  add_value(command, "--index", to.folder, "DIR", "Folder of the index. It holds nothing else.")->required();
  add_value(command, "--memory", to.memory, "SIZE",
            "How much memory may be used. Bytes, or with K, M, G or T (of 1024); at least 32M, default 1G. More: fewer "
            "reads from the disk. The result does not depend on it.");
}

void add_making(CLI::App& command, index_arguments& to) {
  to.command = &command;
  add_choice(command, "--level", to.level, {"exact", "near", "story"},
             "What is not new: exact, near or story. exact: the same words in the same order, case, accents and "
             "punctuation aside; near (default): also reprints and light edits; story: also other coverage of a story "
             "that was there before.",
             "LEVEL");
  to.window = add_value(command, "--window", to.options.window_days, "DAYS",
                        "At level story: how many days apart articles are compared. Default 7; 0: no limit. A story goes on "
                        "while articles come. Dates are the records', or when they came.");
  to.story_threshold = add_value(
      command, "--story-threshold", to.options.story_threshold, "X",
      "At level story: how much an article and a story have in common at least, by rare words. 0 to 1, default 0.045. "
      "Higher: fewer are told to be of a known story, and stories are smaller. Copies with other words around them "
      "belong to their story whatever this is.");
  to.threshold = add_value(command, "--threshold", to.options.threshold, "X",
                           "How similar a near-duplicate is. Jaccard of shingles, above 0 to 1, default 0.8. Lower: more "
                           "counts as a duplicate. An index keeps the one it was made with, as all that follows from here.");
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
  add_value(command, "--scope", to, "NAME", what)->take_all()->expected(1)->allow_extra_args(false);
}

std::string options_text(const index_options& made_with) {
  const index_options& o = made_with;
  std::string out = "level " + std::string(name(o.level));
  if (o.level == level::exact) return out;
  return out + ", threshold " + nlohmann::json(o.threshold).dump() + ", " + o.shingle.name() + ", " + std::to_string(o.slots) +
         " slots, recall " + nlohmann::json(o.recall).dump() + (o.store_text ? ", texts stored" : ", texts not stored");
}

std::string story_text(const index_options& made_with) {
  const unsigned days = made_with.window_days;
  return "window " + (days == 0 ? "without limit" : counted(days, "day", "days")) + ", story threshold " +
         nlohmann::json(made_with.story_threshold).dump();
}

void name_made(const std::string& folder, const index_options& made_with) {
  say("made the index " + folder + ": " + options_text(made_with) +
      (made_with.level == level::story ? ", " + story_text(made_with) : ""));
  if (made_with.level != level::exact && !made_with.store_text)
    say("so it tells near duplicates by their signatures, to some hundredths; one made with --store-text tells exactly");
}

namespace {

std::string there_are(const std::vector<std::string>& names) {
  return names.empty() ? "; there is none" : "; there are " + listed(names);
}

std::vector<std::string> scopes_of(const index& in) {
  std::vector<std::string> out;
  for (const index_stats::scope& each : in.stats().scopes) out.push_back(each.name);
  return out;
}

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

[[noreturn]] void throw_no_scope(const std::string& folder, const std::string& wanted, const std::vector<std::string>& names) {
  throw error(error_kind::option, folder + ": no scope \"" + wanted + '"' + there_are(names));
}

}  // namespace

void check_scopes(const index& in, const std::string& folder, const std::vector<std::string>& wanted) {
  if (wanted.empty()) return;
  const std::vector<std::string> names = scopes_of(in);
  for (const std::string& each : wanted)
    if (!contains(names, each)) throw_no_scope(folder, each, names);
}

void name_scopes(const index& in, const std::string& folder, const index_scopes& wanted, bool quiet) {
  const std::vector<std::string> names = scopes_of(in);
  for (const std::string& each : wanted.search) {
    if (each == wanted.into || contains(names, each)) continue;
    if (!names.empty()) throw_no_scope(folder, each, names);
    say(folder + ": no scope \"" + each + "\" to search" + there_are(names));
  }
  if (!quiet && !names.empty() && !contains(names, wanted.into))
    say(folder + ": made scope \"" + wanted.into + "\"; there were " + listed(names));
}

nlohmann::ordered_json options_json(const index_options& made_with) {
  nlohmann::ordered_json out = {{"level", name(made_with.level)},
                                {"threshold", made_with.threshold},
                                {"shingle", made_with.shingle.name()},
                                {"slots", made_with.slots},
                                {"recall", made_with.recall}};
  if (made_with.level == level::story)
    out["window_days"] = made_with.window_days, out["story_threshold"] = made_with.story_threshold;
  return out;
}

constexpr std::uint64_t enough_for_a_rate = 1000;

std::string summary_of(const filter_report& found, double seconds, const char* fresh, const char* fate) {
  std::string line = counted(found.records, "record", "records") + ": " + grouped(found.fresh) + ' ' + fresh + ", ";
  if (found.story != 0) line += grouped(found.story) + " of known stories, ";
  line += grouped(found.exact) + " exact and " + grouped(found.near) + " near duplicates " + fate + "; " + amount(found.bytes) +
          " in " + duration(seconds);
  const auto records = rate(found.records, seconds);
  if (records && found.records >= enough_for_a_rate) line += " (" + grouped(*records) + " records/s)";
  return line;
}

void name_odd_fields(const filter_report& found, const read_options& fields, const named_fields& named) {
  if (found.records != 0 && found.dated + found.bad_dates == 0 && named.date->count() != 0)
    say("no record has a date in field \"" + fields.date_field + "\": all count as without one");
  if (found.records != 0 && found.titled == 0 && named.title->count() != 0)
    say("no record has a title in field \"" + fields.title_field + '"');
  if (found.titles != 0)
    say(part_of(found.titles, found.records) + " have no text in field \"" + fields.text_field +
        "\": their titles are compared");
  if (found.bad_dates != 0)
    say(part_of(found.bad_dates, found.records) + " have a date in field \"" + fields.date_field +
        "\" that cannot be read: they count as without one");
}

void name_caveats(const filter_report& found, const read_options& fields, const named_fields& named, const std::string& repeats,
                  bad_record rule) {
  if (found.repeated != 0) say(grouped(found.repeated) + " of these had been fed before: " + repeats);
  if (found.changed_ids != 0)
    say(counted(found.changed_ids, "id", "ids") + " came again with other words: judged by their words");
  if (found.without_id != 0)
    say(part_of(found.without_id, found.records) + " have no id in field \"" + fields.id_field +
        "\": fed again, they are duplicates of themselves");
  name_odd_fields(found, fields, named);
  if (found.bad_lines != 0) say(bad_lines_of(found.bad_lines, rule));
}

}  // namespace retold::cli
