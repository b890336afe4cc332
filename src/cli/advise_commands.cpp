// SPDX-License-Identifier: Apache-2.0
#include "advise_commands.hpp"

#include <filesystem>

#include "outputs.hpp"
#include "retold/error.hpp"

namespace retold::cli {
namespace {

// FILE of FILE:LINE, or nothing.
std::string file_of_record(const std::string& place) {
  const auto colon = place.rfind(':');
  const bool is_line =
      colon != place.npos && colon + 1 < place.size() && place.find_first_not_of("0123456789", colon + 1) == place.npos;
  return is_line ? place.substr(0, colon) : "";
}

std::string as_folder(const std::string& path) { return path.ends_with('/') ? path : path + '/'; }

// As the shell takes it, and as the program does not take it for an option.
std::string quoted(const std::string& word) {
  const bool plain = !word.empty() && word.find_first_not_of(
                                          "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                          "_-./,:=+@%") == word.npos;
  if (plain) return word;
  std::string out = "'";
  for (const char c : word) c == '\'' ? out += "'\\''" : out += c;
  return out + '\'';
}

std::string quoted_path(const std::string& path) {
  return quoted(path.size() > 1 && path.starts_with('-') ? "./" + path : path);
}

// The names of fields that are not the usual ones, of which `dedup` needs the first few.
std::string field_options(const read_options& given, bool for_dedup) {
  const read_options usual;
  std::string out;
  const auto add = [&out](const char* option, const std::string& name, const std::string& usually) {
    if (name != usually) out += std::string(" ") + option + '=' + quoted(name);
  };
  add("--id-field", given.id_field, usual.id_field);
  add("--text-field", given.text_field, usual.text_field);
  add("--title-field", given.title_field, usual.title_field);
  add("--date-field", given.date_field, usual.date_field);
  if (for_dedup) return out;
  add("--source-field", given.source_field, usual.source_field);
  add("--language-field", given.language_field, usual.language_field);
  return out;
}

// Where dedup may write: not into a folder that it reads, nor over an input.
std::string place_for_output(const std::vector<std::string>& inputs) {
  for (const char* path : {"kept.jsonl", "../kept.jsonl"}) {
    try {
      check_outputs({{"--output", path}}, inputs, folder_entries::records);
      return path;
    } catch (const error&) {  // another place, then
    }
  }
  return (std::filesystem::temp_directory_path() / "kept.jsonl").string();
}

}  // namespace

record_inputs::record_inputs(const std::vector<std::string>& inputs) : inputs_(inputs) {
  for (const std::string& input : inputs) kinds_.try_emplace(as_folder(input));
}

void record_inputs::add(const std::string& place) {
  const std::string file = file_of_record(place);
  const auto kinds_of = [&](const std::string& folder) {
    const auto found = kinds_.find(folder);
    return found == kinds_.end() ? nullptr : &found->second;
  };
  const auto is_record = [&](const kinds& of) {
    return !file.empty() && (of.records || !std::filesystem::exists(place));  // a text may be called so
  };
  for (auto slash = place.find('/'); slash != place.npos; slash = place.find('/', slash + 1))
    if (kinds* of = kinds_of(place.substr(0, slash + 1))) (is_record(*of) ? of->records : of->texts) = true;
  if (kinds* of = kinds_of(as_folder(file)); of != nullptr && is_record(*of)) of->records = true;
  if (kinds* of = kinds_of(as_folder(place))) of->texts = true;
}

std::vector<std::string> record_inputs::take() const {
  std::vector<std::string> out;
  for (const std::string& input : inputs_) {
    const kinds& of = kinds_.at(as_folder(input));
    if (of.records && !of.texts) out.push_back(input);
  }
  return out;
}

std::string command_lines(const std::vector<std::string>& inputs, const std::vector<std::string>& with_records,
                          const read_options& fields, const advice& found) {
  const auto joined = [](const std::vector<std::string>& paths) {
    std::string names;
    for (const std::string& path : paths) names += ' ' + quoted_path(path);
    return names;
  };
  const std::string options = found.command_options();
  std::string out;
  if (!with_records.empty())
    out += "retold dedup" + joined(with_records) + " -o " + quoted_path(place_for_output(with_records)) + ' ' + options +
           field_options(fields, true) + '\n';
  return out + "retold cluster" + joined(inputs) + " --level near " + options + field_options(fields, false) + '\n';
}

}  // namespace retold::cli
