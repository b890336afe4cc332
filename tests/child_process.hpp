// SPDX-License-Identifier: Apache-2.0
#pragma once
// A test in several processes: cases of the same program, skipped unless asked for by name, that send numbers home.

#include <doctest/doctest.h>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

inline std::string asked_for(const char* name) {
  const char* const value = std::getenv(name);
  REQUIRE(value != nullptr);
  return value;
}

// Another process that runs one case of this program, and what it sends home.
class process {
 public:
  process(const std::string& name, std::vector<std::string> variables) {
    int ends[2];
    REQUIRE(pipe(ends) == 0);
    fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    from_ = ends[0];
    variables.push_back("RETOLD_CHILD_PIPE=" + std::to_string(ends[1]));
    for (char** v = environ; *v != nullptr; ++v) variables.emplace_back(*v);
    std::vector<std::string> arguments{"/proc/self/exe", "-ns", "-m", "-tc=" + name};
    const auto pointers = [](std::vector<std::string>& of) {
      std::vector<char*> out;
      for (std::string& each : of) out.push_back(each.data());
      out.push_back(nullptr);
      return out;
    };
    posix_spawn_file_actions_t quietly;
    posix_spawn_file_actions_init(&quietly);
    posix_spawn_file_actions_addopen(&quietly, 1, "/dev/null", O_WRONLY, 0);
    REQUIRE(posix_spawn(&child_, "/proc/self/exe", &quietly, nullptr, pointers(arguments).data(), pointers(variables).data()) ==
            0);
    posix_spawn_file_actions_destroy(&quietly);
    close(ends[1]);
  }
  ~process() { close(from_); }
  process(const process&) = delete;
  process& operator=(const process&) = delete;

  bool quiet_for(std::chrono::milliseconds some) const {
    pollfd wait{from_, POLLIN, 0};
    return poll(&wait, 1, static_cast<int>(some.count())) == 0;
  }
  bool read() {
    char some[4096];
    const ssize_t got = ::read(from_, some, sizeof some);
    if (got > 0) bytes_.append(some, static_cast<std::size_t>(got));
    return got > 0;
  }
  void kill() const { ::kill(child_, SIGKILL); }
  int wait() const {
    int status = 0;
    waitpid(child_, &status, 0);
    return status;
  }
  std::vector<std::uint64_t> words() const {
    std::vector<std::uint64_t> out(bytes_.size() / 8);
    if (!out.empty()) std::memcpy(out.data(), bytes_.data(), out.size() * 8);
    return out;
  }

 private:
  pid_t child_ = 0;
  int from_ = -1;
  std::string bytes_;
};

inline void send(std::uint64_t word) {
  static const int to = std::stoi(asked_for("RETOLD_CHILD_PIPE"));
  REQUIRE(write(to, &word, 8) == 8);
}
