// SPDX-License-Identifier: Apache-2.0
#pragma once
// How deep the HTML parser's stack of open elements would get. Much of what the parser does for a tag is a walk down that
// stack, so pages that make it deep must be known before. The model errs on the deep side: an end tag counts only where the
// parser is sure to believe it, and elements that fall with others are remembered as doubtful.

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "read_markup.hpp"

namespace retold {

class open_elements {
 public:
  void open(const markup& tag, unsigned roles);
  void close(const markup& tag);

  // Whether the parser takes what <style>, <title> and the like hold as text: not inside <svg> or <select>.
  bool raw_text() const noexcept { return foreign_ == 0 && selects_ == 0; }
  bool too_many() const noexcept;

 private:
  struct kind {
    std::uint32_t id;
    unsigned flags;
  };
  kind kind_of(const std::string& name, unsigned roles);
  void close_implied(const kind& opened, unsigned roles);
  void close_cells(const kind& opened);
  std::size_t find(std::uint32_t flags, std::uint32_t id, unsigned stops) const;
  void pop_to(std::size_t size);
  void left(const kind& gone);
  void end_formatting(const kind& ended);

  std::unordered_map<std::string, kind> kinds_;
  std::vector<kind> stack_;
  std::vector<std::uint32_t> formatting_;  // what the parser opens again in each paragraph; 0 for a cell or object around
  std::size_t foreign_ = 0, selects_ = 0, doubtful_ = 0;
};

}  // namespace retold
