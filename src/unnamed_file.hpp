// SPDX-License-Identifier: Apache-2.0
#pragma once
// A file without a name, for what memory does not hold: gone with the process, however that ends.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <span>
#include <string>

#include "descriptor.hpp"

namespace retold {

class unnamed_file {
 public:
  explicit unnamed_file(std::string folder) : folder_(std::move(folder)) {}  // made there at the first append

  // Returns where the bytes begin. Any thread. Throws error(output).
  std::uint64_t append(std::span<const std::byte> bytes);
  // Any thread. Throws error(input).
  void read(std::uint64_t from, std::span<std::byte> into) const;
  void clear() noexcept;  // any thread; what is appended afterwards goes where it would have gone
  const std::string& folder() const noexcept { return folder_; }

 private:
  int open();
  std::string folder_;
  std::atomic<std::uint64_t> size_{0};
  std::mutex guard_;
  descriptor file_;
};

}  // namespace retold
