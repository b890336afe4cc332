// SPDX-License-Identifier: Apache-2.0
#pragma once
// The commands. Each adds itself to the program and says, once the line is parsed, what to run; the number returned is the
// exit code.

#include <CLI/CLI.hpp>
#include <functional>

namespace retold::cli {

using action = std::function<int()>;

void add_cluster(CLI::App& program, action& chosen);
void add_compare(CLI::App& program, action& chosen);
void add_dedup(CLI::App& program, action& chosen);
void add_filter(CLI::App& program, action& chosen);
void add_index(CLI::App& program, action& chosen);
void add_evaluate(CLI::App& program, action& chosen);
void add_advise(CLI::App& program, action& chosen);

}  // namespace retold::cli
