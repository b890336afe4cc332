// SPDX-License-Identifier: Apache-2.0
// A chunk: the rest of each key, in as many bytes as it needs, then, in the same order, each document's number less the first
// of the run.
#include "index_postings.hpp"

#include <algorithm>
#include <bit>

#include "hash.hpp"
#include "index_bytes.hpp"
#include "index_codec.hpp"

namespace retold {
namespace {

constexpr std::uint64_t usual_chunk = 512;  // postings, at least; up to twice as many
constexpr unsigned most_chunk_bits = 32;
constexpr std::uint64_t most_filter_lines = std::uint64_t{1} << 40;
constexpr std::uint64_t most_keys = 4096 + 2;  // of a document: bands, words, id

std::uint64_t load(const char* from, unsigned bytes) noexcept {
  std::uint64_t out = 0;
  for (unsigned i = bytes; i-- > 0;) out = out << 8 | static_cast<unsigned char>(from[i]);
  return out;
}

void store_bytes(std::string& to, std::uint64_t value, unsigned bytes) {
  for (unsigned i = 0; i < bytes; ++i) to += static_cast<char>(value >> (8 * i));
}

constexpr std::uint64_t key_mask = (std::uint64_t{1} << posting_key_bits) - 1;

// Moves what is of another kind or scope elsewhere; 0 for bands of the first scope.
std::uint64_t turn_of(posting_kind kind, std::uint32_t scope) noexcept {
  return mix64(std::uint64_t{scope} * 4 + static_cast<std::uint64_t>(kind));
}

// What is merged is given room for all its postings: no count is believed that its documents and its filter have no room for.
// A filter may be larger than its postings need, as some of them were left out, but not than those of its documents could.
bool can_be(const posting_run& run) noexcept {
  if (run.first > run.last) return false;
  const std::uint64_t documents = std::min(run.last - run.first, most_filter_lines) + 1, most = documents * most_keys;
  if (run.count > most) return false;
  return run.filter_lines == 0 ||
         (run.filter_lines >= posting_filter::lines_for(run.count) && run.filter_lines <= posting_filter::lines_for(most));
}

}  // namespace

std::uint64_t posting_key(posting_kind kind, std::uint32_t scope, std::uint64_t key) noexcept {
  return ((key >> (64 - posting_key_bits)) + turn_of(kind, scope)) & key_mask;
}

std::uint64_t band_of(std::uint64_t posting, std::uint32_t scope) noexcept {
  return ((posting - turn_of(posting_kind::band, scope)) & key_mask) << (64 - posting_key_bits);
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
  return from.whole() && can_be(out) ? std::optional(std::move(out)) : std::nullopt;
}

bool numbers_in_chunk(const posting_run& run, std::string_view chunk, std::uint64_t key, std::vector<std::uint64_t>& into,
                      std::size_t most) {
  const unsigned key_bytes = run.key_bytes(), rest_bits = posting_key_bits - run.chunk_bits;
  const std::size_t each = key_bytes + run.number_bytes(), count = chunk.size() / each;
  if (count * each != chunk.size()) return false;
  const std::uint64_t rest = key & ((std::uint64_t{1} << rest_bits) - 1);
  const auto rest_at = [&](std::size_t i) { return load(chunk.data() + i * key_bytes, key_bytes); };
  std::size_t at = 0;
  for (std::size_t end = count; at < end;) {
    const std::size_t middle = at + (end - at) / 2;
    rest_at(middle) < rest ? at = middle + 1 : end = middle;
  }
  const char* const numbers = chunk.data() + count * key_bytes;
  for (const std::size_t first = at; at < count && at - first < most && rest_at(at) == rest; ++at)
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

run_writer::run_writer(index_store& store, std::uint64_t id, std::uint64_t first, std::uint64_t last, std::uint64_t postings)
    : filter_(store, id, posting_filter::lines_for(postings)),
      chunks_(std::make_unique<index_store::sorted_file>(store, table::postings)) {
  run_.id = id, run_.first = first, run_.last = last;
  run_.chunk_bits = std::min(most_chunk_bits, static_cast<unsigned>(std::bit_width(postings / usual_chunk)));
  run_.filter_lines = posting_filter::lines_for(postings);
}

void run_writer::add(const posting& next) {
  const std::uint64_t chunk = next.key >> (posting_key_bits - run_.chunk_bits);
  if (chunk != chunk_) write_chunk();
  chunk_ = chunk;
  in_chunk_.push_back(next);
  filter_.add(next.key);
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
  files.push_back(filter_.finish());
  return std::move(run_);
}

namespace {

// The chunks of a run, one after the other.
class chunk_walk {
 public:
  chunk_walk(const index_store& store, const posting_run& run)
      : run_(run), start_(number_key(run.id)), at_(store, table::postings, place_in_run(run.id, 0)) {}

  // False at the end.
  bool valid() const { return at_.valid() && at_.key().starts_with(start_); }

  // False: the chunk is damaged.
  bool each(const std::function<void(const posting&)>& visit) const {
    value_reader key(at_.key().substr(start_.size()));
    const std::uint64_t chunk = key.big(4);
    return key.whole() && each_in_chunk(run_, chunk, at_.value(), visit);
  }
  void next() { at_.next(); }

 private:
  const posting_run& run_;
  std::string start_;
  index_store::walk at_;
};

// A run on its way into another, a chunk in memory at a time.
class merged_run {
 public:
  using stays_function = std::function<bool(std::uint64_t)>;
  merged_run(const index_store& store, const posting_run& run, const stays_function& stays)
      : store_(store), stays_(stays), walk_(store, run) {
    refill();
  }

  const posting* front() const { return at_ < chunk_.size() ? &chunk_[at_] : nullptr; }  // null at the end
  void next() {
    if (++at_ == chunk_.size()) refill();
  }

 private:
  void refill() {
    const auto keep = [&](const posting& p) {
      if (stays_(p.number)) chunk_.push_back(p);
    };
    for (chunk_.clear(), at_ = 0; chunk_.empty() && walk_.valid(); walk_.next())
      if (!walk_.each(keep)) store_.damaged("a chunk of postings is not whole");
  }

  const index_store& store_;
  const stays_function& stays_;
  chunk_walk walk_;
  std::vector<posting> chunk_;
  std::size_t at_ = 0;
};

}  // namespace

posting_run merge_runs(index_store& store, std::span<const posting_run> runs, std::uint64_t id,
                       const std::function<bool(std::uint64_t)>& stays,
                       std::vector<std::unique_ptr<index_store::sorted_file>>& files) {
  std::vector<merged_run> all;
  std::uint64_t postings = 0;
  for (const posting_run& run : runs) {
    postings += run.count;
    all.emplace_back(store, run, stays);
  }
  run_writer out(store, id, runs.front().first, runs.back().last, postings);
  for (;;) {
    // Runs stand in the order of their documents, so of equal keys the lower numbers come first.
    merged_run* least = nullptr;
    for (merged_run& each : all)
      if (each.front() && (least == nullptr || each.front()->key < least->front()->key)) least = &each;
    if (least == nullptr) break;
    out.add(*least->front());
    least->next();
  }
  return out.finish(files);
}

std::uint64_t each_posting(const index_store& store, const posting_run& run, const std::function<void(const posting&)>& visit) {
  std::uint64_t damaged_chunks = 0;
  for (chunk_walk at(store, run); at.valid(); at.next()) damaged_chunks += !at.each(visit);
  return damaged_chunks;
}

void find_postings(const index_store& store, std::span<const posting_run> runs, std::span<const std::uint64_t> keys,
                   const posting_visit& visit, std::size_t most) {
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
    if (!numbers_in_chunk(*places[i].run, chunk, keys[places[i].which], numbers, most))
      store.damaged("a chunk of postings is not whole");
    for (const std::uint64_t number : numbers) visit(places[i].which, number);
  });
}

}  // namespace retold
