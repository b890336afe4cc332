// SPDX-License-Identifier: Apache-2.0
#pragma once
// From the keys of signed records to who stays and who belongs to whom (part of dedup).

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "dedup_match.hpp"
#include "dedup_sets.hpp"

namespace retold {

struct verdicts {
  std::vector<std::uint8_t> kinds;      // entry → entry_kind, with title_stands
  std::vector<std::uint32_t> leaders;   // entry → the first of its words
  std::vector<std::uint32_t> of;        // entry → the kept one it belongs to
  std::vector<std::uint32_t> compared;  // candidates' entries, ascending
  std::vector<double> similarity;       // theirs to the kept one

  std::vector<std::uint32_t> keepers;  // of groups of two or more, ascending
  std::vector<std::uint32_t> sizes;    // of the groups
  std::vector<std::uint32_t> named;    // entries whose ids are asked for, ascending
  std::vector<std::string> names;      // their ids

  bool bad(std::uint32_t entry) const noexcept;
  bool kept(std::uint32_t entry) const noexcept { return of[entry] == entry; }
  bool exact(std::uint32_t entry) const noexcept { return of[entry] == leaders[entry]; }  // or kept
  double similarity_of(std::uint32_t entry) const;
  std::size_t group_of(std::uint32_t keeper) const;  // keepers.size() if it is alone
  const std::string& name_of(std::uint32_t entry) const;
};

// Records that have been signed, wherever their texts are.
struct signed_records {
  const sign_plan& plan;
  const key_store& keys;
  const std::vector<chunk_place>& places;
  std::uint64_t memory;                                                   // bytes for the sets of candidates
  std::string folder;                                                     // for a file of those beyond
  std::function<void(const candidates_to_decide&, set_store&)> put_sets;  // puts each candidate's; called where sets verify
};

// Of the report, sets what it tells of candidates, buckets and ids, and notes a rule that no record can follow.
verdicts settle(const signed_records& records, const progress& report, dedup_report& out);

}  // namespace retold
