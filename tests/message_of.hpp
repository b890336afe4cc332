// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the library says of what it refuses.

#include <doctest/doctest.h>

#include <string>

#include "retold/error.hpp"

template <class Work>
std::string message_of(const Work& work, retold::error_kind kind = retold::error_kind::option) {
  try {
    work();
  } catch (const retold::error& e) {
    CHECK(e.kind() == kind);
    return e.what();
  }
  return "no error";
}
