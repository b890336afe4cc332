// SPDX-License-Identifier: Apache-2.0
#pragma once
// What bench/generate does to a text to make a version of it. The words replaced are words of the same text, so that a version
// keeps its language.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <string>
#include <string_view>
#include <vector>

#include "generate_pool.hpp"
#include "retold/segment.hpp"

namespace generate {

// A share of the words (one at least), each replaced by another word of the same text.
inline std::string with_words_changed(std::string_view text, double share, dice& random) {
  const auto normal = retold::normalise(text);
  const auto words = retold::words(normal);
  const auto folded = [&](std::size_t i) {
    return std::string_view(normal.bytes).substr(words[i].folded.begin, words[i].folded.size());
  };
  std::vector<std::size_t> chosen(words.size());
  std::iota(chosen.begin(), chosen.end(), std::size_t{0});
  random.shuffle(chosen);
  chosen.resize(std::min(chosen.size(), std::max<std::size_t>(1, std::llround(share * static_cast<double>(words.size())))));
  std::sort(chosen.begin(), chosen.end());
  std::string out;
  std::size_t done = 0;
  for (const std::size_t i : chosen) {
    std::size_t other = random.below(words.size());
    for (int tries = 0; tries < 20 && folded(other) == folded(i); ++tries) other = random.below(words.size());
    out.append(text.substr(done, words[i].where.begin - done));
    out.append(text.substr(words[other].where.begin, words[other].where.size()));
    done = words[i].where.end;
  }
  return out.append(text.substr(done));
}

// The first 50 to 90 % of the words.
inline std::string truncated(std::string_view text, dice& random) {
  const auto words = retold::words(retold::normalise(text));
  if (words.empty()) return std::string(text);
  const std::size_t keep = std::max<std::size_t>(1, words.size() * (50 + random.below(41)) / 100);
  return std::string(text.substr(0, words[keep - 1].where.end));
}

// The paragraphs in another order; of a text of one line, its runs of eight words.
inline std::string shuffled(std::string_view text, dice& random) {
  const char between = text.find('\n') == text.npos ? ' ' : '\n';
  std::vector<std::string_view> parts;
  const auto words = retold::words(retold::normalise(text));
  std::size_t begin = 0, run = 0;
  for (const auto& word : words) {
    const bool end = between == '\n' ? text.substr(begin, word.where.begin - begin).find('\n') != text.npos : ++run % 8 == 0;
    if (!end) continue;
    parts.push_back(text.substr(begin, word.where.begin - begin));
    begin = word.where.begin;
  }
  parts.push_back(text.substr(begin));
  random.shuffle(parts);
  std::string out;
  for (const auto part : parts) out += (out.empty() ? "" : std::string(1, between)) + in_one_line(part);
  return out;
}

// "By Dalo Wirem, Sotam Daily": names made of syllables, which no two documents are likely to share.
inline std::string byline(dice& random) {
  const auto made_name = [&] {
    std::string name;
    for (int i = 0; i < 3; ++i) name += "bdfgklmnprstvw"[random.below(14)], name += "aeiou"[random.below(5)];
    name[0] = static_cast<char>(name[0] - 'a' + 'A');
    return name;
  };
  const std::string first = made_name(), last = made_name();
  return "By " + first + ' ' + last + ", " + made_name() + " Daily\n";
}

}  // namespace generate
