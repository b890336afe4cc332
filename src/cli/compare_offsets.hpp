// SPDX-License-Identifier: Apache-2.0
#pragma once
// Offsets for programs whose strings count code points (Python) or UTF-16 units (Java, JavaScript).

#include <string>

#include "retold/report.hpp"

namespace retold::cli {

// `json` is to_json(found). unit "bytes": as it is. "codepoints", "utf16": offsets count those in the text as it was read
// (after decoding, without markup).
std::string in_unit(const std::string& json, const comparison& found, const std::string& unit);

}  // namespace retold::cli
