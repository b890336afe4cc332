// SPDX-License-Identifier: Apache-2.0
// Documents of two files brought together by id, and which of their groups differ most.
#include <algorithm>
#include <boost/unordered/unordered_flat_map.hpp>
#include <iterator>
#include <numeric>
#include <string_view>

#include "evaluate_table.hpp"
#include "retold/error.hpp"
#include "retold/evaluate.hpp"

namespace retold {
namespace {

constexpr std::size_t parts_shown = 5, examples_shown = 3;

// In order of their ids: what is told does not depend on the order of the file.
grouping by_id(const grouping& from) {
  std::vector<std::size_t> order(from.documents.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return from.documents[a] < from.documents[b]; });
  grouping out;
  out.names = from.names;
  out.without_story = from.without_story;
  for (const std::size_t i : order) {
    out.documents.push_back(from.documents[i]);
    out.labels.push_back(from.labels[i]);
    if (!from.tags.empty()) out.tags.push_back(from.tags[i]);
  }
  return out;
}

// Nothing would mean anything. No groups at all are something else: dedup has found nothing.
void check_related(const grouping& gold, const grouping& found, const evaluation& of) {
  if (found.documents.empty() || gold.documents.empty() || of.missing != gold.documents.size()) return;
  throw error(error_kind::input, "GOLD and PREDICTION have no document in common: one has \"" + of.missing_ids.front() +
                                     "\", the other \"" + of.unknown_ids.front() + "\"; are their ids the same?");
}

// The label of each gold document on the other side. Who is in no group there gets a number that nobody has.
std::vector<std::uint32_t> found_labels(const grouping& gold, const grouping& found, evaluation& out) {
  boost::unordered_flat_map<std::string_view, std::uint32_t> label;
  for (std::size_t i = 0; i < found.documents.size(); ++i) label.emplace(found.documents[i], found.labels[i]);
  std::vector<std::uint32_t> labels;
  auto alone = static_cast<std::uint32_t>(found.names.size());
  for (const std::string& id : gold.documents) {
    const auto known = label.find(id);
    labels.push_back(known == label.end() ? alone++ : known->second);
    if (known != label.end()) {
      label.erase(known);
      continue;
    }
    if (out.missing++ < examples_shown) out.missing_ids.push_back(id);
  }
  std::vector<std::string_view> unknown;
  for (const auto& [id, of] : label) unknown.push_back(id);
  const auto shown = unknown.begin() + static_cast<std::ptrdiff_t>(std::min(examples_shown, unknown.size()));
  std::partial_sort(unknown.begin(), shown, unknown.end());
  out.unknown_ids.assign(unknown.begin(), shown);
  out.unknown = unknown.size();
  return labels;
}

std::vector<std::uint64_t> count_sizes(std::span<const std::uint32_t> sizes) {
  std::vector<std::uint64_t> out(std::size(size_classes) + 1);
  for (const std::uint32_t size : sizes)
    ++out[static_cast<std::size_t>(std::lower_bound(std::begin(size_classes), std::end(size_classes), size) -
                                   std::begin(size_classes))];
  return out;
}

// One side of the table, seen from it: its groups, and for each the cells it has with the other side.
class one_side {
 public:
  using cell = group_table::cell;
  using member = std::uint32_t cell::*;

  one_side(const group_table& table, member own, member other, std::span<const std::uint64_t> forgiven)
      : cells_(table.cells), own_(own), other_(other), sizes_(own == &cell::gold ? table.gold.sizes : table.found.sizes) {
    std::stable_sort(cells_.begin(), cells_.end(),
                     [&](const cell& a, const cell& b) { return a.*own_ != b.*own_ ? a.*own_ < b.*own_ : a.count > b.count; });
    begin_.resize(sizes_.size() + 1);
    wrong_.resize(sizes_.size());
    for (const cell& c : cells_) ++begin_[c.*own_ + std::size_t{1}];
    for (std::size_t g = 0; g < sizes_.size(); ++g) {
      begin_[g + 1] += begin_[g];
      wrong_[g] = pairs_of(sizes_[g]) - (forgiven.empty() ? 0 : forgiven[g]);
    }
    for (const cell& c : cells_) wrong_[c.*own_] -= pairs_of(c.count);
  }

  // Groups of which some pair is wrong: the most wrong pairs first.
  std::vector<std::uint32_t> worst(std::size_t count) const {
    std::vector<std::uint32_t> out;
    for (std::uint32_t g = 0; g < wrong_.size(); ++g)
      if (wrong_[g] != 0) out.push_back(g);
    const auto end = out.begin() + static_cast<std::ptrdiff_t>(std::min(count, out.size()));
    std::partial_sort(out.begin(), end, out.end(),
                      [&](std::uint32_t a, std::uint32_t b) { return wrong_[a] != wrong_[b] ? wrong_[a] > wrong_[b] : a < b; });
    out.erase(end, out.end());
    return out;
  }

  std::span<const cell> cells(std::uint32_t group) const {
    return std::span(cells_).subspan(begin_[group], begin_[group + std::size_t{1}] - begin_[group]);
  }
  std::uint32_t other(const cell& of) const { return of.*other_; }
  std::uint32_t size(std::uint32_t group) const { return sizes_[group]; }
  std::uint64_t wrong(std::uint32_t group) const { return wrong_[group]; }

 private:
  std::vector<cell> cells_;
  member own_, other_;
  std::span<const std::uint32_t> sizes_;
  std::vector<std::size_t> begin_;
  std::vector<std::uint64_t> wrong_;
};

// Ids of the cells that are told of, in one pass over the documents.
using cell_examples = boost::unordered_flat_map<std::uint64_t, std::vector<std::string>>;
std::uint64_t key_of(const group_table::cell& c) { return std::uint64_t{c.gold} << 32 | c.found; }

struct naming {
  const grouping& from;
  std::vector<std::uint32_t> labels;  // of the first document of each group of the table
  std::string operator()(std::uint32_t group) const {
    return labels[group] < from.names.size() ? from.names[labels[group]] : std::string();
  }
};

std::vector<torn_group> tell(const one_side& side, std::size_t count, const naming& own, const naming& other,
                             std::vector<std::vector<group_table::cell>>& shown) {
  std::vector<torn_group> out;
  for (const std::uint32_t g : side.worst(count)) {
    const auto cells = side.cells(g);
    torn_group torn{own(g), side.size(g), static_cast<std::uint32_t>(cells.size()), side.wrong(g), {}};
    shown.emplace_back(cells.begin(), cells.begin() + static_cast<std::ptrdiff_t>(std::min(cells.size(), parts_shown)));
    for (const group_table::cell& c : shown.back()) torn.parts.push_back({other(side.other(c)), c.count, {}});
    out.push_back(std::move(torn));
  }
  return out;
}

void add_examples(const std::vector<std::vector<group_table::cell>>& shown, const grouping& gold, const group_table& table,
                  std::span<torn_group*> to) {
  cell_examples examples;
  for (const auto& cells : shown)
    for (const auto& c : cells) examples[key_of(c)];
  for (std::size_t i = 0; i < gold.documents.size(); ++i) {
    const auto wanted = examples.find(key_of({table.gold.of[i], table.found.of[i], 0}));
    if (wanted != examples.end() && wanted->second.size() < examples_shown) wanted->second.push_back(gold.documents[i]);
  }
  for (std::size_t g = 0; g < shown.size(); ++g)
    for (std::size_t p = 0; p < shown[g].size(); ++p) to[g]->parts[p].examples = examples[key_of(shown[g][p])];
}

}  // namespace

std::string size_class_name(std::size_t which) {
  const std::size_t last = std::size(size_classes);
  const std::uint32_t from = which == 0 ? 1 : size_classes[which - 1] + 1;
  if (which >= last) return "over " + std::to_string(size_classes[last - 1]);
  return std::to_string(from) + (size_classes[which] == from ? "" : "–" + std::to_string(size_classes[which]));
}

evaluation evaluate(const grouping& right, const grouping& found, std::size_t worst) {
  evaluation out;
  const grouping gold = by_id(right);
  const std::vector<std::uint32_t> labels = found_labels(gold, found, out);
  check_related(gold, found, out);
  const group_table table(gold.labels, labels);
  const std::vector<std::uint64_t> ambiguous = ambiguous_pairs(table, gold.tags);
  out.figures = measure(table, ambiguous);
  for (const std::uint64_t pairs : ambiguous) out.ambiguous_pairs += pairs;
  out.without_story = gold.without_story;
  out.gold_sizes = count_sizes(table.gold.sizes);
  out.found_sizes = count_sizes(table.found.sizes);
  naming stories{gold, {}}, groups{found, {}};
  for (const std::uint32_t i : table.gold.first) stories.labels.push_back(gold.labels[i]);
  for (const std::uint32_t i : table.found.first) groups.labels.push_back(labels[i]);
  using cell = group_table::cell;
  std::vector<std::vector<cell>> shown;
  out.split = tell(one_side(table, &cell::gold, &cell::found, {}), worst, stories, groups, shown);
  out.mixed = tell(one_side(table, &cell::found, &cell::gold, ambiguous), worst, groups, stories, shown);
  std::vector<torn_group*> all;
  for (torn_group& t : out.split) all.push_back(&t);
  for (torn_group& t : out.mixed) all.push_back(&t);
  add_examples(shown, gold, table, all);
  for (const grouping* side : {&right, &found})
    out.skipped.insert(out.skipped.end(), side->skipped.begin(), side->skipped.end());
  return out;
}

}  // namespace retold
