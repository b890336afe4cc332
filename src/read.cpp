// SPDX-License-Identifier: Apache-2.0
// Paths → files → documents. What a file holds is decided by its name (read_folder), its bytes are made text by read_encoding,
// pages by read_html, records by read_jsonl.
#include "retold/read.hpp"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <iostream>
#include <new>
#include <unordered_map>
#include <unordered_set>

#include "read_date.hpp"
#include "read_encoding.hpp"
#include "read_folder.hpp"
#include "read_html.hpp"
#include "read_jsonl.hpp"
#include "read_markdown.hpp"
#include "read_title.hpp"
#include "retold/error.hpp"
#include "utf8.hpp"

namespace retold {
namespace {

document make_document(std::string id, std::string&& bytes, content what) {
  document d;
  d.id = std::move(id);
  d.bytes = bytes.size();
  decoded_text decoded = what == content::html ? decode_page(std::move(bytes)) : decode(std::move(bytes));
  d.warnings = std::move(decoded.warnings);
  if (what == content::html) {
    read_page(decoded.text, decoded.origin, d);
  } else {
    d.text = std::move(decoded.text);
    d.text_origin = std::move(decoded.origin);
  }
  if (what == content::markdown)
    read_markdown(d);
  else if (d.title.empty())
    title_from(d, first_line(d.text));
  return d;
}

std::string valid_text(std::string_view bytes, std::vector<std::string>& warnings, offset_map& origin) {
  if (bytes.size() > largest_text / 3) throw error(error_kind::input, "a text of more than 1.3 GiB: too long");
  if (valid_utf8(bytes)) return std::string(bytes);
  decoded_text decoded = decode_utf8(std::string(bytes));
  std::move(decoded.warnings.begin(), decoded.warnings.end(), std::back_inserter(warnings));
  origin = std::move(decoded.origin);
  return std::move(decoded.text);
}

// Invalid bytes grow to three each, and so may UTF-16's two: the text must still be addressable.
bool too_large(std::string_view bytes, content what) {
  if (bytes.size() > largest_text) return true;
  if (bytes.size() <= largest_text / 3 || valid_utf8(bytes)) return false;
  return (what == content::html ? decoded_size_of_page(bytes) : decoded_size(bytes)) > largest_text;
}

// A page that retold wrote holds the articles of others. Its head says so.
bool is_own_report(std::string_view page) {
  return page.substr(0, 2048).find("<meta name=\"generator\" content=\"retold ") != std::string_view::npos;
}

void read_whole(const found_file& file, byte_stream& stream, const document_sink& sink, read_report& report) {
  std::error_code failure;
  const auto size = std::filesystem::file_size(file.path, failure);
  const bool known = !failure && file.kind.how == compression::none;
  const auto skip = [&](std::string reason) { report.skipped.push_back({file.label, std::move(reason)}); };
  if (known && size > largest_text) return skip("more than 4 GiB of text");
  std::string bytes;
  if (known) bytes.resize(size + 1);
  const bool fits = read_all([&](std::span<char> into) { return stream.fill(into); }, largest_text, bytes);
  if (!stream.problem().empty()) return skip(stream.problem());
  if (file.kind.what == content::html && is_own_report(bytes)) {
    return report.ignored.push_back({file.label, "a report of retold, no article"});
  }
  if (!fits || too_large(bytes, file.kind.what)) return skip("more than 4 GiB of text");
  if (const std::string reason = not_text(bytes); !reason.empty()) return skip(reason);
  document d = make_document(file.id, std::move(bytes), file.kind.what);
  d.input = file.label;
  sink(std::move(d));
}

void read_file(const found_file& file, const read_options& options, const document_sink& sink, fields_seen& seen,
               read_report& report) {
  byte_stream stream(file.path, file.kind.how);
  if (file.kind.what != content::jsonl) return read_whole(file, stream, sink, report);
  read_records([&](std::span<char> into) { return stream.fill(into); }, file.label, file.id, options, sink, seen, report,
               [&] { return stream.problem(); });
}

// One file too large for the memory there is must not end the job; the caller's own lack of memory does.
void read_file_or_skip(const found_file& file, const read_options& options, const document_sink& sink, fields_seen& seen,
                       read_report& report) {
  bool handed_over = false;
  try {
    const auto hand_over = [&](document&& d) {
      handed_over = true;
      sink(std::move(d));
      handed_over = false;
    };
    read_file(file, options, hand_over, seen, report);
  } catch (const std::bad_alloc&) {
    if (handed_over) throw;
    report.skipped.push_back({file.label, "not enough memory"});
  }
}

constexpr const char* no_such_path = "no such file or folder; check the path";

bool is_missing(const std::string& path) {
  std::error_code failure;
  return path != "-" && std::filesystem::status(path, failure).type() == std::filesystem::file_type::not_found;
}

void check_any_exists(const std::vector<std::string>& paths) {
  std::string names;
  for (const std::string& path : paths) {
    if (!is_missing(path)) return;
    names += (names.empty() ? "" : ", ") + repair_utf8(path);
  }
  if (!paths.empty()) throw error(error_kind::input, names + ": " + no_such_path);
}

}  // namespace

void read_options::validate() const {
  const std::pair<const char*, const std::string*> fields[] = {{"id", &id_field},         {"text", &text_field},
                                                               {"title", &title_field},   {"date", &date_field},
                                                               {"source", &source_field}, {"language", &language_field}};
  for (const auto& [name, value] : fields) {
    if (value->empty()) throw error(error_kind::option, std::string("the name of the ") + name + " field is empty; give one");
  }
}

read_report read(const std::vector<std::string>& paths, const read_options& options, const document_sink& sink) {
  options.validate();
  check_any_exists(paths);
  read_report report;
  paths_seen seen;
  fields_seen fields;
  for (const std::string& path : paths) {
    if (is_missing(path)) {
      report.skipped.push_back({repair_utf8(path), no_such_path});
    } else if (path != "-") {
      for (const found_file& file : files_of(path, seen, report)) read_file_or_skip(file, options, sink, fields, report);
    } else if (seen.files.emplace(path, path).second) {
      read_records(std::cin, path, options, sink, fields, report);
    } else {
      report.ignored.push_back({path, "already read"});
    }
  }
  fields.tell(options, report);
  return report;
}

std::vector<std::string> files_to_read(const std::vector<std::string>& paths) {
  std::vector<std::string> out;
  read_report report;
  paths_seen seen;
  for (const std::string& path : paths) {
    if (path == "-" || is_missing(path)) continue;
    for (found_file& file : files_of(path, seen, report)) out.push_back(std::move(file.path));
  }
  return out;
}

document read_fields(const document_fields& from) {
  document d;
  offset_map none;
  const auto valid = [&](std::string_view bytes) { return valid_text(bytes, d.warnings, none = {}); };
  d.id = valid(from.id);
  d.text = valid_text(from.text, d.warnings, d.text_origin);
  d.title = valid_text(from.title, d.warnings, d.title_origin);
  d.title_in_text = d.text.empty() && !d.title.empty();
  if (d.title_in_text) d.text = d.title, d.text_origin = d.title_origin;
  d.bytes = from.text.empty() ? from.title.size() : from.text.size();
  if (d.title.empty()) title_from(d, first_line(d.text));
  d.date = date_or_warning(valid(from.date), d.warnings);
  d.source = valid(from.source);
  d.language = valid(from.language);
  return d;
}

document read_text(std::string id, std::string_view bytes, text_format format) {
  const content what = format == text_format::html ? content::html : content::plain;
  if (too_large(bytes, what)) throw error(error_kind::input, id + ": more than 4 GiB of text; split it");
  return make_document(std::move(id), std::string(bytes), what);
}

void make_ids_unique(std::vector<document>& documents) {
  std::unordered_set<std::string> taken;  // given by the user: none of these may be made up
  for (const document& d : documents) taken.insert(d.id);
  std::unordered_set<std::string> seen;
  std::unordered_map<std::string, std::uint64_t> next;
  for (document& d : documents) {
    if (seen.insert(d.id).second) continue;
    const std::string old = d.id;
    std::uint64_t& number = next.try_emplace(old, 2).first->second;
    do d.id = old + '#' + std::to_string(number++);
    while (!taken.insert(d.id).second);
    d.warnings.push_back("the id \"" + old + "\" was taken: renamed" + (d.input.empty() ? "" : "; read from " + d.input));
  }
}

}  // namespace retold
