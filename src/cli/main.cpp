// SPDX-License-Identifier: Apache-2.0
// retold's program: parses the line, runs the command, and decides the exit code here and nowhere else.
#include <fcntl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <exception>
#include <ios>
#include <memory>
#include <new>

#include "commands.hpp"
#include "console.hpp"
#include "help.hpp"
#include "retold/error.hpp"
#include "retold/version.hpp"
#include "usage.hpp"

namespace {

using namespace retold::cli;

void end_by(int signal) {
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

int run(const action& chosen, const CLI::App& program) {
  try {
    return chosen();
  } catch (const broken_pipe& pipe) {
    if (!pipe.loses) return done;
    end_by(SIGPIPE);
    return failed;
  } catch (const interrupted& by) {  // as if it had not been caught, for whoever started us
    say(std::string("interrupted; ") + by.what_now);
    end_by(by.signal);
    return failed;
  } catch (const retold::error& e) {
    const bool usage = e.kind() == retold::error_kind::option;
    say(std::string(e.what()) + (usage ? "; see " + help_of(program) : ""));
    return usage ? wrong_usage : failed;
  } catch (const std::bad_alloc&) {
    say("out of memory");
    return failed;
  } catch (const std::exception& e) {
    say(e.what());
    return failed;
  }
}

// A file that is opened takes the place of a standard stream that was closed, and what is meant for the one would be written
// into the other. What takes it here cannot be read, or written to.
void hold_standard_streams() {
  for (int stream = STDIN_FILENO; stream <= STDERR_FILENO; ++stream)
    if (fcntl(stream, F_GETFD) < 0) (void)!open("/dev/null", stream == STDOUT_FILENO ? O_RDONLY : O_WRONLY);
}

}  // namespace

int main(int argc, char** argv) {
  hold_standard_streams();
  std::ios::sync_with_stdio(false);  // standard input at the speed of a file
  std::signal(SIGPIPE, SIG_IGN);     // a reader that has gone shows as EPIPE
  CLI::App program("Finds who retold whom: duplicates, retold stories and the sentences they share", "retold");
  action chosen;
  add_help(program);
  program.set_version_flag("--version", std::string("retold ") + retold::version);
  program
      .set_config(
          "--config", "",
          "Read options from a TOML file. A section for each command: [cluster], then lines such as threads = 2. What is "
          "said on the command line wins. Works before and after the command.")
      ->type_name("FILE");
  program.allow_config_extras(false);  // a mistake in the file is an error; commands added below inherit both
  program.fallthrough();               // --config after the command
  program.require_subcommand(1);
  program.footer(
      "Examples:\n"
      "  retold cluster articles/ --html report.html\n"
      "  retold compare a.txt b.txt\n"
      "  retold dedup crawl.jsonl.zst -o kept.jsonl.zst\n"
      "  zcat today.jsonl.gz | retold filter --index seen.index > new.jsonl\n"
      "Each command has its own --help.\n"
      "Exit codes: 0 done, 1 done but inputs were skipped, 2 wrong usage, 3 could not do the job.");
  add_cluster(program, chosen);
  add_compare(program, chosen);
  add_dedup(program, chosen);
  add_filter(program, chosen);
  add_index(program, chosen);
  add_evaluate(program, chosen);
  add_advise(program, chosen);
  refuse_missing_values(program);
  if (argc < 2) {
    program.formatter(std::make_shared<two_length_formatter>(true));
    std::fputs(program.help().c_str(), stderr);
    return wrong_usage;
  }
  try {
    program.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    if (e.get_exit_code() == 0) return program.exit(e);
    say(usage_error(program, e));
    return wrong_usage;
  }
  return run(chosen, program);
}
