// SPDX-License-Identifier: Apache-2.0
#pragma once
// The same random numbers in every run, so that runs can be compared.

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace random_sets {

inline std::vector<std::uint64_t> sorted_numbers(std::size_t count, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<std::uint64_t> numbers(count);
  for (auto& number : numbers) number = random();
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

// A text of so many words from a vocabulary in which few words are frequent and most are rare.
inline std::string words(std::size_t count, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::string text;
  for (std::size_t i = 0; i < count; ++i) {
    const double rare = static_cast<double>(random() >> 11) * 0x1p-53;
    std::uint64_t number = static_cast<std::uint64_t>(20000 * rare * rare * rare);
    do text += static_cast<char>('a' + number % 23);
    while ((number /= 5) != 0);
    text += i % 17 == 16 ? ". " : " ";
  }
  return text;
}

}  // namespace random_sets
