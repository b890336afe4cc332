// SPDX-License-Identifier: Apache-2.0
#include "summary.hpp"

#include <cstdio>
#include <nlohmann/json.hpp>

#include "console.hpp"

namespace retold::cli {

std::string duration(double seconds) {
  char text[32];
  std::snprintf(text, sizeof text, seconds < 10 ? "%.2f s" : "%.0f s", seconds);
  return text;
}

std::optional<std::uint64_t> rate(std::uint64_t number, double seconds) {
  const double worth_a_rate = 0.1;
  if (seconds <= worth_a_rate) return std::nullopt;
  return static_cast<std::uint64_t>(static_cast<double>(number) / seconds);
}

nlohmann::ordered_json inputs_json(const std::vector<skipped_input>& inputs) {
  nlohmann::ordered_json out = nlohmann::ordered_json::array();
  for (const skipped_input& each : inputs) out.push_back({{"input", each.input}, {"reason", each.reason}});
  return out;
}

std::string text_of_json(const nlohmann::ordered_json& summary) {
  return summary.dump(1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + '\n';
}

}  // namespace retold::cli
