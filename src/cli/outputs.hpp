// SPDX-License-Identifier: Apache-2.0
#pragma once
// Where results go, and that none of them spoils another or an input.

#include <string>
#include <vector>

namespace retold::cli {

struct named_output {
  std::string option, path;  // "--json"; empty: not asked for; "-" is standard output
};

// Which entries of folders a command reads.
enum class folder_entries { articles, records };

// Throws retold::error(option): two outputs are one, one is an input by whatever name, lies among the files that are read from
// a folder, or would be read from there by the next run; or standard output goes on such a file. To be asked before any work is
// done.
void check_outputs(const std::vector<named_output>& outputs, const std::vector<std::string>& inputs,
                   folder_entries read = folder_entries::articles);

// Likewise where one lies in the folder of an index, whose files are the index's own.
void check_outside(const std::vector<named_output>& outputs, const std::string& index);

}  // namespace retold::cli
