// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the commands of `retold index` do.

#include <string>
#include <vector>

#include "arguments.hpp"
#include "index_arguments.hpp"
#include "records.hpp"
#include "retold/filter.hpp"

namespace retold::cli {

struct index_command {
  std::vector<std::string> inputs, ids, scopes;
  std::string ids_from, before, text, date, id, other;
  index_arguments index;
  common_arguments common;
  filter_options options;
  named_fields named;
  std::string on_error = "pass";

  // One that is there, with the scopes named. To read also a damaged one, of which it says so.
  retold::index opened(index_access access) const;
};

// Seconds of a date that an option takes; throws retold::error naming the option.
std::int64_t seconds_of(const char* option, const std::string& date);

// Of what was read of an index: of a damaged one it is not all.
int exit_code_of(const index& read);

// Exit codes.
int run_index_add(index_command& with);
int run_index_query(index_command& with);
int run_index_remove(index_command& with);
int run_index_expire(index_command& with);
int run_index_merge(index_command& with);
int run_index_stats(index_command& with);
int run_index_verify(index_command& with);
int run_index_repair(index_command& with);
int run_index_compact(index_command& with);

}  // namespace retold::cli
