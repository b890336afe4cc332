// SPDX-License-Identifier: Apache-2.0
#include "dedup_sign.hpp"

#include <algorithm>
#include <cmath>
#include <mutex>
#include <utility>

#include "dates.hpp"
#include "hash.hpp"
#include "in_turn.hpp"
#include "parallel.hpp"
#include "pipeline_near.hpp"
#include "pipeline_progress.hpp"
#include "retold/error.hpp"

namespace retold {
namespace {

constexpr std::uint64_t smallest_segment = std::uint64_t{4} << 20, largest_segment = std::uint64_t{32} << 20;
constexpr std::uint64_t most_text = std::uint64_t{512} << 20;  // to read again after an interruption, for each thread

std::uint64_t segment_bytes(const dedup_options& options) {
  return std::clamp(options.memory / (4 * threads_of(options)), smallest_segment, largest_segment);
}

record_parser::wishes wishes_of(const dedup_options& options) {
  return {true, options.keep == keep_rule::newest, options.keep == keep_rule::field ? options.keep_field : std::string()};
}

// One thread's way through the chunks.
class signing_thread {
 public:
  signing_thread(const sign_plan& plan, key_store& store)
      : plan_(plan),
        store_(store),
        sign_(plan),
        parser_(plan.options.fields),
        wishes_(wishes_of(plan.options)),
        limit_(segment_bytes(plan.options)) {}

  void add(const chunk_reader::chunk& chunk, std::span<const entry_line> entries, const std::vector<input_file>& files);
  void finish() { store_.keep(std::move(filling_)); }

 private:
  void add_entry(const entry_line& line, std::uint32_t entry, const input_file& file, const chunk_place& place);

  const sign_plan& plan_;
  key_store& store_;
  text_signer sign_;
  record_parser parser_;
  record_parser::wishes wishes_;
  std::uint64_t limit_, filled_ = 0, read_ = 0;
  key_segment filling_;
};

void signing_thread::add_entry(const entry_line& line, std::uint32_t entry, const input_file& file, const chunk_place& place) {
  const record_parser::glance record = parser_.look(line.text, wishes_);
  if (!record.problem.empty()) {
    if (plan_.options.on_bad == bad_record::stop)
      throw error(error_kind::input, line_name(file.label, place, line) + ": " + record.problem);
    filling_.kinds.push_back(static_cast<std::uint8_t>(entry_kind::bad));
    if (plan_.wants_ranks()) filling_.ranks.push_back(nothing_to_rank_by);
    if (plan_.by_prints()) filling_.prints.push_back({});
    if (plan_.keeps_slots()) filling_.slots.resize(filling_.slots.size() + plan_.options.slots, 0xFF);
    return;
  }
  const words_key key = sign_(record.text, entry, filling_);
  const auto kind = static_cast<std::uint8_t>(key.any() ? entry_kind::record : entry_kind::wordless);
  filling_.kinds.push_back(static_cast<std::uint8_t>(kind | (record.is_title ? title_stands : 0)));
  if (plan_.wants_ranks()) filling_.ranks.push_back(rank_of(record, plan_.options.keep));
  if (!record.id.empty()) {
    const std::uint64_t id = hash_bytes(record.id);
    filling_.ids[id >> 56].push_back({id, key.low, entry});
  }
}

void signing_thread::add(const chunk_reader::chunk& chunk, std::span<const entry_line> entries,
                         const std::vector<input_file>& files) {
  filling_.chunks.push_back(chunk.number);
  filling_.places.push_back(chunk.place);
  std::uint32_t entry = chunk.place.first_entry;
  for (const entry_line& line : entries) add_entry(line, entry++, files[chunk.place.file], chunk.place);
  filled_ += entries.size() * (plan_.bands.bands * sizeof(band_entry) + 2 * sizeof(wide_entry) + 10 +
                               (plan_.keeps_slots() ? plan_.options.slots : 0));
  read_ += chunk.place.bytes;
  if (filled_ < limit_ && read_ < most_text) return;
  store_.save(std::exchange(filling_, {}));
  filled_ = read_ = 0;
}

}  // namespace

unsigned threads_of(const dedup_options& options) noexcept {
  constexpr std::uint64_t each = std::uint64_t{16} << 20;  // a segment, a chunk, and what its parser needs
  return static_cast<unsigned>(std::min<std::uint64_t>(thread_count(options.threads), options.memory / each));
}

sign_plan::sign_plan(const dedup_options& from) : options(from), sign({.slots = from.slots}) {
  if (near() && !by_prints()) bands = choose_banding(from.threshold, from.recall, from.slots);
}

double rank_of(const record_parser::glance& record, keep_rule rule) noexcept {
  switch (rule) {
    case keep_rule::longest:
      return static_cast<double>(record.text.size());
    case keep_rule::newest:
      if (const auto second = second_number(record.date)) return static_cast<double>(*second);
      return nothing_to_rank_by;
    case keep_rule::field:
      return record.number.value_or(nothing_to_rank_by);
    default:
      return 0;
  }
}

text_signer::keys text_signer::keys_of(std::string_view text) {
  const std::span<const std::uint64_t> words = stream_.words(text);
  keys out{words_key_of(words), {}};
  if (!plan_.near()) return out;
  const bool by_words = plan_.options.shingle.unit == shingle_unit::word;
  shingles_ = by_words ? stream_.list(words) : stream_.list(text);
  if (plan_.by_prints()) return out;
  plan_.sign(shingles_, std::span(signature_));
  if (shingles_.empty()) return out;
  band_keys(signature_, plan_.bands, keys_);
  out.bands = keys_;
  return out;
}

words_key text_signer::operator()(std::string_view text, std::uint32_t entry, key_segment& into) {
  const keys found = keys_of(text);
  if (found.words.any()) into.texts[found.words.high >> 56].push_back({found.words.high, found.words.low, entry});
  for (const std::uint64_t key : found.bands) into.bands[key >> 56].push_back(make_band_entry(key, entry));
  if (plan_.by_prints()) into.prints.push_back(print_of(stream_.set(shingles_)));
  if (plan_.keeps_slots())
    for (const std::uint64_t slot : signature_) into.slots.push_back(static_cast<std::uint8_t>(slot));
  return found.words;
}

std::vector<chunk_place> sign_inputs(const std::vector<input_file>& files, const sign_plan& plan, key_store& store,
                                     chunk_copies& copies, const std::function<void(std::uint64_t)>& advanced,
                                     dedup_report& report) {
  std::vector<chunk_place> places;
  const auto put = [&](std::size_t number, const chunk_place& place) {
    if (places.size() <= number) places.resize(number + 1);
    places[number] = place;
  };
  std::vector<bool> signed_before;  // by an earlier run
  store.each([&](const key_segment& s) {
    for (std::size_t i = 0; i < s.chunks.size(); ++i) {
      put(s.chunks[i], s.places[i]);
      signed_before.resize(places.size());
      signed_before[s.chunks[i]] = true;
      report.resumed_bytes += s.places[i].bytes;
    }
  });
  const auto is_new = [&](std::size_t number) { return number >= signed_before.size() || !signed_before[number]; };

  chunk_reader reader(files);
  in_turn turn;
  entry_numbers numbers;
  std::mutex guard;
  std::uint64_t done = 0;
  turn.run(threads_of(plan.options), [&] {
    signing_thread thread(plan, store);
    std::string buffer;
    std::vector<entry_line> entries;
    while (auto chunk = reader.next(buffer, is_new)) {
      chunk_place& place = chunk->place;
      const bool fresh = is_new(chunk->number);
      const compression how = files[place.file].how;
      if (how != compression::none) copies.put(chunk->number, place.file, how, chunk->lines);
      if (fresh) {
        split_entries(chunk->lines, entries, place.lines);
        place.entries = static_cast<std::uint32_t>(entries.size());
      }
      turn(chunk->number, [&] {
        if (!fresh) {
          const chunk_place& before = places[chunk->number];
          if (how != compression::none) check_unchanged(before, place, files[place.file]);  // plain ones have not been read
          place = before;
        }
        numbers.place(place);
        put(chunk->number, place);
      });
      if (fresh) thread.add(*chunk, entries, files);
      const std::scoped_lock lock(guard);
      advanced(done += place.bytes);
    }
    thread.finish();
  });
  report.skipped = reader.damaged();
  if (store.any_saved()) store.save_kept();
  report.bytes = done;
  return places;
}

std::vector<chunk_place> sign_texts(std::span<const std::string_view> texts, std::span<const double> ranks,
                                    const sign_plan& plan, key_store& store, const progress& report) {
  const auto rank = [&](std::size_t i) {
    if (ranks.empty()) return static_cast<double>(texts[i].size());
    return std::isnan(ranks[i]) ? nothing_to_rank_by : ranks[i];
  };
  counted_progress signing(report, "sign", texts.size());
  const std::size_t parts = std::clamp<std::size_t>(texts.size(), 1, thread_count(plan.options.threads));
  std::vector<chunk_place> places(parts);
  parallel_for(parts, plan.options.threads, [&](std::size_t p) {
    const std::size_t begin = texts.size() * p / parts, end = texts.size() * (p + 1) / parts;
    places[p].first_entry = static_cast<std::uint32_t>(begin);
    places[p].entries = static_cast<std::uint32_t>(end - begin);
    key_segment part;
    part.chunks.push_back(p);
    text_signer sign(plan);
    for (std::size_t i = begin; i < end; ++i) {
      sign(texts[i], static_cast<std::uint32_t>(i), part);
      if (plan.wants_ranks()) part.ranks.push_back(rank(i));
      signing.step();
    }
    store.keep(std::move(part));
  });
  return places;
}

}  // namespace retold
