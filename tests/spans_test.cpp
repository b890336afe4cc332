// SPDX-License-Identifier: Apache-2.0
#include "retold/spans.hpp"

#include <doctest/doctest.h>
