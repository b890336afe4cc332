// SPDX-License-Identifier: Apache-2.0
// Equal windows of five words are found by their hashes and grown to both sides. A diagonal remembers how far it was grown, so
// that no run is found twice.
#include "spans_runs.hpp"

#include <algorithm>
#include <tuple>

#include <boost/unordered/unordered_flat_map.hpp>

#include "hash.hpp"

namespace retold::spanning {
namespace {

constexpr std::uint32_t nowhere = ~0u;

// A window that stands in no more places of b than this is grown in all of them: a token lies in no more runs that any of these
// begins, so they cost that many steps a token at most. Text that repeats itself would cost the square: of windows that stand
// more often the first places are tried, as long as so many steps for each token are left for them.
constexpr std::uint32_t most_places = 64;
constexpr std::uint64_t steps_per_token = 64;

// A run is joined with one of so many before it.
constexpr std::size_t looked_back = 64;

std::uint64_t window(const reading& in, std::uint32_t at) {
  std::uint64_t h = 0;
  for (std::uint32_t i = 0; i < least_run; ++i) h = mix64(h + in.tokens[at + i].word + 1);
  return h;
}

std::uint32_t windows(const reading& in) {
  const auto size = static_cast<std::uint32_t>(in.tokens.size());
  return size < least_run ? 0 : size - least_run + 1;
}

// Where each window of a text stands, from left to right.
class places {
 public:
  struct all_of_window {
    std::uint32_t first = nowhere, count = 0;
  };
  explicit places(const reading& in) : next_(windows(in), nowhere) {
    windows_.reserve(next_.size());
    for (auto at = static_cast<std::uint32_t>(next_.size()); at-- > 0;) {
      all_of_window& all = windows_[window(in, at)];
      next_[at] = all.first;
      all = {at, all.count + 1};
    }
  }
  all_of_window of(std::uint64_t window) const {
    const auto found = windows_.find(window);
    return found == windows_.end() ? all_of_window{} : found->second;
  }
  std::uint32_t next(std::uint32_t at) const noexcept { return next_[at]; }

 private:
  boost::unordered_flat_map<std::uint64_t, all_of_window> windows_;
  std::vector<std::uint32_t> next_;
};

std::uint32_t grown(const two_readings& in, std::uint32_t a, std::uint32_t b) {
  std::uint32_t size = 0;
  while (a + size < in.a.tokens.size() && b + size < in.b.tokens.size() &&
         in.a.tokens[a + size].word == in.b.tokens[b + size].word)
    ++size;
  return size;
}

// How far two places can be moved back together: windows that were passed over may stand before the one that leads here.
std::uint32_t grown_back(const two_readings& in, std::uint32_t a, std::uint32_t b) {
  std::uint32_t size = 0;
  while (a > size && b > size && in.a.tokens[a - size - 1].word == in.b.tokens[b - size - 1].word) ++size;
  return size;
}

// Whether `after` continues `before` on one side.
bool follows(const reading& in, stretch before, stretch after, double gap) {
  if (after.begin < before.begin) return false;
  return after.begin <= before.end || in.words({before.end, after.begin}) <= gap;
}

}  // namespace

std::vector<run> common_runs(const two_readings& in) {
  std::vector<run> runs;
  const places in_b(in.b);
  boost::unordered_flat_map<std::int64_t, std::uint32_t> grown_to;  // by diagonal: end in a
  std::uint64_t afforded = steps_per_token * (in.a.tokens.size() + in.b.tokens.size());
  for (std::uint32_t a = 0; a < windows(in.a); ++a) {
    const auto [first, count] = in_b.of(window(in.a, a));
    const bool often = count > most_places;
    std::uint32_t b = first;
    for (std::uint32_t tried = 0; b != nowhere && tried < most_places; b = in_b.next(b), ++tried) {
      std::uint32_t& end = grown_to[std::int64_t{a} - b];
      if (end > a) continue;
      if (often && afforded == 0) break;
      const std::uint32_t size = grown(in, a, b);
      if (size < least_run) continue;  // two windows of one hash
      if (often) afforded -= std::min<std::uint64_t>(afforded, size);
      end = a + size;
      const std::uint32_t back = often ? 0 : grown_back(in, a, b);
      runs.push_back({a - back, b - back, size + back});
    }
  }
  std::sort(runs.begin(), runs.end(), [](const run& x, const run& y) { return std::tie(x.a, x.b) < std::tie(y.a, y.b); });
  return runs;
}

std::vector<reused> copied(const two_readings& in, std::span<const run> runs, const constants& with) {
  std::vector<reused> joined;
  std::vector<double> longest;  // run of each, in words
  for (const run& r : runs) {
    const double words = in.a.words(r.in_a());
    if (words < with.run_words) continue;
    const auto oldest = joined.end() - static_cast<std::ptrdiff_t>(std::min(joined.size(), looked_back));
    const auto before = std::find_if(oldest, joined.end(), [&](const reused& x) {
      return follows(in.a, x.a, r.in_a(), with.run_gap) && follows(in.b, x.b, r.in_b(), with.run_gap);
    });
    if (before == joined.end()) {
      joined.push_back({r.in_a(), r.in_b(), 0, true});
      longest.push_back(words);
    } else {
      before->a.end = std::max(before->a.end, r.in_a().end);
      before->b.end = std::max(before->b.end, r.in_b().end);
      double& so_far = longest[static_cast<std::size_t>(before - joined.begin())];
      so_far = std::max(so_far, words);
    }
  }
  std::vector<reused> found;
  for (std::size_t i = 0; i < joined.size(); ++i)
    if (longest[i] >= with.copied_words) found.push_back(joined[i]);
  return found;
}

runs_by_place::runs_by_place(std::vector<run> runs) : runs_(std::move(runs)) {
  std::uint32_t furthest = 0;
  for (const run& r : runs_) furthest_.push_back(furthest = std::max(furthest, r.a + r.size));
}

bool runs_by_place::mark(const two_readings& in, const reused& x, double least_words, std::vector<bool>& of_a,
                         std::vector<bool>& of_b) const {
  of_a.assign(x.a.size(), false);
  of_b.assign(x.b.size(), false);
  bool any = false;
  const auto first = std::upper_bound(furthest_.begin(), furthest_.end(), x.a.begin) - furthest_.begin();
  for (auto i = static_cast<std::size_t>(first); i < runs_.size() && runs_[i].a < x.a.end; ++i) {
    const run& r = runs_[i];
    if (in.a.words(r.in_a()) < least_words) continue;
    // The part of the run that lies in both, as offsets into the run.
    const std::int64_t begin = std::max({std::int64_t{0}, std::int64_t{x.a.begin} - r.a, std::int64_t{x.b.begin} - r.b});
    const std::int64_t end = std::min({std::int64_t{r.size}, std::int64_t{x.a.end} - r.a, std::int64_t{x.b.end} - r.b});
    for (std::int64_t at = begin; at < end; ++at) {
      of_a[static_cast<std::size_t>(r.a + at - x.a.begin)] = true;
      of_b[static_cast<std::size_t>(r.b + at - x.b.begin)] = true;
      any = true;
    }
  }
  return any;
}

}  // namespace retold::spanning
