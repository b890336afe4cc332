// SPDX-License-Identifier: Apache-2.0
#pragma once
// Everything, in the order a document flows:
//
//   read ▶ normalise ▶ segment ▶ boilerplate ▶ shingle ▶ minhash, simhash ▶ lsh ▶ verify ▶ cluster ▶ stories ▶ align ▶ spans ▶
//   report
//
// `pipeline` runs them all; each stage is also usable alone. Start with retold::cluster and retold::compare.

#include "retold/error.hpp"
#include "retold/pipeline.hpp"
#include "retold/dedup.hpp"
#include "retold/distribute.hpp"
#include "retold/distribute_stories.hpp"
#include "retold/evaluate.hpp"
#include "retold/filter.hpp"
#include "retold/index.hpp"
#include "retold/advise.hpp"
#include "retold/read.hpp"
#include "retold/normalise.hpp"
#include "retold/segment.hpp"
#include "retold/boilerplate.hpp"
#include "retold/shingle.hpp"
#include "retold/minhash.hpp"
#include "retold/simhash.hpp"
#include "retold/lsh.hpp"
#include "retold/verify.hpp"
#include "retold/cluster.hpp"
#include "retold/stories.hpp"
#include "retold/align.hpp"
#include "retold/spans.hpp"
#include "retold/report.hpp"
#include "retold/version.hpp"
