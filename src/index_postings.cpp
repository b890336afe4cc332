// SPDX-License-Identifier: Apache-2.0
// A chunk: the rest of each key, in as many bytes as it needs, then, in the same order, each document's number less the first
// of the run. Hashes are evenly spread, so where a key stands in its chunk can be guessed.
#include "index_postings.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include "hash.hpp"
#include "index_bytes.hpp"
#include "index_codec.hpp"
#include "retold/error.hpp"

namespace retold {
namespace {

constexpr std::uint64_t usual_chunk = 512;  // postings, at least; up to twice as many
constexpr unsigned most_chunk_bits = 32;
constexpr std::uint64_t most_filter_lines = std::uint64_t{1} << 40;
constexpr std::size_t filter_piece = std::size_t{1} << 15;  // bytes of a value

std::uint64_t load(const char* from, unsigned bytes) noexcept {
  std::uint64_t out = 0;
  for (unsigned i = bytes; i-- > 0;) out = out << 8 | static_cast<unsigned char>(from[i]);
  return out;
}

void store_bytes(std::string& to, std::uint64_t value, unsigned bytes) {
  for (unsigned i = 0; i < bytes; ++i) to += static_cast<char>(value >> (8 * i));
}

std::string place_in_run(std::uint64_t run, std::uint64_t part) { return number_key(run) + number_key(part).substr(4); }

constexpr std::uint64_t key_mask = (std::uint64_t{1} << posting_key_bits) - 1;

// Moves what is of another kind or scope elsewhere; 0 for bands of the first scope.
std::uint64_t turn_of(posting_kind kind, std::uint32_t scope) noexcept {
  return mix64(std::uint64_t{scope} * 4 + static_cast<std::uint64_t>(kind));
}

[[noreturn]] void damaged(const index_store& store, const char* what) {
  throw error(error_kind::input, store.folder() + ": damaged: " + what + "; `retold index verify` names what is wrong");
}

}  // namespace

std::uint64_t posting_key(posting_kind kind, std::uint32_t scope, std::uint64_t key) noexcept {
  return ((key >> (64 - posting_key_bits)) + turn_of(kind, scope)) & key_mask;
}

std::uint64_t band_of(std::uint64_t posting, std::uint32_t scope) noexcept {
  return ((posting - turn_of(posting_kind::band, scope)) & key_mask) << (64 - posting_key_bits);
}

std::size_t posting_filter::place_of(std::uint64_t key) const noexcept {
  const std::uint64_t lines = words_.size() / line_words;
  return static_cast<std::size_t>((key >> 8) * lines >> (posting_key_bits - 8)) * line_words;
}

void posting_filter::add(std::uint64_t key) noexcept {
  std::uint64_t* const line = &words_[place_of(key)];
  std::uint64_t bits = mix64(key);
  for (unsigned p = 0; p < probes; ++p, bits >>= 9) line[bits >> 6 & 7] |= std::uint64_t{1} << (bits & 63);
}

bool posting_filter::may_have(std::uint64_t key) const noexcept {
  const std::uint64_t* const line = &words_[place_of(key)];
  std::uint64_t bits = mix64(key);
  for (unsigned p = 0; p < probes; ++p, bits >>= 9)
    if ((line[bits >> 6 & 7] >> (bits & 63) & 1) == 0) return false;
  return true;
}

unsigned posting_run::number_bytes() const noexcept {
  return std::max(1u, (static_cast<unsigned>(std::bit_width(last - first)) + 7) / 8);
}

std::string posting_run::chunk_key(std::uint64_t key) const { return place_in_run(id, key >> (posting_key_bits - chunk_bits)); }

std::string posting_run::written() const {
  std::string out;
  for (const std::uint64_t value : {first, last, count, std::uint64_t{chunk_bits}, filter_lines}) put_number(out, value);
  return out;
}

std::optional<posting_run> posting_run::read(std::uint64_t id, std::string_view value) {
  value_reader from(value);
  posting_run out;
  out.id = id;
  out.first = from.number(), out.last = from.number(), out.count = from.number();
  out.chunk_bits = static_cast<unsigned>(from.number(most_chunk_bits));
  out.filter_lines = from.number(most_filter_lines);
  return from.whole() && out.first <= out.last ? std::optional(std::move(out)) : std::nullopt;
}

bool numbers_in_chunk(const posting_run& run, std::string_view chunk, std::uint64_t key, std::vector<std::uint64_t>& into) {
  const unsigned key_bytes = run.key_bytes(), rest_bits = posting_key_bits - run.chunk_bits;
  const std::size_t each = key_bytes + run.number_bytes(), count = chunk.size() / each;
  if (count * each != chunk.size()) return false;
  if (count == 0) return true;
  const std::uint64_t rest = key & ((std::uint64_t{1} << rest_bits) - 1);
  const auto rest_at = [&](std::size_t i) { return load(chunk.data() + i * key_bytes, key_bytes); };
  std::size_t at = std::min(
      count - 1, static_cast<std::size_t>(static_cast<double>(rest) / static_cast<double>(std::uint64_t{1} << rest_bits) *
                                          static_cast<double>(count)));
  while (at > 0 && rest_at(at - 1) >= rest) --at;
  while (at < count && rest_at(at) < rest) ++at;
  const char* const numbers = chunk.data() + count * key_bytes;
  for (; at < count && rest_at(at) == rest; ++at)
    into.push_back(run.first + load(numbers + at * run.number_bytes(), run.number_bytes()));
  return true;
}

bool each_in_chunk(const posting_run& run, std::uint64_t chunk_number, std::string_view chunk,
                   const std::function<void(const posting&)>& visit) {
  const unsigned key_bytes = run.key_bytes();
  const std::size_t each = key_bytes + run.number_bytes(), count = chunk.size() / each;
  if (count * each != chunk.size()) return false;
  const char* const numbers = chunk.data() + count * key_bytes;
  for (std::size_t i = 0; i < count; ++i)
    visit({chunk_number << (posting_key_bits - run.chunk_bits) | load(chunk.data() + i * key_bytes, key_bytes),
           run.first + load(numbers + i * run.number_bytes(), run.number_bytes())});
  return true;
}

run_writer::run_writer(index_store& store, std::uint64_t id, std::uint64_t first, std::uint64_t last, std::uint64_t postings,
                       bool filtered)
    : store_(store), chunks_(std::make_unique<index_store::sorted_file>(store, table::postings)) {
  run_.id = id, run_.first = first, run_.last = last;
  run_.chunk_bits = std::min(most_chunk_bits, static_cast<unsigned>(std::bit_width(postings / usual_chunk)));
  if (!filtered) return;
  run_.filter_lines = posting_filter::lines_for(postings);
  filter_ = std::make_shared<posting_filter>(run_.filter_lines);
}

void run_writer::add(const posting& next) {
  const std::uint64_t chunk = next.key >> (posting_key_bits - run_.chunk_bits);
  if (chunk != chunk_) write_chunk();
  chunk_ = chunk;
  in_chunk_.push_back(next);
  if (filter_) filter_->add(next.key);
}

void run_writer::write_chunk() {
  if (in_chunk_.empty()) return;
  const std::uint64_t mask = (std::uint64_t{1} << (posting_key_bits - run_.chunk_bits)) - 1;
  std::string bytes;
  for (const posting& p : in_chunk_) store_bytes(bytes, p.key & mask, run_.key_bytes());
  for (const posting& p : in_chunk_) store_bytes(bytes, p.number - run_.first, run_.number_bytes());
  chunks_->put(place_in_run(run_.id, chunk_), bytes);
  run_.count += in_chunk_.size();
  in_chunk_.clear();
}

posting_run run_writer::finish(std::vector<std::unique_ptr<index_store::sorted_file>>& files) {
  write_chunk();
  files.push_back(std::move(chunks_));
  if (filter_) {
    auto pieces = std::make_unique<index_store::sorted_file>(store_, table::filters);
    const std::string_view bytes(reinterpret_cast<const char*>(filter_->words().data()), filter_->bytes());
    for (std::size_t at = 0; at < bytes.size(); at += filter_piece)
      pieces->put(place_in_run(run_.id, at / filter_piece), bytes.substr(at, filter_piece));
    files.push_back(std::move(pieces));
    run_.filter = std::move(filter_);
  }
  return std::move(run_);
}

std::shared_ptr<const posting_filter> load_filter(const index_store& store, const posting_run& run) {
  if (run.filter_lines == 0) return nullptr;
  auto out = std::make_shared<posting_filter>(run.filter_lines);
  const std::span<std::byte> bytes = std::as_writable_bytes(out->words());
  std::size_t at = 0;
  store.each(table::filters, place_in_run(run.id, 0), [&](std::string_view key, std::string_view piece) {
    if (key.substr(0, 8) != number_key(run.id) || piece.size() > bytes.size() - at) return false;
    std::memcpy(bytes.data() + at, piece.data(), piece.size());
    at += piece.size();
    return true;
  });
  if (at != bytes.size()) damaged(store, "a filter is not whole");
  return out;
}

posting_run merge_runs(index_store& store, std::span<const posting_run> runs, std::uint64_t id, bool filtered,
                       const std::function<bool(std::uint64_t)>& stays,
                       std::vector<std::unique_ptr<index_store::sorted_file>>& files) {
  // One chunk of each run at a time; runs in the order of their documents, so of equal keys the lower numbers come first.
  struct cursor {
    const posting_run* run = nullptr;
    std::unique_ptr<index_store::walk> walk;
    std::vector<posting> chunk;
    std::size_t at = 0;
  };
  std::vector<cursor> cursors;
  std::uint64_t postings = 0;
  const auto refill = [&](cursor& c) {
    c.chunk.clear(), c.at = 0;
    while (c.chunk.empty() && c.walk->valid() && c.walk->key().substr(0, 8) == number_key(c.run->id)) {
      const auto chunk = read_number_key(std::string(4, '\0').append(c.walk->key().substr(8)));
      if (!chunk || !each_in_chunk(*c.run, *chunk, c.walk->value(), [&](const posting& p) {
            if (stays(p.number)) c.chunk.push_back(p);
          }))
        damaged(store, "a chunk of postings is not whole");
      c.walk->next();
    }
  };
  for (const posting_run& run : runs) {
    postings += run.count;
    cursors.push_back({&run, std::make_unique<index_store::walk>(store, table::postings, place_in_run(run.id, 0)), {}, 0});
    refill(cursors.back());
  }
  run_writer out(store, id, runs.front().first, runs.back().last, postings, filtered);
  for (;;) {
    cursor* least = nullptr;
    for (cursor& c : cursors)
      if (c.at < c.chunk.size() && (least == nullptr || c.chunk[c.at].key < least->chunk[least->at].key)) least = &c;
    if (least == nullptr) break;
    out.add(least->chunk[least->at++]);
    if (least->at == least->chunk.size()) refill(*least);
  }
  return out.finish(files);
}

std::uint64_t each_posting(const index_store& store, const posting_run& run, const std::function<void(const posting&)>& visit) {
  std::uint64_t damaged_chunks = 0;
  for (index_store::walk at(store, table::postings, place_in_run(run.id, 0)); at.valid(); at.next()) {
    if (at.key().substr(0, 8) != number_key(run.id)) break;
    const auto chunk = read_number_key(std::string(4, '\0').append(at.key().substr(8)));
    damaged_chunks += !chunk || !each_in_chunk(run, *chunk, at.value(), visit);
  }
  return damaged_chunks;
}

void find_postings(const index_store& store, std::span<const posting_run> runs, std::span<const std::uint64_t> keys,
                   const posting_visit& visit) {
  struct place {
    std::string key;
    const posting_run* run;
    std::size_t which;
  };
  for (const posting_run& run : runs)
    if (run.filter)
      for (const std::uint64_t key : keys) run.filter->fetch(key);
  std::vector<place> places;
  for (const posting_run& run : runs)
    for (std::size_t k = 0; k < keys.size(); ++k)
      if (!run.filter || run.filter->may_have(keys[k])) places.push_back({run.chunk_key(keys[k]), &run, k});
  if (places.empty()) return;
  std::sort(places.begin(), places.end(), [](const place& a, const place& b) { return a.key < b.key; });
  std::vector<std::string> wanted;
  for (place& p : places) wanted.push_back(std::move(p.key));
  std::vector<std::uint64_t> numbers;
  store.get_all(table::postings, wanted, [&](std::size_t i, std::string_view chunk) {
    numbers.clear();
    if (!numbers_in_chunk(*places[i].run, chunk, keys[places[i].which], numbers))
      damaged(store, "a chunk of postings is not whole");
    for (const std::uint64_t number : numbers) visit(places[i].which, number);
  });
}

}  // namespace retold
