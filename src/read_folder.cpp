// SPDX-License-Identifier: Apache-2.0
// Folders are walked through symbolic links, each real folder once, however many links lead to it: under its own name where it
// has one here, so links wait until what lies in the folder itself is known.
#include "read_folder.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <filesystem>
#include <map>
#include <system_error>

#include "read_markup.hpp"
#include "utf8.hpp"

namespace retold {
namespace {

namespace fs = std::filesystem;

bool cut_ending(std::string_view& name, std::string_view ending) {
  if (name.size() <= ending.size()) return false;
  const std::string_view tail = name.substr(name.size() - ending.size());
  if (!std::equal(tail.begin(), tail.end(), ending.begin(), [](char a, char b) { return ascii_lower(a) == b; })) return false;
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
    for (; !links_.empty(); links_.pop_front()) enter(links_.front());
    std::sort(files_.begin(), files_.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
    std::sort(report_.ignored.begin() + first_ignored_, report_.ignored.end());
    std::sort(report_.skipped.begin() + first_skipped_, report_.skipped.end(),
              [](const auto& a, const auto& b) { return a.input < b.input; });
    return std::move(files_);
  }

 private:
  std::string label(const std::string& relative) const {
    std::string name = repair_utf8(root_ + relative);
    if (name.size() > 1 && name.ends_with('/')) name.pop_back();
    return name;
  }
  bool is_link(const std::string& relative) const {
    std::error_code failure;
    return fs::is_symlink(root_ + relative, failure);
  }
  void skip(const std::string& relative, const std::string& reason) { report_.skipped.push_back({label(relative), reason}); }

  // `relative` is empty or ends in '/'.
  void enter(const std::string& relative) {
    std::error_code failure;
    const fs::path real = fs::canonical(root_ + relative, failure);
    if (failure) return skip(relative, failure.message());
    const auto [seen, fresh] = entered_.try_emplace(real.native(), relative);
    if (!fresh) {
      const bool loop = relative.starts_with(seen->second);
      return skip(relative,
                  loop ? "a symbolic link to a folder that it is in: a loop" : "already read as " + label(seen->second));
    }
    const std::vector<std::string> names = list(relative, failure);
    if (failure) skip(relative, failure.message());
    for (const std::string& name : names) visit(relative + name);
  }

  // Sorted, so that which of two links to a folder comes first does not depend on the file system.
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
    if (fs::is_directory(status)) return is_link(relative) ? links_.push_back(relative + '/') : enter(relative + '/');
    const file_kind kind = kind_of(relative);
    if (failure || !fs::exists(status)) {
      skip(relative, status.type() == fs::file_type::not_found ? "a symbolic link to nowhere" : failure.message());
    } else if (!kind.known) {
      report_.ignored.push_back(label(relative));
    } else if (!fs::is_regular_file(status)) {
      skip(relative, "not a regular file");
    } else {
      files_.push_back({root_ + relative, label(relative), repair_utf8(relative), kind});
    }
  }

  std::string root_;
  read_report& report_;
  std::ptrdiff_t first_ignored_ = static_cast<std::ptrdiff_t>(report_.ignored.size());
  std::ptrdiff_t first_skipped_ = static_cast<std::ptrdiff_t>(report_.skipped.size());
  std::vector<found_file> files_;
  std::map<std::string, std::string> entered_;  // real path → relative path it was entered by
  std::deque<std::string> links_;               // to folders, not yet followed
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
  name.remove_prefix(name.rfind('/') + 1);  // ".txt" alone is a name without an ending, in any folder
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
