// SPDX-License-Identifier: Apache-2.0
// Folders are walked through symbolic links; a folder that is already open further up is a loop.
#include "read_folder.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <system_error>

#include "utf8.hpp"

namespace retold {
namespace {

namespace fs = std::filesystem;

char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

bool cut_ending(std::string_view& name, std::string_view ending) {
  if (name.size() <= ending.size()) return false;
  const std::string_view tail = name.substr(name.size() - ending.size());
  if (!std::equal(tail.begin(), tail.end(), ending.begin(), [](char a, char b) { return lower(a) == b; })) return false;
  name.remove_suffix(ending.size());
  return true;
}

class folder_walk {
 public:
  folder_walk(const std::string& root, read_report& report) : root_(root), report_(report) {
    if (!root_.ends_with('/')) root_ += '/';
  }

  std::vector<found_file> run() {
    enter("");
    std::sort(files_.begin(), files_.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
    std::sort(report_.ignored.begin() + first_ignored_, report_.ignored.end());
    return std::move(files_);
  }

 private:
  std::string label(const std::string& relative) const { return repair_utf8(root_ + relative); }
  void skip(const std::string& relative, const std::string& reason) {
    std::string name = label(relative);
    if (name.size() > 1 && name.ends_with('/')) name.pop_back();
    report_.skipped.push_back({std::move(name), reason});
  }

  // `relative` is empty or ends in '/'.
  void enter(const std::string& relative) {
    std::error_code failure;
    const fs::path real = fs::canonical(root_ + relative, failure);
    if (failure) return skip(relative, failure.message());
    if (std::find(open_.begin(), open_.end(), real) != open_.end()) {
      return skip(relative, "a symbolic link to a folder that it is in: a loop");
    }
    open_.push_back(real);
    std::vector<std::string> names = list(relative, failure);
    if (failure) skip(relative, failure.message());
    for (const std::string& name : names) visit(relative + name);
    open_.pop_back();
  }

  // Sorted, so that what is skipped is named in an order that does not depend on the file system.
  std::vector<std::string> list(const std::string& relative, std::error_code& failure) const {
    std::vector<std::string> names;
    fs::directory_iterator entry(root_ + relative, failure);
    for (; !failure && entry != fs::directory_iterator(); entry.increment(failure)) {
      names.push_back(entry->path().filename().string());
    }
    std::sort(names.begin(), names.end());
    return names;
  }

  void visit(const std::string& relative) {
    std::error_code failure;
    const fs::file_status status = fs::status(root_ + relative, failure);
    if (fs::is_directory(status)) return enter(relative + '/');
    const file_kind kind = kind_of(relative);
    if (!kind.known) {
      report_.ignored.push_back(label(relative));
    } else if (failure || !fs::exists(status)) {
      skip(relative, failure ? failure.message() : "a symbolic link to nowhere");
    } else if (!fs::is_regular_file(status)) {
      skip(relative, "not a regular file");
    } else {
      files_.push_back({root_ + relative, label(relative), repair_utf8(relative), kind});
    }
  }

  std::string root_;
  read_report& report_;
  std::ptrdiff_t first_ignored_ = static_cast<std::ptrdiff_t>(report_.ignored.size());
  std::vector<found_file> files_;
  std::vector<fs::path> open_;  // real paths of the folders we are in
};

}  // namespace

file_kind kind_of(std::string_view name) {
  struct ending {
    std::string_view text;
    content what;
  };
  static constexpr std::array endings = {ending{".txt", content::plain},   ending{".md", content::markdown},
                                         ending{".html", content::html},   ending{".htm", content::html},
                                         ending{".jsonl", content::jsonl}, ending{".ndjson", content::jsonl}};
  file_kind kind;
  if (cut_ending(name, ".gz"))
    kind.how = compression::gzip;
  else if (cut_ending(name, ".zst"))
    kind.how = compression::zstd;
  for (const ending& e : endings) {
    if (!cut_ending(name, e.text)) continue;
    kind.what = e.what;
    kind.known = true;
    break;
  }
  return kind;
}

std::vector<found_file> list_folder(const std::string& folder, read_report& report) {
  return folder_walk(folder, report).run();
}

found_file named_file(const std::string& path) {
  return {path, repair_utf8(path), repair_utf8(fs::path(path).filename().string()), kind_of(path)};
}

}  // namespace retold
