// SPDX-License-Identifier: Apache-2.0
#pragma once
// The parts of the module _retold, each of which adds its own.

#include <nanobind/nanobind.h>

#include <optional>
#include <string>

#include "retold/pipeline.hpp"

namespace retold::python {

void add_groups(nanobind::module_& to);         // groups.cpp: cluster, compare, dedup
void add_sketches(nanobind::module_& to);       // sketches.cpp: signatures, fingerprints, band keys
void add_seen(nanobind::module_& to);           // seen.cpp: Index
void add_spark(nanobind::module_& to);          // spark.cpp: the steps of dedup
void add_spark_stories(nanobind::module_& to);  // spark_stories.cpp: the steps of stories

level level_of(const std::string& name);  // throws error(option)

// What is None leaves the preset's.
template <class Options>
void apply_sketch(Options& to, const std::optional<std::string>& preset, const std::optional<std::string>& shingle,
                  std::optional<unsigned> slots) {
  if (preset) preset_of(*preset).apply_to(to.shingle, to.slots);
  if (shingle) to.shingle = shingle_options::parse(*shingle);
  to.slots = slots.value_or(to.slots);
}

}  // namespace retold::python
