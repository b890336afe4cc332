// SPDX-License-Identifier: Apache-2.0
#pragma once
// One line of JSONL → one document.

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "retold/read.hpp"

namespace retold {

// Numbers as strings of their own digits, which is what an id needs: 1e3 stays 1e3, and 2^80 is one.
std::string quote_numbers(std::string_view json);

// Replaces \ud83d without its other half by \ufffd, in place. Returns how many.
std::uint64_t mend_surrogates(std::string& line);

class record_parser {
 public:
  explicit record_parser(const read_options& options);
  ~record_parser();

  static std::size_t padding() noexcept;  // bytes behind a line that must be readable

  struct outcome {
    std::optional<document> found;  // its id is empty when the record has none
    std::string problem;            // why nothing was found
    bool is_title = false;          // there was no text: the title stands for it
  };
  outcome parse(std::string_view line);

  // The same record for those who need not keep it: views are good until the next call.
  struct glance {
    std::string_view text;  // or the title that stands for it
    bool is_title = false;
    std::string_view title;        // where there is a text too
    std::string id;                // empty when the record has none
    std::string date;              // ISO 8601, when asked for
    bool bad_date = false;         // there is one that cannot be read
    std::optional<double> number;  // in `number_field`
    std::string problem;           // why it is no record; empty: it is one

    bool has_title() const { return is_title || !title.empty(); }
  };
  struct wishes {
    bool id = true, date = false;
    std::string number_field;
  };
  glance look(std::string_view line, const wishes& wanted);

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace retold
