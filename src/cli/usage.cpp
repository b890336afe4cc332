// SPDX-License-Identifier: Apache-2.0
#include "usage.hpp"

#include <algorithm>
#include <charconv>
#include <vector>

namespace retold::cli {
namespace {

std::string commands(const CLI::App& program) {
  std::string out;
  for (const CLI::App* command : program.get_subcommands({})) out += (out.empty() ? "commands: " : ", ") + command->get_name();
  return out;
}

// The command that was understood last: "expire" of `retold index expire`.
const CLI::App& chosen(const CLI::App& program) {
  const CLI::App* out = &program;
  for (auto next = out->get_subcommands(); !next.empty(); next = out->get_subcommands()) out = next.front();
  return *out;
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

// CLI11 says "Could not convert: --window = x". All options that are converted hold numbers, or are switches.
std::string conversion_problem(const CLI::App& command, const std::string& said) {
  constexpr std::string_view unconverted = "Could not convert: ", is = " = ";
  const auto at = said.find(is);
  if (!said.starts_with(unconverted) || at == said.npos) return said;
  const std::string name = said.substr(unconverted.size(), at - unconverted.size());
  const CLI::Option* option = command.get_option_no_throw(name);
  if (option != nullptr && option->get_items_expected_max() == 0) return name + " takes no value";
  return name + ": '" + said.substr(at + is.size()) + "' is no number that it takes";
}

// CLI11 says "--level: 1 required LEVEL missing" and "--level: At Most 1 required but received 2".
std::string count_problem(const std::string& said) {
  const std::string option = said.substr(0, said.find(": "));
  constexpr std::string_view one = " 1 required ", missing = " missing";
  if (said.find("At Most 1 required") != said.npos) return option + ": given more than once";
  if (const auto at = said.find(one); at != said.npos && said.ends_with(missing))
    return option + ": " + said.substr(at + one.size(), said.size() - missing.size() - at - one.size()) + " is missing";
  return said;
}

std::string problem_of(const CLI::App& program, const CLI::ParseError& problem) {
  const std::string file = config_file(program), extra = left_over(program);
  if (dynamic_cast<const CLI::ConfigError*>(&problem) != nullptr) return config_problem(file, problem.what());
  const bool arguments = dynamic_cast<const CLI::RequiredError*>(&problem) != nullptr ||
                         dynamic_cast<const CLI::ExtrasError*>(&problem) != nullptr;
  const CLI::App& command = chosen(program);
  const bool incomplete = command.get_require_subcommand_min() != 0;
  if (arguments && extra.size() > 1 && extra.front() == '-') return "unknown option '" + extra + '\'';
  if (arguments && incomplete)
    return (extra.empty() ? "no command given; " : "unknown command '" + extra + "'; ") + commands(command);
  if (arguments && !extra.empty()) return "unexpected argument '" + extra + '\'';
  const bool unconverted = dynamic_cast<const CLI::ConversionError*>(&problem) != nullptr,
             miscounted = dynamic_cast<const CLI::ArgumentMismatch*>(&problem) != nullptr,
             refused = dynamic_cast<const CLI::ValidationError*>(&problem) != nullptr;
  const std::string said = unconverted  ? conversion_problem(command, problem.what())
                           : miscounted ? count_problem(problem.what())
                                        : problem.what();
  return said + ((unconverted || miscounted || refused) && !file.empty() ? " (here or in " + file + ')' : "");
}

}  // namespace

std::string help_of(const CLI::App& program) {
  std::string out = program.get_name();
  for (auto chosen = program.get_subcommands(); !chosen.empty(); chosen = chosen.front()->get_subcommands())
    out += ' ' + chosen.front()->get_name();
  return out + " --help";
}

CLI::Validator one_of(std::vector<std::string> names) {
  std::string all;
  for (const std::string& name : names) all += (all.empty() ? "" : name == names.back() ? " or " : ", ") + name;
  return {[names = std::move(names), all](const std::string& value) {
            const bool known = std::find(names.begin(), names.end(), value) != names.end();
            return known ? std::string() : '\'' + value + "' is not " + all;
          },
          ""};
}

// What is no number at all is left to the conversion.
CLI::Validator within(std::int64_t least, std::int64_t most) {
  return {[least, most](const std::string& value) {
            std::int64_t number = 0;
            const char* const end = value.data() + value.size();
            const auto [rest, problem] = std::from_chars(value.data(), end, number);
            const bool inside = rest != end || (problem == std::errc() && number >= least && number <= most);
            return inside ? std::string()
                          : value + " is out of range: " + std::to_string(least) + " to " + std::to_string(most);
          },
          ""};
}

void refuse_missing_values(CLI::App& program) {
  const CLI::Validator there(
      [&program](std::string& value) {
        if (value.empty()) return std::string("the value is empty");
        for (const CLI::App* command = &program; value.starts_with('-') && command != nullptr; command = command->get_parent())
          if (command->get_option_no_throw(value) != nullptr) return value + " is an option, and not its value";
        return std::string();
      },
      "");
  for (CLI::Option* option : program.get_options([](const CLI::Option* o) { return o->nonpositional(); }))
    if (option->get_items_expected_max() != 0) option->transform(there);  // first, before its own checks
  for (CLI::App* command : program.get_subcommands({})) refuse_missing_values(*command);
}

std::string usage_error(const CLI::App& program, const CLI::ParseError& problem) {
  return problem_of(program, problem) + "; see " + help_of(program);
}

}  // namespace retold::cli
