// SPDX-License-Identifier: Apache-2.0
#include "index_filter.hpp"

#include <algorithm>
#include <cstring>
#include <string>

#include "hash.hpp"
#include "index_codec.hpp"

namespace retold {
namespace {

constexpr std::size_t piece_lines = 512;  // 32 KiB: a value
constexpr unsigned probes = 6;

// Whether visit(word, bit) is true for each bit of a key; none is asked for after one for which it is not.
template <class Visit>
bool each_bit(std::uint64_t key, const Visit& visit) {
  std::uint64_t bits = mix64(key);
  for (unsigned p = 0; p < probes; ++p, bits >>= 9)
    if (!visit(bits >> 6 & 7, std::uint64_t{1} << (bits & 63))) return false;
  return true;
}

}  // namespace

posting_filter::posting_filter(std::uint64_t lines, unsigned fold)
    : in_files_(lines), fold_(fold), lines_(bytes_of(lines, fold) / sizeof(filter_line)) {}

void posting_filter::add(filter_line& line, std::uint64_t key) noexcept {
  each_bit(key, [&](std::uint64_t word, std::uint64_t bit) { return line.word[word] |= bit, true; });
}

void posting_filter::join(std::uint64_t line, const filter_line& from) noexcept {
  filter_line& to = lines_.items()[static_cast<std::size_t>(line >> fold_)];
  for (unsigned w = 0; w < filter_line::words; ++w) to.word[w] |= from.word[w];
}

bool posting_filter::may_have(std::uint64_t key) const noexcept {
  const filter_line& line = lines_.items()[place_of(key)];
  return each_bit(key, [&](std::uint64_t word, std::uint64_t bit) { return (line.word[word] & bit) != 0; });
}

// What a filter lets pass costs the same in a large run as in a small one: the largest is folded first.
std::vector<unsigned> filter_folds(std::span<const std::uint64_t> lines, std::uint64_t bytes) {
  std::vector<unsigned> folds(lines.size(), 0);
  const auto size = [&](std::size_t i) { return folds[i] == no_filter ? 0 : posting_filter::bytes_of(lines[i], folds[i]); };
  for (;;) {
    std::uint64_t total = 0;
    std::size_t largest = 0;
    for (std::size_t i = 0; i < lines.size(); ++i) {
      total += size(i);
      if (size(i) > size(largest)) largest = i;
    }
    if (total <= bytes) return folds;
    ++folds[largest];
  }
}

filter_writer::filter_writer(index_store& store, std::uint64_t run, std::uint64_t lines)
    : pieces_(std::make_unique<index_store::sorted_file>(store, table::filters)), run_(run), lines_(lines) {
  in_piece_.resize(std::min<std::uint64_t>(lines_, piece_lines));
}

void filter_writer::add(std::uint64_t key) {
  const std::uint64_t line = posting_filter::line_of(key, lines_);
  while (line / piece_lines != piece_) write_piece();
  posting_filter::add(in_piece_[line % piece_lines], key);
}

void filter_writer::write_piece() {
  const auto bytes = std::as_bytes(std::span<const filter_line>(in_piece_));
  pieces_->put(place_in_run(run_, piece_++), {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  in_piece_.assign(std::min<std::uint64_t>(lines_ - std::min(lines_, piece_ * piece_lines), piece_lines), {});
}

std::unique_ptr<index_store::sorted_file> filter_writer::finish() {
  while (!in_piece_.empty()) write_piece();
  return std::move(pieces_);
}

std::shared_ptr<const posting_filter> load_filter(const index_store& store, std::uint64_t run, std::uint64_t lines,
                                                  unsigned fold) {
  auto out = std::make_shared<posting_filter>(lines, fold);
  std::uint64_t at = 0;
  store.each(table::filters, place_in_run(run, 0), [&](std::string_view key, std::string_view piece) {
    if (!key.starts_with(number_key(run))) return false;
    const std::size_t count = piece.size() / sizeof(filter_line);
    if (count * sizeof(filter_line) != piece.size() || count > lines - at) store.damaged("a filter is not whole");
    for (std::size_t i = 0; i < count; ++i) {
      filter_line line;
      std::memcpy(&line, piece.data() + i * sizeof line, sizeof line);
      out->join(at++, line);
    }
    return true;
  });
  if (at != lines) store.damaged("a filter is not whole");
  return out;
}

}  // namespace retold
