// SPDX-License-Identifier: Apache-2.0
#pragma once
// What a fuzz target says that must hold of every input. Broken, it ends the process: the fuzzer keeps the input that did it.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

inline void promise(bool holds, const char* what, std::string_view shown = {}) {
  if (holds) return;
  std::fprintf(stderr, "broken promise: %s", what);
  if (!shown.empty()) std::fprintf(stderr, ": %.*s", static_cast<int>(shown.size()), shown.data());
  std::fputc('\n', stderr);
  std::abort();
}

// The input's first bytes choose the options, the rest is what is read with them.
class choices {
 public:
  choices(const std::uint8_t* data, std::size_t size) : rest_(reinterpret_cast<const char*>(data), size) {}

  unsigned next(unsigned ways) {  // 0 … ways-1; digits, as the seeds have them, are their own values
    if (rest_.empty()) return 0;
    const auto byte = static_cast<unsigned char>(rest_.front());
    rest_.remove_prefix(1);
    return (byte - unsigned{'0'}) % ways;
  }
  std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
};

// The pieces of `all` between separators: one more than there are of these.
template <class function>
void for_each_piece(std::string_view all, char separator, const function& each) {
  for (std::size_t begin = 0, end = 0; end != all.size(); begin = end + 1) {
    end = std::min(all.find(separator, begin), all.size());
    each(all.substr(begin, end - begin));
  }
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
