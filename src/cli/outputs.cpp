// SPDX-License-Identifier: Apache-2.0
#include "outputs.hpp"

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <system_error>

#include "console.hpp"
#include "retold/error.hpp"
#include "retold/read.hpp"

namespace retold::cli {
namespace {

namespace fs = std::filesystem;

constexpr int most_links = 40;  // as the kernel has it

bool is_plain(const std::string& path) {
  std::error_code none;
  const fs::file_status there = fs::status(path, none);
  return !fs::exists(there) || fs::is_regular_file(there);
}

// There already or not, by whatever name.
fs::path real(fs::path path) {
  std::error_code failure;
  for (int i = 0; i < most_links && fs::is_symlink(path, failure); ++i)
    path = path.parent_path() / fs::read_symlink(path, failure);
  const fs::path whole = fs::absolute(path, failure);
  if (failure) return path;  // the current folder is gone
  fs::path found = fs::weakly_canonical(whole, failure);
  return failure ? path : found;
}

bool lies_in(const fs::path& file, const fs::path& folder) {
  return std::mismatch(folder.begin(), folder.end(), file.begin(), file.end()).first == folder.end();
}

bool is_one(const fs::path& a, const fs::path& b) {
  std::error_code none;
  return fs::equivalent(a, b, none);
}

// Whether a run that reads the folder would read a file of that name in it.
bool is_entry(const fs::path& file, folder_entries read) {
  std::string name = file.filename().string();
  std::transform(name.begin(), name.end(), name.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c; });
  for (const std::string_view packed : {".gz", ".zst"})
    if (name.ends_with(packed)) name.erase(name.size() - packed.size());
  const auto ends = [&](std::string_view ending) { return name.ends_with(ending); };
  if (ends(".jsonl") || ends(".ndjson")) return true;
  return read == folder_entries::articles && (ends(".txt") || ends(".md") || ends(".html") || ends(".htm"));
}

// A report among the articles is passed over when they are read, so it may lie there: a new one, or in place of an old one.
bool is_report(const named_output& out) {
  if (out.option != "--html" || !(out.path.ends_with(".html") || out.path.ends_with(".htm"))) return false;
  std::error_code none;
  if (!fs::exists(out.path, none)) return true;
  const auto unread = read({out.path}, {}, [](document&&) {});
  return !unread.ignored.empty();
}

// `subject` begins what is said: "--json a.txt: ".
void check_folder(const std::string& folder, const fs::path& to, const named_output& out, folder_entries read,
                  const std::string& subject) {
  std::error_code none;
  if (fs::exists(to, none))
    for (const std::string& file : files_to_read({folder}))
      if (is_entry(file, read) && is_one(file, to) && !is_report(out))
        throw error(error_kind::option, subject + "is an input, read as " + file + "; give the output another name");
  if (lies_in(to, real(folder)) && is_entry(to, read) && !is_report(out))
    throw error(error_kind::option,
                subject + "lies in " + folder + ", where another run would read it as input; put it elsewhere");
}

fs::path place_of(const std::string& input) { return input == "-" ? "/dev/stdin" : real(input); }

void check_against(const std::vector<std::string>& inputs, const named_output& out, folder_entries read) {
  const std::string subject = out.option + ' ' + out.path + ": ";
  const fs::path to = real(out.path);
  for (const std::string& input : inputs) {
    const fs::path from = place_of(input);
    std::error_code none;
    if (from == to || is_one(from, to)) throw error(error_kind::option, subject + "is an input; give the output another name");
    if (fs::is_directory(from, none)) check_folder(input, to, out, read, subject);
  }
}

// What is read while it is written on would never end.
void check_stdout(const std::vector<std::string>& inputs, const named_output& out, folder_entries read) {
  std::error_code none;
  if (!fs::is_regular_file("/dev/stdout", none)) return;
  const fs::path to = fs::read_symlink("/proc/self/fd/1", none);
  for (const std::string& input : inputs) {
    const fs::path from = place_of(input);
    if (is_one(from, "/dev/stdout"))
      throw error(error_kind::option,
                  "standard output goes to " + (input == "-" ? "the file on standard input" : input) + ", which is an input");
    if (!to.empty() && fs::is_directory(from, none))
      check_folder(input, to, {out.option, to.string()}, read, "standard output goes to " + to.string() + ", which ");
  }
}

void check_apart(const named_output& one, const named_output& other) {
  const bool screen = one.path == "-";
  if (screen != (other.path == "-")) return;
  if (screen)
    throw error(error_kind::option, one.option + " and " + other.option +
                                        " would mix on standard output; give one of them a file" +
                                        (one.option == "--output" ? " (--output is - by default)" : ""));
  if (is_plain(other.path) && (real(one.path) == real(other.path) || is_one(one.path, other.path)))
    throw error(error_kind::option, one.option + " and " + other.option + " name the same file: " + other.path);
}

void check_place(const named_output& out) {
  std::error_code none;
  const fs::path folder = real(out.path).parent_path();
  if (!folder.empty() && !fs::is_directory(folder, none))
    throw error(error_kind::output, out.option + ' ' + out.path + ": there is no folder " + folder.string());
}

}  // namespace

void check_outputs(const std::vector<named_output>& outputs, const std::vector<std::string>& inputs, folder_entries read) {
  std::vector<named_output> all;
  for (const named_output& out : outputs) {
    if (out.path.empty()) continue;
    all.push_back({out.option, is_stdout(out.path) ? "-" : out.path});
    for (const named_output& before : all)
      if (before.option != out.option) check_apart(before, all.back());
    if (all.back().path == "-")
      check_stdout(inputs, out, read);
    else if (is_plain(out.path))
      check_against(inputs, out, read);
    if (all.back().path != "-") check_place(out);
  }
}

void check_outside(const std::vector<named_output>& outputs, const std::string& index) {
  const fs::path folder = real(index);
  for (const named_output& out : outputs) {
    const bool screen = !out.path.empty() && is_stdout(out.path);
    if (out.path.empty() || !is_plain(screen ? "/dev/stdout" : out.path)) continue;
    std::error_code none;
    const fs::path to = screen ? fs::read_symlink("/proc/self/fd/1", none) : real(out.path);
    if (!lies_in(to, folder)) continue;
    throw error(error_kind::option,
                screen ? "standard output goes to " + to.string() + ", which lies in the index; put it elsewhere"
                       : out.option + ' ' + out.path + ": lies in the index; put it elsewhere");
  }
}

}  // namespace retold::cli
