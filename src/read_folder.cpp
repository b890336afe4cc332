// SPDX-License-Identifier: Apache-2.0
// Folders are walked through symbolic links, each real folder once, however many links lead to it: under its own name where it
// has one here, so links wait until what lies in the folder itself is known.
#include "read_folder.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <filesystem>
#include <system_error>

#include "read_markup.hpp"
#include "utf8.hpp"

namespace retold {
namespace {

namespace fs = std::filesystem;

std::string label_of(std::string_view path) {
  std::string name = repair_utf8(path);
  if (name.size() > 1 && name.ends_with('/')) name.pop_back();
  return name;
}

skipped_input repeated(const std::string& path, const std::string& before) {
  const std::string now = label_of(path), then = label_of(before);
  return {now, now == then ? "already read" : "already read as " + then};
}

class folder_walk {
 public:
  folder_walk(const std::string& root, paths_seen& seen, read_report& report) : root_(root), seen_(seen), report_(report) {
    if (!root_.ends_with('/')) root_ += '/';
    ++seen_.walks;
  }

  std::vector<found_file> run() {
    enter("");
    for (; !links_.empty(); links_.pop_front()) enter(links_.front());
    std::sort(files_.begin(), files_.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
    const auto by_input = [](const skipped_input& a, const skipped_input& b) { return a.input < b.input; };
    std::sort(report_.ignored.begin() + first_ignored_, report_.ignored.end(), by_input);
    std::sort(report_.skipped.begin() + first_skipped_, report_.skipped.end(), by_input);
    return std::move(files_);
  }

 private:
  std::string label(const std::string& relative) const { return label_of(root_ + relative); }
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
    const auto [place, fresh] = seen_.folders.try_emplace(real.native(), paths_seen::folder{seen_.walks, root_ + relative});
    if (!fresh) {
      const auto& [walk, path] = place->second;
      if (walk != seen_.walks || !(root_ + relative).starts_with(path))
        return report_.ignored.push_back(repeated(root_ + relative, path));
      return skip(relative, "a symbolic link to a folder that it is in: a loop");
    }
    const std::vector<std::string> names = list(relative, failure);
    if (failure) skip(relative, failure.message());
    for (const std::string& name : names) {
      const auto named = seen_.files.empty() ? seen_.files.end() : seen_.files.find((real / name).native());
      if (named == seen_.files.end())
        visit(relative + name);
      else
        report_.ignored.push_back(repeated(root_ + relative + name, named->second));
    }
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
      report_.ignored.push_back({label(relative), not_a_kind_that_is_read});
    } else if (!fs::is_regular_file(status)) {
      skip(relative, "not a regular file");
    } else {
      files_.push_back({root_ + relative, label(relative), repair_utf8(relative), kind});
    }
  }

  std::string root_;
  paths_seen& seen_;
  read_report& report_;
  std::ptrdiff_t first_ignored_ = static_cast<std::ptrdiff_t>(report_.ignored.size());
  std::ptrdiff_t first_skipped_ = static_cast<std::ptrdiff_t>(report_.skipped.size());
  std::vector<found_file> files_;
  std::deque<std::string> links_;  // to folders, not yet followed
};

// As what a file was read before; empty if it was not. Folders hold more files than the caller names, so these are not noted.
std::string seen_as(const fs::path& real, const std::string& path, paths_seen& seen) {
  const auto folder = seen.folders.find(real.parent_path().native());
  const std::string name = real.filename().string();
  if (folder != seen.folders.end() && kind_of(name).known) return folder->second.path + name;
  const auto [place, fresh] = seen.files.try_emplace(real.native(), path);
  return fresh ? std::string() : place->second;
}

}  // namespace

bool cut_ending(std::string_view& name, std::string_view ending) {
  if (name.size() <= ending.size()) return false;
  const std::string_view tail = name.substr(name.size() - ending.size());
  if (!std::equal(tail.begin(), tail.end(), ending.begin(), [](char a, char b) { return ascii_lower(a) == b; })) return false;
  name.remove_suffix(ending.size());
  return true;
}

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
  std::string_view stem = name;  // only where the caller names it: a folder's .json may be anything
  if (cut_ending(stem, ".json")) kind.what = content::jsonl;
  for (const ending& e : endings) {
    if (!cut_ending(name, e.text)) continue;
    kind.what = e.what;
    kind.known = true;
    break;
  }
  return kind;
}

std::vector<found_file> files_of(const std::string& path, paths_seen& seen, read_report& report) {
  std::error_code failure;  // shows when the path is opened
  if (fs::is_directory(path, failure)) return folder_walk(path, seen, report).run();
  if (const fs::path real = fs::canonical(path, failure); !failure) {  // pipes have none
    if (const std::string before = seen_as(real, path, seen); !before.empty()) {
      report.ignored.push_back(repeated(path, before));
      return {};
    }
  }
  return {{path, repair_utf8(path), repair_utf8(fs::path(path).filename().string()), kind_of(path)}};
}

}  // namespace retold
