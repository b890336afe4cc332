// SPDX-License-Identifier: Apache-2.0
#pragma once
// JSONL from anything that can be pulled from.

#include "read_stream.hpp"
#include "retold/read.hpp"

namespace retold {

// `label` is how messages call the source, `id` how ids made of its line numbers begin. `problem` is asked when the bytes end:
// what is wrong with the source, if anything.
void read_records(const fill_function& fill, const std::string& label, const std::string& id, const read_options& options,
                  const document_sink& sink, read_report& report, const std::function<std::string()>& problem);

// Titles in place of texts may be meant, or another field holds the text: to be said once for a source, not for each record.
std::string titles_compared(std::uint64_t titles, std::uint64_t records, const std::string& field);

}  // namespace retold
