// SPDX-License-Identifier: Apache-2.0
// Chunks are read and put together side by side, and written in turn.
#include "dedup_output.hpp"

#include <algorithm>
#include <map>
#include <memory>

#include "dedup_mark.hpp"
#include "in_turn.hpp"
#include "parallel.hpp"
#include "read_jsonl.hpp"
#include "read_record.hpp"
#include "report_escape.hpp"

namespace retold {
namespace {

std::string id_of(record_parser& parser, const entry_line& line, const input_file& file, const chunk_place& place) {
  std::string id = parser.look(line.text, {}).id;
  return id.empty() ? line_name(file.id, place, line) : id;
}

// Lines on their way to a file, the caller or nobody.
class lines_out {
 public:
  explicit lines_out(std::optional<output_file>& file, std::function<void(std::string_view)> sink = {})
      : file_(file), sink_(std::move(sink)) {}
  // The lines as they go out: themselves, or packed into `room`.
  std::string_view ready(std::string_view lines, std::string& room) const {
    if (!file_ || file_->how() == compression::none || lines.empty()) return lines;
    return room = packed(file_->how(), lines);
  }
  void put(std::string_view bytes) {
    if (bytes.empty()) return;
    if (file_) file_->append(bytes);
    if (sink_) sink_(bytes);
  }

 private:
  std::optional<output_file>& file_;
  std::function<void(std::string_view)> sink_;
};

// What one chunk adds to the outputs and the report.
struct chunk_result {
  std::string_view whole;  // where the chunk goes out as it is
  std::string kept, rejected;
  std::uint64_t records = 0, titles = 0, bad = 0;
  std::vector<skipped_input> named;

  std::string_view survivors() const { return whole.empty() ? std::string_view(kept) : whole; }
};

class chunk_writer {
 public:
  chunk_writer(const output_job& job, const verdicts& all, bool rejects)
      : job_(job), all_(all), rejects_(rejects), parser_(job.options.fields) {}

  chunk_result operator()(const chunk_reader::chunk& chunk) {
    chunk_result out;
    if (goes_out_whole(chunk)) {
      out.whole = chunk.lines;
      out.records = chunk.place.entries;
      return out;
    }
    std::uint32_t lines = 0, entry = chunk.place.first_entry;
    split_entries(chunk.lines, entries_, lines);
    for (const entry_line& line : entries_) add(line, entry++, chunk.place, out);
    return out;
  }

 private:
  bool stays(std::uint32_t entry) const {
    return all_.bad(entry) ? job_.options.on_bad == bad_record::pass : job_.options.mark || all_.kept(entry);
  }
  // Most do, and need not be cut into lines: nothing blank, nothing to tell of, nothing to remove.
  bool goes_out_whole(const chunk_reader::chunk& chunk) const {
    if (job_.options.mark || chunk.place.lines != chunk.place.entries || !chunk.lines.ends_with('\n')) return false;
    constexpr auto plain = static_cast<std::uint8_t>(entry_kind::record);
    for (std::uint32_t entry = chunk.place.first_entry, end = entry + chunk.place.entries; entry < end; ++entry)
      if (all_.kinds[entry] != plain || !all_.kept(entry)) return false;
    return true;
  }

  void add(const entry_line& line, std::uint32_t entry, const chunk_place& place, chunk_result& out) {
    const bool bad = all_.bad(entry);
    out.bad += bad;
    out.records += !bad;
    out.titles += (all_.kinds[entry] & title_stands) != 0;
    if (bad && out.named.size() < most_bad_lines_named) name(line, place, out);
    if (!stays(entry)) {
      if (rejects_) append_line(out.rejected, line.stored);
    } else if (!job_.options.mark || bad) {
      append_line(out.kept, line.stored);
    } else {
      append_line(out.kept += marked(line, entry, place), line.stored.substr(line.text.size()));
    }
  }

  void name(const entry_line& line, const chunk_place& place, chunk_result& out) {
    out.named.push_back({line_name(job_.chunks.files[place.file].label, place, line), parser_.look(line.text, {}).problem});
  }

  std::string marked(const entry_line& line, std::uint32_t entry, const chunk_place& place) {
    const std::uint32_t keeper = all_.of[entry];
    const std::size_t group = all_.group_of(keeper);
    const bool alone = group == all_.keepers.size();
    const std::string own = alone ? id_of(parser_, line, job_.chunks.files[place.file], place) : std::string();
    mark m;
    m.status = all_.kept(entry) ? mark::kind::kept : all_.exact(entry) ? mark::kind::exact : mark::kind::near;
    m.of = alone ? own : all_.name_of(keeper);
    if (!alone) m.group = group, m.size = all_.sizes[group];
    m.similarity = all_.similarity_of(entry);
    return with_mark(line.text, m);
  }

  const output_job& job_;
  const verdicts& all_;
  bool rejects_;
  record_parser parser_;
  std::vector<entry_line> entries_;
};

struct file_titles {
  std::uint64_t titles = 0, records = 0;
};

void take_up(const chunk_result& from, file_titles& titles, dedup_report& report) {
  titles.titles += from.titles;
  titles.records += from.records;
  report.records += from.records;
  report.bad_lines += from.bad;
  for (const skipped_input& each : from.named)
    if (report.bad.size() < most_bad_lines_named) report.bad.push_back(each);
}

void write_records(const output_job& job, const verdicts& all, output_set& to, dedup_report& report) {
  lines_out output(to.records, to.sink), rejects(to.rejects);
  chunk_reader reader(job.chunks);
  in_turn turn;
  std::map<std::uint32_t, file_titles> titles;
  std::uint64_t done = 0;
  turn.run(threads_of(job.options), [&] {
    chunk_writer write(job, all, to.rejects.has_value());
    std::string buffer, room, rejects_room;
    while (const auto chunk = reader.next(buffer)) {
      const chunk_result made = write(*chunk);
      const std::string_view kept = output.ready(made.survivors(), room), rejected = rejects.ready(made.rejected, rejects_room);
      turn(chunk->number, [&] {
        output.put(kept);
        rejects.put(rejected);
        take_up(made, titles[chunk->place.file], report);
        done += chunk->place.bytes;
        if (job.report) job.report("write", done, report.bytes);
      });
    }
  });
  for (const auto& [file, count] : titles)
    if (count.titles != 0)
      report.notes.push_back(job.chunks.files[file].label + ": " +
                             titles_compared(count.titles, count.records, job.options.fields.text_field));
}

// {"group": 12, "keep": "id", "documents": ["id", …], "similarity": […]}, members in the order of the input.
void write_groups(const verdicts& all, std::optional<output_file>& file) {
  lines_out output(file);
  std::vector<std::vector<std::uint32_t>> members(all.keepers.size());
  for (const std::uint32_t entry : all.named)
    if (const std::size_t group = all.group_of(all.of[entry]); group != members.size()) members[group].push_back(entry);
  std::string lines, room;
  const auto flush = [&] {
    output.put(output.ready(lines, room));
    lines.clear();
  };
  for (std::size_t g = 0; g < members.size(); ++g) {
    rendering::json_writer out;
    out.open('{').key("group").integer(g).key("keep").text(all.name_of(all.keepers[g])).key("documents").open('[');
    for (const std::uint32_t entry : members[g]) out.text(all.name_of(entry));
    out.close(']').key("similarity").open('[');
    for (const std::uint32_t entry : members[g]) out.number(all.similarity_of(entry));
    lines += out.close(']').close('}').take() + '\n';
    if (lines.size() > (1 << 20)) flush();
  }
  flush();
}

void read_names(const output_job& job, bool groups, verdicts& all) {
  if (!groups && !job.options.mark) return;
  if (groups) {
    auto keeper = all.keepers.begin();  // the next
    for (std::uint32_t entry = 0; entry < all.of.size(); ++entry) {
      const bool keeps = keeper != all.keepers.end() && *keeper == entry;
      if (keeps) ++keeper;
      if (keeps || !all.kept(entry)) all.named.push_back(entry);
    }
  } else {
    all.named = all.keepers;
  }
  all.names.resize(all.named.size());
  read_entries(job.chunks, all.named, threads_of(job.options), [&]() -> entry_visit {
    const auto parser = std::make_shared<record_parser>(job.options.fields);
    return [&, parser](std::size_t i, const entry_line& line, const chunk_place& place) {
      all.names[i] = id_of(*parser, line, job.chunks.files[place.file], place);
    };
  });
}

void count(const verdicts& all, dedup_report& report) {
  for (std::uint32_t entry = 0; entry < all.of.size(); ++entry) {
    if (all.bad(entry)) continue;
    if (all.kept(entry))
      ++report.kept;
    else
      ++(all.exact(entry) ? report.exact : report.near);
  }
  report.groups = all.keepers.size();
}

}  // namespace

void read_entries(const chunks_read& chunks, std::span<const std::uint32_t> wanted, unsigned threads,
                  const std::function<entry_visit()>& make_visit) {
  const auto from = [&](std::size_t number) {
    return std::lower_bound(wanted.begin(), wanted.end(), chunks.places[number].first_entry) - wanted.begin();
  };
  const auto has_any = [&](std::size_t number) {
    if (number >= chunks.places.size()) return false;  // asked before the end is seen
    const auto at = static_cast<std::size_t>(from(number));
    return at < wanted.size() && wanted[at] - chunks.places[number].first_entry < chunks.places[number].entries;
  };
  chunk_reader reader(chunks);
  threads = thread_count(threads);
  parallel_for(threads, threads, [&](std::size_t) {
    const entry_visit visit = make_visit();
    std::string buffer;
    std::vector<entry_line> entries;
    while (const auto chunk = reader.next(buffer, has_any)) {
      if (chunk->lines.empty()) continue;
      std::uint32_t lines = 0;
      split_entries(chunk->lines, entries, lines);
      const std::uint32_t first = chunk->place.first_entry;
      for (auto i = static_cast<std::size_t>(from(chunk->number)); i < wanted.size() && wanted[i] - first < entries.size(); ++i)
        visit(i, entries[wanted[i] - first], chunk->place);
    }
  });
}

output_set::output_set(const dedup_files& files) : sink(files.sink) {
  if (!files.output.empty()) records.emplace(files.output), sink = {};
  if (!files.groups.empty()) groups.emplace(files.groups);
  if (!files.rejects.empty()) rejects.emplace(files.rejects);
}

void write_outputs(const output_job& job, verdicts& all, output_set& to, dedup_report& report) {
  count(all, report);
  read_names(job, to.groups.has_value(), all);
  if (to.groups) write_groups(all, to.groups);
  write_records(job, all, to, report);
  // No record in all the lines: most likely a field has another name, and what an earlier run wrote is worth more than this.
  if (report.records == 0 && (report.bad_lines != 0 || !report.skipped.empty())) return;
  for (auto* const file : {&to.groups, &to.rejects, &to.records})
    if (*file) (*file)->commit();
}

}  // namespace retold
