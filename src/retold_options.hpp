// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the functions of retold.h have in common: options as text, statuses in place of exceptions, texts that are lent.

#include <functional>
#include <initializer_list>
#include <map>
#include <new>
#include <span>
#include <string>
#include <string_view>

#include "retold.h"
#include "retold/error.hpp"
#include "retold/pipeline.hpp"

struct retold_options {
  std::map<std::string, std::string, std::less<>> given;
};

namespace retold::c {

// Throws error(option) for one whose data was forgotten.
inline std::string_view view_of(const retold_text& text) {
  if (text.data == nullptr && text.size != 0)
    throw error(error_kind::option, "a text of " + std::to_string(text.size) + " bytes has no data: NULL");
  return {text.data, text.size};
}
inline retold_text text_of(std::string_view text) { return {text.data(), text.size()}; }

// One option that a function knows: its name, and what its value does. Applied in the order of the function's list, whatever
// the order in which they were given.
struct known_option {
  std::string_view name;
  std::function<void(const std::string& value)> set;
};
void apply(const retold_options* options, std::initializer_list<std::span<const known_option>> known);  // throws error(option)

// Refuses those that have no effect at that level.
void refuse_idle(const retold_options* options, level at);

// What they do. Throw error(option) naming option and value.
known_option number(std::string_view name, double& to);
known_option count(std::string_view name, unsigned& to);
known_option memory(std::uint64_t& to);
known_option yes_or_no(std::string_view name, bool& to);
known_option one_of(std::string_view name, std::initializer_list<std::pair<std::string_view, std::function<void()>>> words);
known_option level_up_to(retold::level coarsest, retold::level& to);
known_option preset(shingle_options& shingle, unsigned& slots);  // before `shingle` and `slots`
known_option shingle(shingle_options& to);
known_option sketch(sketch_kind& to);

void keep_failure(const char* why) noexcept;  // for retold_last_error()
retold_status status_of(error_kind kind) noexcept;

// Nothing that is thrown passes.
template <class Run>
retold_status guarded(Run&& run) noexcept {
  try {
    run();
    return RETOLD_OK;
  } catch (const error& e) {
    keep_failure(e.what());
    return status_of(e.kind());
  } catch (const std::bad_alloc&) {
    keep_failure("out of memory");
    return RETOLD_ERROR_MEMORY;
  } catch (const std::exception& e) {
    keep_failure(e.what());
    return RETOLD_ERROR_OTHER;
  } catch (...) {
    keep_failure("unknown failure");
    return RETOLD_ERROR_OTHER;
  }
}

}  // namespace retold::c
