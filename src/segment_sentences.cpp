// SPDX-License-Identifier: Apache-2.0
// Sentences: lines first (a heading is a sentence), then ICU's sentence rules within each line, then breaks undone that an
// abbreviation caused. The abbreviations are pinned here, not ICU's suppression data, which differ between its versions.
#include "segment_sentences.hpp"

#include <unicode/brkiter.h>
#include <unicode/uchar.h>
#include <unicode/utext.h>

#include <algorithm>
#include <array>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>

#include "punctuation.hpp"
#include "utf8.hpp"

namespace retold {
namespace {

UChar32 code_point(std::string_view text, std::size_t& at) { return static_cast<UChar32>(next_code_point(text, at)); }

slice trimmed(std::string_view text, std::size_t begin, std::size_t end) {
  const std::string_view part = text.substr(0, end);
  while (begin < end) {
    std::size_t after = begin;
    if (!u_isUWhiteSpace(code_point(part, after))) break;
    begin = after;
  }
  while (end > begin) {
    const std::size_t last = std::max(begin, character_start(text, end - 1));
    std::size_t after = last;
    if (!u_isUWhiteSpace(code_point(part.substr(0, end), after))) break;
    end = last;
  }
  return {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
}

std::size_t skip_space(std::string_view text, std::size_t at) {
  for (std::size_t after = at; after < text.size(); at = after)
    if (!u_isUWhiteSpace(code_point(text, after))) return at;
  return text.size();
}

// Words that a full stop follows without ending the sentence. Lower case, sorted.
constexpr auto abbreviations = std::to_array<std::string_view>(
    {"abs", "al",  "approx", "aug",  "bd",  "bldg", "bzw", "ca",   "capt", "cf",   "chap", "dec",  "dept", "dr",
     "dra", "drs", "evtl",   "feb",  "fig", "gen",  "ggf", "gov",  "hr",   "inkl", "jan",  "janv", "jr",   "juil",
     "lt",  "mgr", "mio",    "mlle", "mme", "mr",   "mrd", "mrs",  "ms",   "nov",  "nr",   "oct",  "pp",   "prof",
     "rev", "sen", "sept",   "sgt",  "sog", "sr",   "sra", "srta", "st",   "ste",  "str",  "ud",   "uds",  "vgl",
     "vol", "vs",  "zb",     "zzgl", "г",   "гг",   "др",  "млн",  "млрд", "руб",  "стр",  "тыс",  "ул"});

static_assert(std::is_sorted(abbreviations.begin(), abbreviations.end()));

constexpr auto months = std::to_array<std::string_view>(
    {"Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"});

// The last word before a final full stop, and how many letters it has.
struct last_word {
  std::string_view text;
  std::size_t letters = 0;
  bool digits = false;
  bool upper = false;  // a single capital: an initial
};

last_word before_stop(std::string_view piece) {
  const std::size_t end = piece.size() - 1;
  std::size_t begin = end;
  last_word found;
  while (begin > 0) {
    const std::size_t back = character_start(piece, begin - 1);
    std::size_t after = back;
    const UChar32 c = code_point(piece, after);
    if (!u_isalnum(c) && c != '-') break;
    found.upper = u_isupper(c) != 0;
    found.digits = u_isdigit(c) != 0;
    ++found.letters;
    begin = back;
    if (found.letters > 5) break;
  }
  found.text = piece.substr(begin, end - begin);
  return found;
}

// Whether the break after `piece` (which a full stop may end) and before `rest` is no sentence end.
bool undone(std::string_view piece, std::string_view rest) {
  if (piece.empty() || piece.back() != '.') return false;
  const last_word word = before_stop(piece);
  if (word.letters == 1 && word.upper) return true;
  if (word.digits && word.letters <= 2)
    return std::any_of(months.begin(), months.end(), [&](std::string_view m) { return rest.starts_with(m); });
  std::string lower(word.text);
  std::transform(lower.begin(), lower.end(), lower.begin(), ascii_lower);
  return std::binary_search(abbreviations.begin(), abbreviations.end(), lower);
}

icu::BreakIterator& iterator() {
  // A cache, one for each thread: opening the rules costs more than most sentences.
  thread_local const std::unique_ptr<icu::BreakIterator> made = [] {
    UErrorCode status = U_ZERO_ERROR;
    std::unique_ptr<icu::BreakIterator> it(icu::BreakIterator::createSentenceInstance(icu::Locale::getRoot(), status));
    if (U_FAILURE(status)) throw std::runtime_error("ICU has no sentence rules: reinstall its data package");
    return it;
  }();
  return *made;
}

// Thai, Lao, Khmer and Burmese end sentences and clauses with a space: cut there once enough has been said.
constexpr std::size_t enough_bytes = 150;

bool spaced_script(UChar32 c) {
  return (c >= 0x0E00 && c < 0x0F00) || (c >= 0x1000 && c < 0x10A0) || (c >= 0x1780 && c < 0x1800);
}

void cut_at_spaces(std::string_view text, slice from, std::uint32_t line, std::vector<sentence_range>& out) {
  std::size_t begin = from.begin, at = from.begin;
  UChar32 before = 0;
  while (at < from.end) {
    const std::size_t here = at;
    const UChar32 c = code_point(text, at);
    if (c == ' ' && here - begin >= enough_bytes && from.end - here >= enough_bytes / 2 && spaced_script(before)) {
      std::size_t ahead = at;
      if (spaced_script(code_point(text, ahead))) {
        out.push_back({trimmed(text, begin, here), line});
        begin = at;
      }
    }
    before = c;
  }
  out.push_back({trimmed(text, begin, from.end), line});
}

// Where lines end: at LF, CR LF or CR. To be asked from left to right, so that each kind of end is looked for once.
class line_ends {
 public:
  explicit line_ends(std::string_view text) : text_(text), feed_(find('\n', 0)), return_(find('\r', 0)) {}
  std::size_t from(std::size_t at) {
    if (feed_ < at) feed_ = find('\n', at);
    if (return_ < at) return_ = find('\r', at);
    return std::min(feed_, return_);
  }

 private:
  std::size_t find(char c, std::size_t at) const { return std::min(text_.find(c, at), text_.size()); }
  std::string_view text_;
  std::size_t feed_, return_;
};

std::size_t next_line(std::string_view text, std::size_t end) {
  const bool two = end + 1 < text.size() && text[end] == '\r' && text[end + 1] == '\n';
  return end + (two ? 2 : 1);
}

// Where the sentence ends that ICU ends at `to`. Its rules give it the brackets and quotes after its stop, the opening ones of
// the next sentence as well where no space parts the two, as in Chinese and Japanese. Those before white space close: German “.
std::size_t before_opening(std::string_view text, std::size_t from, std::size_t to) {
  std::size_t after = to;
  if (to >= text.size() || u_isUWhiteSpace(code_point(text, after))) return to;
  while (to > from) {
    const std::size_t last = character_start(text, to - 1);
    after = last;
    if (last < from || !opens(next_code_point(text.substr(0, to), after)) || after != to) break;
    to = last;
  }
  return to;
}

// One paragraph: no line ends in it but those of hard wrapping, which count as spaces.
void cut_paragraph(std::string_view text, std::size_t begin, std::size_t end, std::uint32_t line,
                   std::vector<sentence_range>& out) {
  std::string paragraph(text.substr(begin, end - begin));
  std::replace_if(
      paragraph.begin(), paragraph.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
  UErrorCode status = U_ZERO_ERROR;
  UText view = UTEXT_INITIALIZER;
  utext_openUTF8(&view, paragraph.data(), static_cast<std::int64_t>(paragraph.size()), &status);
  const icu::LocalUTextPointer closed_at_the_end(&view);
  icu::BreakIterator& it = iterator();
  it.setText(&view, status);
  if (U_FAILURE(status)) throw std::bad_alloc();  // nothing else can go wrong with valid pointers and sizes
  std::size_t from = skip_space(paragraph, 0);    // kept past white space: breaks that are undone must not scan it again
  for (std::int32_t at = it.next(); at != icu::BreakIterator::DONE; at = it.next()) {
    const std::size_t to = before_opening(paragraph, from, static_cast<std::size_t>(at));
    const slice s = trimmed(paragraph, from, to);
    const bool last = to == paragraph.size();
    if (!last && undone(std::string_view(paragraph).substr(s.begin, s.size()), std::string_view(paragraph).substr(to)))
      continue;
    from = skip_space(paragraph, to);
    if (s.empty()) continue;
    const auto shift = static_cast<std::uint32_t>(begin);
    cut_at_spaces(text, {s.begin + shift, s.end + shift}, line, out);
  }
}

bool begins_upper(std::string_view text, std::size_t at, std::size_t end) {
  const slice rest = trimmed(text, at, end);
  std::size_t from = rest.begin;
  return !rest.empty() && u_isupper(code_point(text, from)) != 0;
}

// Text wrapped at a fixed width, as mail and old wires have it: most lines stop in mid-sentence and none is long. A line stops
// in mid-sentence if it has no sentence end and the next does not begin with a capital: a list of headings is not wrapped.
bool hard_wrapped(std::string_view text) {
  std::size_t inner = 0, open = 0, longest = 0, wide = 0;
  line_ends ends(text);
  for (std::size_t begin = 0, next = 0; begin < text.size(); begin = next) {
    const std::size_t end = ends.from(begin);
    next = next_line(text, end);
    const slice line = trimmed(text, begin, end);
    const bool followed = next < text.size() && text[next] != '\n' && text[next] != '\r';
    if (line.empty() || !followed) continue;
    ++inner;
    const std::string_view characters = text.substr(line.begin, line.size());
    const std::size_t width = count_characters(characters);
    longest = std::max(longest, width);
    if (width >= 45) ++wide;
    if (!ends_sentence(characters) && !begins_upper(text, next, ends.from(next))) ++open;
  }
  return inner >= 4 && longest <= 100 && open * 10 >= inner * 6 && wide * 10 >= inner * 6;
}

// A paragraph longer than this goes to ICU, whose positions have 31 bits, in pieces cut at a space.
constexpr std::size_t longest_piece = 16 << 20;

void cut_long_paragraph(std::string_view text, std::size_t begin, std::size_t end, std::uint32_t line,
                        std::vector<sentence_range>& out) {
  while (end - begin > longest_piece) {
    const std::size_t space = text.substr(begin, longest_piece).rfind(' ');
    const bool found = space != text.npos && space != 0;
    const std::size_t cut = found ? begin + space : character_start(text, begin + longest_piece);
    cut_paragraph(text, begin, cut, line, out);
    begin = cut;
  }
  cut_paragraph(text, begin, end, line, out);
}

}  // namespace

bool ends_sentence(std::string_view line) noexcept {
  for (const std::string_view end :
       {".", "!", "?", "…", "。", "！", "？", "؟", "۔", "।", "»", "\"", "”", "」", "』", ").", ".’", "!’", "?’"})
    if (line.ends_with(end)) return true;
  return false;
}

std::vector<sentence_range> find_sentences(std::string_view text) {
  std::vector<sentence_range> out;
  const bool wrapped = hard_wrapped(text);
  line_ends ends(text);
  std::uint32_t line = 0;
  for (std::size_t begin = 0; begin < text.size(); ++line) {
    std::size_t end = ends.from(begin), next = next_line(text, end);
    // Wrapped: on to the blank line, or to a line set apart by indentation.
    for (; wrapped && next < text.size() && std::string_view("\n\r \t").find(text[next]) == text.npos;
         next = next_line(text, end))
      end = ends.from(next);
    if (!trimmed(text, begin, end).empty()) cut_long_paragraph(text, begin, end, line, out);
    begin = next;
  }
  return out;
}

}  // namespace retold
