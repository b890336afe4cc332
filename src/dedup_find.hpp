// SPDX-License-Identifier: Apache-2.0
#pragma once
// The files behind the inputs of a batch (part of dedup).

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "read_stream.hpp"
#include "retold/read.hpp"

struct stat;

namespace retold {

struct input_file {
  std::string path, label, id;  // to open, for messages, of records without one
  compression how = compression::none;
  std::uint64_t size = 0;     // stored
  std::int64_t modified = 0;  // nanoseconds

  void stamp(const struct stat& found) noexcept;  // size and time
  [[noreturn]] void cannot_read(int reason) const;
};

// What is not for dedup goes to the report. Streams are copied to `spool()` first. Of folders, what lies at or under `own` (the
// outputs of this run, perhaps left by the last one) is passed over.
std::vector<input_file> find_inputs(const std::vector<std::string>& inputs, const std::vector<std::string>& own,
                                    const std::function<std::string()>& spool, read_report& report,
                                    const std::function<void(std::uint64_t)>& spooled);

}  // namespace retold
