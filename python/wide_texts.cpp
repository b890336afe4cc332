// SPDX-License-Identifier: Apache-2.0
#include "wide_texts.hpp"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <thread>

#include "texts.hpp"

namespace nb = nanobind;

namespace retold::python {
namespace {

constexpr std::size_t worth_threads = std::size_t{1} << 20;  // characters
constexpr std::size_t block_size = std::size_t{1} << 20;     // of them, encoded at a time
constexpr std::size_t at_once = 32;                          // of them, looked at for ASCII

// Returns the end; null for a lone surrogate.
template <class Unit>
char* encode_some(const Unit* from, std::size_t count, char* to) {
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint32_t c = from[i];
    const auto low = [c](unsigned shift) { return static_cast<char>(0x80 | (c >> shift & 0x3F)); };
    if (c < 0x80) {
      *to++ = static_cast<char>(c);
    } else if (c < 0x800) {
      *to++ = static_cast<char>(0xC0 | c >> 6), *to++ = low(0);
    } else if (c < 0x10000) {
      if (c >= 0xD800 && c < 0xE000) return nullptr;
      *to++ = static_cast<char>(0xE0 | c >> 12), *to++ = low(6), *to++ = low(0);
    } else {
      *to++ = static_cast<char>(0xF0 | c >> 18), *to++ = low(12), *to++ = low(6), *to++ = low(0);
    }
  }
  return to;
}

// The same. One curly quote in a text makes all of it wide, so most of what comes here is ASCII: loops that compilers
// vectorise.
template <class Unit>
char* encode_into(const Unit* from, std::size_t count, char* to) {
  for (; count >= at_once; from += at_once, count -= at_once) {
    Unit any = 0;
    for (std::size_t i = 0; i < at_once; ++i) any |= from[i];
    if (any < 0x80) {
      for (std::size_t i = 0; i < at_once; ++i) to[i] = static_cast<char>(from[i]);
      to += at_once;
    } else if ((to = encode_some(from, at_once, to)) == nullptr) {
      return nullptr;
    }
  }
  return encode_some(from, count, to);
}

// Calls work(characters as numbers of their width).
template <class Work>
auto with_units(const void* characters, int width, const Work& work) {
  if (width == 1) return work(static_cast<const std::uint8_t*>(characters));
  if (width == 2) return work(static_cast<const std::uint16_t*>(characters));
  return work(static_cast<const std::uint32_t*>(characters));
}

}  // namespace

#ifdef Py_LIMITED_API
bool wide_texts::take(nb::handle, std::size_t) { return false; }
#else
bool wide_texts::take(nb::handle text, std::size_t place) {
  if (!PyUnicode_Check(text.ptr()) || PyUnicode_IS_ASCII(text.ptr())) return false;
  const auto size = static_cast<std::size_t>(PyUnicode_GET_LENGTH(text.ptr()));
  taken_.push_back({text, place, PyUnicode_DATA(text.ptr()), size, static_cast<int>(PyUnicode_KIND(text.ptr()))});
  characters_ += size;
  return true;
}
#endif

void wide_texts::encode(std::vector<std::string_view>& views) {
  if (characters_ < worth_threads) {  // for so little Python's way is as good, and what it keeps serves the next call
    for (const wide& w : taken_) views[w.place] = view_of(w.text);
    return taken_.clear();
  }
  std::vector<std::size_t> begins = {0};  // of blocks, then the end
  for (std::size_t i = 0, filled = 0; i < taken_.size(); ++i)
    if ((filled += taken_[i].size) >= block_size) begins.push_back(i + 1), filled = 0;
  if (begins.back() != taken_.size()) begins.push_back(taken_.size());
  blocks_.resize(begins.size() - 1);

  std::atomic<std::size_t> next{0};
  std::atomic<bool> odd{false};
  const auto encode_block = [&](std::size_t b) {
    std::size_t most = 0;  // bytes; what is not written to takes no memory, on most systems
    for (std::size_t i = begins[b]; i < begins[b + 1]; ++i)
      most += taken_[i].size * static_cast<std::size_t>(std::min(taken_[i].width + 1, 4));
    blocks_[b] = std::make_unique_for_overwrite<char[]>(most);
    char* to = blocks_[b].get();
    for (std::size_t i = begins[b]; i < begins[b + 1] && !odd; ++i) {
      const wide& w = taken_[i];
      char* const end = with_units(w.characters, w.width, [&](auto from) { return encode_into(from, w.size, to); });
      if (end == nullptr) {
        odd = true;
        return;
      }
      views[w.place] = {to, static_cast<std::size_t>(end - to)};
      to = end;
    }
  };
  const auto work = [&] {
    for (std::size_t b = next++; b < blocks_.size() && !odd; b = next++) encode_block(b);
  };
  {
    const nb::gil_scoped_release others;
    const std::size_t threads = std::min<std::size_t>(std::max(1u, std::thread::hardware_concurrency()), blocks_.size());
    std::vector<std::jthread> helpers;
    for (std::size_t t = 1; t < threads; ++t) helpers.emplace_back(work);
    work();
  }
  if (odd)
    for (const wide& w : taken_) view_of(w.text);  // throws what Python says
  taken_.clear();
}

}  // namespace retold::python
