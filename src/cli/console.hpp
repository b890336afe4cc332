// SPDX-License-Identifier: Apache-2.0
#pragma once
// The terminal: what it can show, a progress line on stderr, and results written to files or stdout.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "retold/types.hpp"

namespace retold::cli {

// While it lives, the first Ctrl-C (or SIGTERM, SIGHUP) only shows here, so that what is under way can be tidied up.
struct interrupted {
  int signal = 0;
  const char* what_now = "";  // for the user: what is done, or to do
};
class interruption {
 public:
  interruption();
  ~interruption();
  interruption(const interruption&) = delete;
  interruption& operator=(const interruption&) = delete;
  bool came() const;                       // from any thread
  void check(const char* what_now) const;  // throws interrupted if it came
};

// What the process ends with (the contract's numbers).
enum exit_code { done = 0, some_skipped = 1, wrong_usage = 2, failed = 3 };

// A write to stdout whose reader has gone (`retold … | head`): not a failure, unless something is lost by it.
struct broken_pipe {
  bool loses = false;
};

int terminal_width();  // of stdout; when it is no terminal, COLUMNS or else 100; at least 40
bool wants_colour();   // stdout is a terminal, NO_COLOR is not set, TERM is not dumb
bool same_screen();    // stdout and stderr are both terminals: what goes to both is seen twice

bool is_stdout(const std::string& path);  // "-", or what stdout is called in /dev
bool reader_has_gone();                   // of stdout, a pipe

// To a file, or to stdout for "-". Files are written beside and renamed. Throws retold::error or broken_pipe.
void write_output(const std::string& path, std::string_view content);

void say(std::string_view line);  // a line to stderr, behind "retold: "

std::string grouped(std::uint64_t number);                                     // 1,234,567
std::string counted(std::uint64_t number, const char* one, const char* many);  // 1 record; 1,234 records
std::string amount(std::uint64_t bytes);                                       // 2.05 GB
std::string listed(const std::vector<std::string>& names);                     // a, b, c and 12 more

inline constexpr std::size_t most_named = 100;  // where what is wrong may be wrong of every line

// Named even where all else is quiet: they are why the exit code is 1. Beyond `most` they are counted.
void name_skipped(const std::vector<skipped_input>& skipped, std::size_t most = ~std::size_t{0});

// One line that is drawn over itself; silent where stderr is no terminal, or when asked to be.
class progress_line {
 public:
  explicit progress_line(bool quiet);
  ~progress_line();
  progress_line(const progress_line&) = delete;
  progress_line& operator=(const progress_line&) = delete;
  enum class unit { items, bytes };
  void operator()(std::string_view stage, std::size_t done, std::size_t total, unit of = unit::items);  // total 0: unknown
  void clear();

 private:
  using clock = std::chrono::steady_clock;
  bool shown_, drawn_ = false;
  std::string stage_;
  clock::time_point began_ = clock::now(), last_{};
};

}  // namespace retold::cli
