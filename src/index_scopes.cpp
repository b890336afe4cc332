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

scope_numbers index::state::scopes_of(const index_scopes& wanted) {
  check_name(wanted.into);
  std::vector<std::string> names = wanted.search;
  names.push_back(wanted.into);
  const auto known = scope_names();
  auto found = std::find(known.begin(), known.end(), wanted.into);
  if (found == known.end()) {
    check_writable();
    const std::scoped_lock one(writing);
    if (known.size() >= most_scopes)
      throw error(error_kind::option, store.folder() + ": more than 65,535 scopes; use another folder");
    index_store::change made(store);
    made.put(table::meta, "scope/" + std::string(number_key(known.size())), wanted.into);
    made.commit(setup.sync);
    const std::unique_lock lock(recent_guard);
    scopes.push_back(wanted.into);
  }
  scope_numbers out;
  out.into = static_cast<std::uint32_t>(found - known.begin());
  out.search = known_scopes(wanted.search_all ? std::span<const std::string>() : names);
  return out;
}

}  // namespace retold
