// SPDX-License-Identifier: Apache-2.0
#pragma once
// What Markdown says about its own text.

#include "retold/types.hpp"

namespace retold {

// Front matter gives title, date and source, and is no text; without a title there, the first line does, "# Title" without its
// marks. Other marks are left as they are: d.text is the decoded file.
void read_markdown(document& d);

}  // namespace retold
