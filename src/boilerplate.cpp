// SPDX-License-Identifier: Apache-2.0
// Every rule looks at lines, never at the frequency of words: frequent words cannot tell a template from hot news. Wire copy
// recurs too, but in documents that share much more than one line; that is how it is told from furniture.
#include "retold/boilerplate.hpp"

#include <algorithm>
#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>

#include "boilerplate_phrases.hpp"
#include "hash.hpp"
#include "runs.hpp"
#include "segment_sentences.hpp"

namespace retold {
namespace {

constexpr std::size_t least_recurrence = 3;
constexpr double most_shared_lines = 0.5;  // Jaccard of line sets above which two documents are copies of one another
constexpr std::size_t looked_at = 32;      // documents compared for one recurring line
constexpr std::size_t most_lost_tenths = 7;

struct line {
  std::uint32_t first = 0, last = 0;  // sentences
  std::uint32_t words = 0;            // a character of a script without spaces counts a third
  std::uint64_t key = 0;              // of the folded words; 0: no words
  std::uint64_t masked = 0;           // the same with digits masked
  bool own_title = false;
};

struct page {
  std::vector<line> lines;
  std::uint64_t content = 0;                          // orders pages whatever the order they came in
  boost::unordered_flat_set<std::uint64_t> distinct;  // masked keys
  std::vector<bool> furniture;                        // for each line: the markup itself says so
};

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

slice extent(const article& a, const line& l) {
  return {a.text.sentences[l.first].where.begin, a.text.sentences[l.last - 1].where.end};
}

// For each line whether one range of furniture holds it whole. Lines come in order, so one walk will do.
std::vector<bool> furniture_lines(const article& a, const std::vector<line>& lines) {
  std::vector<slice> furniture = a.origin->furniture;
  std::sort(furniture.begin(), furniture.end());
  std::vector<bool> out;
  std::uint32_t reach = 0;
  auto next = furniture.begin();
  for (const line& l : lines) {
    const slice s = extent(a, l);
    for (; next != furniture.end() && next->begin <= s.begin; ++next) reach = std::max(reach, next->end);
    out.push_back(s.end <= reach);
  }
  return out;
}

page read_page(const article& from) {
  page out;
  const auto& sentences = from.text.sentences;
  for (std::uint32_t s = 0; s < sentences.size();) {
    line l{s, s};
    while (l.last < sentences.size() && sentences[l.last].line == sentences[s].line) ++l.last;
    const std::uint32_t first = sentences[s].first, last = sentences[l.last - 1].last;
    l.words = reading_length(from.text, first, last);
    std::string words = joined(from.text, first, last);
    l.key = key_of(words);
    mask_digits(words);
    l.masked = key_of(words);
    l.own_title = s == 0 && from.origin->title_in_text;
    out.content = mix64(out.content ^ l.key);
    if (l.masked != 0) out.distinct.insert(l.masked);
    out.lines.push_back(l);
    s = l.last;
  }
  out.furniture = furniture_lines(from, out.lines);
  return out;
}

std::string_view characters(const article& a, const line& l) {
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
  bool opens(const article& a, const line& l) const {
    const auto first = a.text.sentences[l.first].first;
    const std::string start = joined(a.text, first, std::min(first + 24, a.text.sentences[l.last - 1].last));
    return std::any_of(phrases_.begin(), phrases_.end(), [&](const std::string& p) { return start.starts_with(p); });
  }

 private:
  std::vector<std::string> phrases_;
};

bool calls_to_action(const article& a, const line& l) {
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

void mark_by_itself(const article& a, const page& p, std::vector<bool>& marked) {
  const auto& lines = p.lines;
  marked = p.furniture;
  for (std::size_t i = 0; i < lines.size(); ++i)
    if (!lines[i].own_title && calls_to_action(a, lines[i])) marked[i] = true;
  mark_runs(0, lines.size(), 2, marked, [&](std::size_t i) { return !lines[i].own_title && cut_off(characters(a, lines[i])); });

  const auto body = [&](const line& l) { return l.words >= 8; };
  const auto scrap = [&](const line& l, std::uint32_t words) { return l.words <= words && !ends_sentence(characters(a, l)); };
  const auto first = std::find_if(lines.begin(), lines.end(), body);
  const auto last = std::find_if(lines.rbegin(), lines.rend(), body);
  if (first == lines.end()) return;
  const auto head = static_cast<std::size_t>(first - lines.begin());
  const auto tail = lines.size() - static_cast<std::size_t>(last - lines.rbegin());
  mark_runs(0, head, 3, marked, [&](std::size_t i) { return scrap(lines[i], 2); });
  mark_runs(tail, lines.size(), 2, marked, [&](std::size_t i) { return scrap(lines[i], 3); });
}

using places = std::vector<std::pair<std::uint32_t, std::uint32_t>>;  // page, line

double shared_lines(const page& a, const page& b) {
  const bool a_first = a.distinct.size() < b.distinct.size();
  const auto &fewer = (a_first ? a : b).distinct, &more = (a_first ? b : a).distinct;
  const auto both =
      static_cast<std::size_t>(std::count_if(fewer.begin(), fewer.end(), [&](auto key) { return more.contains(key); }));
  return static_cast<double>(both) / static_cast<double>(fewer.size() + more.size() - both);
}

// Which pages are copies of one another. Every recurring line asks, so answers are kept.
class copy_book {
 public:
  explicit copy_book(const std::vector<page>& pages) : pages_(pages) {}
  bool copies(std::uint32_t a, std::uint32_t b) {
    const auto key = std::uint64_t{std::min(a, b)} << 32 | std::max(a, b);
    const auto [known, fresh] = answers_.try_emplace(key, false);
    if (fresh) known->second = shared_lines(pages_[a], pages_[b]) >= most_shared_lines;
    return known->second;
  }

 private:
  const std::vector<page>& pages_;
  boost::unordered_flat_map<std::uint64_t, bool> answers_;
};

// Whether the line stands in enough pages that are no copies of one another.
bool recurs(const places& found, const std::vector<page>& pages, copy_book& book) {
  std::vector<std::uint32_t> order;
  for (const auto& [page_number, _] : found) order.push_back(page_number);
  sort_and_unique(order);
  if (order.size() < least_recurrence) return false;
  std::sort(order.begin(), order.end(), [&](auto a, auto b) { return pages[a].content < pages[b].content; });
  std::vector<std::uint32_t> unlike;
  for (std::size_t i = 0; i < std::min(order.size(), looked_at) && unlike.size() < least_recurrence; ++i)
    if (std::all_of(unlike.begin(), unlike.end(), [&](auto u) { return !book.copies(u, order[i]); }))
      unlike.push_back(order[i]);
  return unlike.size() >= least_recurrence;
}

void mark_recurring(const std::vector<article>& articles, const std::vector<page>& pages,
                    std::vector<std::vector<bool>>& marked) {
  boost::unordered_flat_map<std::uint64_t, places> by_key;
  for (std::uint32_t p = 0; p < pages.size(); ++p) {
    const std::string& source = articles[p].origin->source;
    for (std::uint32_t i = 0; i < pages[p].lines.size(); ++i) {
      const line& l = pages[p].lines[i];
      if (l.masked == 0 || l.own_title || l.words > (source.empty() ? 12u : 40u)) continue;
      // Unknown sources count as one; what several papers repeat is then news: a quote, a figure that they dispute.
      if (source.empty() && ends_sentence(characters(articles[p], l))) continue;
      by_key[mix64(l.masked ^ hash_bytes(source))].emplace_back(p, i);
    }
  }
  copy_book book(pages);
  for (const auto& [_, found] : by_key)
    if (found.size() >= least_recurrence && recurs(found, pages, book))
      for (const auto& [p, i] : found) marked[p][i] = true;
}

// A line that is the title of some other document, and of at least four words, is a teaser. The first line of a plain text may
// be its lead and no title: if it ends as a sentence does, others who repeat it retell it.
void mark_titles(const std::vector<article>& articles, const std::vector<page>& pages, std::vector<std::vector<bool>>& marked) {
  boost::unordered_flat_set<std::uint64_t> titles;
  std::vector<std::uint64_t> own(articles.size());
  for (std::size_t p = 0; p < articles.size(); ++p) {
    const document& d = *articles[p].origin;
    const segmented title = segment(d.title);
    const auto words = static_cast<std::uint32_t>(title.words.size());
    own[p] = key_of(joined(title, 0, words));
    if (reading_length(title, 0, words) >= 4 && !(d.title_in_text && ends_sentence(d.title))) titles.insert(own[p]);
  }
  for (std::size_t p = 0; p < pages.size(); ++p)
    for (std::size_t i = 0; i < pages[p].lines.size(); ++i)
      if (const line& l = pages[p].lines[i]; !l.own_title && l.key != own[p] && titles.contains(l.key)) marked[p][i] = true;
}

// Takes over the marks, unless too much would go. Returns how many lines were marked.
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

}  // namespace

article prepare(const document& from) {
  article out;
  out.origin = &from;
  out.text = segment(from.text);
  if (from.title_in_text || from.title.empty()) return out;
  segmented title = segment(from.title);
  const auto same = [&](std::size_t i) { return i < out.text.words.size() && title.folded(i) == out.text.folded(i); };
  std::size_t i = 0;
  while (i < title.words.size() && same(i)) ++i;
  if (i < title.words.size()) out.title = std::move(title);
  return out;
}

std::uint64_t mark_boilerplate(std::vector<article>& articles) {
  std::vector<page> pages;
  std::vector<std::vector<bool>> marked;
  for (const article& a : articles) {
    pages.push_back(read_page(a));
    mark_by_itself(a, pages.back(), marked.emplace_back());
  }
  mark_titles(articles, pages, marked);
  mark_recurring(articles, pages, marked);
  std::uint64_t lines = 0;
  for (std::size_t p = 0; p < articles.size(); ++p) lines += settle(articles[p], pages[p], marked[p]);
  return lines;
}

}  // namespace retold
