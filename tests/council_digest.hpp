// SPDX-License-Identifier: Apache-2.0
#pragma once
// A digest and the long text it sums up, for the tests of spans.

#include <string>
#include <vector>

namespace {

const std::vector<std::string> facts = {
    "The council of Marrowby approved a new harbour wall on Tuesday after nine years of argument",
    "Fishermen had demanded stronger protection since a January storm sank fourteen boats",
    "The wall will cost thirty million crowns and stand seven metres above the quay",
    "Opponents fear that the view from the promenade will drive visitors away",
    "Work begins in April and should be finished before the herring season returns"};

[[maybe_unused]] inline std::string digest_of_council() {
  std::string text;
  for (const std::string& fact : facts) text += fact + ". ";
  return text;
}

// The same scattered over a long text.
[[maybe_unused]] inline std::string minutes_of_council() {
  std::string text;
  for (std::size_t i = 0; i < facts.size(); ++i) {
    text += facts[i] + ", it was heard during a long session in the old town hall. ";
    for (const char* aside : {"Members also spoke of pensions, drainage and school roofs", "Minutes were taken by hand",
                              "Somebody opened a window, for the afternoon was warm", "Coffee arrived late and cold"})
      text += std::string(aside) + " at point " + std::to_string(10 * i) + ". ";
  }
  return text;
}

}  // namespace
