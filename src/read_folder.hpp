// SPDX-License-Identifier: Apache-2.0
#pragma once
// Which files a path stands for, and what their names say about them.

#include <string>
#include <string_view>
#include <vector>

#include "read_stream.hpp"
#include "retold/read.hpp"

namespace retold {

enum class content : std::uint8_t { plain, markdown, html, jsonl };

struct file_kind {
  content what = content::plain;
  compression how = compression::none;
  bool known = false;  // by its ending; else it is taken as text if the caller names it, and ignored in a folder
};
file_kind kind_of(std::string_view name);

struct found_file {
  std::string path;   // to open
  std::string label;  // for messages: the path, as valid UTF-8
  std::string id;     // relative path or name, as valid UTF-8
  file_kind kind;
};

// The files of a folder in byte order of their relative paths; what cannot be read goes to the report.
std::vector<found_file> list_folder(const std::string& folder, read_report& report);

found_file named_file(const std::string& path);

}  // namespace retold
