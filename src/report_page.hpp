// SPDX-License-Identifier: Apache-2.0
#pragma once
// The parts of the HTML report: its script and style (report.js, report.css, embedded by cmake/embed.cmake) and its data.

#include <string>
#include <string_view>

#include "retold/report.hpp"

namespace retold::rendering {

extern const std::string_view page_style;
extern const std::string_view page_script;

// What report.js draws, as JSON that is safe inside <script>. Texts stand in it once; offsets count UTF-16 units.
std::string page_data(const clustering& found);
std::string page_data(const comparison& found);

}  // namespace retold::rendering
