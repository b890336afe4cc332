// SPDX-License-Identifier: Apache-2.0
// A split along one text opens gaps in the other, so both take turns. Where two seeds end up together does not depend on which
// text comes first: a gap between two seeds of a group is a gap between those of every part of it that holds both.
#include "spans_pieces.hpp"

#include <algorithm>
#include <tuple>

namespace retold::spanning {
namespace {

// So often a group is split along either text at most: text that would go on (spirals of repeats) is not worth its square.
constexpr unsigned most_turns = 64;

struct work {
  std::vector<seed> seeds;
  unsigned turns = 0;
  bool whole = false;  // did not split along the other text
};

bool before(const seed& x, const seed& y) { return std::tie(x.a, x.b) < std::tie(y.a, y.b); }
bool before_in_b(const seed& x, const seed& y) { return std::tie(x.b, x.a) < std::tie(y.b, y.a); }

}  // namespace

std::vector<std::vector<seed>> groups_without_gaps(std::vector<seed> seeds, std::uint32_t gap) {
  std::vector<std::vector<seed>> done;
  std::vector<work> open;
  if (!seeds.empty()) open.push_back({std::move(seeds), 0, false});
  while (!open.empty()) {
    work now = std::move(open.back());
    open.pop_back();
    const bool by_b = now.turns % 2 != 0;
    std::sort(now.seeds.begin(), now.seeds.end(), by_b ? before_in_b : before);
    const auto at = [&](std::size_t i) { return by_b ? now.seeds[i].b : now.seeds[i].a; };
    std::size_t first = 0;
    for (std::size_t i = 1; i <= now.seeds.size(); ++i) {
      if (i < now.seeds.size() && at(i) - at(i - 1) <= gap + 1) continue;
      const bool whole = i - first == now.seeds.size();
      std::vector<seed> part(now.seeds.begin() + static_cast<std::ptrdiff_t>(first),
                             now.seeds.begin() + static_cast<std::ptrdiff_t>(i));
      if ((whole && now.whole) || now.turns >= most_turns) {
        std::sort(part.begin(), part.end(), before);
        done.push_back(std::move(part));
      } else {
        open.push_back({std::move(part), now.turns + 1, whole});
      }
      first = i;
    }
  }
  std::sort(done.begin(), done.end(), [](const auto& x, const auto& y) { return before(x.front(), y.front()); });
  return done;
}

piece reach(std::span<const seed> seeds) {
  piece all{{~0u, 0}, {~0u, 0}};
  for (const seed& s : seeds) {
    all.a = {std::min(all.a.begin, s.a), std::max(all.a.end, s.a + 1)};
    all.b = {std::min(all.b.begin, s.b), std::max(all.b.end, s.b + 1)};
  }
  return all;
}

}  // namespace retold::spanning
