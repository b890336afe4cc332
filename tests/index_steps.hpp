// SPDX-License-Identifier: Apache-2.0
#pragma once
// Changes to an index that follow from a number: what one process does, another knows.

#include "index_twin.hpp"

namespace index_twin {

struct step {
  enum { add, remove, expire, compact } kind = add;
  std::vector<record> records;
  retold::index_scopes where;
  std::int64_t time = 0;
  std::vector<std::string> ids, scopes;
};

inline step step_of(source& from, std::uint64_t number, std::size_t most_records) {
  static const std::string names[] = {"default", "archive"};
  from.reseed(number);
  step out;
  out.time = 1000 + static_cast<std::int64_t>(3 * number + from.below(10));
  if (from.below(4) == 0) out.scopes = {names[from.below(2)]};
  const std::uint64_t choice = from.below(100);
  out.kind = choice < 76 ? step::add : choice < 86 ? step::remove : choice < 92 ? step::expire : step::compact;
  if (out.kind == step::add) {
    out.records = from.some(1 + from.below(most_records));
    out.where = {.into = names[from.below(2)], .search_all = from.below(2) == 0};
  }
  if (out.kind == step::remove)
    for (int i = 0; i < 12; ++i) out.ids.push_back(from.id());
  if (out.kind == step::expire) out.time -= 150;
  return out;
}

template <class Index>
std::string outcome_of(const step& s, Index& in) {
  switch (s.kind) {
    case step::add:
      if constexpr (std::is_same_v<Index, twin>)
        return joined(shown(in.add(s.records, s.where, s.time)));
      else
        return joined(shown(in.add(views(s.records), s.where, s.time)));
    case step::remove:
      return std::to_string(in.remove(s.ids, s.scopes));
    case step::expire:
      return std::to_string(in.expire(s.time, s.scopes));
    case step::compact:
      in.compact();
  }
  return "compacted";
}

}  // namespace index_twin
