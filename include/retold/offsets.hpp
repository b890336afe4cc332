// SPDX-License-Identifier: Apache-2.0
#pragma once
// Where each byte of a derived text came from, so that evidence can point into the bytes the user has.
//
//   stored   <p>Caf&eacute;</p>      derived   Café
//            0  3  6       14                  0  3 5
//
//   offset_map m;                      // built left to right by whoever derives the text
//   m.append(3, 3, 6);                 // "Caf" stands at stored bytes 3..6, byte for byte
//   m.append(2, 6, 14);                // "é" (2 bytes) stands for stored bytes 6..14 as a whole
//   m.to_source({0, 5});               // {3, 14}
//
// Two maps are chained in retold: stored bytes → document text (made by `read`), document text → folded text (made by
// `normalise`). A map without pieces is the identity. Cost: 16 bytes a piece; stretches copied byte for byte share one piece.
// A map is a value; const use from many threads is safe.

#include <cstddef>
#include <cstdint>
#include <vector>

namespace [[gnu::visibility("default")]] retold {

// Bytes [begin, end) of some text. Texts are limited to 4 GiB less one byte.
struct slice {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;

  std::uint32_t size() const noexcept { return end - begin; }
  bool empty() const noexcept { return begin == end; }
  friend bool operator==(const slice&, const slice&) = default;
  friend auto operator<=>(const slice&, const slice&) = default;
};

class offset_map {
 public:
  // The next `length` derived bytes stand for source bytes [begin, end): byte for byte where both are equally long and not
  // said to be `whole`, else as one indivisible whole. begin must not be less than the end of the piece before. length 0 is
  // ignored.
  void append(std::uint32_t length, std::uint32_t begin, std::uint32_t end, bool whole = false);

  // The smallest source range that holds the derived bytes of `derived`; an empty slice maps to an empty one.
  slice to_source(slice derived) const noexcept;

  bool identity() const noexcept { return pieces_.empty(); }
  std::size_t pieces() const noexcept { return pieces_.size(); }
  std::uint32_t length() const noexcept { return length_; }  // of the derived text so far

 private:
  struct piece {
    std::uint32_t at;          // derived offset of the piece's first byte
    std::uint32_t begin, end;  // source range
    bool whole;                // indivisible
  };
  const piece& holding(std::uint32_t derived) const noexcept;
  std::uint32_t length_ = 0;
  std::vector<piece> pieces_;
};

}  // namespace retold
