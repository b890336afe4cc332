// SPDX-License-Identifier: Apache-2.0
// Where a text is retold in order, the best counterparts of successive sentences stand side by side; strays are only second
// best. In a digest the best counterparts themselves are scattered. So only each unit's best seed tells whether it is one; how
// far it reaches, all of them tell.
#include "spans_digests.hpp"

#include <algorithm>
#include <tuple>

namespace retold::spanning {
namespace {

constexpr std::size_t least_units = 2;

// The short side is called own here, the long one other; `of_b` says which text is which.
class digest_finder {
 public:
  digest_finder(const two_readings& in, std::span<const seed> seeds, bool of_b, whole_cosine& cosine, const constants& with)
      : in_(in), own_(of_b ? in.b : in.a), other_(of_b ? in.a : in.b), of_b_(of_b), cosine_(cosine), with_(with) {
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
      judge(std::span(best).subspan(first, i - first), out);
      first = i;
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

  void judge(std::span<const seed> group, std::vector<digest>& out) {
    std::vector<std::uint32_t> others;
    for (const seed& s : group) others.push_back(s.b);
    std::sort(others.begin(), others.end());
    const auto [begin, end] = std::pair(others.front(), others.back() + 1);
    others.erase(std::unique(others.begin(), others.end()), others.end());
    const std::size_t units = std::min(group.size(), others.size());
    if (units < least_units) return;
    const stretch own{group.front().a, group.back().a + 1};
    stretch other{begin, end};
    const double words = own_.words(own_.tokens_of(own));
    if (words < with_.digest_words || other_.words(other_.tokens_of(other)) < with_.digest_ratio * words) return;
    if ((of_b_ ? cosine_(other, own) : cosine_(own, other)) <= with_.digest_whole) return;
    const auto from =
        std::lower_bound(seeds_.begin(), seeds_.end(), own.begin, [](const seed& s, auto at) { return s.a < at; });
    for (auto s = from; s != seeds_.end() && s->a < own.end; ++s)
      other = {std::min(other.begin, s->b), std::max(other.end, s->b + 1)};
    const stretch short_side = own_.tokens_of(own), long_side = other_.tokens_of(other);
    digest made{{short_side, long_side, 0, false}, static_cast<std::uint32_t>(units)};
    if (of_b_) std::swap(made.found.a, made.found.b);
    out.push_back(made);
  }

  const two_readings& in_;
  const reading& own_;
  const reading& other_;
  bool of_b_;
  whole_cosine& cosine_;
  const constants& with_;
  std::vector<seed> seeds_;
};

}  // namespace

std::vector<digest> find_digests(const two_readings& in, std::span<const seed> seeds, bool of_b, whole_cosine& cosine,
                                 const constants& with) {
  std::vector<digest> found;
  digest_finder(in, seeds, of_b, cosine, with).find(found);
  return found;
}

}  // namespace retold::spanning
