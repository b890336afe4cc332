// SPDX-License-Identifier: Apache-2.0
#pragma once
// Where a batch keeps what it may need again: a folder that one run at a time uses, and that is gone when the run is done (part
// of dedup).

#include <cstdint>
#include <string>

#include "descriptor.hpp"
#include "retold/dedup.hpp"

namespace retold {

class work_folder {
 public:
  // The folder's name follows from that of the output, so that the next run finds it; without an output, or with one that is
  // written to directly, it is a new one. Throws
  // error(output) if it cannot be made, or another run is using it.
  explicit work_folder(const dedup_files& files);
  ~work_folder();  // not done: left only if there is something to go on from

  const std::string& path() const noexcept { return path_; }
  std::string next_spool();  // a new file's path, for what can be read only once: such a run is not taken up

  // Declares what the run will compute. True if the folder holds parts of the same.
  bool take_up(std::uint64_t job);
  void done();

 private:
  bool resumable_, finished_ = false;
  std::string path_;
  descriptor lock_;
  unsigned spools_ = 0;
};

}  // namespace retold
