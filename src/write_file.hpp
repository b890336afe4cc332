// SPDX-License-Identifier: Apache-2.0
#pragma once
// A file that comes into being whole or not at all: filled beside its target, then renamed into place.
//
//   output_file out("kept.jsonl.zst");
//   out.append(packed(out.how(), lines));
//   out.commit();                           // without it, nothing has happened
//
// Where the system can, the file has no name until commit(), so that not even kill -9 leaves anything behind. For one thread at
// a time: more would only wait for one another, since systems let one write to a file.

#include <string>
#include <string_view>

#include "descriptor.hpp"
#include "read_stream.hpp"

namespace retold {

// Whether an output of that name is filled beside it and renamed. What cannot be renamed onto (devices, pipes, what is open
// already under its name in /dev or /proc) is written to directly.
bool is_replaced(const std::string& path);

class output_file {
 public:
  // Throws error(output) naming path and reason.
  explicit output_file(const std::string& path);
  ~output_file();  // not committed: removed

  compression how() const noexcept { return how_; }  // by the ending of its name

  // Throws error(output): "kept.jsonl: cannot be written: No space left on device".
  void append(std::string_view bytes);

  // Under its name, and where that was taken also on the disk: an old target keeps its permissions, a link stays one. A
  // compressed file of nothing gets an empty member. Throws error(output); the old target is as it was then.
  void commit();

 private:
  [[noreturn]] void fail(int reason) const;
  void open_beside();
  bool open_nameless(const std::string& folder);
  void name_nameless();
  void close();

  std::string path_, target_;  // as given; with links followed
  std::string beside_;         // the name until it is renamed; empty while it has none
  compression how_;
  bool direct_, any_ = false;  // written to as it is; bytes
  descriptor file_;
};

// A gzip member or Zstandard frame by itself: one after the other they make a file. The same bytes for the same piece (below
// 4 GiB), whoever calls.
std::string packed(compression how, std::string_view piece);

}  // namespace retold
