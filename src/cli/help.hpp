// SPDX-License-Identifier: Apache-2.0
#pragma once
// Help in two lengths, as wide as the terminal: -h says what an option does, --help also its default, range and effect.

#include <CLI/CLI.hpp>
#include <string>

namespace retold::cli {

// One help text of each option serves both: its first sentence is the short one.
class two_length_formatter : public CLI::FormatterBase {
 public:
  explicit two_length_formatter(bool brief) : brief_(brief) {}
  std::string make_help(const CLI::App* app, std::string name, CLI::AppFormatMode mode) const override;

 private:
  std::string of(const std::string& text) const;
  std::string commands(const CLI::App& app) const;
  std::string options(const CLI::App& app) const;

  bool brief_;
};

// -h and --help for a program or command.
void add_help(CLI::App& app);

}  // namespace retold::cli
