// SPDX-License-Identifier: Apache-2.0
#include "usage.hpp"

#include <vector>

namespace retold::cli {
namespace {

std::string commands(const CLI::App& program) {
  std::string out;
  for (const CLI::App* command : program.get_subcommands({})) out += (out.empty() ? "commands: " : ", ") + command->get_name();
  return out;
}

// The first argument that nothing took, or nothing.
std::string left_over(const CLI::App& program) {
  for (const std::string& argument : program.remaining(true))
    if (argument != "--") return argument;
  return "";
}

std::string config_file(const CLI::App& program) {
  const CLI::Option* option = program.get_config_ptr();
  return option == nullptr || option->count() == 0 ? "" : option->results().front();
}

bool ends_with_section(const std::string& item) { return item.ends_with(".++") || item.ends_with(".--"); }

// CLI11 says "INI was not able to parse cluster.levl"; of an unknown section it names the opening, "clustr.++".
std::string config_problem(const std::string& file, std::string said) {
  constexpr std::string_view unparsed = "INI was not able to parse ";
  if (!said.starts_with(unparsed)) return file + ": " + said;
  said.erase(0, unparsed.size());
  if (ends_with_section(said)) return file + ": unknown section [" + said.substr(0, said.size() - 3) + ']';
  const auto dot = said.rfind('.');
  if (dot == std::string::npos) return file + ": unknown key '" + said + "' before any section such as [cluster]";
  return file + ": unknown key '" + said.substr(dot + 1) + "' in section [" + said.substr(0, dot) + ']';
}

// CLI11 says "Could not convert: --window = x". All options that are converted hold numbers.
std::string value_problem(const std::string& said) {
  constexpr std::string_view unconverted = "Could not convert: ", is = " = ";
  const auto at = said.find(is);
  if (!said.starts_with(unconverted) || at == said.npos) return said;
  const std::string option = said.substr(unconverted.size(), at - unconverted.size());
  return option + ": '" + said.substr(at + is.size()) + "' is no number that it takes";
}

std::string problem_of(const CLI::App& program, const CLI::ParseError& problem) {
  const std::string file = config_file(program), extra = left_over(program);
  if (dynamic_cast<const CLI::ConfigError*>(&problem) != nullptr) return config_problem(file, problem.what());
  const bool arguments = dynamic_cast<const CLI::RequiredError*>(&problem) != nullptr ||
                         dynamic_cast<const CLI::ExtrasError*>(&problem) != nullptr;
  const bool command = !program.get_subcommands().empty();
  if (arguments && extra.size() > 1 && extra.front() == '-') return "unknown option '" + extra + '\'';
  if (arguments && !command)
    return (extra.empty() ? "no command given; " : "unknown command '" + extra + "'; ") + commands(program);
  if (arguments && !extra.empty()) return "unexpected argument '" + extra + '\'';
  const bool value = dynamic_cast<const CLI::ValidationError*>(&problem) != nullptr ||
                     dynamic_cast<const CLI::ConversionError*>(&problem) != nullptr ||
                     dynamic_cast<const CLI::ArgumentMismatch*>(&problem) != nullptr;
  return value_problem(problem.what()) + (value && !file.empty() ? " (here or in " + file + ')' : "");
}

}  // namespace

std::string help_of(const CLI::App& program) {
  std::string out = program.get_name();
  for (auto chosen = program.get_subcommands(); !chosen.empty(); chosen = chosen.front()->get_subcommands())
    out += ' ' + chosen.front()->get_name();
  return out + " --help";
}

void refuse_empty_values(CLI::App& program) {
  const CLI::Validator filled([](std::string& value) { return value.empty() ? "the value is empty" : ""; }, "");
  std::vector<CLI::App*> all = program.get_subcommands({});
  all.push_back(&program);
  for (CLI::App* app : all)
    for (CLI::Option* option : app->get_options([](const CLI::Option* o) { return o->nonpositional(); }))
      if (option->get_items_expected_max() != 0) option->transform(filled);  // first, before its own checks
}

std::string usage_error(const CLI::App& program, const CLI::ParseError& problem) {
  return program.get_name() + ": " + problem_of(program, problem) + "; see " + help_of(program);
}

}  // namespace retold::cli
