// SPDX-License-Identifier: Apache-2.0
#include "retold_options.hpp"

#include <algorithm>
#include <charconv>
#include <utility>
#include <vector>

#include "retold/report.hpp"
#include "retold/version.hpp"

namespace retold::c {
namespace {

thread_local std::string last_failure;

[[noreturn]] void refuse(std::string_view name, const std::string& value, std::string_view wanted) {
  throw error(error_kind::option, std::string(name) + ": '" + value + "' is not " + std::string(wanted));
}

template <class Number>
known_option parsed(std::string_view name, Number& to, std::string_view wanted) {
  return {name, [name, &to, wanted](const std::string& value) {
            Number number{};
            const char* const end = value.data() + value.size();
            const auto [rest, problem] = std::from_chars(value.data(), end, number);
            if (problem != std::errc() || rest != end || value.empty()) refuse(name, value, wanted);
            to = number;
          }};
}

}  // namespace

void apply(const retold_options* options, std::initializer_list<std::span<const known_option>> known) {
  if (options == nullptr) return;
  std::size_t applied = 0;
  std::string names;
  for (const std::span<const known_option> some : known)
    for (const known_option& option : some) {
      names += (names.empty() ? "" : ", ") + std::string(option.name);
      const auto given = options->given.find(option.name);
      if (given == options->given.end()) continue;
      option.set(given->second);
      ++applied;
    }
  if (applied == options->given.size()) return;
  for (const auto& each : options->given) {
    const std::string& name = each.first;
    const auto is_it = [&](const known_option& option) { return option.name == name; };
    if (std::none_of(known.begin(), known.end(),
                     [&](const auto& some) { return std::any_of(some.begin(), some.end(), is_it); }))
      throw error(error_kind::option, "no option \"" + name + "\" here; there are " + names);
  }
}

void refuse_idle(const retold_options* options, level at) {
  if (options == nullptr) return;
  std::vector<std::string> names;
  for (const auto& each : options->given) names.push_back(each.first);
  refuse_idle_options(at, names);
}

known_option number(std::string_view name, double& to) { return parsed(name, to, "a number such as 0.8"); }
known_option count(std::string_view name, unsigned& to) { return parsed(name, to, "a whole number"); }

known_option memory(std::uint64_t& to) {
  return {"memory", [&to](const std::string& value) { to = bytes_of(value); }};
}

known_option yes_or_no(std::string_view name, bool& to) {
  return one_of(name, {{"yes", [&to] { to = true; }}, {"no", [&to] { to = false; }}});
}

known_option one_of(std::string_view name, std::initializer_list<std::pair<std::string_view, std::function<void()>>> words) {
  return {name, [name, words = std::vector(words)](const std::string& value) {
            std::string all;
            for (const auto& [word, set] : words) {
              if (word == value) return set();
              all += (all.empty() ? "" : ", ") + std::string(word);
            }
            refuse(name, value, "one of " + all);
          }};
}

known_option level_up_to(retold::level coarsest, retold::level& to) {
  return {"level", [coarsest, &to](const std::string& value) { to = level_of(value, coarsest); }};
}

known_option preset(shingle_options& shingle, unsigned& slots) {
  return {"preset", [&](const std::string& value) { preset_of(value).apply_to(shingle, slots); }};
}

known_option shingle(shingle_options& to) {
  return {"shingle", [&](const std::string& value) { to = shingle_options::parse(value); }};
}

known_option sketch(sketch_kind& to) {
  return one_of("sketch",
                {{"minhash", [&to] { to = sketch_kind::minhash; }}, {"simhash", [&to] { to = sketch_kind::simhash; }}});
}

void keep_failure(const char* why) noexcept {
  try {
    last_failure = why;
  } catch (...) {  // no memory for it: the status says so much
    last_failure.clear();
  }
}
const char* last() noexcept { return last_failure.c_str(); }

retold_status status_of(error_kind kind) noexcept {
  switch (kind) {
    case error_kind::option:
      return RETOLD_ERROR_OPTION;
    case error_kind::input:
      return RETOLD_ERROR_INPUT;
    case error_kind::output:
      return RETOLD_ERROR_OUTPUT;
  }
  return RETOLD_ERROR_OTHER;
}

}  // namespace retold::c

using namespace retold;

const char* retold_last_error(void) { return c::last(); }
const char* retold_version(void) { return version; }
int retold_signature_version(void) { return signature_version; }

retold_text retold_string(const char* terminated) {
  return terminated == nullptr ? retold_text{nullptr, 0} : c::text_of(terminated);
}

retold_options* retold_options_new(void) { return new (std::nothrow) retold_options; }
void retold_options_free(retold_options* options) { delete options; }

retold_status retold_options_set(retold_options* options, const char* name, const char* value) {
  return c::guarded([&] {
    if (options == nullptr || name == nullptr || value == nullptr)
      throw error(error_kind::option, "retold_options_set: an argument is NULL");
    options->given.insert_or_assign(name, value);
  });
}
