// SPDX-License-Identifier: Apache-2.0
#include "spans_find.hpp"

#include <algorithm>
#include <tuple>

#include "spans_digests.hpp"
#include "spans_pieces.hpp"

namespace retold::spanning {
namespace {

bool before(const reused& x, const reused& y) {
  return std::tie(x.a.begin, x.b.begin, x.a.end, x.b.end) < std::tie(y.a.begin, y.b.begin, y.a.end, y.b.end);
}

class reuse_finder {
 public:
  reuse_finder(const two_readings& in, const runs_by_place& runs, bool digests_in_b, std::optional<unsigned> least_words,
               const constants& with)
      : in_(in), runs_(runs), with_(with), digests_in_b_(digests_in_b), cosine_(in), cover_(in) {
    const double shorter = std::min(in_.a.thirds, in_.b.thirds) / 3.0;
    least_words_ = least_words ? *least_words : std::min(with_.least_words, with_.least_share * shorter);
  }

  std::vector<reused> find() {
    const std::vector<seed> seeds =
        find_seeds(in_, std::min(with_.seed_cosine, with_.digest_cosine), std::min(with_.seed_dice, with_.digest_dice));
    std::vector<reused> copies = copied(in_, runs_.all(), with_);
    std::erase_if(copies, [this](const reused& x) { return too_short(x); });
    copies = longest_first(std::move(copies));
    std::vector<reused> reworded = pieces(seeds);
    if (const auto sums = digests(seeds, copies, reworded); !sums.empty()) reworded = sums;
    return together(copies, reworded);
  }

 private:
  bool too_short(const reused& x) const { return std::min(in_.a.words(x.a), in_.b.words(x.b)) < least_words_; }

  std::vector<reused> pieces(const std::vector<seed>& seeds) {
    std::vector<seed> alike;
    for (const seed& s : seeds) {
      if (s.cosine > with_.seed_cosine && s.dice > with_.seed_dice) alike.push_back(s);
    }
    std::vector<reused> found;
    for (const auto& group : groups_without_gaps(std::move(alike), static_cast<std::uint32_t>(with_.gap))) {
      const piece p = reach(group);
      const reused made = cut_edges(in_, in_.a.tokens_of(p.a), in_.b.tokens_of(p.b), cover_, with_);
      if (!too_short(made) && made.evidence >= with_.evidence * in_.log_units && !made.a.empty()) found.push_back(made);
    }
    std::sort(found.begin(), found.end(), [](const reused& x, const reused& y) {
      return x.evidence != y.evidence ? x.evidence > y.evidence : before(x, y);
    });
    return taken_in_order(found);
  }

  std::vector<reused> taken_in_order(const std::vector<reused>& from) const {
    disjoint all(with_.overlap);
    for (const reused& x : from) all.take(x);
    return all.taken();
  }

  std::vector<reused> longest_first(std::vector<reused> copies) const {
    std::sort(copies.begin(), copies.end(), [](const reused& x, const reused& y) {
      const auto of_x = std::min(x.a.size(), x.b.size()), of_y = std::min(y.a.size(), y.b.size());
      return of_x != of_y ? of_x > of_y : before(x, y);
    });
    return taken_in_order(copies);
  }

  // The digests that explain the two texts as a whole: those that no copy contradicts, if every piece lies in one of them.
  std::vector<reused> digests(const std::vector<seed>& seeds, const std::vector<reused>& copies,
                              const std::vector<reused>& reworded) {
    std::vector<digest> found = find_digests(in_, seeds, digests_in_b_, cosine_, with_);
    std::erase_if(found, [&](const digest& d) {
      return too_short(d.found) || std::any_of(copies.begin(), copies.end(), [&](const reused& c) {
               return digests_in_b_ ? common(c.b, d.found.b) != 0 : common(c.a, d.found.a) != 0;
             });
    });
    std::sort(found.begin(), found.end(), [](const digest& x, const digest& y) {
      return x.units != y.units ? x.units > y.units : before(x.found, y.found);
    });
    disjoint all(with_.overlap);
    for (const digest& d : found) all.take(d.found);
    const bool explains =
        std::all_of(reworded.begin(), reworded.end(), [&](const reused& r) { return !all.touching(r).empty(); });
    return explains ? all.taken() : std::vector<reused>();
  }

  // Whether most of the evidence of x stands in runs of equal words.
  bool mostly_copied(const reused& x) {
    std::vector<bool> in_a, in_b;
    if (!runs_.mark(in_, x, with_.run_words, in_a, in_b)) return false;
    cover_.set(x.a, x.b);
    const auto share = [&](const reading& of, stretch side, const std::vector<bool>& in_run, auto covered) {
      double copies = 0, all = 0;
      for (std::uint32_t t = side.begin; t < side.end; ++t) {
        const std::uint32_t term = of.tokens[t].term;
        const double gain = in_run[t - side.begin] ? in_.weights[term] : in_.weights[term] * covered(term);
        all += gain;
        if (in_run[t - side.begin]) copies += gain;
      }
      return all > 0 ? copies / all : 0;
    };
    return std::min(share(in_.a, x.a, in_a, [&](std::uint32_t term) { return cover_.of_a(term); }),
                    share(in_.b, x.b, in_b, [&](std::uint32_t term) { return cover_.of_b(term); })) >= with_.copied_share;
  }

  // A copied run within a reworded piece is part of it; a piece that is a copied run and what happens to surround it, is the
  // run.
  std::vector<reused> together(const std::vector<reused>& copies, const std::vector<reused>& reworded) {
    disjoint pieces(1), all(with_.overlap);
    for (const reused& x : reworded) pieces.take(x);
    std::vector<bool> gone(reworded.size());
    std::vector<signed char> known(reworded.size(), -1);
    for (const reused& copy : copies) {
      const std::vector<std::size_t> touched = pieces.touching(copy);
      const bool inside = std::any_of(touched.begin(), touched.end(), [&](std::size_t i) {
        if (known[i] < 0) known[i] = mostly_copied(reworded[i]);
        return known[i] == 0;
      });
      if (inside || !all.take(copy)) continue;
      for (const std::size_t i : touched) gone[i] = true;
    }
    for (std::size_t i = 0; i < reworded.size(); ++i) {
      if (!gone[i]) all.take(reworded[i]);
    }
    std::vector<reused> found = all.taken();
    std::sort(found.begin(), found.end(), before);
    return found;
  }

  const two_readings& in_;
  const runs_by_place& runs_;
  const constants& with_;
  bool digests_in_b_;
  double least_words_ = 0;
  whole_cosine cosine_;
  coverage cover_;
};

}  // namespace

bool disjoint::free(const std::map<std::uint32_t, std::size_t>& side, stretch reused::*at, const reused& x) const {
  const stretch own = x.*at;
  for (auto i = side.lower_bound(own.end); i != side.begin();) {
    --i;
    const stretch other = taken_[i->second].*at;
    if (other.end <= own.begin) break;  // none that was taken holds another, so ends are in order as well
    if (common(own, other) > overlap_ * std::min(own.size(), other.size())) return false;
  }
  return true;
}

bool disjoint::take(const reused& x) {
  if (!free(in_a_, &reused::a, x) || !free(in_b_, &reused::b, x)) return false;
  if (in_a_.contains(x.a.begin) || in_b_.contains(x.b.begin)) return false;
  in_a_.emplace(x.a.begin, taken_.size());
  in_b_.emplace(x.b.begin, taken_.size());
  taken_.push_back(x);
  return true;
}

std::vector<std::size_t> disjoint::touching(const reused& x) const {
  std::vector<std::size_t> found;
  for (auto i = in_a_.lower_bound(x.a.end); i != in_a_.begin();) {
    --i;
    const reused& other = taken_[i->second];
    if (other.a.end <= x.a.begin) break;
    if (common(other.b, x.b) != 0) found.push_back(i->second);
  }
  return found;
}

std::vector<reused> find_reuse(const two_readings& in, const runs_by_place& runs, bool digests_in_b,
                               std::optional<unsigned> least_words, const constants& with) {
  if (in.a.tokens.empty() || in.b.tokens.empty()) return {};
  return reuse_finder(in, runs, digests_in_b, least_words, with).find();
}

}  // namespace retold::spanning
