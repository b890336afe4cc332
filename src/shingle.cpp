// SPDX-License-Identifier: Apache-2.0
// Words become hashes, runs of k hashes become one number each; sets of them are sorted.
#include "retold/shingle.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "hash.hpp"
#include "radix_sort.hpp"
#include "retold/error.hpp"
#include "shingle_stream.hpp"
#include "utf8.hpp"

namespace retold {
namespace {

constexpr unsigned largest_size = 64;

using hashes = std::vector<std::uint64_t>;
using units_view = std::span<const std::uint64_t>;

struct word_range {
  std::size_t first = 0, last = 0;
};

void add_characters(std::string_view word, hashes& units) {
  for (std::size_t at = 0; at < word.size();) units.push_back(stream64(0, next_code_point(word, at)));
}

hashes units_of(const segmented& text, word_range range, shingle_unit unit) {
  hashes units;
  if (unit == shingle_unit::word) {
    units.reserve(range.last - range.first);
    for (std::size_t i = range.first; i < range.last; ++i) units.push_back(hash_bytes(text.folded(i)));
    return units;
  }
  for (std::size_t i = range.first; i < range.last; ++i) {
    if (i != range.first && !text.words[i].joined) units.push_back(stream64(0, U' '));
    add_characters(text.folded(i), units);
  }
  return units;
}

// Windows of the runs that have any; where none has, each run whole.
hashes list_of(std::span<const units_view> runs, std::size_t size) {
  hashes list;
  for (const units_view units : runs) {
    const std::size_t old = list.size();
    list.resize(old + units.size());
    list.resize(old + choose_write_windows()(units, size, list.data() + old));
  }
  if (list.empty())
    for (const units_view units : runs)
      if (!units.empty()) list.push_back(shingle_of(units.data(), units.size()));
  return list;
}

hashes list_of(const segmented& text, const shingle_options& options) {
  const hashes units = units_of(text, {0, text.words.size()}, options.unit);
  return list_of(std::array{units_view(units)}, std::max(1u, options.size));
}

shingle_set set_of(hashes list) {
  radix_sort(list);
  list.erase(std::unique(list.begin(), list.end()), list.end());
  return list;
}

// The words between lines left out. A line without words left out parts nothing.
std::vector<word_range> kept_runs(const segmented& text, const std::vector<bool>& left_out) {
  std::vector<word_range> runs;
  for (std::size_t s = 0; s < text.sentences.size(); ++s) {
    const sentence& here = text.sentences[s];
    if (left_out[s] || here.size() == 0) continue;
    if (!runs.empty() && runs.back().last == here.first) {
      runs.back().last = here.last;
    } else {
      runs.push_back({here.first, here.last});
    }
  }
  return runs;
}

shingle_set of_the_rest(const segmented& text, const std::vector<bool>& left_out, const shingle_options& options) {
  if (left_out.empty()) return shingles(text, options);
  std::vector<hashes> runs;
  for (const word_range run : kept_runs(text, left_out)) runs.push_back(units_of(text, run, options.unit));
  return set_of(list_of(std::vector<units_view>(runs.begin(), runs.end()), std::max(1u, options.size)));
}

}  // namespace

void shingle_options::validate() const {
  if (size >= 1 && size <= largest_size) return;
  throw error(error_kind::option, "shingle size " + std::to_string(size) + " is out of range: 1 to 64");
}

shingle_options shingle_options::parse(std::string_view text) {
  shingle_options options;
  const std::size_t colon = std::min(text.find(':'), text.size());
  const std::string_view unit = text.substr(0, colon);
  const char* const end = text.data() + text.size();
  const char* const digits = text.data() + std::min(colon + 1, text.size());
  const auto number = std::from_chars(digits, end, options.size);
  if ((unit != "word" && unit != "char") || number.ec != std::errc{} || number.ptr != end || options.size < 1 ||
      options.size > largest_size)
    throw error(error_kind::option, "shingle \"" + std::string(text) + "\" is neither word:N nor char:N with N from 1 to 64");
  options.unit = unit == "word" ? shingle_unit::word : shingle_unit::character;
  return options;
}

std::string shingle_options::name() const { return (unit == shingle_unit::word ? "word:" : "char:") + std::to_string(size); }

shingle_set shingles(const segmented& text, const shingle_options& options) { return set_of(list_of(text, options)); }

std::vector<std::uint64_t> shingle_list(std::string_view text, const shingle_options& options) {
  shingle_stream stream(options);
  const units_view list = stream.list(text);
  return {list.begin(), list.end()};
}

shingle_set shingles(std::string_view text, const shingle_options& options) {
  shingle_stream stream(options);
  const units_view set = stream.set(text);
  return {set.begin(), set.end()};
}

shingle_stream::numbers shingle_stream::list(numbers units) {
  const std::size_t size = std::max(1u, options_.size);
  std::uint64_t* const out = list_.reserve(units.size() + 1);
  if (units.size() >= size || units.empty()) return {out, write_windows_(units, size, out)};
  *out = shingle_of(units.data(), units.size());
  return {out, 1};
}

shingle_stream::numbers shingle_stream::list(std::string_view text) {
  if (options_.unit == shingle_unit::word) return list(words(text));
  segmented cut;
  cut.normal = normalise(text);
  cut.words = retold::words(cut.normal);
  return list(units_of(cut, {0, cut.words.size()}, options_.unit));
}

shingle_stream::numbers shingle_stream::set(numbers list) {
  const std::span<std::uint64_t> all{set_.reserve(list.size() + 1), list.size()};
  std::copy(list.begin(), list.end(), all.begin());
  radix_sort(all, {spare_.reserve(list.size() + 1), list.size()});
  return {all.begin(), std::unique(all.begin(), all.end())};
}

shingle_set shingles(const article& from, const shingle_options& options) {
  return of_the_rest(from.text, from.boilerplate, options);
}

shingle_set shingles_but_furniture(const article& from, const shingle_options& options) {
  return of_the_rest(from.text, from.furniture, options);
}

std::uint64_t exact_key(const segmented& text) {
  if (text.words.empty()) return 0;
  std::string joined;
  joined.reserve(text.normal.bytes.size());
  for (std::size_t i = 0; i < text.words.size(); ++i) (joined += text.folded(i)) += ' ';
  return std::max<std::uint64_t>(1, hash_bytes(joined));
}

}  // namespace retold
