// SPDX-License-Identifier: Apache-2.0
// The weights are those of the stories stage, by the frequencies of now. Only the length of an article that came before is not
// computed anew, as it would take a look-up of every term it has. Terms in common are weighed as they are now; others as they
// were when it came, but for those it had first: they are taken to be its own still, and grow rarer with each article.
#include "index_story_vector.hpp"

#include <algorithm>
#include <cmath>

namespace retold {
namespace {

constexpr std::uint64_t common = 50;  // articles; in no more than these, any term may propose

}  // namespace

story_vector::story_vector(const story_features& of, std::span<const std::uint64_t> frequencies, std::uint64_t articles)
    : articles_(articles + 1), terms_(of.terms.size()) {
  place_.reserve(terms_.size());
  for (std::uint32_t i = 0; i < terms_.size(); ++i) {
    const story_term& from = of.terms[i];
    weighed& to = terms_[i];
    place_.try_emplace(from.key, i);
    to.frequency = std::min(frequencies[i], articles) + 1;
    to.rarity = rarity(articles_, to.frequency);
    to.surprise = surprise_of(articles_, to.frequency, from.of);
    const double weight = counted_weight(from.count, from.of);
    to.value = weight * to.rarity;
    (to.frequency == 1 ? fresh_ : known_) += to.frequency == 1 ? weight * weight : to.value * to.value;
  }
  const double rare = rarity(articles_, 1), length = std::sqrt(fresh_ * rare * rare + known_);
  if (length > 0)
    for (weighed& t : terms_) t.value /= length;
}

std::vector<std::uint32_t> story_vector::heaviest(std::uint64_t least, std::size_t limit) const {
  const std::uint64_t most = std::max(articles_ / 4, common);
  std::vector<std::uint32_t> out;
  for (std::uint32_t i = 0; i < terms_.size(); ++i)
    if (terms_[i].value > 0 && terms_[i].frequency >= least && terms_[i].frequency <= most) out.push_back(i);
  const auto count = static_cast<std::ptrdiff_t>(std::min(limit, out.size()));
  const auto heavier = [&](auto x, auto y) { return value(x) != value(y) ? value(x) > value(y) : x < y; };
  std::partial_sort(out.begin(), out.begin() + count, out.end(), heavier);
  out.resize(static_cast<std::size_t>(count));
  return out;
}

// Of the other's terms, `fresh` and `known` is the part of its record that is in common with this, and `shared` what that
// weighs.
double story_vector::length_of(const story_article& other, double fresh, double known, double shared) const {
  const double rare = rarity(articles_, 1);
  return std::sqrt(shared + std::max(0.0, static_cast<double>(other.fresh) - fresh) * rare * rare +
                   std::max(0.0, static_cast<double>(other.known) - known));
}

story_vector::comparison story_vector::with(const story_article& other) const {
  comparison out;
  double fresh = 0, known = 0, shared = 0;
  for (const story_term& t : other.features.terms) {
    const auto mine = place_.find(t.key);
    if (mine == place_.end()) continue;
    const weighed& w = terms_[mine->second];
    const double count = counted_weight(t.count, t.of), value = count * w.rarity;
    shared += value * value;
    (t.fresh ? fresh : known) += t.fresh ? count * count : value * value;
    out.products.emplace_back(mine->second, w.value * value);
    out.found.surprise += static_cast<float>(w.surprise);
  }
  const double length = length_of(other, fresh, known, shared);
  double squares = 0;
  for (auto& [term, product] : out.products) {
    product /= length;
    out.found.sum += product;
    squares += product * product;
  }
  out.found.sum = std::min(out.found.sum, 1.0);
  out.found.concentration = static_cast<float>(std::sqrt(squares));
  return out;
}

}  // namespace retold
