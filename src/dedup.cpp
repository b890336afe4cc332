// SPDX-License-Identifier: Apache-2.0
// The passes in order: sign all records, match their keys, compare the candidates, write who stays.
#include "retold/dedup.hpp"

#include <algorithm>
#include <bit>
#include <memory>

#include "dedup_decide.hpp"
#include "dedup_folder.hpp"
#include "dedup_output.hpp"
#include "dedup_sets.hpp"
#include "dedup_sign.hpp"
#include "hash.hpp"
#include "parallel.hpp"
#include "pipeline_progress.hpp"
#include "report_escape.hpp"
#include "retold/error.hpp"
#include "retold/version.hpp"

namespace retold {
namespace {

constexpr std::uint64_t least_memory = std::uint64_t{64} << 20;

// What follows from the inputs and the options that affect the keys; another version's keys are another job's.
std::uint64_t job_number(const std::vector<input_file>& inputs, const dedup_options& options) {
  std::string all = std::string(version) + '\n' + options.shingle.name();
  const auto add = [&all](const auto& value) { (all += '\n') += std::to_string(value); };
  add(static_cast<int>(options.level)), add(static_cast<int>(options.sketch)), add(static_cast<int>(options.keep));
  add(static_cast<int>(options.verify)), add(static_cast<int>(options.on_bad)), add(options.slots);
  add(std::bit_cast<std::uint64_t>(options.threshold)), add(std::bit_cast<std::uint64_t>(options.recall));
  const read_options& f = options.fields;
  for (const std::string* field : {&options.keep_field, &f.id_field, &f.text_field, &f.title_field, &f.date_field})
    add(field->size()), all += *field;
  for (const input_file& file : inputs) (all += '\n') += file.path, add(file.size), add(file.modified);
  return hash_bytes(all);
}

// What the segments hold for each entry, in the order of the entries.
struct entry_data {
  std::vector<std::uint8_t> kinds;
  std::vector<double> ranks;
  std::vector<fingerprint> prints;
};

// Calls visit(segment, where its entries begin, place of the chunk) for each chunk.
template <class Visit>
void each_chunk(const key_store& store, const std::vector<chunk_place>& places, const Visit& visit) {
  store.each([&](const key_segment& s) {
    std::size_t at = 0;
    for (const std::uint64_t number : s.chunks) {
      visit(s, at, places[number]);
      at += places[number].entries;
    }
  });
}

template <class Item>
void put(const std::vector<Item>& from, std::size_t at, const chunk_place& place, std::vector<Item>& to) {
  if (!from.empty()) std::copy_n(from.begin() + static_cast<std::ptrdiff_t>(at), place.entries, to.begin() + place.first_entry);
}

entry_data gather(const key_store& store, const std::vector<chunk_place>& places, const sign_plan& plan, std::size_t entries) {
  entry_data out;
  out.kinds.resize(entries);
  if (plan.wants_ranks()) out.ranks.resize(entries);
  if (plan.by_prints()) out.prints.resize(entries);
  each_chunk(store, places, [&](const key_segment& s, std::size_t at, const chunk_place& place) {
    put(s.kinds, at, place, out.kinds), put(s.ranks, at, place, out.ranks), put(s.prints, at, place, out.prints);
  });
  return out;
}

// Candidates in the order of the input: entries ascending, and which candidate each is.
struct candidate_order {
  std::vector<std::uint32_t> entries, which;
};

candidate_order by_entry(const candidates_to_decide& near) {
  candidate_order out;
  out.which.resize(near.entries.size());
  for (std::uint32_t c = 0; c < out.which.size(); ++c) out.which[c] = c;
  std::sort(out.which.begin(), out.which.end(),
            [&](std::uint32_t a, std::uint32_t b) { return near.entries[a] < near.entries[b]; });
  for (const std::uint32_t c : out.which) out.entries.push_back(near.entries[c]);
  return out;
}

// The sketches of the candidates, which the first pass kept.
std::vector<std::uint8_t> slots_of(const key_store& store, const std::vector<chunk_place>& places,
                                   const candidates_to_decide& near, unsigned slots) {
  const candidate_order order = by_entry(near);
  std::vector<std::uint8_t> out(near.entries.size() * slots);
  each_chunk(store, places, [&](const key_segment& s, std::size_t at, const chunk_place& place) {
    auto i = static_cast<std::size_t>(std::lower_bound(order.entries.begin(), order.entries.end(), place.first_entry) -
                                      order.entries.begin());
    for (; i < order.entries.size() && order.entries[i] - place.first_entry < place.entries; ++i)
      std::copy_n(s.slots.begin() + static_cast<std::ptrdiff_t>((at + order.entries[i] - place.first_entry) * slots), slots,
                  out.begin() + static_cast<std::ptrdiff_t>(std::size_t{order.which[i]} * slots));
  });
  return out;
}

class batch {
 public:
  batch(const dedup_files& files, const dedup_options& options, const progress& report)
      : files_(files), options_(options), report_(report), plan_(options), outputs_(files), folder_(files) {}

  dedup_report run() {
    read_report found;
    const auto spooled = [&](std::uint64_t bytes) {
      if (report_) report_("read", bytes, 0);
    };
    const std::vector<std::string> own = {files_.output, files_.groups, files_.rejects, folder_.path()};
    inputs_ = find_inputs(
        files_.inputs, own, [&] { return folder_.next_spool(); }, found, spooled);
    const std::uint64_t job = job_number(inputs_, options_);
    const bool going_on = folder_.take_up(job);
    key_store store(folder_.path(), job);
    if (going_on) store.resume();
    sign(store);
    decide_and_write(store);
    out_.skipped.insert(out_.skipped.begin(), found.skipped.begin(), found.skipped.end());
    out_.ignored = std::move(found.ignored);
    folder_.done();
    return std::move(out_);
  }

 private:
  void sign(key_store& store) {
    std::uint64_t total = 0;
    for (const input_file& file : inputs_) total += file.size;
    const bool packed = std::any_of(inputs_.begin(), inputs_.end(), [](const auto& f) { return f.how != compression::none; });
    places_ = sign_inputs(
        inputs_, plan_, store, true,
        [&](std::uint64_t bytes) {
          if (report_) report_("sign", bytes, packed ? 0 : total);
        },
        out_);
    for (const chunk_place& place : places_) entries_ += place.entries;
  }

  decisions decide_near(const key_store& store, const matches& found, const entry_data& data) {
    const candidates_to_decide& near = found.near;
    if (near.entries.empty()) return {};
    if (options_.verify == verification::exact) {
      set_store sets(near.entries.size(), options_.memory / 4, folder_.path());
      read_sets(near, sets);
      return decide(near, by_sets(sets, options_.threshold), options_.threads, report_);
    }
    if (plan_.by_prints()) {
      std::vector<fingerprint> prints;
      for (const std::uint32_t entry : near.entries) prints.push_back(data.prints[entry]);
      return decide(near, by_prints(std::move(prints), options_.threshold), options_.threads, report_);
    }
    const unsigned slots = options_.slots;
    return decide(near, by_slots(slots_of(store, places_, near, slots), slots, options_.threshold), options_.threads, report_);
  }

  void read_sets(const candidates_to_decide& near, set_store& sets) {
    const candidate_order order = by_entry(near);
    counted_progress reading(report_, "compare", order.entries.size());
    struct reader {
      record_parser parser;
      text_signer sign;
      reader(const read_options& fields, const sign_plan& plan) : parser(fields), sign(plan) {}
    };
    const record_parser::wishes text_alone{false, false, {}};
    read_entries(inputs_, places_, order.entries, threads_of(options_), [&]() -> entry_visit {
      const auto own = std::make_shared<reader>(options_.fields, plan_);
      return [&, own](std::size_t i, const entry_line& line, const chunk_place&) {
        sets.put(order.which[i], own->sign.set_of(own->parser.look(line.text, text_alone).text));
        reading.step();
      };
    });
  }

  // A field's name that is misspelt would else go unnoticed.
  void note_useless_rule(std::span<const double> ranks) {
    if (ranks.empty() || std::any_of(ranks.begin(), ranks.end(), [](double r) { return r != nothing_to_rank_by; })) return;
    const bool dates = options_.keep == keep_rule::newest;
    out_.notes.push_back(dates ? "no record has a date in field \"" + options_.fields.date_field + "\": the first ones stay"
                               : "no record has a number in field \"" + options_.keep_field + "\": the first ones stay");
  }

  void decide_and_write(const key_store& store) {
    entry_data data = gather(store, places_, plan_, entries_);
    note_useless_rule(data.ranks);
    matches found = match(store, plan_, entries_, data.ranks, data.prints, report_);
    out_.changed_ids = found.changed_ids;
    const decisions decided = decide_near(store, found, data);
    out_.candidates = decided.compared;
    out_.hot_buckets = decided.hot_buckets;
    verdicts all = settle(std::move(found), decided, std::move(data.kinds));
    write_outputs({inputs_, places_, options_, report_}, all, outputs_, out_);
  }

  const dedup_files& files_;
  const dedup_options& options_;
  const progress& report_;
  sign_plan plan_;
  output_set outputs_;
  work_folder folder_;
  std::vector<input_file> inputs_;
  std::vector<chunk_place> places_;
  std::size_t entries_ = 0;
  dedup_report out_;
};

// The same passes over texts that are there already.
class texts_in_memory {
 public:
  texts_in_memory(std::span<const std::string_view> texts, const dedup_options& options)
      : texts_(texts), options_(options), plan_(options) {}

  std::vector<verdict> run() {
    key_store keys({}, 0);
    sign(keys);
    std::vector<double> ranks;
    if (plan_.wants_ranks())
      for (const std::string_view text : texts_) ranks.push_back(static_cast<double>(text.size()));
    matches found = match(keys, plan_, texts_.size(), ranks, prints_, {});
    const decisions decided = found.near.entries.empty() ? decisions{} : decide_near(found.near);
    const verdicts settled = settle(std::move(found), decided, std::vector<std::uint8_t>(texts_.size()));
    std::vector<verdict> out(texts_.size());
    for (std::uint32_t i = 0; i < out.size(); ++i) out[i] = {settled.of[i], settled.similarity_of(i), settled.exact(i)};
    return out;
  }

 private:
  void sign(key_store& keys) {
    const std::size_t parts = std::clamp<std::size_t>(texts_.size(), 1, thread_count(options_.threads));
    std::vector<key_segment> made(parts);
    parallel_for(parts, options_.threads, [&](std::size_t p) {
      text_signer sign(plan_);
      for (std::size_t i = texts_.size() * p / parts; i < texts_.size() * (p + 1) / parts; ++i)
        sign(texts_[i], static_cast<std::uint32_t>(i), made[p]);
    });
    for (key_segment& part : made) {
      prints_.insert(prints_.end(), part.prints.begin(), part.prints.end());
      slots_.insert(slots_.end(), part.slots.begin(), part.slots.end());
      keys.keep(std::move(part));
    }
  }

  decisions decide_near(const candidates_to_decide& near) const {
    const auto decided = [&](const find_similar& find) { return decide(near, find, options_.threads, {}); };
    if (options_.verify == verification::exact) {
      set_store sets(near.entries.size(), ~std::uint64_t{0}, {});
      parallel_for(near.entries.size(), options_.threads, [&](std::size_t c) {
        sets.put(static_cast<std::uint32_t>(c), shingles(texts_[near.entries[c]], options_.shingle));
      });
      return decided(by_sets(sets, options_.threshold));
    }
    if (plan_.by_prints()) return decided(by_prints(of_candidates<fingerprint>(near, prints_, 1), options_.threshold));
    return decided(by_slots(of_candidates<std::uint8_t>(near, slots_, options_.slots), options_.slots, options_.threshold));
  }

  template <class Item>
  static std::vector<Item> of_candidates(const candidates_to_decide& near, std::span<const Item> all, std::size_t each) {
    std::vector<Item> out;
    for (const std::uint32_t entry : near.entries) {
      const auto own = all.subspan(entry * each, each);
      out.insert(out.end(), own.begin(), own.end());
    }
    return out;
  }

  std::span<const std::string_view> texts_;
  const dedup_options& options_;
  sign_plan plan_;
  std::vector<fingerprint> prints_;
  std::vector<std::uint8_t> slots_;
};

void check(const dedup_files& files) {
  const auto refuse = [](const std::string& what) { throw error(error_kind::option, what); };
  if (files.inputs.empty()) refuse("nothing to read; name JSONL files, folders of them, or -");
  if (files.output.empty() && !files.sink) refuse("no output; name a file");
  const std::string* const outputs[] = {&files.output, &files.groups, &files.rejects};
  for (const std::string* a : outputs)
    for (const std::string* b : outputs)
      if (a < b && !a->empty() && *a == *b) refuse(*a + ": two outputs cannot be one file");
}

}  // namespace

void dedup_options::validate() const {
  const auto refuse = [](const std::string& what) { throw error(error_kind::option, what); };
  if (level != level::exact && level != level::near) refuse("the level of dedup is exact or near");
  if (!(threshold > 0 && threshold <= 1))
    refuse("threshold " + rendering::decimal(threshold) + " is out of range: above 0, at most 1");
  if (!(recall > 0 && recall < 1)) refuse("recall " + rendering::decimal(recall) + " is out of range: above 0, below 1");
  if (keep == keep_rule::field && keep_field.empty()) refuse("the name of the field to keep by is empty; give one");
  if (memory < least_memory) refuse("memory " + std::to_string(memory) + " is out of range: at least 64 MiB");
  shingle.validate();
  minhash_options{.slots = slots}.validate();
  fields.validate();
}

dedup_report dedup(const dedup_files& files, const dedup_options& options, const progress& report) {
  options.validate();
  check(files);
  return batch(files, options, report).run();
}

std::vector<verdict> dedup(std::span<const std::string_view> texts, const dedup_options& options) {
  options.validate();
  if (options.keep != keep_rule::first && options.keep != keep_rule::longest)
    throw error(error_kind::option, "texts in memory have neither dates nor fields: keep the first or the longest");
  if (texts.size() >= 0xFFFF'FFFF) throw error(error_kind::option, "more than 4,294,967,294 texts; split them");
  return texts_in_memory(texts, options).run();
}

}  // namespace retold
