// SPDX-License-Identifier: Apache-2.0
#pragma once
// A stream cut into batches of whole lines as they come (part of filter).

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "read_stream.hpp"
#include "retold/types.hpp"

namespace retold {

struct line_batch {
  std::size_t number = 0;
  std::string_view lines;  // whole; the last of a file may lack its end. In `bytes`, with readable bytes behind
  std::string file;        // for messages
  std::uint64_t first_line = 0;
  std::string bytes;

  std::string name(std::uint64_t line) const { return file + ':' + std::to_string(first_line + line + 1); }
};

// Hands out the batches one after the other, to any thread.
class line_batches {
 public:
  // `most`: lines in a batch; `padding`: bytes behind a batch that may be read. Throws error(input) if an input cannot be
  // opened. `stop` is asked before each batch and while nothing comes; once it is true there is no more.
  line_batches(std::vector<std::string> inputs, std::size_t most, std::size_t padding, std::function<bool()> stop = {});

  // What has come, and if nothing has, what comes next; false at the end. Throws error(input) for a line that is too long.
  bool next(line_batch& into);

  // Inputs of which only a part could be read, once all has been.
  const std::vector<skipped_input>& problems() const noexcept { return problems_; }

 private:
  bool take(line_batch& into, bool at_end);
  bool open_next();
  bool leave();
  bool stopped() { return stopped_ = stopped_ || (stop_ && stop_()); }

  std::vector<std::string> inputs_;
  std::size_t most_, padding_;
  std::function<bool()> stop_;
  bool stopped_ = false;
  std::mutex guard_;
  std::size_t input_ = 0, number_ = 0;
  std::unique_ptr<byte_stream> stream_;
  std::uint64_t line_ = 0;
  std::string held_;  // read, not yet handed out
  std::size_t begin_ = 0, searched_ = 0;
  std::vector<skipped_input> problems_;
};

}  // namespace retold
