// SPDX-License-Identifier: Apache-2.0
// The passes in order: sign all records, match their keys, compare the candidates, write who stays.
#include "retold/dedup.hpp"

#include <algorithm>
#include <bit>
#include <memory>

#include "dedup_folder.hpp"
#include "dedup_output.hpp"
#include "dedup_sign.hpp"
#include "hash.hpp"
#include "option_ranges.hpp"
#include "parallel.hpp"
#include "pipeline_progress.hpp"
#include "read_folder.hpp"
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

class batch {
 public:
  batch(const dedup_files& files, const dedup_options& options, const progress& report)
      : files_(files),
        options_(options),
        report_(report),
        plan_(options),
        outputs_(files),
        folder_(files),
        copies_(options.memory / 16, folder_.path()) {}

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
    key_store keys(folder_.path(), job);
    if (going_on) keys.resume();
    sign(keys);
    out_.skipped.insert(out_.skipped.begin(), found.skipped.begin(), found.skipped.end());
    verdicts all = settled(keys);
    write_outputs({chunks_, options_, report_}, all, outputs_, out_);
    out_.ignored = std::move(found.ignored);
    folder_.done();
    return std::move(out_);
  }

 private:
  void sign(key_store& keys) {
    std::uint64_t total = 0;
    for (const input_file& file : inputs_) total += file.size;
    const bool packed = std::any_of(inputs_.begin(), inputs_.end(), [](const auto& f) { return f.how != compression::none; });
    const auto advanced = [&](std::uint64_t bytes) {
      if (report_) report_("sign", bytes, packed ? 0 : total);
    };
    places_ = sign_inputs(inputs_, plan_, keys, copies_, advanced, out_);
  }

  verdicts settled(const key_store& keys) {
    const auto put_sets = [&](const candidates_to_decide& near, set_store& sets) { read_sets(near, sets); };
    try {
      return settle({plan_, keys, places_, options_.memory / 4, folder_.path(), put_sets}, report_, out_);
    } catch (const error& e) {
      if (e.kind() == error_kind::option) folder_.done();  // with others the job can go on from there
      throw;
    }
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
    read_entries(chunks_, order.entries, threads_of(options_), [&]() -> entry_visit {
      const auto own = std::make_shared<reader>(options_.fields, plan_);
      return [&, own](std::size_t i, const entry_line& line, const chunk_place&) {
        sets.put(order.which[i], own->sign.set_of(own->parser.look(line.text, text_alone).text));
        reading.step();
      };
    });
  }

  const dedup_files& files_;
  const dedup_options& options_;
  const progress& report_;
  sign_plan plan_;
  output_set outputs_;
  work_folder folder_;
  std::vector<input_file> inputs_;
  std::vector<chunk_place> places_;
  chunk_copies copies_;
  const chunks_read chunks_{inputs_, places_, copies_};
  dedup_report out_;
};

// The same passes over texts that are there already.
std::vector<verdict> verdicts_of(std::span<const std::string_view> texts, std::span<const double> ranks,
                                 const dedup_options& options, const progress& report) {
  const sign_plan plan(options);
  key_store keys({}, 0);
  const std::vector<chunk_place> places = sign_texts(texts, ranks, plan, keys, report);
  const auto put_sets = [&](const candidates_to_decide& near, set_store& sets) {
    counted_progress reading(report, "compare", near.entries.size());
    parallel_for(near.entries.size(), options.threads, [&](std::size_t c) {
      sets.put(static_cast<std::uint32_t>(c), shingles(texts[near.entries[c]], options.shingle));
      reading.step();
    });
  };
  constexpr std::uint64_t unlimited = ~std::uint64_t{0};
  dedup_report none;
  const verdicts settled = settle({plan, keys, places, unlimited, {}, put_sets}, report, none);
  std::vector<verdict> out(texts.size());
  for (std::uint32_t i = 0; i < out.size(); ++i) out[i] = {settled.of[i], settled.similarity_of(i), settled.exact(i)};
  return out;
}

void check(const dedup_files& files) {
  const auto refuse = [](const std::string& what) { throw error(error_kind::option, what); };
  if (files.inputs.empty()) refuse("nothing to read; name JSONL files, folders of them, or -");
  if (files.output.empty() && !files.sink) refuse("no output; name a file");
  constexpr std::string_view other_formats[] = {".parquet", ".pq",  ".arrow", ".feather", ".orc",  ".avro",
                                                ".csv",     ".tsv", ".gzip",  ".tgz",     ".zstd", ".tar",
                                                ".xz",      ".bz2", ".lz4",   ".br",      ".7z",   ".zip"};
  const std::string* const outputs[] = {&files.output, &files.groups, &files.rejects};
  for (const std::string* each : outputs)
    for (const std::string_view ending : other_formats)
      if (std::string_view name = *each; cut_ending(name, ending))
        refuse(*each + ": it would be JSONL, plain or by its name .gz or .zst; let the name end so");
  for (const std::string* a : outputs)
    for (const std::string* b : outputs)
      if (a < b && !a->empty() && *a == *b) refuse(*a + ": two outputs cannot be one file");
}

}  // namespace

void dedup_options::set_keep(const std::string& rule) {
  constexpr std::pair<const char*, keep_rule> rules[] = {
      {"first", keep_rule::first}, {"longest", keep_rule::longest}, {"newest", keep_rule::newest}};
  const auto found = std::find_if(std::begin(rules), std::end(rules), [&](const auto& r) { return rule == r.first; });
  keep = found != std::end(rules) ? found->second : keep_rule::field;
  keep_field = keep == keep_rule::field ? rule : std::string();
}

void dedup_options::validate() const {
  const auto refuse = [](const std::string& what) { throw error(error_kind::option, what); };
  if (level != level::exact && level != level::near) refuse("the level of dedup is exact or near");
  require_threshold(threshold);
  require_recall(recall);
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

std::vector<verdict> dedup(std::span<const std::string_view> texts, const dedup_options& options, const progress& report,
                           std::span<const double> ranks) {
  options.validate();
  const bool ranked = options.keep == keep_rule::newest || options.keep == keep_rule::field;
  if (ranked && ranks.size() != texts.size())
    throw error(error_kind::option,
                "texts in memory have neither dates nor fields: keep the first or the longest, or give ranks");
  if (texts.size() >= 0xFFFF'FFFF) throw error(error_kind::option, "more than 4,294,967,294 texts; split them");
  return verdicts_of(texts, ranked ? ranks : std::span<const double>(), options, report);
}

}  // namespace retold
