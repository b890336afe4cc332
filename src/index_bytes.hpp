// SPDX-License-Identifier: Apache-2.0
#pragma once
// Numbers as bytes, and back from bytes of which nothing is known (part of the index).

#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace retold {

// Seven bits a byte, the lowest first; the highest bit of a byte says that more follow.
inline void put_number(std::string& out, std::uint64_t value) {
  for (; value >= 128; value >>= 7) out.push_back(static_cast<char>(value | 128));
  out.push_back(static_cast<char>(value));
}

// 0, -1, 1, -2, … as 0, 1, 2, 3, …
inline void put_signed(std::string& out, std::int64_t value) {
  const auto bits = static_cast<std::uint64_t>(value);
  put_number(out, bits << 1 ^ (value < 0 ? ~std::uint64_t{0} : 0));
}

// The most significant byte first: bytes sort as the numbers do.
inline void put_big(std::string& out, std::uint64_t value, std::size_t bytes) {
  while (bytes-- > 0) out.push_back(static_cast<char>(value >> (8 * bytes)));
}

// IEEE 754, the least significant byte first.
inline void put_float(std::string& out, float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  for (unsigned at = 0; at < 32; at += 8) out.push_back(static_cast<char>(bits >> at));
}

// What was put, in the same order. Once something is wrong, all that follows is 0 and `whole` is false.
class value_reader {
 public:
  explicit value_reader(std::string_view bytes) noexcept : rest_(bytes) {}

  std::string_view rest() const noexcept { return rest_; }
  std::size_t left() const noexcept { return rest_.size(); }
  bool good() const noexcept { return good_; }
  bool whole() const noexcept { return good_ && rest_.empty(); }

  // Up to `most`, in as few bytes as it needs.
  std::uint64_t number(std::uint64_t most = ~std::uint64_t{0}) noexcept {
    std::uint64_t value = 0;
    for (unsigned at = 0; at < 64; at += 7) {
      const std::uint64_t byte = next();
      if (at == 63 && byte > 1) break;
      value |= (byte & 127) << at;
      if (byte < 128) return (at == 0 || byte > 0) && value <= most ? value : fail();
    }
    return fail();
  }

  std::int64_t signed_number() noexcept {
    const std::uint64_t bits = number();
    return static_cast<std::int64_t>(bits >> 1 ^ (bits & 1 ? ~std::uint64_t{0} : 0));
  }

  std::uint64_t big(std::size_t bytes) noexcept {
    std::uint64_t value = 0;
    while (bytes-- > 0) value = value << 8 | next();
    return good_ ? value : 0;
  }

  std::string_view bytes(std::uint64_t size) noexcept {
    if (size > rest_.size()) return fail(), std::string_view();
    const std::string_view out = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return out;
  }

  // Not below 0, and a number.
  float real() noexcept {
    std::uint32_t bits = 0;
    for (unsigned at = 0; at < 32; at += 8) bits |= static_cast<std::uint32_t>(next()) << at;
    const auto value = std::bit_cast<float>(bits);
    return std::isfinite(value) && !std::signbit(value) ? value : static_cast<float>(fail());
  }

 private:
  std::uint64_t next() noexcept {
    if (rest_.empty()) return fail();
    const auto byte = static_cast<unsigned char>(rest_.front());
    rest_.remove_prefix(1);
    return byte;
  }

  std::uint64_t fail() noexcept {
    good_ = false;
    rest_ = {};
    return 0;
  }

  std::string_view rest_;
  bool good_ = true;
};

}  // namespace retold
