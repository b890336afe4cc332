// SPDX-License-Identifier: Apache-2.0
#include "retold/index.hpp"

#include <doctest/doctest.h>

#include <filesystem>

TEST_CASE("index: what was added is found again") {
  const auto folder = std::filesystem::temp_directory_path() / "retold-index-test";
  std::filesystem::remove_all(folder);
  {
    retold::index seen(folder.string(), retold::index_options{});
    const retold::index_entry one[] = {{.id = "a", .text = "the quick brown fox jumps over the lazy dog"}};
    CHECK(seen.add(one).front().status == retold::index_status::fresh);
  }
  retold::index again(folder.string());
  CHECK(again.query("The quick brown fox jumps over the lazy dog!").size() == 1);
  std::filesystem::remove_all(folder);
}
