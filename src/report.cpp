// SPDX-License-Identifier: Apache-2.0
// Names and the outline that all views share; the views themselves are report_text, report_json and report_page.
#include "retold/report.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <unordered_map>
#include <unordered_set>

#include "counted.hpp"
#include "report_columns.hpp"
#include "report_escape.hpp"
#include "report_outline.hpp"
#include "retold/error.hpp"
#include "utf8.hpp"

namespace retold {

const char* name(level value) noexcept {
  switch (value) {
    case level::exact:
      return "exact";
    case level::near:
      return "near";
    case level::story:
      return "story";
    case level::topic:
      return "topic";
  }
  return "unknown";
}

level level_of(std::string_view wanted, level coarsest) {
  std::string all;
  for (const level each : {level::exact, level::near, level::story, level::topic}) {
    if (each > coarsest) break;
    if (wanted == name(each)) return each;
    all += (each == level::exact ? "" : each == coarsest ? " or " : ", ") + std::string(name(each));
  }
  throw error(error_kind::option, "level '" + std::string(wanted) + "' is not " + all);
}

const char* name(passage_class value) noexcept {
  switch (value) {
    case passage_class::identical:
      return "identical";
    case passage_class::shared:
      return "shared";
    case passage_class::paraphrased:
      return "paraphrased";
    case passage_class::related:
      return "related";
    case passage_class::unrelated:
      return "unrelated";
  }
  return "unknown";
}

}  // namespace retold

namespace retold::rendering {
namespace {

bool overlaps(const side& x, const side& y) {
  return x.document == y.document && x.field == y.field && x.where.begin < y.where.end && y.where.begin < x.where.end;
}

bool repeats(const passage& p, const passage& shown) {
  return overlaps(p.a, shown.a) || overlaps(p.b, shown.b) || overlaps(p.a, shown.b) || overlaps(p.b, shown.a);
}

// Whether a passage lies between two documents of one near subgroup: it says what the subgroup says already.
class reprints {
 public:
  explicit reprints(const group& of) {
    for (std::size_t i = 0; i < of.near.size(); ++i) {
      for (const std::uint32_t d : of.near[i]) subgroup_.emplace(d, i);
    }
  }
  bool hold(const passage& p) const {
    const auto a = subgroup_.find(p.a.document), b = subgroup_.find(p.b.document);
    return a != subgroup_.end() && b != subgroup_.end() && a->second == b->second;
  }

 private:
  std::unordered_map<std::uint32_t, std::size_t> subgroup_;
};

// Of a whole sentence counts in full, of a name little. A word of six columns, whatever the script.
double weight(const clustering& found, const passage& p) {
  constexpr double sentence = 12 * 6;
  const int shorter = std::min(columns(seen(found.documents[p.a.document], p.a, p.a.where)),
                               columns(seen(found.documents[p.b.document], p.b, p.b.where)));
  return std::round(100 * p.score * std::min(1.0, shorter / sentence));
}

// For each group, the numbers of those `all` that lie within it.
template <class Items, class Ends>
std::vector<std::vector<std::size_t>> within_groups(const clustering& found, const Items& all, Ends ends_of) {
  std::vector<std::size_t> group_of(found.documents.size(), found.groups.size());
  for (std::size_t g = 0; g < found.groups.size(); ++g) {
    for (const std::uint32_t d : found.groups[g].documents) group_of[d] = g;
  }
  std::vector<std::vector<std::size_t>> result(found.groups.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto [a, b] = ends_of(all[i]);
    if (const std::size_t g = group_of[a]; g < result.size() && g == group_of[b]) result[g].push_back(i);
  }
  return result;
}

}  // namespace

subgroups near_beyond_exact(const group& g) {
  subgroups near = g.near;
  std::erase_if(near, [&](const auto& members) { return std::find(g.exact.begin(), g.exact.end(), members) != g.exact.end(); });
  return near;
}

bool is_blank(const document& d) { return d.title.empty() && d.text.find_first_not_of(" \t\r\n") == std::string::npos; }

std::string heading(const document& d) {
  constexpr int words = 12, width = 80;
  constexpr std::size_t enough = 4096;
  if (!d.title.empty()) return d.title;
  if (is_blank(d)) return d.id;
  std::size_t end = d.text.find_first_not_of(" \t\r\n");
  for (int i = 0; i < words && end != d.text.npos; ++i) {
    end = d.text.find_first_not_of(" \t\r\n", end);
    end = d.text.find_first_of(" \t\r\n", end);
  }
  const bool all = end == d.text.npos || d.text.find_first_not_of(" \t\r\n", end) == d.text.npos;
  if (end == d.text.npos) end = d.text.size();
  if (end > enough) end = character_start(d.text, enough);  // of a text without blanks
  return clip(d.text.substr(0, end) + (all ? "" : "…"), width);
}

std::string heading(const clustering& found, const group& g) {
  return g.title.empty() ? heading(found.documents[g.representative]) : g.title;
}

std::string shown_score(const passage& p) {
  const double rounded = std::round(p.score * 100) / 100;
  return decimal(p.kind == passage_class::identical ? rounded : std::min(rounded, 0.99));
}

std::string in_words(const clustering& found, const link& l) {
  std::string line = found.documents[l.a].id + " – " + found.documents[l.b].id;
  line += ' ' + decimal(std::round(l.score * 100) / 100);
  for (const std::string& reason : l.reasons) line.append(&reason == &l.reasons.front() ? ": " : " · ").append(reason);
  return line;
}

totals count(const clustering& found) {
  totals n{.documents = found.documents.size(), .skipped = found.skipped.size()};
  std::unordered_set<std::uint32_t> copies;
  for (const group& g : found.groups) {
    ++(g.documents.size() > 1 ? n.groups : n.alone);
    for (const auto& members : g.exact) copies.insert(members.begin() + 1, members.end());
  }
  n.exact = copies.size();
  for (const group& g : found.groups) {
    for (const auto& members : g.near) {
      const auto originals = std::count_if(members.begin(), members.end(), [&](auto d) { return !copies.contains(d); });
      n.near += originals > 1 ? static_cast<std::size_t>(originals) - 1 : 0;
    }
  }
  return n;
}

std::string count_groups(level of, std::size_t number) {
  switch (of) {
    case level::exact:
      return counted(number, "group of copies", "groups of copies");
    case level::near:
      return counted(number, "group of near-duplicates", "groups of near-duplicates");
    case level::story:
      return counted(number, "story", "stories");
    case level::topic:
      return counted(number, "topic", "topics");
  }
  return {};
}

std::vector<std::string> headline(const clustering& found) {
  const totals n = count(found);
  std::vector<std::string> parts{counted(n.documents, "document", "documents"), count_groups(found.level, n.groups)};
  if (n.alone != 0) parts.push_back(std::to_string(n.alone) + " alone");
  if (n.near != 0) parts.push_back(counted(n.near, "near-duplicate", "near-duplicates"));
  if (n.exact != 0) parts.push_back(counted(n.exact, "exact copy", "exact copies"));
  if (n.skipped != 0) parts.push_back(std::to_string(n.skipped) + " skipped");
  return parts;
}

std::vector<std::vector<std::size_t>> passages_of_groups(const clustering& found) {
  return within_groups(found, found.passages, [](const passage& p) { return std::pair(p.a.document, p.b.document); });
}

std::vector<std::vector<std::size_t>> links_of_groups(const clustering& found) {
  auto result = within_groups(found, found.links, [](const link& l) { return std::pair(l.a, l.b); });
  for (auto& links : result) {
    std::stable_sort(links.begin(), links.end(), [&](auto x, auto y) { return found.links[x].score > found.links[y].score; });
  }
  return result;
}

std::vector<std::size_t> strongest(const clustering& found, const group& of, const std::vector<std::size_t>& passages,
                                   std::size_t limit) {
  const reprints reprinted(of);
  std::vector<std::tuple<bool, passage_class, double, bool, std::size_t>> ranks;
  for (const std::size_t i : passages) {
    const passage& p = found.passages[i];
    ranks.emplace_back(reprinted.hold(p), p.kind, -weight(found, p), p.conflicts.empty(), i);
  }
  std::sort(ranks.begin(), ranks.end());
  std::vector<std::size_t> order;
  for (const auto& rank : ranks) order.push_back(std::get<std::size_t>(rank));
  const auto fill = [&](std::vector<std::size_t> shown) {
    const auto fresh = [&](std::size_t i) {
      return std::none_of(shown.begin(), shown.end(),
                          [&](std::size_t s) { return repeats(found.passages[i], found.passages[s]); });
    };
    for (const std::size_t i : order) {
      if (shown.size() < limit && fresh(i)) shown.push_back(i);
    }
    return shown;
  };
  const auto conflicting = [&](std::size_t i) { return !found.passages[i].conflicts.empty(); };
  const auto conflict = std::find_if(order.begin(), order.end(), conflicting);
  std::vector<std::size_t> shown = fill({});
  if (conflict == order.end() || std::any_of(shown.begin(), shown.end(), conflicting)) return shown;
  // Figures that differ are what a reader must not miss: the last place is theirs.
  shown = fill({*conflict});
  std::rotate(shown.begin(), shown.begin() + 1, shown.end());
  return shown;
}

std::string conflicting_figures(const passage& p, const document& a, const document& b) {
  std::string line;
  for (const conflict& c : p.conflicts) {
    if (!line.empty()) line += " · ";
    line.append(seen(a, p.a, c.a)).append(" ≠ ").append(seen(b, p.b, c.b));
  }
  return line;
}

}  // namespace retold::rendering
