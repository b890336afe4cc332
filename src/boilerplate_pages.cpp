// SPDX-License-Identifier: Apache-2.0
#include "boilerplate_pages.hpp"

#include <string>
#include <string_view>

#include "boilerplate_phrases.hpp"
#include "hash.hpp"
#include "runs.hpp"
#include "segment_sentences.hpp"

namespace retold {
namespace {

constexpr double most_shared_lines = 0.5;  // Jaccard of line sets above which two documents are copies of one another
constexpr std::size_t most_lost_tenths = 7;

std::string joined(const segmented& text, std::uint32_t first, std::uint32_t last) {
  std::string out;
  for (std::uint32_t w = first; w < last; ++w) out.append(text.folded(w)).push_back(' ');
  return out;
}

std::uint64_t key_of(const std::string& joined_words) { return joined_words.empty() ? 0 : hash_bytes(joined_words); }

// "9 comments" and "10 comments" are one line.
void mask_digits(std::string& words) {
  std::replace_if(
      words.begin(), words.end(), [](char c) { return c >= '0' && c <= '9'; }, '0');
  words.erase(std::unique(words.begin(), words.end(), [](char x, char y) { return x == '0' && y == '0'; }), words.end());
}

std::uint32_t reading_length(const segmented& text, std::uint32_t first, std::uint32_t last) {
  std::uint32_t thirds = 0;
  for (std::uint32_t w = first; w < last; ++w)
    thirds += text.words[w].joined || (w + 1 < last && text.words[w + 1].joined) ? 1 : 3;
  return (thirds + 2) / 3;
}

slice extent(const article& a, const page_line& l) {
  return {a.text.sentences[l.first].where.begin, a.text.sentences[l.last - 1].where.end};
}

// For each line whether one range of furniture holds it whole. Lines come in order, so one walk will do.
std::vector<bool> furniture_lines(const article& a, const std::vector<page_line>& lines) {
  std::vector<slice> furniture = a.origin->furniture;
  std::sort(furniture.begin(), furniture.end());
  std::vector<bool> out;
  std::uint32_t reach = 0;
  auto next = furniture.begin();
  for (const page_line& l : lines) {
    const slice s = extent(a, l);
    for (; next != furniture.end() && next->begin <= s.begin; ++next) reach = std::max(reach, next->end);
    out.push_back(s.end <= reach);
  }
  return out;
}

}  // namespace

page read_page(const article& from) {
  page out;
  const auto& sentences = from.text.sentences;
  for (std::uint32_t s = 0; s < sentences.size();) {
    page_line l{s, s};
    while (l.last < sentences.size() && sentences[l.last].line == sentences[s].line) ++l.last;
    const std::uint32_t first = sentences[s].first, last = sentences[l.last - 1].last;
    l.words = reading_length(from.text, first, last);
    std::string words = joined(from.text, first, last);
    l.key = key_of(words);
    mask_digits(words);
    l.masked = key_of(words);
    l.own_title = s == 0 && from.origin->title_in_text;
    out.content = mix64(out.content ^ l.key);
    if (l.masked != 0) out.distinct.push_back(l.masked);
    out.lines.push_back(l);
    s = l.last;
  }
  sort_and_unique(out.distinct);
  out.furniture = furniture_lines(from, out.lines);
  return out;
}

namespace {

std::string_view characters(const article& a, const page_line& l) {
  const slice s = extent(a, l);
  return std::string_view(a.origin->text).substr(s.begin, s.size());
}

// "Valve has just released a new version of its client, which..." with or without a closing bracket.
bool cut_off(std::string_view text) {
  while (!text.empty() && (text.back() == ']' || text.back() == ')' || text.back() == ' ')) text.remove_suffix(1);
  return text.ends_with("...") || text.ends_with("…");
}

// The phrases, folded and cut into words as texts are, each with a space behind every word.
class phrase_book {
 public:
  template <class List>
  explicit phrase_book(const List& list) {
    for (const std::string_view phrase : list) {
      const segmented cut = segment(phrase);
      phrases_.push_back(joined(cut, 0, static_cast<std::uint32_t>(cut.words.size())));
    }
  }
  bool opens(const article& a, const page_line& l) const {
    const auto first = a.text.sentences[l.first].first;
    const std::string start = joined(a.text, first, std::min(first + 24, a.text.sentences[l.last - 1].last));
    return std::any_of(phrases_.begin(), phrases_.end(), [&](const std::string& p) { return start.starts_with(p); });
  }

 private:
  std::vector<std::string> phrases_;
};

bool calls_to_action(const article& a, const page_line& l) {
  static const phrase_book phrases(call_phrases), beginnings(call_beginnings), labels(call_labels);
  const bool open = !ends_sentence(characters(a, l));
  return (l.words <= 30 && phrases.opens(a, l)) || (l.words <= 8 && open && beginnings.opens(a, l)) ||
         (l.words <= 3 && open && labels.opens(a, l));
}

// Marks runs of at least `least` successive lines that `is` holds for.
template <class Predicate>
void mark_runs(std::size_t begin, std::size_t end, std::size_t least, std::vector<bool>& marked, Predicate is) {
  for (std::size_t i = begin; i < end;) {
    std::size_t j = i;
    while (j < end && is(j)) ++j;
    if (j - i >= least)
      std::fill(marked.begin() + static_cast<std::ptrdiff_t>(i), marked.begin() + static_cast<std::ptrdiff_t>(j), true);
    i = std::max(j, i + 1);
  }
}

}  // namespace

std::vector<bool> marked_by_itself(const article& a, const page& p) {
  const auto& lines = p.lines;
  std::vector<bool> marked = p.furniture;
  for (std::size_t i = 0; i < lines.size(); ++i)
    if (!lines[i].own_title && calls_to_action(a, lines[i])) marked[i] = true;
  mark_runs(0, lines.size(), 2, marked, [&](std::size_t i) { return !lines[i].own_title && cut_off(characters(a, lines[i])); });

  const auto body = [&](const page_line& l) { return l.words >= 8; };
  const auto scrap = [&](const page_line& l, std::uint32_t words) {
    return l.words <= words && !ends_sentence(characters(a, l));
  };
  const auto first = std::find_if(lines.begin(), lines.end(), body);
  const auto last = std::find_if(lines.rbegin(), lines.rend(), body);
  if (first == lines.end()) return marked;
  const auto head = static_cast<std::size_t>(first - lines.begin());
  const auto tail = lines.size() - static_cast<std::size_t>(last - lines.rbegin());
  mark_runs(0, head, 3, marked, [&](std::size_t i) { return scrap(lines[i], 2); });
  mark_runs(tail, lines.size(), 2, marked, [&](std::size_t i) { return scrap(lines[i], 3); });
  return marked;
}

page_title title_of(const document& d) {
  const segmented title = segment(d.title);
  const auto words = static_cast<std::uint32_t>(title.words.size());
  const bool teases = reading_length(title, 0, words) >= 4 && !(d.title_in_text && ends_sentence(d.title));
  return {key_of(joined(title, 0, words)), teases};
}

std::uint64_t recurring_key(const article& a, const page_line& l) {
  const std::string& source = a.origin->source;
  if (l.masked == 0 || l.own_title || l.words > (source.empty() ? 12u : 40u)) return 0;
  // Unknown sources count as one; what several papers repeat is then news: a quote, a figure that they dispute.
  if (source.empty() && ends_sentence(characters(a, l))) return 0;
  return mix64(l.masked ^ hash_bytes(source));
}

bool are_copies(std::span<const std::uint64_t> a, std::span<const std::uint64_t> b) {
  std::size_t both = 0;
  for (auto x = a.begin(), y = b.begin(); x != a.end() && y != b.end();) {
    both += *x == *y;
    const bool step_x = *x <= *y, step_y = *y <= *x;
    x += step_x, y += step_y;
  }
  return static_cast<double>(both) / static_cast<double>(a.size() + b.size() - both) >= most_shared_lines;
}

std::uint64_t settle(article& a, const page& p, const std::vector<bool>& marked) {
  std::size_t lost = 0, lines = 0;
  std::vector<bool> sentences(a.text.sentences.size());
  for (std::size_t i = 0; i < p.lines.size(); ++i) {
    if (!marked[i]) continue;
    ++lines;
    for (std::uint32_t s = p.lines[i].first; s < p.lines[i].last; ++s) {
      sentences[s] = true;
      lost += a.text.sentences[s].size();
    }
  }
  a.boilerplate.clear();
  a.furniture.clear();
  a.spared = lines != 0 && 10 * lost > most_lost_tenths * a.text.words.size();
  if (lines == 0 || a.spared) return 0;
  a.boilerplate = std::move(sentences);
  if (a.origin->furniture.empty()) return lines;
  a.furniture.resize(a.boilerplate.size());
  for (std::size_t i = 0; i < p.lines.size(); ++i)
    for (std::uint32_t s = p.lines[i].first; s < p.lines[i].last; ++s) a.furniture[s] = p.furniture[i];
  return lines;
}

}  // namespace retold
