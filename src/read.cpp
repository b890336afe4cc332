// SPDX-License-Identifier: Apache-2.0
// Paths → files → documents. What a file holds is decided by its name (read_folder), its bytes are made text by read_encoding,
// pages by read_html, records by read_jsonl.
#include "retold/read.hpp"

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <unordered_map>
#include <unordered_set>

#include "read_encoding.hpp"
#include "read_folder.hpp"
#include "read_html.hpp"
#include "read_jsonl.hpp"
#include "retold/error.hpp"
#include "utf8.hpp"

namespace retold {
namespace {

constexpr std::size_t longest_title = 200;  // characters

// The first line that has something on it, trimmed.
slice first_line(std::string_view text) {
  const std::size_t begin = std::min(text.find_first_not_of(" \t\r\n\f\v"), text.size());
  std::size_t end = std::min(text.find('\n', begin), text.size());
  while (end > begin && std::string_view(" \t\r\f\v").find(text[end - 1]) != std::string_view::npos) --end;
  return {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
}

// "# Title" → "Title"
slice without_hashes(std::string_view text, slice line) {
  std::uint32_t at = line.begin;
  while (at < line.end && text[at] == '#') ++at;
  if (at == line.begin || at == line.end || text[at] != ' ') return line;
  while (at < line.end && text[at] == ' ') ++at;
  return {at, line.end};
}

void title_from_text(document& d, content what) {
  slice line = first_line(d.text);
  if (what == content::markdown) line = without_hashes(d.text, line);
  const std::string_view title = std::string_view(d.text).substr(line.begin, line.size());
  if (title.empty() || title.size() > 4 * longest_title || count_characters(title) > longest_title) return;
  if (!d.furniture.empty() && d.furniture.front().begin <= line.begin) return;
  d.title = title;
  d.title_in_text = true;
  d.title_origin = part_of(d.text_origin, line);
}

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
  if (d.title.empty()) title_from_text(d, what);
  return d;
}

// Invalid bytes grow to three each, and so may UTF-16's two: the text must still be addressable.
bool too_large(std::string_view bytes, content what) {
  if (bytes.size() > largest_text) return true;
  if (bytes.size() <= largest_text / 3 || valid_utf8(bytes)) return false;
  return (what == content::html ? decoded_size_of_page(bytes) : decoded_size(bytes)) > largest_text;
}

void read_whole(const found_file& file, byte_stream& stream, const document_sink& sink, read_report& report) {
  std::error_code ignored;
  const auto size = std::filesystem::file_size(file.path, ignored);
  std::string bytes;
  if (!ignored && file.kind.how == compression::none && size < largest_text) bytes.resize(size + 1);
  const bool fits = read_all([&](std::span<char> into) { return stream.fill(into); }, largest_text, bytes);
  const auto skip = [&](std::string reason) { report.skipped.push_back({file.label, std::move(reason)}); };
  if (!stream.problem().empty()) return skip(stream.problem());
  if (!fits || too_large(bytes, file.kind.what)) return skip("more than 4 GiB of text");
  if (const std::string reason = not_text(bytes); !reason.empty()) return skip(reason);
  sink(make_document(file.id, std::move(bytes), file.kind.what));
}

void read_file(const found_file& file, const read_options& options, const document_sink& sink, read_report& report) {
  byte_stream stream(file.path, file.kind.how);
  if (file.kind.what != content::jsonl) return read_whole(file, stream, sink, report);
  read_records([&](std::span<char> into) { return stream.fill(into); }, file.label, file.id, options, sink, report,
               [&] { return stream.problem(); });
}

void check_exists(const std::string& path) {
  std::error_code failure;
  if (path == "-" || std::filesystem::status(path, failure).type() != std::filesystem::file_type::not_found) return;
  throw error(error_kind::input, repair_utf8(path) + ": no such file or folder; check the path");
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
  for (const std::string& path : paths) check_exists(path);
  read_report report;
  for (const std::string& path : paths) {
    std::error_code unreadable;  // shows when the path is opened
    if (path == "-") {
      read_jsonl(std::cin, "-", options, sink, report);
    } else if (std::filesystem::is_directory(path, unreadable)) {
      for (const found_file& file : list_folder(path, report)) read_file(file, options, sink, report);
    } else {
      read_file(named_file(path), options, sink, report);
    }
  }
  return report;
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
    d.warnings.push_back("the id \"" + old + "\" was taken: renamed");
  }
}

}  // namespace retold
