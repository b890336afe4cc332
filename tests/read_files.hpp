// SPDX-License-Identifier: Apache-2.0
#pragma once
// What tests of reading share: a folder for files, what became of them, and files of unusual kinds.

#include <doctest/doctest.h>
#include <zlib.h>
#include <zstd.h>

#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "retold/read.hpp"

namespace fs = std::filesystem;
using retold::document;
using retold::read_report;
using retold::slice;

// A folder of this test's own, gone when it ends.
class temporary_folder {
 public:
  temporary_folder() {
    std::string name = (fs::temp_directory_path() / "retold-read-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    root_ = name;
  }
  ~temporary_folder() {
    std::error_code ignored;
    fs::remove_all(root_, ignored);
  }
  temporary_folder(const temporary_folder&) = delete;
  temporary_folder& operator=(const temporary_folder&) = delete;

  std::string path(const std::string& name = "") const { return name.empty() ? root_.string() : (root_ / name).string(); }
  std::string write(const std::string& name, const std::string& bytes) const {
    fs::create_directories(fs::path(path(name)).parent_path());
    std::ofstream(path(name), std::ios::binary) << bytes;
    return path(name);
  }

 private:
  fs::path root_;
};

inline std::string contents(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

struct result {
  std::vector<document> documents;
  read_report report;
};

inline result read(const std::vector<std::string>& paths, const retold::read_options& options = {}) {
  result out;
  out.report = retold::read(paths, options, [&](document&& d) { out.documents.push_back(std::move(d)); });
  return out;
}

inline result lines(const std::string& bytes, const retold::read_options& options = {}) {
  result out;
  std::istringstream in(bytes);
  retold::read_jsonl(
      in, "in", options, [&](document&& d) { out.documents.push_back(std::move(d)); }, out.report);
  return out;
}

inline std::string ids(const result& from) {
  std::string all;
  for (const document& d : from.documents) all += d.id + " ";
  return all;
}

// "NAME=REASON " for each, without the folder's own path.
inline std::string named(const std::vector<retold::skipped_input>& inputs, const std::string& folder) {
  std::string all;
  for (const auto& each : inputs) {
    const std::string name = each.input.starts_with(folder + '/') ? each.input.substr(folder.size() + 1) : each.input;
    all += name + '=' + each.reason + ' ';
  }
  for (std::size_t at; (at = all.find(folder + '/')) != std::string::npos;) all.erase(at, folder.size() + 1);
  return all;
}

// Text that does not compress to nothing, so that damage has something to hit.
inline std::string noise_records(int count) {
  std::mt19937 random(11);
  std::string out;
  for (int i = 0; i < count; ++i) {
    out += "{\"id\": \"n" + std::to_string(i) + "\", \"text\": \"";
    for (int j = 0; j < 50; ++j) out += std::to_string(random()) + ' ';
    out += "\"}\n";
  }
  return out;
}

inline std::string gzip(const std::string& bytes) {
  z_stream z{};
  REQUIRE(deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string out(deflateBound(&z, bytes.size()) + 64, '\0');
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  z.avail_in = static_cast<uInt>(bytes.size());
  z.next_out = reinterpret_cast<Bytef*>(out.data());
  z.avail_out = static_cast<uInt>(out.size());
  REQUIRE(deflate(&z, Z_FINISH) == Z_STREAM_END);
  out.resize(z.total_out);
  deflateEnd(&z);
  return out;
}

inline std::string zstd(const std::string& bytes) {
  std::string out(ZSTD_compressBound(bytes.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), bytes.data(), bytes.size(), 3));
  return out;
}

inline std::string utf16(const std::u16string& text, bool big) {
  std::string out = big ? "\xFE\xFF" : "\xFF\xFE";
  for (const char16_t c : text) {
    const char high = static_cast<char>(c >> 8), low = static_cast<char>(c & 0xFF);
    out += big ? std::string{high, low} : std::string{low, high};
  }
  return out;
}
