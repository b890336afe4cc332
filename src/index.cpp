// SPDX-License-Identifier: Apache-2.0
#include "retold/index.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <map>

#include "index_memory.hpp"
#include "index_state.hpp"
#include "option_ranges.hpp"
#include "parallel.hpp"
#include "retold/error.hpp"
#include "retold/report.hpp"
#include "retold/version.hpp"

namespace retold {
namespace {

constexpr int format = 1;  // of keys and values; docs/format.md §9
constexpr std::uint64_t least_memory = std::uint64_t{32} << 20;

// What stands in the folder, a line each: "name value".
std::string made_with_text(const index_options& o) {
  std::string out = "retold-index " + std::to_string(format) + "\nsignature " + std::to_string(signature_version) + "\nlevel " +
                    name(o.level) + "\nthreshold " + shortest(o.threshold) + "\nshingle " + o.shingle.name() + "\nslots " +
                    std::to_string(o.slots) + "\nrecall " + shortest(o.recall) + "\ntext " + (o.store_text ? "yes" : "no") +
                    "\n";
  if (o.level == level::story)
    out += "window " + std::to_string(o.window_days) + "\nstory-threshold " + shortest(o.story_threshold) + '\n';
  return out;
}

std::map<std::string, std::string> lines_of(std::string_view text) {
  std::map<std::string, std::string> out;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    const std::size_t space = std::min(line.size(), line.find(' '));
    out[std::string(line.substr(0, space))] = line.substr(std::min(line.size(), space + 1));
  }
  return out;
}

index_options options_in(std::string_view made_with, const std::string& folder) {
  std::map<std::string, std::string> has = lines_of(made_with);
  const auto refuse = [&](const std::string& why) { throw error(error_kind::input, folder + ": " + why); };
  if (has["retold-index"] != std::to_string(format) || has["signature"] != std::to_string(signature_version))
    refuse("made by another version of retold (index format " + has["retold-index"] + ", signatures " + has["signature"] +
           "; this one reads " + std::to_string(format) + " and " + std::to_string(signature_version) +
           "): use that version, or build it anew from its documents");
  const auto number = [&](const std::string& text) {
    double value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
  };
  const auto integer = [&](const char* what) {
    const std::string& text = has[what];
    unsigned value = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failed != std::errc() || end != text.data() + text.size())
      refuse(std::string("damaged: what it was made with makes no sense: ") + what + " '" + text + "'");
    return value;
  };
  index_options out;
  for (const level each : {level::exact, level::story})
    if (has["level"] == name(each)) out.level = each;
  out.threshold = number(has["threshold"]);
  out.slots = integer("slots");
  out.recall = number(has["recall"]);
  out.store_text = has["text"] == "yes";
  if (out.level == level::story) out.window_days = integer("window"), out.story_threshold = number(has["story-threshold"]);
  try {
    out.shingle = shingle_options::parse(has["shingle"]);
    out.validate();
  } catch (const error& e) {
    refuse(std::string("damaged: what it was made with makes no sense: ") + e.what());
  }
  if (made_with_text(out) != made_with) refuse("made with options that this version does not know: " + std::string(made_with));
  return out;
}

index_options made_with(const index_store& store) {
  const auto text = store.get(table::meta, "made_with");
  if (!text) throw error(error_kind::input, store.folder() + ": no index of retold");
  return options_in(*text, store.folder());
}

std::string fresh_text(const index_options* options) {
  if (options == nullptr) return {};
  options->validate();
  return made_with_text(*options);
}

const index_setup& checked(const index_setup& setup) {
  if (setup.memory < least_memory)
    throw error(error_kind::option, "memory " + std::to_string(setup.memory) + " is out of range: at least 32 MiB");
  return setup;
}

const std::string& named(const std::string& folder) {
  if (folder.empty()) throw error(error_kind::option, "the name of the index's folder is empty");
  return folder;
}

}  // namespace

std::string differences_of(const index_options& one, const index_options& other) {
  std::map<std::string, std::string> has = lines_of(made_with_text(one)), wants = lines_of(made_with_text(other));
  std::string out;
  for (const auto& [name, value] : has)
    if (wants.contains(name) && wants[name] != value)
      out += (out.empty() ? "" : ", ") + (name == "text" ? "store-text" : name) + ' ' + value + " (not " + wants[name] + ')';
  return out;
}

void index_options::validate() const {
  if (level == level::topic) throw error(error_kind::option, "the level of an index is exact, near or story");
  require_threshold(threshold);
  require_recall(recall);
  require_range(story_threshold >= 0 && story_threshold <= 1, "story threshold", shortest(story_threshold), "0 to 1");
  shingle.validate();
  minhash_options{.slots = slots}.validate();
}

index::state::state(const std::string& folder, const index_options* options, const index_setup& use, rocksdb::Env* files)
    : setup(checked(use)),
      run_bytes(index_memory(use.memory).recent),
      store(named(folder), use, fresh_text(options), files),
      plan(retold::made_with(store)) {
  load();
  store.has_opened();
  if (setup.access == index_access::write) remove_dead_runs();
}

index::index(const std::string& folder, const index_setup& setup) : state_(std::make_unique<state>(folder, nullptr, setup)) {}
index::index(const std::string& folder, const index_options& options, const index_setup& setup)
    : state_(std::make_unique<state>(folder, &options, setup)) {
  expect(options);
}
index::index(std::unique_ptr<state> opened) : state_(std::move(opened)) {}
index::~index() = default;
index::index(index&&) noexcept = default;
index& index::operator=(index&&) noexcept = default;

bool index::exists(const std::string& folder) { return index_store::is_there(folder); }

const std::vector<std::string>& index::damage() const noexcept { return state_->store.damage(); }

const index_options& index::options() const noexcept { return state_->plan.options; }

void index::expect(const index_options& wanted) const {
  const std::string differences = differences_of(options(), wanted);
  if (!differences.empty())
    throw error(error_kind::option,
                state_->store.folder() + ": made with " + differences + "; leave these options out, or make another index");
}

// At level story each record is written by itself, and what is prepared of it is larger than its text: that of many is not held
// at once.
std::vector<index_verdict> index::add(std::span<const index_entry> entries, const index_scopes& scopes, std::int64_t now) {
  state_->check_writable();
  const scope_numbers where = state_->scopes_of(scopes);
  constexpr std::size_t at_once = 64;
  const bool story = options().level == level::story;
  const std::size_t most = story ? at_once * thread_count(state_->setup.threads) : entries.size();
  std::vector<index_verdict> out;
  do {
    const auto some = entries.first(std::min(most, entries.size()));
    entries = entries.subspan(some.size());
    std::vector<prepared_entry> prepared(some.size());
    parallel_for((some.size() + at_once - 1) / at_once, state_->setup.threads, [&](std::size_t part) {
      index_signer sign(state_->plan);
      for (std::size_t i = part * at_once; i < std::min(some.size(), (part + 1) * at_once); ++i) {
        prepared[i].entry = some[i];
        state_->prepare(prepared[i], where, sign);
      }
    });
    const std::scoped_lock one(state_->writing);
    std::vector<index_verdict> said = state_->commit(prepared, where, now);
    out.insert(out.end(), std::make_move_iterator(said.begin()), std::make_move_iterator(said.end()));
  } while (!entries.empty());
  return out;
}

}  // namespace retold
