// SPDX-License-Identifier: Apache-2.0
// Threads take up batches of lines as they come. Parsing, signing and looking into the index's files each does beside the
// others; judging, writing and passing on are done in the order of the batches.
#include "retold/filter.hpp"

#include "dates.hpp"
#include "dedup_input.hpp"
#include "dedup_mark.hpp"
#include "filter_lines.hpp"
#include "in_turn.hpp"
#include "index_state.hpp"
#include "parallel.hpp"
#include "read_record.hpp"
#include "report_escape.hpp"
#include "retold/error.hpp"

namespace retold {
namespace {

constexpr std::size_t most_batch = 1 << 20;

// What a line says, for as long as its batch is under way.
struct filtered_line {
  entry_line line;
  std::string problem;  // why it is no record; empty: it is one
  std::string id, text;
  bool is_title = false, bad_date = false, dated = false, titled = false;
  std::size_t prepared = 0;  // where it stands among the records
};

std::string_view name_of(index_status status) {
  constexpr std::string_view names[] = {"new", "exact", "near", "story"};
  return names[static_cast<std::size_t>(status)];
}

std::string mark_of(const index_verdict& verdict, bool tell_repeats) {
  rendering::json_writer out;
  out.open('{').key("status").text(name_of(verdict.status)).key("of");
  verdict.of.empty() ? out.raw("null") : out.text(verdict.of);
  out.key("similarity").number(verdict.similarity);
  if (!verdict.story.empty()) out.key("story").text(verdict.story);
  if (tell_repeats && verdict.repeated) out.key("repeated").raw("true");
  return out.close('}').take();
}

// One thread's way through the batches.
class filter_thread {
 public:
  filter_thread(index::state& seen, const filter_options& options, const scope_numbers& scopes)
      : seen_(seen), options_(options), scopes_(scopes), parser_(options.fields), sign_(seen.plan) {}

  // Beside the others.
  void prepare(std::string_view lines) {
    lines_.clear(), prepared_.clear();
    std::uint32_t count = 0;
    split_entries(lines, entries_, count);
    for (const entry_line& entry : entries_) {
      lines_.push_back(look_at(entry));
      if (options_.on_bad == bad_record::stop && !lines_.back().problem.empty()) break;  // nothing behind it is judged
    }
    for (const filtered_line& line : lines_)  // which stay where they are from here on
      if (line.problem.empty()) prepared_[line.prepared].entry = {line.id, line.text, prepared_[line.prepared].entry.date};
  }

  // In turn. What goes out.
  std::string_view judge(const line_batch& batch, filter_report& report) {
    const std::int64_t now = options_.now ? options_.now() : 0;
    const std::vector<index_verdict> verdicts = seen_.commit(prepared_, scopes_, now);
    out_.clear();
    for (const filtered_line& line : lines_)
      line.problem.empty() ? pass_record(line, verdicts[line.prepared], report) : pass_bad(line, batch, report);
    report.bytes += batch.lines.size();
    return out_;
  }

  // Why the stream ends here; empty if it does not.
  std::string stops(const line_batch& batch) const {
    if (options_.on_bad != bad_record::stop || lines_.empty() || lines_.back().problem.empty()) return {};
    return batch.name(lines_.back().line.line) + ": " + lines_.back().problem;
  }

 private:
  filtered_line look_at(const entry_line& entry) {
    record_parser::glance record = parser_.look(entry.text, {.id = true, .date = true, .number_field = {}});
    filtered_line out{.line = entry,
                      .problem = std::move(record.problem),
                      .id = std::move(record.id),
                      .text = {},
                      .is_title = record.is_title,
                      .bad_date = record.bad_date,
                      .dated = !record.date.empty(),
                      .titled = record.has_title(),
                      .prepared = prepared_.size()};
    if (!out.problem.empty()) return out;
    prepared_entry& next = prepared_.emplace_back();
    next.entry = {out.id, record.text, second_number(record.date), record.title};
    seen_.prepare(next, scopes_, sign_);
    if (seen_.plan.options.store_text) out.text = record.text;  // the parser's next record takes its place
    return out;
  }

  void pass_record(const filtered_line& line, const index_verdict& verdict, filter_report& report) {
    ++report.records;
    ++report.of(verdict.status);
    report.repeated += verdict.repeated;
    report.changed_ids += verdict.changed_id;
    report.without_id += line.id.empty();
    report.titles += line.is_title;
    report.bad_dates += line.bad_date;
    report.dated += line.dated;
    report.titled += line.titled;
    if (options_.mark) {
      out_ += with_mark(line.line.text, mark_of(verdict, options_.drop_repeats));
      append_line(out_, line.line.stored.substr(line.line.text.size()));
    } else if (verdict.status == index_status::fresh && !(options_.drop_repeats && verdict.repeated)) {
      append_line(out_, line.line.stored);
    }
  }

  void pass_bad(const filtered_line& line, const line_batch& batch, filter_report& report) {
    if (options_.on_bad == bad_record::stop) return;
    ++report.bad_lines;
    if (report.bad.size() < most_bad_lines_named) report.bad.push_back({batch.name(line.line.line), line.problem});
    if (options_.on_bad == bad_record::pass) append_line(out_, line.line.stored);
  }

  index::state& seen_;
  const filter_options& options_;
  const scope_numbers& scopes_;
  record_parser parser_;
  index_signer sign_;
  std::vector<entry_line> entries_;
  std::vector<filtered_line> lines_;
  std::vector<prepared_entry> prepared_;
  std::string out_;
};

}  // namespace

std::uint64_t& filter_report::of(index_status status) noexcept {
  std::uint64_t* const counts[] = {&fresh, &exact, &near, &story};
  return *counts[static_cast<std::size_t>(status)];
}

void filter_options::validate() const {
  if (batch == 0 || batch > most_batch)
    throw error(error_kind::option, "batch " + std::to_string(batch) + " is out of range: 1 to 1048576");
  fields.validate();
}

filter_report filter(index& seen, const std::vector<std::string>& inputs, const std::function<void(std::string_view)>& sink,
                     const filter_options& options, const std::function<void(const filter_report&)>& watch) {
  options.validate();
  if (inputs.empty()) throw error(error_kind::option, "nothing to read; name JSONL files, or - for standard input");
  index::state& parts = seen.parts();
  parts.check_writable();
  line_batches batches(inputs, options.batch, record_parser::padding(), options.stop);
  const scope_numbers scopes = parts.scopes_of(options.scopes);  // makes one that is new: when the inputs are known to be there
  filter_report report;
  in_turn turn;
  turn.run(thread_count(parts.setup.threads), [&] {
    filter_thread thread(parts, options, scopes);
    line_batch batch;
    while (batches.next(batch)) {
      thread.prepare(batch.lines);
      turn(batch.number, [&] {
        const std::scoped_lock one(parts.writing);
        const std::string_view out = thread.judge(batch, report);
        try {
          if (!out.empty()) sink(out);
        } catch (...) {  // what could not be passed on is in the index all the same
          if (watch) watch(report);
          throw;
        }
        if (const std::string why = thread.stops(batch); !why.empty()) throw error(error_kind::input, why);
        if (watch) watch(report);
      });
    }
  });
  parts.store.check_in_place();
  report.skipped = batches.problems();
  return report;
}

}  // namespace retold
