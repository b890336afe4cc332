// SPDX-License-Identifier: Apache-2.0
#pragma once
// Documents to measure on: the articles of samples/news, and as many made-up ones as wanted, the same in every run.

#include <string>
#include <vector>

#include "random_sets.hpp"
#include "retold/boilerplate.hpp"
#include "retold/read.hpp"

namespace corpus {

inline std::vector<retold::document> news() {
  std::vector<retold::document> out;
  retold::read({RETOLD_SOURCE_DIR "/samples/news"}, {}, [&](retold::document&& d) { out.push_back(std::move(d)); });
  return out;
}

// `count` articles of so many words; every fifth is a version of the one before, with every eighth word changed.
inline std::vector<retold::document> made(std::size_t count, std::size_t words) {
  std::vector<retold::document> out;
  for (std::size_t i = 0; i < count; ++i) {
    retold::document d;
    d.id = std::to_string(i);
    if (i % 5 != 4) {
      d.text = random_sets::words(words, i);
    } else {
      std::size_t word = 0;
      for (const char c : out.back().text) {
        d.text += c;
        if (c == ' ' && ++word % 8 == 0) d.text += "changed" + std::to_string(i % 97) + ' ';
      }
    }
    out.push_back(std::move(d));
  }
  return out;
}

inline std::vector<retold::article> prepared(const std::vector<retold::document>& documents) {
  std::vector<retold::article> out;
  for (const auto& d : documents) out.push_back(retold::prepare(d));
  return out;
}

inline std::int64_t bytes(const std::vector<retold::document>& documents) {
  std::int64_t sum = 0;
  for (const auto& d : documents) sum += static_cast<std::int64_t>(d.text.size());
  return sum;
}

}  // namespace corpus
