// SPDX-License-Identifier: Apache-2.0
#pragma once
// JSONL from anything that can be pulled from.

#include "read_stream.hpp"
#include "retold/read.hpp"

namespace retold {

// Which of the fields that were named no record has, of all that is read: a name that is misspelt would else go unnoticed.
class fields_seen {
 public:
  void add(const document& d, bool title_is_text);  // before it is called by its line
  void tell(const read_options& options, read_report& report) const;

 private:
  bool any_ = false, id_ = false, title_ = false, date_ = false, source_ = false, language_ = false;
};

// `label` is how messages call the source, `id` how ids made of its line numbers begin. `problem` is asked when the bytes end:
// what is wrong with the source, if anything.
void read_records(const fill_function& fill, const std::string& label, const std::string& id, const read_options& options,
                  const document_sink& sink, fields_seen& seen, read_report& report,
                  const std::function<std::string()>& problem);
void read_records(std::istream& in, const std::string& name, const read_options& options, const document_sink& sink,
                  fields_seen& seen, read_report& report);

// For notes: no record has `what` ("a date") in `field`.
std::string no_record_has(const char* what, const std::string& field);
inline constexpr const char* called_by_lines = ": they are called by their lines";

// Titles in place of texts may be meant, or another field holds the text: to be said once for a source, not for each record.
std::string titles_compared(std::uint64_t titles, std::uint64_t records, const std::string& field);

}  // namespace retold
