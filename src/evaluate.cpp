// SPDX-License-Identifier: Apache-2.0
// Everything follows from the table of how many documents each pair of a gold and a found group has in common.
#include "retold/evaluate.hpp"

#include <algorithm>
#include <cmath>

#include "evaluate_table.hpp"
#include "retold/error.hpp"

namespace retold {
namespace {

double real(std::uint64_t n) noexcept { return static_cast<double>(n); }
double share(double part, double whole) noexcept { return whole == 0 ? 1 : part / whole; }
double harmonic(double a, double b) noexcept { return a + b == 0 ? 0 : 2 * a * b / (a + b); }

double pairs_in(std::span<const std::uint32_t> sizes) noexcept {
  double pairs = 0;
  for (const std::uint32_t size : sizes) pairs += real(pairs_of(size));
  return pairs;
}

double entropy(std::span<const std::uint32_t> sizes, std::uint64_t documents) noexcept {
  double sum = 0;
  for (const std::uint32_t size : sizes) sum -= real(size) / real(documents) * std::log(real(size) / real(documents));
  return sum;
}

void measure_documents(const group_table& table, agreement& out) {
  const double documents = real(out.documents);
  double precision = 0, recall = 0, gold_given_found = 0, found_given_gold = 0;
  for (const group_table::cell& c : table.cells) {
    const double of_found = real(c.count) / real(table.found.sizes[c.found]);
    const double of_gold = real(c.count) / real(table.gold.sizes[c.gold]);
    precision += real(c.count) * of_found;
    recall += real(c.count) * of_gold;
    gold_given_found -= real(c.count) / documents * std::log(of_found);
    found_given_gold -= real(c.count) / documents * std::log(of_gold);
  }
  out.b_cubed = {precision / documents, recall / documents};
  const auto known = [](double unknown, double all) { return all == 0 ? 1 : std::max(0.0, 1 - unknown / all); };
  out.homogeneity = known(gold_given_found, entropy(table.gold.sizes, out.documents));
  out.completeness = known(found_given_gold, entropy(table.found.sizes, out.documents));
}

// Over all pairs; those that the gold cannot tell are none for precision.
void measure_pairs(const group_table& table, double ambiguous, agreement& out) {
  double together = 0;  // in both
  for (const group_table::cell& c : table.cells) together += real(pairs_of(c.count));
  const double of_gold = pairs_in(table.gold.sizes), of_found = pairs_in(table.found.sizes);
  const double all = real(pairs_of(out.documents));
  const double by_chance = all == 0 ? 0 : of_gold * of_found / all, most = (of_gold + of_found) / 2;
  out.adjusted_rand = most == by_chance ? 1 : (together - by_chance) / (most - by_chance);
  out.pairwise = {share(together, of_found - ambiguous), share(together, of_gold)};
}

}  // namespace

double precision_recall::f1() const noexcept { return harmonic(precision, recall); }
double agreement::v_measure() const noexcept { return harmonic(homogeneity, completeness); }

agreement measure(const group_table& table, std::span<const std::uint64_t> ambiguous) {
  agreement out;
  out.documents = table.gold.of.size();
  out.gold_groups = table.gold.sizes.size();
  out.found_groups = table.found.sizes.size();
  if (out.documents == 0) return out;
  double left_out = 0;
  for (const std::uint64_t pairs : ambiguous) left_out += real(pairs);
  measure_documents(table, out);
  measure_pairs(table, left_out, out);
  return out;
}

agreement agree(std::span<const std::uint32_t> gold, std::span<const std::uint32_t> found, const document_tags& tags) {
  if (gold.size() != found.size() || (!tags.empty() && tags.size() != gold.size()))
    throw error(error_kind::option, "a label for each document on both sides: " + std::to_string(gold.size()) + " and " +
                                        std::to_string(found.size()) +
                                        (tags.empty() ? "" : ", tags of " + std::to_string(tags.size())));
  const group_table table(gold, found);
  return measure(table, ambiguous_pairs(table, tags));
}

}  // namespace retold
