// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "index_state.hpp"
#include "retold/error.hpp"

namespace retold {
namespace {

constexpr std::size_t most_scopes = 65'535, longest_name = 200;

void check_name(const std::string& name) {
  const auto odd = [](char c) { return static_cast<unsigned char>(c) < ' '; };
  if (name.empty() || name.size() > longest_name || std::any_of(name.begin(), name.end(), odd))
    throw error(error_kind::option, "scope \"" + name + "\": a name has 1 to 200 bytes and no control characters");
}

}  // namespace

std::vector<std::string> index::state::scope_names() const {
  const std::shared_lock lock(recent_guard);
  return scopes;
}

std::vector<std::uint32_t> index::state::known_scopes(std::span<const std::string> names) const {
  const std::shared_lock lock(recent_guard);
  std::vector<std::uint32_t> out;
  for (std::uint32_t number = 0; number < scopes.size(); ++number)
    if (names.empty() || std::find(names.begin(), names.end(), scopes[number]) != names.end()) out.push_back(number);
  return out;
}

std::uint32_t index::state::number_of_scope(const std::string& name) {
  const std::scoped_lock one(writing);
  check_whole();
  const auto known = std::find(scopes.begin(), scopes.end(), name);
  const auto out = static_cast<std::uint32_t>(known - scopes.begin());
  if (known != scopes.end()) return out;
  check_writable();
  if (scopes.size() >= most_scopes)
    throw error(error_kind::option, store.folder() + ": more than 65,535 scopes; use another folder");
  index_store::change made(store);
  made.put(table::meta, "scope/" + number_key(out), name);
  made.commit(setup.sync);
  const std::unique_lock lock(recent_guard);
  scopes.push_back(name);
  return out;
}

scope_numbers index::state::scopes_of(const index_scopes& wanted) {
  check_name(wanted.into);
  std::vector<std::string> names = wanted.search;
  names.push_back(wanted.into);
  scope_numbers out;
  out.into = number_of_scope(wanted.into);
  out.search = known_scopes(wanted.search_all ? std::span<const std::string>() : names);
  return out;
}

}  // namespace retold
