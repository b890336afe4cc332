// SPDX-License-Identifier: Apache-2.0
#pragma once
// An index to be damaged, and a look at what is left of it.

#include <doctest/doctest.h>
#include <rocksdb/file_system.h>

#include <fstream>
#include <functional>
#include <memory>
#include <string>

#include "index_steps.hpp"
#include "read_files.hpp"
#include "retold/error.hpp"

namespace index_twin {

inline const retold::index_setup small{.memory = 32 << 20, .threads = 1},
    reading{.access = retold::index_access::read, .memory = 32 << 20, .threads = 1};

// The disk as it is, but for what a test overrides.
class test_disk : public rocksdb::FileSystemWrapper {
 public:
  test_disk() : FileSystemWrapper(rocksdb::FileSystem::Default()) {}
  const char* Name() const override { return "disk of a test"; }
};

inline std::string bytes_of(const fs::path& path) { return contents(path.string()); }

inline void overwrite(const fs::path& path, const std::string& bytes) {
  fs::remove(path);  // a copy may share it
  std::ofstream(path, std::ios::binary) << bytes;
}

// Some runs, some records that are in none yet, removed ones.
inline void make(const std::string& folder, const retold::index_options& options = {.store_text = true}) {
  retold::index made(folder, options, small);
  made.parts().run_bytes = 60'000;
  source from(5);
  for (int i = 0; i < 14; ++i) made.add(views(from.some(40)), {.into = i % 3 == 0 ? "archive" : "default"}, 100 + i);
  made.remove(std::vector<std::string>{"a-3", "a-17", "a-40", "a-90", "#3"});
  made.add(views(from.some(10)), {}, 200);
  REQUIRE(made.parts().runs()->size() > 1);
  REQUIRE(joined(made.verify()) == "");
}

struct look {
  std::string opening, verify, asking;  // what each has said
  bool found_anything() const { return !(opening + verify).empty(); }
};

// Whatever has happened to the files: a retold::error of kind input, or an answer.
inline look look_at(const std::string& folder, const retold::index_setup& setup = small) {
  look out;
  const auto said = [](const auto& work) -> std::string {
    try {
      work();
    } catch (const retold::error& e) {
      INFO(e.what());
      CHECK(e.kind() == retold::error_kind::input);
      return e.what();
    }
    return {};
  };
  std::unique_ptr<retold::index> in;
  out.opening = said([&] { in = std::make_unique<retold::index>(folder, setup); });
  if (!in) return out;
  out.verify = said([&] { out.verify = joined(in->verify()); }) + out.verify;
  source from(6);
  out.asking = said([&] {
    for (int i = 0; i < 20; ++i) in->query(from.text()), in->find(from.id());
  });
  return out;
}

}  // namespace index_twin
