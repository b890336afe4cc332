// SPDX-License-Identifier: Apache-2.0
#pragma once
// What to tell someone whose command line, or whose --config file, makes no sense.

#include <CLI/CLI.hpp>
#include <cstdint>
#include <string>
#include <vector>

namespace retold::cli {

// "retold cluster --help", or that of the program where no command was understood.
std::string help_of(const CLI::App& program);

// What a value may be, for Option::check; others are refused by name.
CLI::Validator one_of(std::vector<std::string> names);
CLI::Validator within(std::int64_t least, std::int64_t most);

// An empty value is a mistake (an empty variable of a script, most likely), though the parser would take it for 0; so is the
// name of an option.
void refuse_missing_values(CLI::App& program);

// One line that names what is wrong and where to look.
std::string usage_error(const CLI::App& program, const CLI::ParseError& problem);

}  // namespace retold::cli
