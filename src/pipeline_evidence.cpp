// SPDX-License-Identifier: Apache-2.0
// One alignment for each link, in parallel; what was found is said in words on the link.
#include "pipeline_evidence.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <string>

#include "counted.hpp"
#include "parallel.hpp"
#include "pipeline_progress.hpp"

namespace retold {
namespace {

// The measure of a link of copies, in words.
std::string measure(const link& l) {
  if (l.level == level::exact) return "the same words in the same order";
  const auto percent = [](double share) { return std::to_string(static_cast<int>(share * 100 + 0.5)) + " %"; };
  return percent(l.overlap.jaccard) + " of the shingles shared";
}

std::vector<std::string> reasons(const link& l, const std::vector<passage>& passages) {
  std::vector<std::string> out;
  if (l.level == level::exact || l.level == level::near) out.push_back(measure(l));
  std::array<std::size_t, 5> of_class{};
  std::size_t conflicts = 0;
  for (const passage& p : passages) {
    ++of_class[static_cast<std::size_t>(p.kind)];
    conflicts += p.conflicts.size();
  }
  for (const passage_class c : {passage_class::identical, passage_class::shared, passage_class::paraphrased})
    if (const std::size_t n = of_class[static_cast<std::size_t>(c)]) {
      const std::string kind(name(c));
      out.push_back(counted(n, kind + " sentence", kind + " sentences"));
    }
  if (conflicts != 0) out.push_back(counted(conflicts, "figure differs", "figures differ"));
  if (out.empty()) out.push_back("rare words in common");
  return out;
}

}  // namespace

std::vector<passage> find_passages(const std::vector<article>& articles, std::vector<link>& links,
                                   const cluster_options& options, const progress& report) {
  std::vector<std::vector<passage>> found(links.size());
  counted_progress aligning(report, "align", links.size());
  parallel_for(links.size(), options.threads, [&](std::size_t i) {
    link& l = links[i];
    if (options.passages && l.level != level::exact) {
      const std::array both{&articles[l.a], &articles[l.b]};
      found[i] = align(articles[l.a], articles[l.b], vocabulary(both), options.align);
    }
    for (passage& p : found[i]) p.a.document = l.a, p.b.document = l.b;
    l.reasons = reasons(l, found[i]);
    aligning.step();
  });
  std::vector<passage> out;
  for (auto& part : found) std::move(part.begin(), part.end(), std::back_inserter(out));
  return out;
}

}  // namespace retold
