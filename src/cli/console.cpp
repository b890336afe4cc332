// SPDX-License-Identifier: Apache-2.0
#include "console.hpp"

#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <iterator>
#include <system_error>

#include "retold/error.hpp"

namespace retold::cli {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void cannot_write(const std::string& path, int reason) {
  throw error(error_kind::output, path + ": cannot be written: " + std::strerror(reason));
}

void write_stdout(std::string_view content) {
  while (!content.empty()) {
    const ssize_t n = ::write(STDOUT_FILENO, content.data(), content.size());
    if (n < 0 && errno == EPIPE) throw broken_pipe{};
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno == EAGAIN) {  // whoever started us made it non-blocking
      pollfd room{.fd = STDOUT_FILENO, .events = POLLOUT, .revents = 0};
      poll(&room, 1, -1);
      continue;
    }
    if (n < 0) cannot_write("standard output", errno);
    content.remove_prefix(static_cast<std::size_t>(n));
  }
}

constexpr int narrowest = 40;

// COLUMNS where it makes sense.
int columns_asked() {
  const char* columns = std::getenv("COLUMNS");
  const std::string_view text = columns == nullptr ? "" : columns;
  int asked = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), asked);
  const bool whole = problem == std::errc{} && end == text.data() + text.size();
  return whole && asked >= 20 && asked <= 1000 ? asked : 100;
}

// The errno of what went wrong, or 0.
int write_file(const std::string& path, std::string_view content, const char* mode) {
  std::FILE* file = std::fopen(path.c_str(), mode);
  if (file == nullptr) return errno;
  const int reason = std::fwrite(content.data(), 1, content.size(), file) == content.size() ? 0 : errno;
  return std::fclose(file) != 0 && reason == 0 ? errno : reason;
}

// The file that a name stands for, there already or not: a link is followed, so that it stays one.
fs::path behind_links(const fs::path& path) {
  std::error_code problem;
  const fs::path found = fs::canonical(path, problem);
  if (!problem) return found;
  const fs::path pointed_at = fs::read_symlink(path, problem);
  return problem ? path : path.parent_path() / pointed_at;
}

// Written beside and renamed: whoever reads the file finds the old one or the new one, whole.
int replace_file(const std::string& path, std::string_view content) {
  const std::string beside = path + '.' + std::to_string(getpid()) + ".part";
  int reason = write_file(beside, content, "wbx");  // x: never over a file that is there
  if (reason == EEXIST) return reason;
  std::error_code ignored;
  if (const auto old = fs::status(path, ignored); fs::exists(old)) fs::permissions(beside, old.permissions(), ignored);
  if (reason == 0 && std::rename(beside.c_str(), path.c_str()) != 0) reason = errno;
  if (reason != 0) std::remove(beside.c_str());
  return reason;
}

constexpr int ending_signals[] = {SIGINT, SIGTERM, SIGHUP};
std::atomic<int> caught = 0;
static_assert(std::atomic<int>::is_always_lock_free);  // as signal handlers need it

void catch_signal(int signal) { caught = signal; }

}  // namespace

// The second one ends the program at once. Calls that wait are cut short, not restarted.
interruption::interruption() {
  caught = 0;
  for (const int signal : ending_signals) {
    struct sigaction handling {};
    if (sigaction(signal, nullptr, &handling) != 0 || handling.sa_handler == SIG_IGN) continue;  // as nohup wants it
    handling = {};
    handling.sa_handler = catch_signal;
    handling.sa_flags = static_cast<int>(SA_RESETHAND);
    sigaction(signal, &handling, nullptr);
  }
}

interruption::~interruption() {
  for (const int signal : ending_signals) {
    struct sigaction handling {};
    if (sigaction(signal, nullptr, &handling) == 0 && handling.sa_handler == catch_signal) std::signal(signal, SIG_DFL);
  }
}

bool interruption::came() const { return caught != 0; }

void interruption::check(const char* what_now) const {
  if (came()) throw interrupted{caught.load(), what_now};
}

int terminal_width() {
  winsize size{};
  if (isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
    return std::max<int>(size.ws_col, narrowest);
  return std::max(columns_asked(), narrowest);
}

bool same_screen() { return isatty(STDOUT_FILENO) && isatty(STDERR_FILENO); }

bool wants_colour() {
  const char* no = std::getenv("NO_COLOR");
  const char* term = std::getenv("TERM");
  return isatty(STDOUT_FILENO) && (no == nullptr || *no == '\0') && term != nullptr && std::string_view(term) != "dumb";
}

// Under another name, too, standard output is written on with, not replaced.
bool is_stdout(const std::string& path) {
  std::error_code problem;
  return path == "-" || fs::equivalent(path, "/dev/stdout", problem);
}

bool reader_has_gone() {
  pollfd out{.fd = STDOUT_FILENO, .events = POLLOUT, .revents = 0};
  return poll(&out, 1, 0) == 1 && (out.revents & POLLERR) != 0;
}

void write_output(const std::string& path, std::string_view content) {
  std::error_code problem;
  if (is_stdout(path)) return write_stdout(content);
  // A device or a pipe cannot be renamed onto: written directly, by the name given, as the links of /dev/fd lead nowhere.
  const bool plain = !fs::exists(path, problem) || fs::is_regular_file(path, problem);
  const int reason = plain ? replace_file(behind_links(path).string(), content) : write_file(path, content, "wb");
  if (reason == EPIPE) throw broken_pipe{};
  if (reason != 0) cannot_write(path, reason);
}

// Names of files and records are shown as they are but for control characters, which could redraw the terminal.
void say(std::string_view line) {
  std::string shown;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const auto c = static_cast<unsigned char>(line[i]);
    const bool c1 = c == 0xC2 && i + 1 < line.size() && static_cast<unsigned char>(line[i + 1]) < 0xA0;  // U+0080–009F
    if (c1) ++i;
    shown += c1 || c < 0x20 || c == 0x7F ? '?' : line[i];
  }
  std::fprintf(stderr, "retold: %s\n", shown.c_str());
}

void name_skipped(const std::vector<skipped_input>& skipped, std::size_t most) {
  for (std::size_t i = 0; i < std::min(most, skipped.size()); ++i)
    say("skipped: " + skipped[i].input + ": " + skipped[i].reason);
  if (skipped.size() > most) say("skipped: " + grouped(skipped.size() - most) + " more");
}

std::string grouped(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t at = digits.size(); at > 3;) digits.insert(at -= 3, 1, ',');
  return digits;
}

std::string counted(std::uint64_t number, const char* one, const char* many) {
  return grouped(number) + ' ' + (number == 1 ? one : many);
}

std::string listed(const std::vector<std::string>& names) {
  constexpr std::size_t most = 10;
  std::string out;
  for (std::size_t i = 0; i < std::min(most, names.size()); ++i) out += (i == 0 ? "" : ", ") + names[i];
  return names.size() > most ? out + " and " + grouped(names.size() - most) + " more" : out;
}

std::string amount(std::uint64_t bytes) {
  static constexpr const char* units[] = {"kB", "MB", "GB", "TB"};
  if (bytes < 1000) return std::to_string(bytes) + (bytes == 1 ? " byte" : " bytes");
  double value = static_cast<double>(bytes) / 1000;
  std::size_t unit = 0;
  for (; value >= 999.5 && unit + 1 < std::size(units); ++unit) value /= 1000;
  char text[32];
  std::snprintf(text, sizeof text, "%.*f %s", value < 9.995 ? 2 : value < 99.95 ? 1 : 0, value, units[unit]);
  return text;
}

namespace {

// "1.20 GB of 4.00 GB, 259 MB/s, 11 s left"; "12 of 30"
std::string progress_text(std::size_t done, std::size_t total, double seconds, bool bytes) {
  const auto shown = [bytes](std::size_t n) { return bytes ? amount(n) : grouped(n); };
  std::string text = shown(done) + (total != 0 ? " of " + shown(total) : "");
  if (done == 0 || seconds <= 1) return text;
  const double rate = static_cast<double>(done) / seconds;
  if (bytes) text += ", " + amount(static_cast<std::uint64_t>(rate)) + "/s";
  if (total > done) text += ", " + std::to_string(static_cast<int>(static_cast<double>(total - done) / rate) + 1) + " s left";
  return text;
}

}  // namespace

progress_line::progress_line(bool quiet) : shown_(!quiet && isatty(STDERR_FILENO)) {}

progress_line::~progress_line() { clear(); }

void progress_line::operator()(std::string_view stage, std::size_t done, std::size_t total, unit of) {
  using namespace std::chrono_literals;
  if (!shown_) return;
  const auto now = clock::now();
  if (stage != stage_) stage_ = stage, began_ = now, last_ = {};
  if (now - last_ < 60ms && done != total) return;
  last_ = now;
  const std::string line =
      stage_ + "  " + progress_text(done, total, std::chrono::duration<double>(now - began_).count(), of == unit::bytes);
  std::fprintf(stderr, "\r\033[K%s", line.c_str());
  drawn_ = true;
}

void progress_line::clear() {
  if (drawn_) std::fprintf(stderr, "\r\033[K");
  drawn_ = false;
}

}  // namespace retold::cli
