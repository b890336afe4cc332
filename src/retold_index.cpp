// SPDX-License-Identifier: Apache-2.0
// retold.h: the index.
#include <algorithm>
#include <memory>
#include <vector>

#include "retold/index.hpp"
#include "retold/read.hpp"
#include "retold_options.hpp"

using namespace retold;

struct retold_index {
  retold::index opened;
  std::vector<index_verdict> said;  // by the last add
};

struct retold_matches {
  std::vector<index_match> found;
};

namespace {

struct index_arguments {
  index_options made_with;
  index_setup use;
};

index_arguments arguments_of(const retold_options* given, const index_options& as_it_is) {
  index_arguments out;
  index_options& o = out.made_with = as_it_is;
  const std::vector<c::known_option> known = {c::level_up_to(level::story, o.level),
                                              c::number("threshold", o.threshold),
                                              c::preset(o.shingle, o.slots),
                                              c::shingle(o.shingle),
                                              c::count("slots", o.slots),
                                              c::number("recall", o.recall),
                                              c::yes_or_no("store-text", o.store_text),
                                              c::count("window", o.window_days),
                                              c::number("story-threshold", o.story_threshold),
                                              c::memory(out.use.memory),
                                              c::count("threads", out.use.threads),
                                              c::yes_or_no("sync", out.use.sync),
                                              c::one_of("access", {{"read", [&] { out.use.access = index_access::read; }},
                                                                   {"write", [&] { out.use.access = index_access::write; }}})};
  c::apply(given, {known});
  return out;
}

// What is not given is as it was made.
retold::index open(const char* folder, const retold_options* options) {
  const index_arguments fresh = arguments_of(options, {});
  if (!retold::index::exists(folder) && fresh.use.access == index_access::write) {
    c::refuse_idle(options, fresh.made_with.level);
    return retold::index(folder, fresh.made_with, fresh.use);
  }
  retold::index out(folder, fresh.use);
  const index_options wanted = arguments_of(options, out.options()).made_with;
  c::refuse_idle(options, wanted.level);
  out.expect(wanted);
  return out;
}

// Ids are read by others, too: as texts are, they are made valid UTF-8.
std::string id_of(const retold_text& from) { return read_fields({.id = c::view_of(from)}).id; }

index_entry entry_of(const retold_entry& from, std::string_view id) {
  index_entry out{.id = id, .text = c::view_of(from.text), .title = c::view_of(from.title)};
  if (from.date != nullptr) out.date = *from.date;
  return out;
}

retold_index_verdict verdict_of(const index_verdict& from) {
  return {static_cast<retold_index_status>(from.status),
          from.number,
          c::text_of(from.of),
          c::text_of(from.story),
          from.similarity,
          from.repeated,
          from.changed_id};
}

void require(bool there) {
  if (!there) throw error(error_kind::option, "an argument is NULL");
}

}  // namespace

retold_status retold_index_open(const char* folder, const retold_options* options, retold_index** opened) {
  return c::guarded([&] {
    require(folder != nullptr && opened != nullptr);
    *opened = new retold_index{open(folder, options), {}};
  });
}

void retold_index_free(retold_index* index) { delete index; }

retold_status retold_index_add(retold_index* index, const retold_entry* entries, size_t count, const char* scope, int64_t now,
                               retold_index_verdict* into) {
  return c::guarded([&] {
    require(index != nullptr && (count == 0 || (entries != nullptr && into != nullptr)));
    std::vector<index_entry> all;
    std::vector<std::string> ids;
    ids.reserve(count);
    for (std::size_t i = 0; i < count; ++i) all.push_back(entry_of(entries[i], ids.emplace_back(id_of(entries[i].id))));
    index_scopes where;
    if (scope != nullptr) where.into = scope;
    index->said = index->opened.add(all, where, now);
    std::transform(index->said.begin(), index->said.end(), into, verdict_of);
  });
}

retold_status retold_index_query(const retold_index* index, const retold_entry* entry, retold_matches** found) {
  return c::guarded([&] {
    require(index != nullptr && entry != nullptr && found != nullptr);
    *found = new retold_matches{index->opened.query(entry_of(*entry, {}))};
  });
}

retold_status retold_index_find(const retold_index* index, retold_text id, retold_matches** found) {
  return c::guarded([&] {
    require(index != nullptr && found != nullptr);
    *found = new retold_matches{index->opened.find(id_of(id))};
  });
}

void retold_matches_free(retold_matches* found) { delete found; }
size_t retold_matches_size(const retold_matches* found) { return found->found.size(); }

retold_index_match retold_matches_at(const retold_matches* found, size_t index) {
  const index_match& m = found->found[index];
  return {c::text_of(m.id),
          c::text_of(m.scope),
          c::text_of(m.story),
          m.number,
          static_cast<retold_index_status>(m.status),
          m.similarity,
          m.arrived};
}

retold_status retold_index_remove(retold_index* index, const retold_text* ids, size_t count, uint64_t* removed) {
  return c::guarded([&] {
    require(index != nullptr && (count == 0 || ids != nullptr));
    std::vector<std::string> all;
    std::transform(ids, ids + count, std::back_inserter(all), id_of);
    const std::uint64_t gone = index->opened.remove(all);
    if (removed != nullptr) *removed = gone;
  });
}

retold_status retold_index_expire(retold_index* index, int64_t before, uint64_t* removed) {
  return c::guarded([&] {
    require(index != nullptr);
    const std::uint64_t gone = index->opened.expire(before);
    if (removed != nullptr) *removed = gone;
  });
}

retold_status retold_index_compact(retold_index* index) {
  return c::guarded([&] {
    require(index != nullptr);
    index->opened.compact();
  });
}

retold_status retold_index_size(const retold_index* index, uint64_t* documents) {
  return c::guarded([&] {
    require(index != nullptr && documents != nullptr);
    *documents = index->opened.stats().documents;
  });
}
