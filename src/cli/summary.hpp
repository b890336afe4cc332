// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the summaries of commands have in common, as lines to read and as JSON.

#include <chrono>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "retold/types.hpp"

namespace retold::cli {

class stopwatch {
 public:
  double seconds() const { return std::chrono::duration<double>(std::chrono::steady_clock::now() - began_).count(); }

 private:
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
};

std::string duration(double seconds);  // 7.90 s, 12 s

// So many a second; nothing where it took too little time to say.
std::optional<std::uint64_t> rate(std::uint64_t number, double seconds);

nlohmann::ordered_json inputs_json(const std::vector<skipped_input>& inputs);

std::string text_of_json(const nlohmann::ordered_json& summary);  // bytes that are no UTF-8 are replaced

}  // namespace retold::cli
