// SPDX-License-Identifier: Apache-2.0
#pragma once
// What an index has taken in since its last run of files was written, in memory, to be found as in the files (part of index).
// Numbers ascend. For one thread at a time; readers may share it.

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <vector>

#include "hash.hpp"
#include "index_codec.hpp"

namespace retold {

class index_recent {
 public:
  struct kept {
    std::uint64_t number = 0;
    index_record record;
    std::vector<std::uint64_t> keys;
  };
  struct said {
    std::uint32_t scope = 0;
    std::uint64_t id_hash = 0;
    id_entry entry;
  };

  void add(std::uint64_t number, pending_record&& record);
  void clear();  // what the next will need is not given back

  const std::vector<kept>& documents() const noexcept { return documents_; }
  const std::vector<said>& ids() const noexcept { return ids_; }            // of records that are no documents
  const kept* find(std::uint64_t number) const;                             // null: not here
  void numbers(std::uint64_t key, std::vector<std::uint64_t>& into) const;  // appended, descending

  // The documents that have this key, the newest first, until visit(document) returns false.
  template <class Visit>
  void each(std::uint64_t key, const Visit& visit) const {
    by_key_.each(key, [&](std::uint32_t place) { return visit(documents_[place]); });
  }
  void entries(std::uint32_t scope, std::uint64_t id_hash, std::vector<id_entry>& into) const;  // in the order they came

  std::size_t bytes() const noexcept { return bytes_; }  // about

 private:
  // From a key to the last of its chain, from each to the one before.
  struct mixed {
    std::size_t operator()(std::uint64_t key) const noexcept { return mix64(key); }
  };
  class chains {
   public:
    static constexpr std::uint32_t nobody = 0xFFFF'FFFF;
    void add(std::uint64_t key, std::uint32_t item);
    void clear() { last_.clear(), links_.clear(); }
    template <class Visit>
    void each(std::uint64_t key, const Visit& visit) const {  // until it returns false
      const auto last = last_.find(key);
      for (std::uint32_t at = last == last_.end() ? nobody : last->second; at != nobody; at = links_[at].before)
        if (!visit(links_[at].item)) return;
    }

   private:
    struct link {
      std::uint32_t item, before;
    };
    boost::unordered_flat_map<std::uint64_t, std::uint32_t, mixed> last_;
    std::vector<link> links_;
  };

  std::vector<kept> documents_;
  std::vector<said> ids_;
  chains by_key_, by_id_;
  std::size_t bytes_ = 0;
};

}  // namespace retold
