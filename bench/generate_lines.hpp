// SPDX-License-Identifier: Apache-2.0
#pragma once
// Where bench/generate writes: a file of JSON lines, and text as JSON has it.

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "retold/error.hpp"

namespace generate {

// One JSON object a line, to a file or to standard output; what cannot be written is an error, at close() at the latest.
class line_file {
 public:
  explicit line_file(const std::string& path) : path_(path), file_(path == "-" ? stdout : std::fopen(path.c_str(), "wb")) {
    if (file_ == nullptr) fail();
    std::setvbuf(file_, nullptr, _IOFBF, 1 << 20);
  }
  ~line_file() {
    if (file_ != nullptr && file_ != stdout) std::fclose(file_);
  }
  line_file(const line_file&) = delete;
  line_file& operator=(const line_file&) = delete;

  void write(const std::string& line) {
    bytes_ += line.size();
    if (std::fwrite(line.data(), 1, line.size(), file_) != line.size()) fail();
  }
  void close() {
    FILE* const file = std::exchange(file_, nullptr);
    if (file == stdout ? std::fflush(file) != 0 : std::fclose(file) != 0) fail();
  }
  std::uint64_t bytes() const { return bytes_; }

 private:
  [[noreturn]] void fail() const {
    throw retold::error(retold::error_kind::output, path_ + ": " + std::generic_category().message(errno));
  }
  std::string path_;
  FILE* file_;
  std::uint64_t bytes_ = 0;
};

inline void append_escaped(std::string& out, std::string_view text) {
  for (const char c : text) {
    if (c == '\n') {
      out += "\\n";
    } else if (c == '"' || c == '\\') {
      (out += '\\') += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      char code[8];
      std::snprintf(code, sizeof code, "\\u%04x", static_cast<unsigned>(c));
      out += code;
    } else {
      out += c;
    }
  }
}

}  // namespace generate
