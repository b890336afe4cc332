// SPDX-License-Identifier: Apache-2.0
#pragma once
// Frequencies and postings of the terms of articles that came since an index's last run of files was written (part of index).
//
// An article has some two hundred terms: written one by one they would cost more than all else. They stand in the article's
// record too, so a process that is killed loses nothing: they are counted anew from the records that wait for the next run.
//
// Threads: one that changes it, any number that read.

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <shared_mutex>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "hash.hpp"
#include "pages.hpp"

namespace retold {

class recent_stories {
 public:
  using terms = std::span<const std::uint32_t>;

  // What the files have of a term that is to be counted; what is known already stays.
  void know(std::uint64_t generation, std::uint32_t scope, terms of, std::span<const std::uint64_t> counts);

  // An article. All of `counted` have to be known.
  void add(std::uint32_t scope, std::uint64_t document, terms counted, terms posted);
  void clear();

  // Adds the frequencies of those that are known, files and all. Returns which are not: they are as the files say.
  std::vector<std::size_t> add_frequencies(std::uint64_t generation, std::uint32_t scope, terms of,
                                           std::span<std::uint64_t> counts) const;
  void newest(std::uint32_t scope, std::uint32_t term, std::size_t most, std::vector<std::uint64_t>& into) const;

  std::size_t bytes() const;  // about

  // Calls visit(key, value) for what goes into the tables, in the order of the keys. Takes a quarter of bytes() meanwhile.
  using visitor = std::function<void(std::string_view key, std::string_view value)>;
  void each_frequency(const visitor& visit) const;
  void each_posting(const visitor& visit) const;

 private:
  struct mixed {
    std::size_t operator()(std::uint64_t key) const noexcept { return mix64(key); }
  };
  template <class Value>
  using by_term = boost::unordered_flat_map<std::uint64_t, Value, mixed, std::equal_to<std::uint64_t>,
                                            page_allocator<std::pair<const std::uint64_t, Value>>>;  // scope and term
  static std::uint64_t key(std::uint32_t scope, std::uint32_t term) noexcept { return std::uint64_t{scope} << 32 | term; }

  mutable std::shared_mutex guard_;
  std::map<std::uint64_t, by_term<std::uint64_t>> counts_;  // by generation
  by_term<std::vector<std::uint64_t>> documents_;           // ascending
  std::size_t posted_ = 0;
};

}  // namespace retold
