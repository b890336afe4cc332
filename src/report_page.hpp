// SPDX-License-Identifier: Apache-2.0
#pragma once
// The parts of the HTML report: style and script (report.css, report_sides.js, report_stories.js, embedded by
// cmake/embed.cmake) and data.

#include <string>
#include <string_view>

#include "retold/report.hpp"

namespace retold::rendering {

extern const std::string_view page_style;
extern const std::string_view page_sides;
extern const std::string_view page_stories;

// What the script draws, as JSON that is safe inside <script>. Texts stand in it once; offsets count UTF-16 units.
std::string page_data(const clustering& found);
std::string page_data(const comparison& found);

}  // namespace retold::rendering
