// SPDX-License-Identifier: Apache-2.0
// Where a text is retold in order, the best counterparts of successive sentences stand side by side; strays are only second
// best. In a digest the best counterparts themselves are scattered. So only each unit's best seed tells whether it is one; how
// far it reaches, all of them tell.
#include "spans_digests.hpp"

#include <algorithm>
#include <tuple>

#include "runs.hpp"

namespace retold::spanning {
namespace {

constexpr std::size_t least_units = 2;

// To tell whether both sides are alike as wholes, their terms are read: so many, and for each term of either text so many more.
// Thousands of scattered pairs of sentences, each of them over a whole book, would cost the square. Those of most units come
// first.
constexpr std::uint64_t terms_read = 1 << 22, terms_read_for_each = 64;

// The short side is called own here, the long one other; `of_b` says which text is which.
class digest_finder {
 public:
  digest_finder(const two_readings& in, std::span<const seed> seeds, bool of_b, whole_cosine& cosine, const constants& with)
      : own_(of_b ? in.b : in.a), other_(of_b ? in.a : in.b), of_b_(of_b), cosine_(cosine), with_(with) {
    for (const seed& s : seeds) {
      if (s.cosine > with.digest_cosine && s.dice > with.digest_dice)
        seeds_.push_back(of_b ? seed{s.b, s.a, s.cosine, s.dice} : s);
    }
    std::sort(seeds_.begin(), seeds_.end(),
              [](const seed& x, const seed& y) { return std::tie(x.a, x.b) < std::tie(y.a, y.b); });
  }

  void find(std::vector<digest>& out) {
    const std::vector<seed> best = best_of_units();
    std::size_t first = 0;
    for (std::size_t i = 1; i <= best.size(); ++i) {
      if (i < best.size() && best[i].a - best[i - 1].a <= with_.digest_gap + 1) continue;
      consider(std::span(best).subspan(first, i - first));
      first = i;
    }
    std::sort(scattered_.begin(), scattered_.end(), [](const scattering& x, const scattering& y) {
      return x.units != y.units ? x.units > y.units : x.own.begin < y.own.begin;
    });
    std::uint64_t left = terms_read + terms_read_for_each * (own_.occurrences.size() + other_.occurrences.size());
    for (const scattering& each : scattered_) {
      const std::uint64_t cost = terms_in(own_, each.own) + terms_in(other_, each.other);
      if (cost > left) continue;
      left -= cost;
      judge(each, out);
    }
  }

 private:
  std::vector<seed> best_of_units() const {
    std::vector<seed> best;
    for (const seed& s : seeds_) {
      if (best.empty() || best.back().a != s.a) {
        best.push_back(s);
      } else if (s.cosine > best.back().cosine) {
        best.back() = s;
      }
    }
    return best;
  }

  // Units side by side whose best seeds stand far apart.
  struct scattering {
    stretch own, other;  // units
    std::uint32_t units = 0;
  };

  void consider(std::span<const seed> group) {
    std::vector<std::uint32_t> others;
    for (const seed& s : group) others.push_back(s.b);
    sort_and_unique(others);
    const stretch other{others.front(), others.back() + 1}, own{group.front().a, group.back().a + 1};
    const std::size_t units = std::min(group.size(), others.size());
    if (units < least_units) return;
    const double words = own_.words(own_.tokens_of(own));
    if (words < with_.digest_words || other_.words(other_.tokens_of(other)) < with_.digest_ratio * words) return;
    scattered_.push_back({own, other, static_cast<std::uint32_t>(units)});
  }

  static std::uint64_t terms_in(const reading& in, stretch units) {
    return in.of_unit[units.end - 1].end - in.of_unit[units.begin].begin;
  }

  void judge(const scattering& each, std::vector<digest>& out) {
    stretch other = each.other;
    if ((of_b_ ? cosine_(other, each.own) : cosine_(each.own, other)) <= with_.digest_whole) return;
    const auto from =
        std::lower_bound(seeds_.begin(), seeds_.end(), each.own.begin, [](const seed& s, auto at) { return s.a < at; });
    for (auto s = from; s != seeds_.end() && s->a < each.own.end; ++s)
      other = {std::min(other.begin, s->b), std::max(other.end, s->b + 1)};
    digest made{{own_.tokens_of(each.own), other_.tokens_of(other), 0, false}, each.units};
    if (of_b_) std::swap(made.found.a, made.found.b);
    out.push_back(made);
  }

  const reading& own_;
  const reading& other_;
  bool of_b_;
  whole_cosine& cosine_;
  const constants& with_;
  std::vector<seed> seeds_;
  std::vector<scattering> scattered_;
};

}  // namespace

std::vector<digest> find_digests(const two_readings& in, std::span<const seed> seeds, bool of_b, whole_cosine& cosine,
                                 const constants& with) {
  std::vector<digest> found;
  digest_finder(in, seeds, of_b, cosine, with).find(found);
  return found;
}

}  // namespace retold::spanning
