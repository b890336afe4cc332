// SPDX-License-Identifier: Apache-2.0
#pragma once
// Labels and scored pairs become groups and links (part of the pipeline).

#include "pipeline_near.hpp"
#include "retold/report.hpp"
#include "retold/stories.hpp"

namespace retold {

// Everything known about how the documents belong together.
struct findings {
  const copies& same;
  const story_grouping& told;
  retold::level level;
  double related_cut;  // average score from which two stories are worth naming together
};

// Ordered by size, then by first document.
std::vector<group> make_groups(const findings& found, const std::vector<document>& documents);

// Every member of a copy set with its centre, and the strongest story edges within groups. Sorted by a, b.
std::vector<link> make_links(const findings& found, const std::vector<group>& groups);

// Stories of one topic that are at least half as alike as versions of one story, with their average score. Sorted.
std::vector<related_groups> make_related(const findings& found, const std::vector<group>& groups);

}  // namespace retold
