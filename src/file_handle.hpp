// SPDX-License-Identifier: Apache-2.0
#pragma once
// A C stream, closed when it goes out of scope.

#include <cstdio>
#include <memory>

namespace retold {

struct file_closer {
  void operator()(std::FILE* file) const noexcept { std::fclose(file); }
};
using file_handle = std::unique_ptr<std::FILE, file_closer>;

}  // namespace retold
