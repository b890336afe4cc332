// SPDX-License-Identifier: Apache-2.0
// Words come from the folded text, sentences from the text as it is; each word is given to the sentence it begins in.
#include "retold/segment.hpp"

#include <unicode/utf8.h>

#include <algorithm>
#include <array>

#include "segment_sentences.hpp"
#include "segment_tables.hpp"

namespace retold {
namespace {

// The ranges unfolded for the first 64 Ki code points; beyond, ranges are searched.
const std::array<std::uint8_t, 0x10000>& basic_plane() {
  static const auto made = [] {
    std::array<std::uint8_t, 0x10000> table{};
    for (unsigned i = 0; i < word_range_count; ++i)
      for (char32_t c = word_ranges[i].first; c <= word_ranges[i].last && c < table.size(); ++c)
        table[c] = word_ranges[i].value;
    return table;
  }();
  return made;
}

// Grows words code point by code point.
class word_builder {
 public:
  explicit word_builder(std::vector<word>& out) : out_(out) {}

  void take(word_class kind, std::uint32_t begin, std::uint32_t end) {
    if (kind == word_class::none) {
      open_ = word_class::none;
    } else if (kind == word_class::mark && open_ != word_class::none) {
      out_.back().folded.end = end;
    } else if ((kind == word_class::run || kind == word_class::mark) && open_ == word_class::run) {
      out_.back().folded.end = end;
    } else {
      const bool joined = !out_.empty() && out_.back().folded.end == begin;
      out_.push_back({{begin, end}, {}, joined});
      open_ = kind == word_class::mark ? word_class::run : kind;
    }
  }

 private:
  std::vector<word>& out_;
  word_class open_ = word_class::none;
};

// Gives every word to the sentence it begins in. A mark may combine with the line end or the quote before it, and so a word may
// reach over the border of a sentence: the border gives way.
std::vector<sentence> assign(const std::vector<sentence_range>& ranges, const std::vector<word>& all) {
  std::vector<sentence> out;
  std::uint32_t next = 0, end = 0;
  for (const sentence_range& range : ranges) {
    sentence s{{std::max(range.where.begin, end), std::max(range.where.end, end)}, next, next, range.line};
    for (; next < all.size() && all[next].where.begin < s.where.end; ++next)
      s.where.end = std::max(s.where.end, all[next].where.end);
    s.last = next;
    if (s.first < s.last) s.where.begin = std::max(end, std::min(s.where.begin, all[s.first].where.begin));
    if (s.where.empty()) continue;
    end = s.where.end;
    out.push_back(s);
  }
  return out;
}

}  // namespace

word_class classify(char32_t c) noexcept {
  if (c < 0x10000) return static_cast<word_class>(basic_plane()[c]);
  const word_range* end = word_ranges + word_range_count;
  const word_range* found = std::lower_bound(word_ranges, end, c, [](const word_range& r, char32_t v) { return r.last < v; });
  return found != end && found->first <= c ? static_cast<word_class>(found->value) : word_class::none;
}

std::vector<word> words(const normal_text& normal) {
  std::vector<word> out;
  word_builder builder(out);
  const auto& table = basic_plane();
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(normal.bytes.data());
  const auto size = static_cast<std::int64_t>(normal.bytes.size());
  for (std::int64_t at = 0; at < size;) {
    const std::int64_t begin = at;
    UChar32 c = bytes[at];
    if (c < 0x80) {
      ++at;
    } else {  // ICU's macro and not next_code_point, whose call costs up to 80 % more time here
      U8_NEXT_OR_FFFD(bytes, at, size, c);
    }
    const auto kind =
        c < 0x10000 ? static_cast<word_class>(table[static_cast<std::size_t>(c)]) : classify(static_cast<char32_t>(c));
    builder.take(kind, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(at));
  }
  for (word& w : out) w.where = normal.origin.to_source(w.folded);
  return out;
}

segmented segment(std::string_view text) {
  segmented out;
  out.normal = normalise(text);
  out.words = words(out.normal);
  out.words.shrink_to_fit();  // kept as long as the article
  out.sentences = assign(find_sentences(text), out.words);
  return out;
}

}  // namespace retold
