// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the library says of an option it refuses.

#include <doctest/doctest.h>

#include <string>

#include "retold/error.hpp"

template <class Work>
std::string message_of(const Work& work) {
  try {
    work();
  } catch (const retold::error& e) {
    CHECK(e.kind() == retold::error_kind::option);
    return e.what();
  }
  return "no error";
}
