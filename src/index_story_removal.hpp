// SPDX-License-Identifier: Apache-2.0
#pragma once
// Undoing what the stories of an index have of articles (part of index).

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>

#include "index_story_tables.hpp"

namespace retold {

// In the files, of many articles at once: most of their terms are others' terms too.
class story_removal {
 public:
  story_removal(const index_store& store, const recent_stories& recent);  // both must last

  void remove(std::uint64_t document, index_store::change& to);
  std::size_t waiting() const noexcept { return waiting_; }  // terms that finish() writes

  // What is left of the frequencies and stories of those removed. Returns how many stories nobody is left of, in any scope.
  std::uint64_t finish(index_store::change& to);

 private:
  void finish_frequencies(index_store::change& to);
  std::uint64_t ended() const;

  const index_store& store_;
  story_tables filed_;
  // By generation and scope, then by term.
  std::map<std::pair<std::uint64_t, std::uint32_t>, boost::unordered_flat_map<std::uint32_t, std::uint64_t>> gone_;
  std::size_t waiting_ = 0;
  std::map<story_place, std::optional<filed_story>> left_;  // as they are by now; nothing: was not there
};

}  // namespace retold
