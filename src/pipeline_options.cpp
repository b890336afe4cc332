// SPDX-License-Identifier: Apache-2.0
// Options as they are written: sizes, and which of them mean something at a level.
#include <algorithm>
#include <charconv>

#include "retold/error.hpp"
#include "retold/pipeline.hpp"

namespace retold {
namespace {

// "--store-text" and "store_text" are one option.
std::string plain_name(const std::string& given) {
  std::string out = given.substr(std::min(given.find_first_not_of('-'), given.size()));
  std::replace(out.begin(), out.end(), '_', '-');
  return out;
}

bool is_one_of(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

std::uint64_t bytes_of(std::string_view size) {
  std::uint64_t number = 0;
  const char* const end = size.data() + size.size();
  const auto [unit, problem] = std::from_chars(size.data(), end, number);
  const std::string_view units = "KMGT";
  const bool any = unit + 1 == end;
  const std::size_t power = any ? units.find(static_cast<char>(*unit & ~0x20)) : 0;
  const unsigned shift = any ? 10 * (static_cast<unsigned>(power) + 1) : 0;
  if (problem != std::errc{} || (unit != end && !any) || power == units.npos || number << shift >> shift != number)
    throw error(error_kind::option, "memory takes a number of bytes such as 512M or 4G, not '" + std::string(size) + "'");
  return number << shift;
}

// What copies and stories are told by: words in the same order need none of it.
void refuse_idle_options(level at, std::span<const std::string> given) {
  for (const std::string& name : given) {
    const std::string plain = plain_name(name);
    if (at == level::exact &&
        is_one_of(plain, {"threshold", "preset", "shingle", "sketch", "slots", "recall", "verify", "store-text"}))
      throw error(error_kind::option, name + " has no meaning at level exact");
    if (at < level::story && is_one_of(plain, {"window", "story-threshold"}))
      throw error(error_kind::option, name + " is for " + name.substr(0, name.find_first_not_of('-')) + "level story");
  }
}

}  // namespace retold
