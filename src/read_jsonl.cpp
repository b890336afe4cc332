// SPDX-License-Identifier: Apache-2.0
// JSONL: a line, a record, a document.
#include "read_jsonl.hpp"

#include <algorithm>
#include <cerrno>
#include <iostream>
#include <istream>

#include "counted.hpp"
#include "read_encoding.hpp"
#include "read_folder.hpp"
#include "read_lines.hpp"
#include "read_markup.hpp"
#include "read_record.hpp"
#include "utf8.hpp"

namespace retold {
namespace {

// What has come already, then what waits, so that a slow stream is not held up for a full buffer.
std::size_t fill_from(std::streambuf& in, std::span<char> into) {
  constexpr int end = std::char_traits<char>::eof();
  if (in.sgetc() == end) return 0;
  const std::streamsize ready = std::min<std::streamsize>(in.in_avail(), std::ssize(into));
  if (ready > 1) return static_cast<std::size_t>(in.sgetn(into.data(), ready));
  std::size_t n = 0;  // a stream that does not tell what it has, as std::cin beside stdio: up to the line's end
  while (n < into.size()) {
    const int c = in.sbumpc();
    if (c == end) break;
    into[n++] = static_cast<char>(c);
    if (c == '\n') break;
  }
  return n;
}

bool is_blank(std::string_view line) { return std::all_of(line.begin(), line.end(), is_html_space); }

// A file that is no JSONL at all is told so at its first line.
std::string with_hint(std::string reason) {
  if (reason == "not an object but an array") return reason + "; JSONL is expected here, which jq -c '.[]' makes of an array";
  if (reason.starts_with("not JSON")) reason += "; JSONL is expected here, one JSON object a line";
  return reason;
}

bool named_json(std::string_view label) {
  cut_ending(label, ".gz") || cut_ending(label, ".zst");
  return cut_ending(label, ".json");
}

// JSON over many lines begins with a line that ends in its middle, and no line of it is a record. Where the name promises
// JSONL, only a bracket alone is sure to be no broken record.
const char* whole_json(std::string_view first_line, const std::string& label) {
  while (!first_line.empty() && is_html_space(first_line.front())) first_line.remove_prefix(1);
  while (!first_line.empty() && is_html_space(first_line.back())) first_line.remove_suffix(1);
  const bool open = first_line.ends_with('{') || first_line.ends_with('[') || first_line.ends_with(',');
  if (!open || (first_line.size() > 1 && !named_json(label))) return nullptr;
  if (first_line.front() == '[') return "JSON over many lines; JSONL is expected here, which jq -c '.[]' makes of an array";
  return first_line.front() == '{' ? "JSON over many lines; JSONL is expected here, which jq -c . makes of it" : nullptr;
}

// By the first bytes: what is read here has been unpacked where its name says so. Empty: it may be JSONL.
std::string other_data(std::string_view first_line, const std::string& label) {
  if (const char* const other = why_no_records(first_line)) return other;
  const compression packed = compression_of(first_line);
  if (packed == compression::none) return "";
  const bool gzip = packed == compression::gzip;
  const std::string kind = gzip ? "gzip data" : "Zstandard data";
  if (label == "-") return kind + " on standard input; unpack it first (" + (gzip ? "zcat)" : "zstdcat)");
  return kind + "; unpack it, or end its name in " + (gzip ? ".gz" : ".zst");
}

}  // namespace

void fields_seen::add(const document& d, bool title_is_text) {
  const bool titled = title_is_text || (!d.title.empty() && !d.title_in_text);  // not by its first line
  id_ |= !d.id.empty(), title_ |= titled, date_ |= !d.date.empty();
  source_ |= !d.source.empty(), language_ |= !d.language.empty();
  any_ = true;
}

void fields_seen::tell(const read_options& options, read_report& report) const {
  const read_options usual;
  const auto tell = [&](bool seen, const char* what, std::string read_options::*field, const char* so = "") {
    if (any_ && !seen && options.*field != usual.*field) report.notes.push_back(no_record_has(what, options.*field) + so);
  };
  tell(id_, "an id", &read_options::id_field, called_by_lines);
  tell(title_, "a title", &read_options::title_field);
  tell(date_, "a date", &read_options::date_field);
  tell(source_, "a source", &read_options::source_field);
  tell(language_, "a language", &read_options::language_field);
}

std::string no_record_has(const char* what, const std::string& field) {
  return std::string("no record has ") + what + " in field \"" + field + '"';
}

std::string titles_compared(std::uint64_t titles, std::uint64_t records, const std::string& field) {
  return std::to_string(titles) + " of " + counted(records, "record has", "records have") + " no text in field \"" + field +
         "\": " + (titles == 1 ? "its title is compared" : "their titles are compared");
}

void read_records(const fill_function& fill, const std::string& label, const std::string& id, const read_options& options,
                  const document_sink& sink, fields_seen& seen, read_report& report,
                  const std::function<std::string()>& problem) {
  record_parser parser(options);
  line_reader lines(fill, longest_line, record_parser::padding());
  std::uint64_t last = 0, records = 0, titles = 0;
  bool first = true;  // no line so far that is not blank
  while (const auto line = lines.next()) {
    if (!line->ended && !problem().empty()) break;  // a part of a line is no record
    last = line->number;
    std::string_view text = line->text;
    if (last == 1 && text.starts_with(utf8_mark)) text.remove_prefix(utf8_mark.size());
    if (last == 1)
      if (std::string other = other_data(text, label); !other.empty())
        return report.skipped.push_back({label, std::move(other)});
    const std::string place = ':' + std::to_string(last);
    if (line->too_long) {
      report.skipped.push_back({label + place, "a line of more than 1 GiB"});
    } else if (!is_blank(text)) {
      auto [found, reason, is_title] = parser.parse(text);
      if (const char* whole = !found && first ? whole_json(text, label) : nullptr) {
        report.skipped.push_back({label, whole});
        break;
      }
      if (!found) report.skipped.push_back({label + place, first ? with_hint(std::move(reason)) : std::move(reason)});
      first = false;
      if (!found) continue;
      ++records;
      titles += is_title ? 1 : 0;
      seen.add(*found, is_title);
      if (found->id.empty()) found->id = id + place;
      found->input = label + place;
      sink(std::move(*found));
    }
  }
  if (titles != 0) report.notes.push_back(label + ": " + titles_compared(titles, records, options.text_field));
  if (!problem().empty())
    report.skipped.push_back({label, problem() + (last == 0 ? "" : "; read up to line " + std::to_string(last))});
}

void read_records(std::istream& in, const std::string& name, const read_options& options, const document_sink& sink,
                  fields_seen& seen, read_report& report) {
  std::string problem;
  const auto fill = [&](std::span<char> into) -> std::size_t {
    try {
      errno = 0;
      const std::size_t n = in.rdbuf() == nullptr ? 0 : fill_from(*in.rdbuf(), into);
      if (n == 0 && &in == &std::cin) problem = standard_input_problem();
      return n;
    } catch (const std::ios_base::failure& failure) {
      problem = failure.what();
      return 0;
    }
  };
  read_records(fill, name, name, options, sink, seen, report, [&] { return problem; });
}

void read_jsonl(std::istream& in, const std::string& name, const read_options& options, const document_sink& sink,
                read_report& report) {
  options.validate();
  fields_seen seen;
  read_records(in, name, options, sink, seen, report);
  seen.tell(options, report);
}

}  // namespace retold
