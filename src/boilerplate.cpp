// SPDX-License-Identifier: Apache-2.0
// Every rule looks at lines, never at the frequency of words: frequent words cannot tell a template from hot news. Wire copy
// recurs too, but in documents that share much more than one line; that is how it is told from furniture.
#include "retold/boilerplate.hpp"

#include <algorithm>
#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>

#include "boilerplate_pages.hpp"
#include "runs.hpp"

namespace retold {
namespace {

using places = std::vector<std::pair<std::uint32_t, std::uint32_t>>;  // page, line

// Which pages are copies of one another. Every recurring line asks, so answers are kept.
class copy_book {
 public:
  explicit copy_book(const std::vector<page>& pages) : pages_(pages) {}
  bool copies(std::uint32_t a, std::uint32_t b) {
    const auto key = std::uint64_t{std::min(a, b)} << 32 | std::max(a, b);
    const auto [known, fresh] = answers_.try_emplace(key, false);
    if (fresh) known->second = are_copies(pages_[a].distinct, pages_[b].distinct);
    return known->second;
  }

 private:
  const std::vector<page>& pages_;
  boost::unordered_flat_map<std::uint64_t, bool> answers_;
};

bool line_recurs(const places& found, const std::vector<page>& pages, copy_book& book) {
  std::vector<std::uint32_t> order;
  for (const auto& [page_number, _] : found) order.push_back(page_number);
  sort_and_unique(order);
  if (order.size() < least_recurrence) return false;
  std::sort(order.begin(), order.end(), [&](auto a, auto b) { return pages[a].content < pages[b].content; });
  return recurs(order.size(), [&](std::size_t a, std::size_t b) { return book.copies(order[a], order[b]); });
}

void mark_recurring(const std::vector<article>& articles, const std::vector<page>& pages,
                    std::vector<std::vector<bool>>& marked) {
  boost::unordered_flat_map<std::uint64_t, places> by_key;
  for (std::uint32_t p = 0; p < pages.size(); ++p)
    for (std::uint32_t i = 0; i < pages[p].lines.size(); ++i)
      if (const std::uint64_t key = recurring_key(articles[p], pages[p].lines[i]); key != 0) by_key[key].emplace_back(p, i);
  copy_book book(pages);
  for (const auto& [_, found] : by_key)
    if (found.size() >= least_recurrence && line_recurs(found, pages, book))
      for (const auto& [p, i] : found) marked[p][i] = true;
}

void mark_titles(const std::vector<article>& articles, const std::vector<page>& pages, std::vector<std::vector<bool>>& marked) {
  boost::unordered_flat_set<std::uint64_t> titles;
  std::vector<page_title> own;
  for (const article& a : articles)
    if (own.push_back(title_of(*a.origin)); own.back().teases) titles.insert(own.back().key);
  for (std::size_t p = 0; p < pages.size(); ++p)
    for (std::size_t i = 0; i < pages[p].lines.size(); ++i)
      if (const page_line& l = pages[p].lines[i]; may_tease(l, own[p]) && titles.contains(l.key)) marked[p][i] = true;
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
    marked.push_back(marked_by_itself(a, pages.back()));
  }
  mark_titles(articles, pages, marked);
  mark_recurring(articles, pages, marked);
  std::uint64_t lines = 0;
  for (std::size_t p = 0; p < articles.size(); ++p) lines += settle(articles[p], pages[p], marked[p]);
  return lines;
}

}  // namespace retold
