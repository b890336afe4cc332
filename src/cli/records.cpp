// SPDX-License-Identifier: Apache-2.0
#include "records.hpp"

#include <algorithm>

#include "arguments.hpp"
#include "retold/error.hpp"

namespace retold::cli {

void add_on_error(CLI::App& command, std::string& to, const std::string& passed, const std::string& skipped,
                  const std::string& stopped) {
  add_choice(
      command, "--on-error", to, {"pass", "skip", "stop"},
      "What to do with a line that is no record: pass, skip or stop. pass (default): " + passed + "; skip: " + skipped +
          "; stop: end with code 3" + stopped +
          ". Passed or skipped, the first hundred are named, and the exit code is 1; or where there is no record at all, "
          "3, or 2 if what all lines lack is the field of --text-field.");
}

bad_record on_bad_of(const std::string& on_error) {
  if (on_error == "stop") return bad_record::stop;
  return on_error == "skip" ? bad_record::skip : bad_record::pass;
}

named_fields add_record_fields(CLI::App& command, read_options& to) {
  add_fields(command, to);
  command.get_option("--source-field")->group("");  // common to all commands, without effect on these
  command.get_option("--language-field")->group("");
  return {command.get_option("--text-field"), command.get_option("--title-field"), command.get_option("--date-field")};
}

void name_problems(std::uint64_t records, std::uint64_t bad_lines, const std::vector<skipped_input>& bad,
                   const std::vector<skipped_input>& skipped) {
  name_skipped(skipped);
  const std::size_t named = std::min<std::size_t>(bad.size(), records == 0 ? 3 : most_named);
  for (std::size_t i = 0; i < named; ++i) say("no record: " + bad[i].input + ": " + bad[i].reason);
  if (bad_lines > named) say("and " + grouped(bad_lines - named) + " more");
}

std::string part_of(std::uint64_t number, std::uint64_t records) {
  return grouped(number) + " of " + grouped(records) + " records";
}

std::string bad_lines_of(std::uint64_t count, bad_record rule) {
  return counted(count, "line is no record: ", "lines are no records: ") +
         (rule == bad_record::pass ? "passed on unchanged" : "left out");
}

bool all_lack_text(const std::vector<skipped_input>& bad) {
  const auto lacks = [](const skipped_input& s) { return s.reason.starts_with("no field \""); };
  return !bad.empty() && std::all_of(bad.begin(), bad.end(), lacks);
}

namespace {

// Empty: there is a record, or it is not an option's fault that there is none.
std::string why_no_text(std::uint64_t records, std::uint64_t bad_lines, const std::vector<skipped_input>& bad) {
  if (records != 0 || !all_lack_text(bad)) return {};
  const skipped_input& first = bad.front();
  return "no line of " + grouped(bad_lines) + " has a text: " + first.input + ": " + first.reason +
         "; --text-field names the field that holds it";
}

}  // namespace

std::string field_watch::wrong(const filter_report& so_far) const {
  constexpr std::uint64_t many = 1000;
  if (so_far.changed_ids >= many && so_far.changed_ids > so_far.records / 2)
    return part_of(so_far.changed_ids, so_far.records) + " have an id that came before, with other words, in field \"" +
           fields_.id_field + "\"; --id-field names the field that holds it";
  if (so_far.titles >= many && so_far.titles == so_far.records)
    return part_of(so_far.titles, so_far.records) + " have no text in field \"" + fields_.text_field +
           "\", and their titles are compared; --text-field names the field that holds it";
  return why_no_text(so_far.records, so_far.bad_lines, so_far.bad);
}

// Whoever feeds a few lines gets them named at the end, soon.
void field_watch::operator()(const filter_report& so_far, progress_line& shown) {
  constexpr std::uint64_t enough = 100;
  constexpr std::chrono::seconds a_while{2};
  const bool early = so_far.bad_lines + so_far.records < enough && std::chrono::steady_clock::now() - began_ < a_while;
  if (told_ || early) return;
  const std::string why = wrong(so_far);
  if (why.empty()) return;
  told_ = true;
  shown.clear();
  say("so far " + why);
}

int exit_code_of(std::uint64_t records, std::uint64_t bad_lines, const std::vector<skipped_input>& bad,
                 const std::vector<skipped_input>& skipped, const std::string& then) {
  if (bad_lines == 0 && skipped.empty()) return done;
  if (records != 0) return some_skipped;
  if (const std::string why = why_no_text(records, bad_lines, bad); !why.empty()) throw error(error_kind::option, why + then);
  const skipped_input& first = bad.empty() ? skipped.front() : bad.front();
  throw error(error_kind::input, "no record in the input: " + first.input + ": " + first.reason +
                                     "; what is read is JSONL, one record a line" + then);
}

int exit_code_of(const filter_report& found, const read_options& fields, const named_fields& named, const std::string& stays) {
  if (named.text->count() != 0 && found.records != 0 && found.titles == found.records)
    throw error(error_kind::option, "no record of " + grouped(found.records) + " has a text in field \"" + fields.text_field +
                                        "\": their titles were compared" + stays);
  return exit_code_of(found.records, found.bad_lines, found.bad, found.skipped);
}

}  // namespace retold::cli
