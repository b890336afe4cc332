// SPDX-License-Identifier: Apache-2.0
#pragma once
// The program under test as its user meets it: what it is given, what it prints where and what it ends with.

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace fs = std::filesystem;
using nlohmann::json;

inline const std::string program = RETOLD_PROGRAM;
inline const std::string news_folder = std::string(RETOLD_SOURCE_DIR) + "/samples/news";
inline const std::string news = "'" + news_folder + "'";  // as the shell takes it

struct outcome {
  int code;
  std::string out, err;
};

inline std::string slurp(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// A folder of its own for each test, gone afterwards.
struct folder {
  folder() {
    std::string name = (fs::temp_directory_path() / "retold-cli-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    path = name;
  }
  ~folder() { fs::remove_all(path); }
  std::string put(const std::string& name, const std::string& bytes) const {
    fs::create_directories((path / name).parent_path());
    std::ofstream(path / name, std::ios::binary) << bytes;
    return (path / name).string();
  }
  std::string str() const { return path.string(); }
  fs::path path;
};

inline outcome run(const std::string& arguments, const std::string& before = "") {
  const folder f;
  const std::string out = (f.path / "out").string(), err = (f.path / "err").string();
  const std::string line = before + " '" + program + "' " + arguments + " >'" + out + "' 2>'" + err + "'";
  const int status = std::system(line.c_str());
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, slurp(out), slurp(err)};
}

inline std::set<std::string> names_in(const fs::path& path) {
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(path)) names.insert(entry.path().filename().string());
  return names;
}

inline bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

inline const std::string good =
    "The lighthouse of Brannoch will be sold at auction in May. Its last keeper left in 1988, and the tower has been empty "
    "since.\n";

// Machines without /dev/pts have none.
inline bool has_terminals() {
  const int screen = posix_openpt(O_RDWR | O_NOCTTY);
  if (screen >= 0) close(screen);
  return screen >= 0;
}

// What a terminal of so many columns shows: stdout and stderr as they come. For output that fits the terminal's own buffer.
inline std::string on_terminal(const std::string& arguments, unsigned short columns) {
  const int screen = posix_openpt(O_RDWR | O_NOCTTY);
  REQUIRE(screen >= 0);
  REQUIRE(grantpt(screen) == 0);
  REQUIRE(unlockpt(screen) == 0);
  const std::string name = ptsname(screen);
  const int kept_open = open(name.c_str(), O_RDWR | O_NOCTTY);
  const winsize size{.ws_row = 50, .ws_col = columns, .ws_xpixel = 0, .ws_ypixel = 0};
  REQUIRE(ioctl(screen, TIOCSWINSZ, &size) == 0);
  (void)!std::system(("TERM=dumb '" + program + "' " + arguments + " >" + name + " 2>&1").c_str());
  fcntl(screen, F_SETFL, O_NONBLOCK);
  std::string shown(1 << 16, '\0');
  std::size_t filled = 0;
  for (ssize_t n; (n = read(screen, shown.data() + filled, shown.size() - filled)) > 0;) filled += static_cast<std::size_t>(n);
  close(kept_open);
  close(screen);
  shown.resize(filled);
  return shown;
}

inline std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

inline std::size_t times(const std::string& text, const std::string& part) {
  std::size_t n = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++n;
  return n;
}

// Refused as wrong usage, with these words on one line of stderr and nothing on stdout.
inline void check_refused(const std::string& arguments, const std::string& said) {
  const outcome o = run(arguments);
  CHECK_MESSAGE(o.code == 2, arguments);
  CHECK_MESSAGE(o.out.empty(), arguments);
  CHECK_MESSAGE(o.err.starts_with("retold: "), o.err);
  CHECK_MESSAGE(has(o.err, said), o.err);
  CHECK_MESSAGE(o.err.ends_with(" --help\n"), o.err);
  CHECK_MESSAGE(times(o.err, "--help") == 1, o.err);
}

// Whether a good document beside the bad input still came through.
inline void check_rest_intact(const outcome& o) {
  std::set<std::string> ids;
  const json result = json::parse(o.out);
  for (const auto& d : result["documents"]) ids.insert(d["id"]);
  CHECK(ids.contains("good.txt"));
}
