// SPDX-License-Identifier: Apache-2.0
// retold index add and query: what takes records, or asks about them.
#include <algorithm>
#include <ctime>

#include "console.hpp"
#include "index_commands.hpp"
#include "outputs.hpp"
#include "records.hpp"
#include "retold/error.hpp"
#include "retold/read.hpp"
#include "summary.hpp"

namespace retold::cli {
namespace {

void settle(index_command& with) {
  if (with.inputs.empty()) with.inputs = {"-"};
  with.options.on_bad = on_bad_of(with.on_error);
  check_files(with.inputs);
}

void tell(const index_command& with, const filter_report& found, double seconds, const char* fresh, const char* fate) {
  name_problems(found.records, found.bad_lines, found.bad, found.skipped);
  if (!with.common.quiet) say(summary_of(found, seconds, fresh, fate));
}

// One answer, about what the line itself names.
int answer(const index& seen, const std::string& id, const std::vector<index_match>& matches) {
  write_output("-", to_json(id, matches) + '\n');
  return exit_code_of(seen);
}

}  // namespace

int run_index_add(index_command& with) {
  settle(with);
  const stopwatch watch;
  with.options.now = [] { return static_cast<std::int64_t>(std::time(nullptr)); };
  if (!with.scopes.empty()) with.options.scopes.into = with.scopes.front();
  const interruption signals;
  index seen = with.index.open_or_make(with.common);
  name_scopes(seen, with.index.folder, with.options.scopes, with.common.quiet);
  progress_line line(with.common.quiet);
  field_watch fields(with.options.fields);
  with.options.stop = [&] { return signals.came(); };
  const filter_report found = filter(
      seen, with.inputs, [](std::string_view) {}, with.options,
      [&](const filter_report& so_far) {
        line("add", so_far.records, 0);
        fields(so_far, line);
      });
  line.clear();
  tell(with, found, watch.seconds(), "new", "left out");
  if (!with.common.quiet)
    name_caveats(found, with.options.fields, with.named, "the answer is as it was", bad_record::skip);  // nothing goes out
  signals.check("what was counted is in the index");
  return exit_code_of(found, with.options.fields, with.named, added_stays);
}

int run_index_query(index_command& with) {
  if (!with.date.empty() && with.text.empty()) throw error(error_kind::option, "--date goes with --text");
  if (!with.text.empty() + !with.id.empty() + !with.inputs.empty() > 1)
    throw error(error_kind::option, "give one of IN, --text and --id");
  index_entry entry = {.text = with.text};
  if (!with.date.empty()) entry.date = seconds_of("--date", with.date);
  const bool of_records = with.text.empty() && with.id.empty();
  check_outside({{"standard output", "-"}}, with.index.folder);
  if (of_records) settle(with);
  const stopwatch watch;
  const index seen = with.opened(index_access::read);
  if (!with.id.empty()) return answer(seen, with.id, seen.find(with.id, with.scopes));
  if (!with.text.empty()) return answer(seen, {}, seen.query(entry, with.scopes));
  with.options.scopes.search = with.scopes;
  progress_line line(with.common.quiet);
  field_watch fields(with.options.fields);
  const filter_report found = ask(
      seen, with.inputs,
      [&](std::string_view lines) {
        if (same_screen()) line.clear();
        write_output("-", lines);
      },
      with.options,
      [&](const filter_report& so_far) {
        line("query", so_far.records, 0);
        fields(so_far, line);
      });
  line.clear();
  tell(with, found, watch.seconds(), "like none", "found");
  if (!with.common.quiet) name_odd_fields(found, with.options.fields, with.named);
  return std::max(exit_code_of(found, with.options.fields, with.named), exit_code_of(seen));
}

}  // namespace retold::cli
