// SPDX-License-Identifier: Apache-2.0
#pragma once
// Titles of documents that have none of their own.

#include <string_view>

#include "retold/types.hpp"

namespace retold {

// The first line that has something on it, trimmed.
slice first_line(std::string_view text);

// `line` of d.text as the title, if it is short enough to be one and no furniture comes before it.
void title_from(document& d, slice line);

}  // namespace retold
