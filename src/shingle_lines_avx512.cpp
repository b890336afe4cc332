// SPDX-License-Identifier: Apache-2.0
// 64 bytes at a time. A line of ASCII is folded by one table look-up; up to 16 other characters in it are fetched from the
// table of letters at once and put in their places, if each folds to one byte. Where scripts beyond ASCII are the rule, 16
// characters at a time come from the table, four bytes each, and those bytes that count are moved together. Edges of words are
// bits of masks; their positions are written out by moving the numbers 0 to 63 together.
#include "shingle_lines.hpp"

#if defined(__x86_64__)

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "avx512.hpp"
#include "shingle_letters.hpp"

namespace retold {
namespace {

constexpr std::size_t line_size = 64, reach = line_size + 2;  // a character that begins in the line may end behind it

constexpr std::size_t ahead = 1024;  // bytes fetched from memory before their turn: a tenth of the time of texts in no cache

// Letters and digits of ASCII in lower case, blanks for all else.
constexpr std::array<char, 128> ascii_letters = [] {
  std::array<char, 128> made{};
  for (unsigned c = 0; c < made.size(); ++c) {
    const bool upper = c - unsigned{'A'} < 26, lower = c - unsigned{'a'} < 26, digit = c - unsigned{'0'} < 10;
    made[c] = upper ? static_cast<char>(c | 0x20) : lower || digit ? static_cast<char>(c) : ' ';
  }
  return made;
}();

constexpr std::array<char, 64> first_numbers = [] {
  std::array<char, 64> made{};
  for (std::size_t i = 0; i < made.size(); ++i) made[i] = static_cast<char>(i);
  return made;
}();

RETOLD_AVX512_BYTES_INLINE __m512i bytes_of(int value) noexcept { return _mm512_set1_epi8(static_cast<char>(value)); }
RETOLD_AVX512_BYTES_INLINE __m512i numbers_of(std::uint32_t value) noexcept {
  return _mm512_set1_epi32(static_cast<int>(value));
}
RETOLD_AVX512_BYTES_INLINE std::uint64_t below(unsigned bit) noexcept { return _bzhi_u64(~std::uint64_t{0}, bit); }

RETOLD_AVX512_BYTES_INLINE __m512i fold_ascii_line(__m512i line) noexcept {
  return _mm512_permutex2var_epi8(_mm512_loadu_si512(ascii_letters.data()), line,
                                  _mm512_loadu_si512(ascii_letters.data() + 64));
}

// The positions of the bits, from `base` on.
RETOLD_AVX512_BYTES_INLINE unsigned write_positions(std::uint32_t* out, std::uint64_t bits, std::uint32_t base) noexcept {
  const __m512i at = _mm512_maskz_compress_epi8(bits, _mm512_loadu_si512(first_numbers.data()));
  const auto count = static_cast<unsigned>(std::popcount(bits));
  const __m512i from = numbers_of(base);
  _mm512_storeu_si512(out, _mm512_add_epi32(from, _mm512_cvtepu8_epi32(_mm512_castsi512_si128(at))));
  if (count > 16) _mm512_storeu_si512(out + 16, _mm512_add_epi32(from, _mm512_cvtepu8_epi32(_mm512_extracti32x4_epi32(at, 1))));
  return count;
}

// The first `made` bytes (at least one). Words begin where a blank or nothing is before them, and at `forced`.
RETOLD_AVX512_BYTES_INLINE void write(word_lines& l, __m512i bytes, unsigned made, std::uint64_t forced) noexcept {
  _mm512_storeu_si512(l.bytes + l.end, bytes);
  const std::uint64_t within = below(made), words = _mm512_cmpneq_epi8_mask(bytes, bytes_of(' ')) & within;
  const std::uint64_t before = words << 1 | std::uint64_t{l.open()};
  const auto base = static_cast<std::uint32_t>(l.end);
  l.begun += write_positions(l.begins + l.begun, words & (~before | forced), base);
  l.ended += write_positions(l.ends + l.ended, (~words | forced) & before & within, base);
  l.end += made;
}

// 64 bytes, with those one and two places further on, and where characters begin in them.
struct line {
  __m512i b0, b1, b2;
  std::uint64_t beyond = 0;  // bytes that are no ASCII
  std::uint64_t starts = 0;  // of characters of up to three bytes, up to the first that is ill-formed or longer
  bool whole = true;         // there was none such
  bool ends = true;          // the line ends with a character, and what follows is ASCII or nothing
};

// The bytes that well-formed characters of up to three bytes explain.
RETOLD_AVX512_BYTES_INLINE std::uint64_t well_formed(const line& in) noexcept {
  const auto from = [](__m512i v, int least) RETOLD_AVX512_BYTES { return _mm512_cmpge_epu8_mask(v, bytes_of(least)); };
  const auto is = [](__m512i v, int value) RETOLD_AVX512_BYTES { return _mm512_cmpeq_epi8_mask(v, bytes_of(value)); };
  const std::uint64_t second = _mm512_cmplt_epi8_mask(in.b1, bytes_of(0xC0)),
                      third = _mm512_cmplt_epi8_mask(in.b2, bytes_of(0xC0));
  const std::uint64_t from_e0 = from(in.b0, 0xE0), high = from(in.b1, 0xA0);
  const std::uint64_t overlong = is(in.b0, 0xE0) & ~high, surrogate = is(in.b0, 0xED) & high;
  const std::uint64_t two = from(in.b0, 0xC2) & ~from_e0 & second;
  const std::uint64_t three = from_e0 & ~from(in.b0, 0xF0) & second & third & ~overlong & ~surrogate;
  return ~in.beyond | two | two << 1 | three | three << 1 | three << 2;
}

// Where characters begin is where bytes do not continue one: what is ill-formed is looked for beside the way.
RETOLD_AVX512_BYTES_INLINE void find_starts(line& in, const unsigned char* bytes, unsigned size) noexcept {
  in.b1 = _mm512_loadu_si512(bytes + 1);
  in.b2 = _mm512_loadu_si512(bytes + 2);
  in.starts = _mm512_cmpge_epi8_mask(in.b0, bytes_of(0xC0)) & below(size);
  in.ends = bytes[line_size] < 0x80;
  const std::uint64_t unexplained = ~well_formed(in);
  if (unexplained == 0) return;
  in.starts &= below(static_cast<unsigned>(std::countr_zero(unexplained)));
  in.whole = false;
}

RETOLD_AVX512_BYTES_INLINE unsigned last_of(std::uint64_t starts) noexcept {
  return 63 - static_cast<unsigned>(std::countl_zero(starts));
}

RETOLD_AVX512_BYTES_INLINE __m512i widened(std::uint64_t which, __m512i bytes) noexcept {
  return _mm512_cvtepu8_epi16(_mm512_castsi512_si256(_mm512_maskz_compress_epi8(which, bytes)));
}
RETOLD_AVX512_BYTES_INLINE __m512i words_of(int value) noexcept { return _mm512_set1_epi16(static_cast<short>(value)); }
RETOLD_AVX512_BYTES_INLINE __m512i low(__m512i v, int bits) noexcept { return _mm512_and_si512(v, words_of(bits)); }

// The first 32 of those characters, 16 bits each.
RETOLD_AVX512_BYTES_INLINE __m512i points_of(const line& in, std::uint64_t which) noexcept {
  const __m512i first = widened(which, in.b0), second = low(widened(which, in.b1), 0x3F), third = widened(which, in.b2);
  const __m512i two = _mm512_or_si512(_mm512_slli_epi16(low(first, 0x1F), 6), second);
  const __m512i three =
      _mm512_or_si512(_mm512_or_si512(_mm512_slli_epi16(first, 12), _mm512_slli_epi16(second, 6)), low(third, 0x3F));
  const __m512i more = _mm512_mask_blend_epi16(_mm512_cmpge_epu16_mask(first, words_of(0xE0)), two, three);
  return _mm512_mask_blend_epi16(_mm512_cmplt_epu16_mask(first, words_of(0x80)), more, first);
}

// The table's entries, blanks where `there` has no bit.
RETOLD_AVX512_BYTES_INLINE __m512i letters_of(__m256i points, std::uint32_t there) noexcept {
  return _mm512_mask_i32gather_epi32(numbers_of(letter::blank), static_cast<__mmask16>(there), _mm512_cvtepu16_epi32(points),
                                     letters.data(), 4);
}

// 16 entries, and the bits of those of some kind.
struct row {
  __m512i letters;
  std::uint32_t single, mark, careful;
};
RETOLD_AVX512_BYTES_INLINE row row_of(__m256i points, std::uint32_t there) noexcept {
  const __m512i letters = letters_of(points, there), top = _mm512_and_si512(letters, numbers_of(letter::top_byte));
  return {letters, _mm512_cmpeq_epi32_mask(top, numbers_of(letter::single)),
          _mm512_cmpeq_epi32_mask(top, numbers_of(letter::mark)),
          _mm512_cmpge_epu32_mask(_mm512_sub_epi32(letters, numbers_of(1)), numbers_of(letter::care - 1))};  // or unknown
}

RETOLD_AVX512_BYTES_INLINE void write_row(word_lines& l, const row& r, std::uint32_t there) noexcept {
  const __m512i bytes = _mm512_maskz_mov_epi32(static_cast<__mmask16>(there), r.letters);
  const std::uint64_t written = _mm512_cmpge_epu8_mask(bytes, bytes_of(' '));
  const std::uint64_t forced = _pext_u64(_pdep_u64(r.single & there, 0x1111111111111111), written);
  write(l, _mm512_maskz_compress_epi8(written, bytes), static_cast<unsigned>(std::popcount(written)), forced);
}

// 32 characters of any kind. How many bytes of the line are done. The last one is left for the next line, unless what follows
// is known: it may combine with it.
RETOLD_AVX512_BYTES_INLINE unsigned take_letters(word_lines& l, const line& in, unsigned size) noexcept {
  const std::uint64_t starts = _pdep_u64(0xFFFFFFFF, in.starts);
  if (starts == 0) return 0;
  const bool all = starts == in.starts && in.whole && in.ends;
  unsigned end = all ? size : last_of(starts);
  const auto count = static_cast<unsigned>(std::popcount(starts));
  auto there = static_cast<std::uint32_t>(below(count));
  const __m512i points = points_of(in, starts);
  const row a = row_of(_mm512_castsi512_si256(points), there & 0xFFFF);
  const row b = row_of(_mm512_extracti64x4_epi64(points, 1), there >> 16);
  const std::uint32_t single = a.single | b.single << 16, mark = a.mark | b.mark << 16;
  const std::uint32_t careful = a.careful | b.careful << 16 | (single << 1 & mark);
  if (!all) there >>= 1;
  if (careful != 0) {  // it may combine with the one before it
    const auto stop = static_cast<unsigned>(std::countr_zero(careful));
    const auto before = static_cast<std::uint32_t>(below(stop == 0 ? 0 : stop - 1));
    if (before < there) {
      there = before;
      end = static_cast<unsigned>(std::countr_zero(_pdep_u64(std::uint64_t{there} + 1, starts)));
    }
  }
  if (there == 0) return 0;
  write_row(l, a, there & 0xFFFF);
  if (there >> 16 != 0) write_row(l, b, there >> 16);
  return end;
}

// A line that holds no more than 16 characters beyond ASCII, each of which folds to one byte; otherwise none of it.
RETOLD_AVX512_BYTES_INLINE unsigned take_mixed(word_lines& l, const line& in, unsigned size) noexcept {
  const std::uint64_t others = in.starts & in.beyond;
  const auto there = static_cast<std::uint32_t>(below(static_cast<unsigned>(std::popcount(others))));
  const __m512i letters = letters_of(_mm512_castsi512_si256(points_of(in, others)), there);
  if (_mm512_cmpgt_epu32_mask(_mm512_sub_epi32(letters, numbers_of(1)), numbers_of(0xFE)) != 0) return 0;
  const __m512i folded =
      _mm512_mask_expand_epi8(fold_ascii_line(in.b0), others, _mm512_castsi128_si512(_mm512_cvtepi32_epi8(letters)));
  const bool all = in.whole && in.ends;
  const unsigned end = all ? size : last_of(in.starts);
  const std::uint64_t taken = all ? in.starts : in.starts & below(end);
  if (taken == 0) return 0;
  write(l, _mm512_maskz_compress_epi8(taken, folded), static_cast<unsigned>(std::popcount(taken)), 0);
  return end;
}

// The next line, of which `size` bytes count and `reach` may be read. How many are done; none if a character needs care.
RETOLD_AVX512_BYTES_INLINE unsigned take_line(word_lines& l, const unsigned char* bytes, unsigned size) noexcept {
  line in;
  in.b0 = _mm512_loadu_si512(bytes);
  in.beyond = _mm512_movepi8_mask(in.b0);
  if (in.beyond == 0) {
    const unsigned taken = size - (bytes[line_size] >= 0x80);
    write(l, fold_ascii_line(in.b0), taken, 0);
    return taken;
  }
  find_starts(in, bytes, size);
  if (in.starts != 0 && std::popcount(in.starts & in.beyond) <= 16)
    if (const unsigned taken = take_mixed(l, in, size); taken != 0) return taken;
  return take_letters(l, in, size);
}

}  // namespace

RETOLD_AVX512_BYTES void take_lines_avx512(word_lines& lines) {
  word_lines l = lines;  // in registers: what is written through pointers to characters could be the structure itself
  const auto* const text = reinterpret_cast<const unsigned char*>(l.text.data());
  while (l.end < l.full && l.text.size() - l.at >= reach) {
    _mm_prefetch(text + std::min(l.at + ahead, l.text.size()), _MM_HINT_T0);
    const unsigned taken = take_line(l, text + l.at, line_size);
    l.at += taken;
    if (taken == 0) break;
  }
  while (l.end < l.full && l.at < l.text.size() && l.text.size() - l.at < reach) {
    alignas(64) unsigned char line[2 * line_size] = {};
    const std::size_t left = l.text.size() - l.at;
    std::memcpy(line, text + l.at, left);
    const unsigned taken = take_line(l, line, static_cast<unsigned>(left < line_size ? left : line_size));
    l.at += taken;
    if (taken == 0) break;
  }
  lines = l;
}

}  // namespace retold

#endif
