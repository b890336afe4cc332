// SPDX-License-Identifier: Apache-2.0
#include "help.hpp"

#include <memory>
#include <sstream>
#include <vector>

#include "console.hpp"

namespace retold::cli {
namespace {

constexpr std::size_t names = 28;       // columns of options' names
constexpr std::size_t too_narrow = 64;  // for two columns: descriptions stand below the names
constexpr std::size_t below = 6;

std::string first_sentence(const std::string& text) {
  const auto end = text.find(". ");
  return end == std::string::npos ? text : text.substr(0, end + 1);
}

// Help is ASCII: a byte is a column. A word that does not fit has a line of its own.
std::vector<std::string> wrapped(const std::string& text, std::size_t width) {
  std::vector<std::string> lines(1);
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    if (!lines.back().empty() && lines.back().size() + 1 + word.size() > width) lines.emplace_back();
    lines.back() += (lines.back().empty() ? "" : " ") + word;
  }
  return lines;
}

std::string entry(const std::string& name, const std::string& text) {
  const auto width = static_cast<std::size_t>(terminal_width());
  const std::size_t column = width < too_narrow ? below : names;
  std::string out = "  " + name;
  const bool beside = out.size() + 2 <= column;
  if (beside) out.resize(column, ' ');
  bool first = beside;
  for (const std::string& line : wrapped(text, width - column)) {
    out += (first ? "" : "\n" + std::string(column, ' ')) + line;
    first = false;
  }
  return out + '\n';
}

// Indented lines are examples to copy: left as they are.
std::string paragraphs(const std::string& text) {
  std::string out;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("  ")) {
      out += line + '\n';
      continue;
    }
    for (const std::string& part : wrapped(line, static_cast<std::size_t>(terminal_width()))) out += part + '\n';
  }
  return out;
}

std::vector<const CLI::Option*> positionals(const CLI::App& app) {
  return app.get_options([](const CLI::Option* o) { return o->get_positional(); });
}

std::string positional_name(const CLI::Option& option) {
  return option.get_name(true, false) + (option.get_expected_max() >= CLI::detail::expected_max_vector_size ? "..." : "");
}

std::string option_name(const CLI::Option& option) {
  const bool flag = option.get_items_expected_max() == 0;
  return option.get_name(false, true) + (flag ? "" : ' ' + option.get_type_name());
}

std::string usage(const CLI::App& app, const std::string& name) {
  std::string out = "Usage: " + name + " [OPTIONS]";
  for (const CLI::Option* p : positionals(app)) {
    const std::string shown = positional_name(*p);
    out += p->get_required() ? ' ' + shown : " [" + shown + ']';
  }
  return out + (app.get_require_subcommand_min() != 0 ? " COMMAND\n" : "\n");
}

// Throws CLI11's own request for help with the formatter of the length asked for.
void add_help_flag(CLI::App& app, const char* name, const char* text, bool brief) {
  app.add_flag_callback(
         name,
         [&app, brief] {
           app.formatter(std::make_shared<two_length_formatter>(brief));
           throw CLI::CallForHelp();
         },
         text)
      ->configurable(false)
      ->trigger_on_parse();
}

}  // namespace

std::string two_length_formatter::of(const std::string& text) const { return brief_ ? first_sentence(text) : text; }

std::string two_length_formatter::commands(const CLI::App& app) const {
  std::string out;
  for (const CLI::App* command : app.get_subcommands({})) out += entry(command->get_name(), of(command->get_description()));
  return out.empty() ? out : "\nCommands:\n" + out;
}

std::string two_length_formatter::options(const CLI::App& app) const {
  std::string out;
  if (const auto found = positionals(app); !found.empty()) {
    out += "\nInputs:\n";
    for (const CLI::Option* o : found) out += entry(positional_name(*o), of(o->get_description()));
  }
  for (const std::string& group : app.get_groups()) {
    const auto found = app.get_options([&](const CLI::Option* o) { return o->get_group() == group && o->nonpositional(); });
    if (group.empty() || found.empty()) continue;
    out += '\n' + group + ":\n";
    for (const CLI::Option* o : found) out += entry(option_name(*o), of(o->get_description()));
  }
  return out;
}

std::string two_length_formatter::make_help(const CLI::App* app, std::string name, CLI::AppFormatMode) const {
  const std::string footer = app->get_footer();
  return paragraphs(of(app->get_description())) + usage(*app, name) + commands(*app) + options(*app) +
         (brief_ || footer.empty() ? "" : '\n' + paragraphs(footer));
}

void add_help(CLI::App& app) {
  app.set_help_flag();
  add_help_flag(app, "-h", "Short help", true);
  add_help_flag(app, "--help", "Help in full, with examples", false);
}

}  // namespace retold::cli
