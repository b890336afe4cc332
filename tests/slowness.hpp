// SPDX-License-Identifier: Apache-2.0
#pragma once
// 1; about 10 where code is slow: under sanitizers, and without optimisation. A test that is long because of its size is made
// smaller by that: what comes out is settled by the release build, the others look at what is done on the way.

#include <cstddef>
#include <string_view>

inline constexpr std::size_t slowness = RETOLD_SLOWNESS;

// "address,undefined", "thread" or none: some things cannot be asked of a program that is watched.
inline constexpr std::string_view sanitizers = RETOLD_SANITIZERS;
