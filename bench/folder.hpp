// SPDX-License-Identifier: Apache-2.0
#pragma once
// A folder for what a benchmark writes, removed with what is in it. One at a time.

#include <filesystem>
#include <string>

class folder {
 public:
  folder() : path_(std::filesystem::temp_directory_path() / "retold-bench") {
    std::filesystem::remove_all(path_);
    std::filesystem::create_directories(path_);
  }
  ~folder() { std::filesystem::remove_all(path_); }
  folder(const folder&) = delete;
  folder& operator=(const folder&) = delete;
  std::string operator/(const char* name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};
