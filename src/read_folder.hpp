// SPDX-License-Identifier: Apache-2.0
#pragma once
// Which files a path stands for, and what their names say about them.

#include <map>
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
inline constexpr const char* not_a_kind_that_is_read = "not a kind that is read";  // why what is not known is ignored

// Cuts the ending off, if there is something before it; false if the name has another. `ending` in lower case.
bool cut_ending(std::string_view& name, std::string_view ending);

struct found_file {
  std::string path;   // to open
  std::string label;  // for messages: the path, as valid UTF-8
  std::string id;     // relative path or name, as valid UTF-8
  file_kind kind;
};

// What has been come by, by its real path, so that nothing is read twice however often and by whatever name it is given.
struct paths_seen {
  struct folder {
    std::size_t walk;  // which one came by it
    std::string path;  // as it did; ends in '/'
  };
  std::map<std::string, folder> folders;
  std::map<std::string, std::string> files;  // named by the caller → as they were
  std::size_t walks = 0;
};

// The files of a folder in byte order of their relative paths, or the file that `path` names. What cannot be read and what was
// seen before goes to the report.
std::vector<found_file> files_of(const std::string& path, paths_seen& seen, read_report& report);

}  // namespace retold
