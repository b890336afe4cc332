// SPDX-License-Identifier: Apache-2.0
#include "dates.hpp"
#include "dedup_input.hpp"
#include "filter_lines.hpp"
#include "in_turn.hpp"
#include "index_state.hpp"
#include "parallel.hpp"
#include "read_record.hpp"
#include "report_escape.hpp"
#include "retold/error.hpp"
#include "retold/filter.hpp"

namespace retold {
namespace {

std::string_view name_of(index_status status) {
  constexpr std::string_view names[] = {"same", "exact", "near", "story"};
  return names[static_cast<std::size_t>(status)];
}

struct answers {
  std::string lines;
  filter_report found;
};

answers answer(const index& seen, const line_batch& batch, const filter_options& options, record_parser& parser) {
  answers out;
  std::vector<entry_line> entries;
  std::uint32_t count = 0;
  split_entries(batch.lines, entries, count);
  for (const entry_line& entry : entries) {
    const record_parser::glance record = parser.look(entry.text, {.id = true, .date = true, .number_field = {}});
    if (record.problem.empty()) {
      const auto matches =
          seen.query({record.id, record.text, second_number(record.date), record.title}, options.scopes.search);
      out.lines += to_json(record.id, matches) + '\n';
      ++out.found.records;
      out.found.titles += record.is_title;
      out.found.bad_dates += record.bad_date;
      out.found.dated += !record.date.empty();
      out.found.titled += record.has_title();
      ++out.found.of(matches.empty() ? index_status::fresh : matches.front().status);
      continue;
    }
    const std::string name = batch.name(entry.line);
    if (options.on_bad == bad_record::stop) throw error(error_kind::input, name + ": " + record.problem);
    ++out.found.bad_lines;
    out.found.bad.push_back({name, record.problem});
    if (options.on_bad == bad_record::skip) continue;
    out.lines +=
        rendering::json_writer().open('{').key("line").text(name).key("error").text(record.problem).close('}').take() + '\n';
  }
  return out;
}

void add(filter_report& to, const answers& from, std::size_t bytes) {
  to.bytes += bytes;
  to.records += from.found.records;
  to.fresh += from.found.fresh, to.exact += from.found.exact;
  to.near += from.found.near, to.story += from.found.story;
  to.titles += from.found.titles, to.bad_dates += from.found.bad_dates;
  to.dated += from.found.dated, to.titled += from.found.titled;
  to.bad_lines += from.found.bad_lines;
  for (const skipped_input& each : from.found.bad)
    if (to.bad.size() < most_bad_lines_named) to.bad.push_back(each);
}

}  // namespace

std::string to_json(std::string_view id, const std::vector<index_match>& matches) {
  rendering::json_writer out;
  out.open('{').key("id");
  id.empty() ? out.raw("null") : out.text(id);
  out.key("matches").open('[');
  for (const index_match& m : matches) {
    out.open('{').key("id").text(m.id).key("scope").text(m.scope).key("status").text(name_of(m.status));
    out.key("similarity").number(m.similarity).key("number").integer(m.number);
    out.key("arrived").text(iso_date(m.arrived)).key("date");
    m.date ? out.text(iso_date(*m.date)) : out.raw("null");
    if (!m.story.empty()) out.key("story").text(m.story);
    out.close('}');
  }
  return out.close(']').close('}').take();
}

filter_report ask(const index& seen, const std::vector<std::string>& inputs, const std::function<void(std::string_view)>& sink,
                  const filter_options& options, const std::function<void(const filter_report&)>& watch) {
  options.validate();
  if (inputs.empty()) throw error(error_kind::option, "nothing to read; name JSONL files, or - for standard input");
  line_batches batches(inputs, options.batch, record_parser::padding(), options.stop);
  filter_report report;
  in_turn turn;
  turn.run(thread_count(seen.parts().setup.threads), [&] {
    record_parser parser(options.fields);
    line_batch batch;
    while (batches.next(batch)) {
      const answers made = answer(seen, batch, options, parser);
      turn(batch.number, [&] {
        add(report, made, batch.lines.size());
        sink(made.lines);
        if (watch) watch(report);
      });
    }
  });
  report.skipped = batches.problems();
  return report;
}

}  // namespace retold
