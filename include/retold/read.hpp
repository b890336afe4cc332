// SPDX-License-Identifier: Apache-2.0
#pragma once
// Stage 1. Files, folders, JSONL, HTML, compressed or not → documents. What is wrong with an input is named; nothing is fatal
// but that none of the paths exists.
//
//   std::vector<retold::document> articles;
//   const auto report = retold::read({"samples/news"}, {}, [&](retold::document&& d) { articles.push_back(std::move(d)); });
//   for (const auto& s : report.skipped) std::cerr << s.input << ": " << s.reason << '\n';
//
// Folder entries ending in .txt .md .html .htm .jsonl .ndjson (each also + .gz or .zst) are read, in byte order of their paths
// relative to the folder; others are listed as ignored, as are reports that retold itself has written. A file named by the
// caller is read whatever its name (.json as JSONL, as text where the name does not tell). "-" is standard input (JSONL). A
// file's id is its path relative to the folder given, or its name. Symbolic links are followed, loops are skipped and named.
// What is given twice, or linked to, is read once: a folder by its own name where it lies in the folder given; the repeat is
// ignored.
//
// Encodings: UTF-8 with or without BOM, UTF-16 by BOM. A page without BOM that declares Latin-1 (or one of its kin) and is no
// UTF-8 is read as windows-1252, as browsers do, with a warning. Invalid bytes become U+FFFD and a warning. A file with NUL
// bytes that is not UTF-16 is binary: skipped.
//
// HTML goes through an HTML5 parser: visible text, block ends as '\n', the title element as title; where an h1 is the beginning
// of it and a separator follows there ("Headline | Paper"), the h1. Markdown: front matter between "---" lines is no text,
// its title, date and source are the document's. Where nothing gives a title, the first line is the title, if it is short.
// Dates are ISO 8601, or as RFC 2822 has them (feeds), which become ISO 8601; others are left out, with a warning.
//
// Cost: one file in memory at a time (decompressed; at most 4 GiB less one byte), JSONL line by line (at most 1 GiB each). A
// page is parsed within 64 MiB and forty times its size, or read by passing over its tags, with a warning. The sink is called
// in order, from the calling thread. Throws error(input) if none of the paths exists, error(option) for empty field names.

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "retold/types.hpp"

namespace [[gnu::visibility("default")]] retold {

struct read_options {
  // The fields of a JSONL record that hold the document. A missing id becomes FILE:LINE; where text is missing
  // or empty and there is a title, the title becomes the text.
  std::string id_field = "id";
  std::string text_field = "text";
  std::string title_field = "title";
  std::string date_field = "date";
  std::string source_field = "source";
  std::string language_field = "language";

  void validate() const;  // throws error
};

struct read_report {
  std::vector<skipped_input> skipped;  // could not be read, or no document in it
  std::vector<skipped_input> ignored;  // not meant to be read: folder entries of other kinds, repeats, reports of retold
  std::vector<std::string> notes;      // "feed.jsonl: 4 of 4 records have no text in field "text": their titles are compared"
};

using document_sink = std::function<void(document&&)>;

// Everything under `paths`, in their order.
read_report read(const std::vector<std::string>& paths, const read_options& options, const document_sink& sink);

// The files that read() would open, in its order and by the names it would open them by; standard input is none of them. Walks
// the folders, and reads no file. Paths that do not exist are left out without a word: that is for read() to say.
std::vector<std::string> files_to_read(const std::vector<std::string>& paths);

// That all of them can be opened and none is a folder, where a list of files is wanted: to be asked before anything is made.
// "-" is standard input; a pipe with a name is not touched. Throws error(input) naming the first that is not so.
void check_files(const std::vector<std::string>& paths);

// JSONL from a stream; `name` is how messages call it. Lines that are blank are passed over; a line that is no object, or
// whose text is no string, is skipped and named with its line number.
void read_jsonl(std::istream& in, const std::string& name, const read_options& options, const document_sink& sink,
                read_report& report);

// Lines of a file, or of standard input ("-"), unpacked where the first bytes say that it is gzip or Zstandard. For records
// that are no documents:
//
//   retold::line_source lines("pairs.jsonl.zst");
//   for (std::string line; lines.next(line);) …;
//   if (!lines.problem().empty()) …;
//
// For one thread at a time. Holds the longest line so far, of at most 1 GiB: a longer one is a problem, and the end.
class line_source {
 public:
  explicit line_source(const std::string& path);  // throws error(input) if it cannot be opened, or is a folder
  ~line_source();
  line_source(line_source&&) noexcept;

  bool next(std::string& line);  // without its end; false at the end of the file, or of what can be read of it

  // Empty while all is well; else "truncated gzip data; read up to line 12".
  const std::string& problem() const noexcept;

 private:
  struct state;
  std::unique_ptr<state> state_;
};

enum class text_format : std::uint8_t { plain, html };

// Decoded bytes (of a file, say) as one document. Any bytes will do. The id is left to the caller where it is empty.
document read_text(std::string id, std::string_view bytes, text_format format = text_format::plain);

// What is in memory already, as the fields of a JSONL record: where the text is empty the title is the text, where there is no
// title the first line is, if it is short. Invalid bytes become U+FFFD and a warning. Throws
// error(input) for a field of more than 1.3 GiB.
struct document_fields {
  std::string_view id = {}, text = {}, title = {}, date = {}, source = {}, language = {};
};
document read_fields(const document_fields& from);

// Seconds since 1970-01-01 UTC of an ISO 8601 date; nothing for what is none. What is missing of the time of day counts 0.
std::optional<std::int64_t> parse_date(std::string_view date);

// The same where all of it must be meant, as of what says which documents go: nothing for "2026-11-22 or so".
std::optional<std::int64_t> parse_whole_date(std::string_view date);

// Two documents of one id would be one in every result: later ones become "id#2", "id#3", … and carry a warning that says
// where they were read from.
void make_ids_unique(std::vector<document>& documents);

}  // namespace retold
