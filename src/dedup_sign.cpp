// SPDX-License-Identifier: Apache-2.0
#include "dedup_sign.hpp"

#include "dates.hpp"
#include "hash.hpp"
#include "parallel.hpp"
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
  signing_thread(const sign_plan& plan, key_store& store, bool may_save)
      : plan_(plan),
        store_(store),
        may_save_(may_save),
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
  bool may_save_;
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
      throw error(error_kind::input,
                  file.label + ':' + std::to_string(place.first_line + line.line + 1) + ": " + record.problem);
    filling_.kinds.push_back(static_cast<std::uint8_t>(entry_kind::bad));
    if (plan_.wants_ranks()) filling_.ranks.push_back(nothing_to_rank_by);
    if (plan_.by_prints()) filling_.prints.push_back({});
    if (plan_.keeps_slots()) filling_.slots.resize(filling_.slots.size() + plan_.options.slots, 0xFF);
    return;
  }
  const auto key = sign_(record.text, entry, filling_);
  const auto kind = static_cast<std::uint8_t>(key.any() ? entry_kind::record : entry_kind::wordless);
  filling_.kinds.push_back(static_cast<std::uint8_t>(kind | (record.is_title ? title_stands : 0)));
  if (plan_.wants_ranks()) filling_.ranks.push_back(rank_of(record, plan_.options.keep));
  if (!record.id.empty()) {
    const std::uint64_t id = hash_bytes(record.id);
    filling_.ids[id >> 56].push_back({id, key.more, entry});
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
  if (!may_save_ || (filled_ < limit_ && read_ < most_text)) return;
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

text_signer::text_key text_signer::operator()(std::string_view text, std::uint32_t entry, key_segment& into) {
  const std::span<const std::uint64_t> words = stream_.words(text);
  text_key out;
  if (!words.empty()) {
    const XXH128_hash_t hash = XXH3_128bits(words.data(), words.size_bytes());
    out = {std::max<std::uint64_t>(1, hash.high64), static_cast<std::uint32_t>(hash.low64)};
    into.texts[out.key >> 56].push_back({out.key, out.more, entry});
  }
  if (!plan_.near()) return out;
  const bool by_words = plan_.options.shingle.unit == shingle_unit::word;
  const std::span<const std::uint64_t> list = by_words ? stream_.list(words) : stream_.list(text);
  if (plan_.by_prints())
    add_print(stream_.set(list), into);
  else
    add_bands(list, entry, into);
  return out;
}

void text_signer::add_print(std::span<const std::uint64_t> set, key_segment& into) {
  features_.clear();
  for (const std::uint64_t shingle : set) features_.push_back({shingle, 1});
  into.prints.push_back(simhash(features_));
}

void text_signer::add_bands(std::span<const std::uint64_t> shingles, std::uint32_t entry, key_segment& into) {
  const std::span<std::uint64_t> slots(signature_);
  plan_.sign(shingles, slots);
  if (plan_.keeps_slots())
    for (const std::uint64_t slot : slots) into.slots.push_back(static_cast<std::uint8_t>(slot));
  const unsigned rows = plan_.bands.rows;
  for (unsigned band = 0; !shingles.empty() && band < plan_.bands.bands; ++band) {
    const std::uint64_t key = band_key(slots.subspan(std::size_t{band} * rows, rows), band);
    into.bands[key >> 56].push_back(make_band_entry(key, entry));
  }
}

std::vector<chunk_place> sign_inputs(const std::vector<input_file>& files, const sign_plan& plan, key_store& store,
                                     bool may_save, const std::function<void(std::uint64_t)>& advanced, dedup_report& report) {
  std::vector<chunk_place> places;  // of what an earlier run has signed
  std::vector<bool> known;
  const auto put = [&](std::size_t number, const chunk_place& place) {
    if (places.size() <= number) places.resize(number + 1), known.resize(number + 1);
    places[number] = place;
    known[number] = true;
  };
  store.each([&](const key_segment& s) {
    for (std::size_t i = 0; i < s.chunks.size(); ++i) {
      put(s.chunks[i], s.places[i]);
      report.resumed_bytes += s.places[i].bytes;
    }
  });
  const std::vector<bool> before = known;
  const auto is_known = [&](std::size_t number) { return number < before.size() && before[number]; };

  chunk_reader reader(files);
  entry_numbers numbers;
  std::mutex guard;
  std::uint64_t done = 0;
  const auto work = [&](std::size_t) {
    signing_thread thread(plan, store, may_save);
    std::string buffer;
    std::vector<entry_line> entries;
    while (auto chunk = reader.next(buffer, [&](std::size_t number) { return !is_known(number); })) {
      const bool signed_before = is_known(chunk->number);
      if (signed_before) {
        const std::scoped_lock lock(guard);
        chunk->place = places[chunk->number];
      } else {
        split_entries(chunk->lines, entries, chunk->place.lines);
        chunk->place.entries = static_cast<std::uint32_t>(entries.size());
      }
      numbers.place(chunk->number, chunk->place);
      if (!signed_before) thread.add(*chunk, entries, files);
      const std::scoped_lock lock(guard);
      put(chunk->number, chunk->place);
      advanced(done += chunk->place.bytes);
    }
    thread.finish();
  };
  const auto guarded = [&](std::size_t i) {
    try {
      work(i);
    } catch (const abandoned&) {  // because of another thread, which says why
    } catch (...) {
      numbers.give_up();
      throw;
    }
  };
  const unsigned threads = threads_of(plan.options);
  parallel_for(threads, threads, guarded);
  report.skipped = reader.damaged();
  if (store.any_saved()) store.save_kept();
  report.bytes = done;
  return places;
}

}  // namespace retold
