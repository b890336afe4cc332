// SPDX-License-Identifier: Apache-2.0
#pragma once
// The one exception retold throws: options that make no sense, and input or output that cannot be had.
//
//   try { retold::read({"missing/"}); }
//   catch (const retold::error& e) { std::cerr << e.what() << '\n'; }   // "missing/: no such file or folder; check the path"
//
// what() names the file, line or byte offset, and what to do. Inner stages (normalise … align) never throw it: for them any
// bytes are valid input. A bad record among good ones is not an error but a `skipped` entry of the result.

#include <stdexcept>
#include <string>

namespace [[gnu::visibility("default")]] retold {

// Why it failed, so that a program can choose its exit code without reading the message.
enum class error_kind {
  option,  // a value out of range, or options that contradict one another
  input,   // something that should be read cannot be
  output,  // something that should be written cannot be
};

class error : public std::runtime_error {
 public:
  error(error_kind kind, const std::string& message) : std::runtime_error(message), kind_(kind) {}
  error_kind kind() const noexcept { return kind_; }

 private:
  error_kind kind_;
};

}  // namespace retold
