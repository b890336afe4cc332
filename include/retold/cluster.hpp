// SPDX-License-Identifier: Apache-2.0
#pragma once
// Stage 10. From scored pairs to groups that do not chain.
//
//   std::vector<retold::edge> edges = {{0, 1, 0.92}, {1, 2, 0.88}};
//   retold::stars(3, edges);               // {0, 1, 2} around 1: every member is linked to the centre
//   retold::average_link(3, edges, 0.6);   // {0, 1} | {2}: (0.88 + 0) / 2 is below the cut
//
// stars: star clustering (Aslam, Pelekhov and Rus 2004); centres by number of links, then by index. A member linked to several
// centres joins the one it is most like. For near-duplicates: the centre is the keeper.
// average_link: best-first agglomeration; pairs that are not given count 0: no chain of weak links merges. agglomerate gives
// its merges, by the average or by a score of the caller's that knows more of two clusters than the average between them
// (stories).
//
// Both: a pair counts once, with its highest score; scores of 0 or less are as good as no pair. Scores, and the cut, are
// rounded to nine decimals and summed as integers, ties go to the smaller index: the answer does not depend on the order of
// the edges, or of a pair's ends.
//
// Cost: stars O(edges log edges). average_link about that, a hub with any number of spokes included: 2 million edges among
// 100,000 nodes take 4 s and 350 MB (bench/cluster.cpp). With a score of the caller's each merge asks for the scores of all
// neighbours of what merged: a hub whose n spokes all join it costs n² calls. Never fails.

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace [[gnu::visibility("default")]] retold {

struct edge {
  std::uint32_t a = 0, b = 0;
  double score = 0;
};

// For each of `nodes`: the index of its centre (a centre: its own).
std::vector<std::uint32_t> stars(std::uint32_t nodes, std::span<const edge> edges);

// One merge of the agglomeration: the clusters that hold a and b became one, at this average score.
struct merge_step {
  std::uint32_t a = 0, b = 0;  // smallest node of either cluster, a < b
  double score = 0;
};

// All merges with score >= cut, best first; of equal scores, the smaller (a, b) first. Scores never rise, so a prefix is the
// answer to a higher cut. Clusters without any pair between them never merge, whatever the cut.
std::vector<merge_step> agglomerate(std::uint32_t nodes, std::span<const edge> edges, double cut);

// How alike two clusters are, by what the caller knows of them. A cluster is named by its smallest node, a < b, and `mean` is
// the average score of all pairs between the two, above 0.
struct linkage {
  // Must depend on the two clusters alone. First called for each edge, sorted; after a merge, for the new cluster and each of
  // its neighbours in turn. Scores of 0 or less never merge.
  std::function<double(std::uint32_t a, std::uint32_t b, double mean)> score;
  // The clusters become one, named a.
  std::function<void(std::uint32_t a, std::uint32_t b, double mean)> merge;
};

// The same by a score of the caller's: always the best pair next, until none reaches the cut. A merge may raise other scores,
// so they may rise along the merges; what a higher cut would give is the merges before the first score below it.
std::vector<merge_step> agglomerate(std::uint32_t nodes, std::span<const edge> edges, double cut, const linkage& by);

// For each of `nodes`: the smallest index in its cluster.
std::vector<std::uint32_t> average_link(std::uint32_t nodes, std::span<const edge> edges, double cut);

}  // namespace retold
