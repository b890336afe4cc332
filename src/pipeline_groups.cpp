// SPDX-License-Identifier: Apache-2.0
// Copies are linked to the centre of their set, stories through the leaders that stand for their copies. In large groups each
// article keeps its strongest links only: evidence is for reading.
#include "pipeline_groups.hpp"

#include <algorithm>
#include <boost/unordered/unordered_flat_map.hpp>
#include <map>

#include "retold/verify.hpp"

namespace retold {
namespace {

using indices = std::vector<std::uint32_t>;

constexpr std::size_t links_each = 6;  // story links an article brings in at least

const indices& labels(const findings& found) {
  switch (found.level) {
    case level::exact:
      return found.same.exact;
    case level::near:
      return found.same.near;
    case level::story:
      return found.told.story;
    case level::topic:
      break;
  }
  return found.told.topic;
}

// Sets of two or more among `members` that share a label, in order of their first member.
std::vector<indices> subgroups(const indices& members, const indices& label) {
  std::map<std::uint32_t, indices> sets;
  indices order;
  for (const std::uint32_t d : members) {
    indices& set = sets[label[d]];
    if (set.empty()) order.push_back(label[d]);
    set.push_back(d);
  }
  std::vector<indices> out;
  for (const std::uint32_t l : order)
    if (sets[l].size() >= 2) out.push_back(std::move(sets[l]));
  return out;
}

// Story edges by group: index of the group of either end, or none.
std::vector<std::vector<edge>> edges_within(const findings& found, const std::vector<group>& groups, const indices& group_of) {
  std::vector<std::vector<edge>> out(groups.size());
  for (const edge& e : found.told.edges)
    if (group_of[e.a] == group_of[e.b]) out[group_of[e.a]].push_back(e);
  return out;
}

indices numbers_of(const std::vector<group>& groups, std::size_t documents) {
  indices out(documents);
  for (std::uint32_t g = 0; g < groups.size(); ++g)
    for (const std::uint32_t d : groups[g].documents) out[d] = g;
  return out;
}

double jaccard(const findings& found, std::uint32_t a, std::uint32_t b) {
  return found.same.exact[a] == found.same.exact[b] ? 1.0 : overlap(found.same.sets[a], found.same.sets[b]).jaccard;
}

// The group's centre and how tightly it holds together, for copies: mean similarity to the centre.
void judge_copies(const findings& found, group& g) {
  g.representative = found.level == level::exact ? g.documents.front() : found.same.near[g.documents.front()];
  double sum = 0;
  for (const std::uint32_t d : g.documents)
    if (d != g.representative) sum += jaccard(found, g.representative, d);
  g.cohesion = g.documents.size() < 2 ? 0 : sum / static_cast<double>(g.documents.size() - 1);
}

// For stories: the leader with the highest scores; mean score over all pairs, a set of copies counting 1 within itself.
void judge_story(const findings& found, group& g, const std::vector<edge>& edges) {
  boost::unordered_flat_map<std::uint32_t, double> copies_of, strength;
  for (const std::uint32_t d : g.documents) copies_of[found.told.leader[d]] += 1;
  double sum = 0;
  for (const auto& [_, n] : copies_of) sum += n * (n - 1) / 2;
  for (const edge& e : edges) {
    sum += std::min(1.0, e.score) * copies_of[e.a] * copies_of[e.b];
    strength[e.a] += e.score * copies_of[e.b];
    strength[e.b] += e.score * copies_of[e.a];
  }
  const auto n = static_cast<double>(g.documents.size());
  g.cohesion = n < 2 ? 0 : sum / (n * (n - 1) / 2);
  g.representative = found.told.leader[g.documents.front()];
  for (const std::uint32_t d : g.documents)
    if (found.told.leader[d] == d && strength[d] > strength[g.representative]) g.representative = d;
}

link copy_link(const findings& found, std::uint32_t a, std::uint32_t b) {
  const bool exact = found.same.exact[a] == found.same.exact[b];
  link l{std::min(a, b), std::max(a, b), exact ? level::exact : level::near, 0, {}, {}};
  l.overlap = exact ? similarity{1, 1, 1} : overlap(found.same.sets[l.a], found.same.sets[l.b]);
  l.score = l.overlap.jaccard;
  return l;
}

// Each article's strongest edges; an edge stays if it is among the strongest of either end.
std::vector<edge> strongest(std::vector<edge> edges) {
  std::sort(edges.begin(), edges.end(), [](const edge& x, const edge& y) {
    return x.score != y.score ? x.score > y.score : std::pair(x.a, x.b) < std::pair(y.a, y.b);
  });
  boost::unordered_flat_map<std::uint32_t, std::size_t> kept;
  std::erase_if(edges, [&](const edge& e) {
    const bool full = kept[e.a] >= links_each && kept[e.b] >= links_each;
    if (!full) ++kept[e.a], ++kept[e.b];
    return full;
  });
  return edges;
}

}  // namespace

std::vector<group> make_groups(const findings& found, const std::vector<document>& documents) {
  std::map<std::uint32_t, indices> members;
  for (std::uint32_t d = 0; d < documents.size(); ++d) members[labels(found)[d]].push_back(d);
  std::vector<group> out;
  for (auto& [_, list] : members) {
    group g;
    g.level = found.level;
    g.documents = std::move(list);
    g.exact = subgroups(g.documents, found.same.exact);
    if (found.level != level::exact) g.near = subgroups(g.documents, found.same.near);
    out.push_back(std::move(g));
  }
  std::sort(out.begin(), out.end(), [](const group& a, const group& b) {
    return a.documents.size() != b.documents.size() ? a.documents.size() > b.documents.size() : a.documents < b.documents;
  });
  if (found.level == level::exact || found.level == level::near) {
    for (group& g : out) judge_copies(found, g);
  } else {
    const auto edges = edges_within(found, out, numbers_of(out, documents.size()));
    for (std::size_t g = 0; g < out.size(); ++g) judge_story(found, out[g], edges[g]);
  }
  for (group& g : out) g.title = documents[g.representative].title;
  return out;
}

std::vector<link> make_links(const findings& found, const std::vector<group>& groups) {
  std::vector<link> out;
  const auto documents = found.same.exact.size();
  for (std::uint32_t d = 0; d < documents; ++d) {
    if (found.same.exact[d] != d)
      out.push_back(copy_link(found, found.same.exact[d], d));
    else if (found.level != level::exact && found.same.near[d] != d)
      out.push_back(copy_link(found, found.same.near[d], d));
  }
  if (found.level == level::story || found.level == level::topic)
    for (std::vector<edge>& edges : edges_within(found, groups, numbers_of(groups, documents)))
      for (const edge& e : strongest(std::move(edges)))
        out.push_back({e.a,
                       e.b,
                       found.told.story[e.a] == found.told.story[e.b] ? level::story : level::topic,
                       std::min(1.0, e.score),
                       overlap(found.same.sets[e.a], found.same.sets[e.b]),
                       {}});
  // Copies that share no exact or near set with their leader, but nearly all their rare words.
  for (std::uint32_t d = 0; d < found.told.leader.size(); ++d)
    if (const std::uint32_t l = found.told.leader[d]; found.same.near[l] != found.same.near[d] && found.same.near[d] == d)
      out.push_back({std::min(d, l),
                     std::max(d, l),
                     level::story,
                     1,
                     overlap(found.same.sets[std::min(d, l)], found.same.sets[std::max(d, l)]),
                     {}});
  std::sort(out.begin(), out.end(), [](const link& x, const link& y) { return std::pair(x.a, x.b) < std::pair(y.a, y.b); });
  return out;
}

std::vector<related_groups> make_related(const findings& found, const std::vector<group>& groups) {
  if (found.level != level::story) return {};
  const auto documents = found.same.exact.size();
  const indices group_of = numbers_of(groups, documents);
  std::vector<double> leaders(groups.size());
  for (std::uint32_t d = 0; d < documents; ++d)
    if (found.told.leader[d] == d) ++leaders[group_of[d]];
  std::map<std::pair<std::uint32_t, std::uint32_t>, double> sums;
  for (const edge& e : found.told.edges)
    if (const auto a = group_of[e.a], b = group_of[e.b]; a != b && found.told.topic[e.a] == found.told.topic[e.b])
      sums[{std::min(a, b), std::max(a, b)}] += e.score;
  std::vector<related_groups> out;
  for (const auto& [pair, sum] : sums)
    if (const double score = sum / (leaders[pair.first] * leaders[pair.second]); score >= found.related_cut)
      out.push_back({pair.first, pair.second, score});
  return out;
}

}  // namespace retold
