// SPDX-License-Identifier: Apache-2.0
#pragma once
// The text a browser would show, built left to right from pieces of source, with the map back to the stored bytes. White space
// is decided late: only a character that shows makes the space or the line ends before it real.

#include <string>
#include <string_view>
#include <vector>

#include "read_markup.hpp"
#include "retold/offsets.hpp"

namespace retold {

class visible_text {
 public:
  // `source`: what pieces are cut from. `stored`: source → stored bytes.
  visible_text(std::string_view source, const offset_map& stored) : source_(source), stored_(stored) {}

  struct piece {
    std::uint32_t begin = 0, end = 0;  // in source
    unsigned roles = 0;                // of the elements around it: preformatted, raw, rcdata, furniture, headline
  };
  // Tags inside the piece (the parser ignored them) are passed over, references decoded, white space collapsed.
  void add(const piece& p, character_references& references);

  // The next character starts a line, after `lines` - 1 empty ones.
  void line_ends(unsigned lines) noexcept { lines_ = lines > lines_ ? lines : lines_; }

  // The text ends here; its last line gets its end.
  void finish();

  // Longer text cannot be addressed ("&nGt;" shows as six bytes): what would exceed it is left out.
  std::uint64_t limit = 0xFFFF'FFFE;
  bool cut = false;  // something was

  std::string text;
  offset_map origin;
  std::vector<slice> furniture;

 private:
  void space(std::uint32_t begin, std::uint32_t end, bool kept);
  void literal(std::uint32_t begin, std::uint32_t end);
  void reference(std::string_view shown, std::uint32_t begin, std::uint32_t end, bool kept);
  void show(std::string_view shown, std::uint32_t begin, std::uint32_t end);
  std::uint32_t add_raw_section(const piece& p, std::uint32_t at, character_references& references);
  void settle();
  void put(std::string_view shown, slice stored);

  std::string_view source_;
  const offset_map& stored_;
  slice space_;                   // the collapsed white space not yet shown
  unsigned lines_ = 0;            // line ends not yet shown
  std::uint32_t stored_end_ = 0;  // of what was shown last
  bool in_furniture_ = false, was_furniture_ = false;
};

}  // namespace retold
