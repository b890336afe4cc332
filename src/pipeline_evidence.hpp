// SPDX-License-Identifier: Apache-2.0
#pragma once
// Passages for the links, and the reasons that they give (part of the pipeline).

#include "retold/pipeline.hpp"

namespace retold {

// Aligns every link's two articles; exact copies are left alone. Sorted by documents, then offsets. Fills in the reasons.
std::vector<passage> find_passages(const std::vector<article>& articles, std::vector<link>& links,
                                   const cluster_options& options, const progress& report);

}  // namespace retold
