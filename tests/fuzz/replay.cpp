// SPDX-License-Identifier: Apache-2.0
// A fuzz target without a fuzzer, for every compiler: runs it on each of the files named, and on those of the folders named.
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <vector>

#include "promise.hpp"

namespace fs = std::filesystem;

namespace {

void replay(const fs::path& file) {
  std::cerr << file.filename().string() << '\n';  // the last one named is the one that broke a promise
  std::ifstream in(file, std::ios::binary);
  const std::vector<std::uint8_t> bytes{std::istreambuf_iterator<char>(in), {}};
  promise(in.good() || in.eof(), "the file can be read");
  LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
}

}  // namespace

int main(int count, char** names) {
  int files = 0;
  for (int i = 1; i < count; ++i) {
    if (!fs::is_directory(names[i])) {
      replay(names[i]), ++files;
      continue;
    }
    for (const auto& entry : fs::directory_iterator(names[i])) replay(entry.path()), ++files;
  }
  return files == 0 ? 2 : 0;  // a run of none must not look like success
}
