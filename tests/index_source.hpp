// SPDX-License-Identifier: Apache-2.0
#pragma once
// Records as they come to an index: versions of one another, copies, odd ones.

#include <algorithm>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "retold/index.hpp"

namespace index_twin {

// A record that owns its bytes.
struct record {
  std::string id, text;
  std::optional<std::int64_t> date = {};
  std::string title = {};
  retold::index_entry view() const { return {id, text, date, title}; }
};

inline std::vector<retold::index_entry> views(const std::vector<record>& of) {
  std::vector<retold::index_entry> out;
  for (const record& r : of) out.push_back(r.view());
  return out;
}

class source {
 public:
  explicit source(std::uint64_t seed, std::size_t stories = 40) : random_(seed) {
    for (std::size_t s = 0; s < stories; ++s) stories_.push_back(words(12 + below(60)));
  }

  void reseed(std::uint64_t seed) { random_.seed(seed); }  // the stories stay
  std::uint64_t below(std::uint64_t limit) { return random_() % limit; }

  record next() {
    record out{id(), text(), {}};
    if (below(4) == 0) out.date = static_cast<std::int64_t>(below(2000)) - 500;
    if (below(4) == 0) out.title = word() + ' ' + stories_[below(stories_.size())].front();
    return out;
  }

  std::vector<record> some(std::size_t count) {
    std::vector<record> out;
    while (out.size() < count) {
      if (!out.empty() && below(12) == 0) {  // the same once more, or by another id
        out.push_back(out[below(out.size())]);
        if (below(2) == 0) out.back().id = id();
        continue;
      }
      out.push_back(next());
    }
    return out;
  }

  std::string text() {
    switch (below(24)) {
      case 0:
        return "";
      case 1:
        return " \t—!? … 。";
      case 2:
        return word();
      case 3:
        return word() + "\n" + word();
      case 4:
        return "\xff\xfe" + word() + std::string(1, '\0') + word() + "\xc3";
      default:
        break;
    }
    std::vector<std::string> story = stories_[below(stories_.size())];
    for (std::uint64_t edits = below(2) == 0 ? 0 : below(6); edits > 0; --edits) story[below(story.size())] = word();
    if (below(8) == 0) story.resize(1 + below(story.size()));
    const bool loud = below(5) == 0;
    std::string out;
    for (std::string w : story) {
      if (loud)
        std::transform(w.begin(), w.end(), w.begin(),
                       [](char c) { return static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c); });
      out += w + (loud ? ", " : " ");
    }
    return out;
  }

  std::string id() {
    switch (below(12)) {
      case 0:
        return "";
      case 1:
        return "#" + std::to_string(below(30));
      case 2:
        return "ид " + std::to_string(below(20)) + std::string(1, '\0') + "\n";
      case 3:
        return std::to_string(random_());
      default:
        return "a-" + std::to_string(below(400));
    }
  }

 private:
  std::string word() {
    static const char* const odd[] = {"l’été", "新聞", "straße", "слово", "42"};
    return below(40) == 0 ? odd[below(5)] : "w" + std::to_string(below(3000));
  }
  std::vector<std::string> words(std::size_t count) {
    std::vector<std::string> out;
    while (out.size() < count) out.push_back(word());
    return out;
  }
  std::mt19937_64 random_;
  std::vector<std::vector<std::string>> stories_;
};

}  // namespace index_twin
