// SPDX-License-Identifier: Apache-2.0
#include "dedup_outputs.hpp"

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <system_error>

#include "console.hpp"
#include "retold/error.hpp"

namespace retold::cli {
namespace {

namespace fs = std::filesystem;

struct named_output {
  std::string option, path;
};

std::string stdout_or(const std::string& path) { return is_stdout(path) ? "-" : path; }

bool is_plain(const std::string& path) {
  std::error_code none;
  const fs::file_status there = fs::status(path, none);
  return !fs::exists(there) || fs::is_regular_file(there);
}

// There already or not, by whatever name.
fs::path real(const std::string& path) {
  std::error_code failure;
  fs::path found = fs::weakly_canonical(fs::absolute(path), failure);
  return failure ? fs::path(path) : found;
}

bool lies_in(const fs::path& file, const fs::path& folder) {
  return std::mismatch(folder.begin(), folder.end(), file.begin(), file.end()).first == folder.end();
}

// Whether a run that reads the folder a file lies in would read it.
bool read_from_folders(const std::string& path) {
  std::string name = fs::path(path).filename().string();
  std::transform(name.begin(), name.end(), name.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c; });
  for (const std::string_view packed : {".gz", ".zst"})
    if (name.ends_with(packed)) name.erase(name.size() - packed.size());
  return name.ends_with(".jsonl") || name.ends_with(".ndjson");
}

void check_against(const std::vector<std::string>& inputs, const named_output& out) {
  std::error_code none;
  for (const std::string& input : inputs) {
    if (input == "-") continue;
    const fs::path from = real(input), to = real(out.path);
    if (from == to || fs::equivalent(from, to, none))
      throw error(error_kind::option, out.option + ' ' + out.path + ": is an input; give the output another name");
    if (fs::is_directory(from, none) && lies_in(to, from) && read_from_folders(out.path))
      throw error(error_kind::option, out.option + ' ' + out.path + ": lies in " + input +
                                          ", where another run would read it as input; put it elsewhere");
  }
}

}  // namespace

void dedup_outputs::check(const std::vector<std::string>& inputs) const {
  std::vector<named_output> all;
  for (const named_output& out : {named_output{"--output", records}, named_output{"--groups", groups},
                                  named_output{"--rejects", rejects}, named_output{"--json", json}})
    if (!out.path.empty()) all.push_back({out.option, stdout_or(out.path)});
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto& [option, path] = all[i];
    const bool screen = path == "-";
    if (screen ? false : is_plain(path)) check_against(inputs, all[i]);
    for (std::size_t j = 0; j < i; ++j) {
      if (screen && all[j].path == "-")
        throw error(error_kind::option, all[j].option + " and " + option +
                                            " would mix on standard output; give one of them a file" +
                                            (all[j].option == "--output" ? " (--output is - by default)" : ""));
      if (!screen && all[j].path != "-" && is_plain(path) && real(all[j].path) == real(path))
        throw error(error_kind::option, all[j].option + " and " + option + " name the same file: " + path);
    }
  }
}

}  // namespace retold::cli
