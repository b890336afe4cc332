// SPDX-License-Identifier: Apache-2.0
#include "retold/distribute.hpp"

#include <algorithm>
#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>
#include <optional>
#include <utility>

#include "dedup_sign.hpp"
#include "retold/error.hpp"
#include "retold/verify.hpp"

namespace retold {
namespace {

// Dedup matches bands by their highest 40 bits, and so do we; one more, so that none is 0.
std::uint64_t short_key(std::uint64_t key) noexcept { return key >> 24 | std::uint64_t{1} << 40; }

const dedup_options& checked(const dedup_options& options) {
  options.validate();
  if (options.verify != verification::exact || options.sketch != sketch_kind::minhash || options.keep != keep_rule::first)
    throw error(error_kind::option,
                "distributed dedup keeps the first, by MinHash and exact verification; order the records instead");
  return options;
}

}  // namespace

struct record_signer::state {
  dedup_options options;
  sign_plan plan{options};
  text_signer sign{plan};
  explicit state(const dedup_options& from) : options(checked(from)) {}
};

record_signer::record_signer(const dedup_options& options) : state_(std::make_unique<state>(options)) {}
record_signer::~record_signer() = default;
record_signer::record_signer(record_signer&&) noexcept = default;

unsigned record_signer::bands() const noexcept { return state_->plan.bands.bands; }

text_key record_signer::operator()(std::string_view text, std::span<std::uint64_t> keys) {
  if (keys.size() != bands())
    throw error(error_kind::option,
                "there is room for " + std::to_string(keys.size()) + " keys, not " + std::to_string(bands()));
  const text_signer::keys found = state_->sign.keys_of(text);
  std::fill(keys.begin(), keys.end(), 0);
  std::transform(found.bands.begin(), found.bands.end(), keys.begin(), short_key);
  return {found.words.high, found.words.low};
}

void bucket_reader::add(std::span<const std::uint64_t> keys, std::span<const std::int64_t> records, bucket_rows& out) {
  const auto put = [&](std::int64_t first, std::int64_t second, std::uint64_t bucket) {
    out.first.push_back(first), out.second.push_back(second), out.bucket.push_back(bucket);
  };
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (members_.empty() || keys[i] != key_) {
      finish(out);
      key_ = keys[i];
    }
    if (!members_.empty() && records[i] == last_) continue;  // two of its keys are one
    last_ = records[i];
    members_.push_back(records[i]);
    if (!hot_ && members_.size() <= most_) continue;
    for (std::size_t m = hot_ ? 1 : 0; m < members_.size(); ++m) put(members_.front(), members_[m], key_);
    members_.resize(1);
    hot_ = true;
  }
}

void bucket_reader::finish(bucket_rows& out) {
  for (std::size_t a = 0; a < members_.size(); ++a)
    for (std::size_t b = a + 1; b < members_.size(); ++b)
      out.first.push_back(members_[a]), out.second.push_back(members_[b]), out.bucket.push_back(0);
  members_.clear();
  hot_ = false;
}

struct pair_comparer::state {
  struct remembered {
    std::int64_t record = 0;
    std::optional<shingle_set> set = {};
  };
  shingle_options options;
  remembered first, second;

  const shingle_set& set_of(remembered& last, std::int64_t record, std::string_view text) const {
    if (!last.set || last.record != record) last = {record, shingles(text, options)};
    return *last.set;
  }
};

pair_comparer::pair_comparer(const shingle_options& options) : state_(std::make_unique<state>()) {
  options.validate();
  state_->options = options;
}
pair_comparer::~pair_comparer() = default;
pair_comparer::pair_comparer(pair_comparer&&) noexcept = default;

double pair_comparer::operator()(std::int64_t first, std::string_view first_text, std::int64_t second,
                                 std::string_view second_text) {
  return overlap(state_->set_of(state_->first, first, first_text), state_->set_of(state_->second, second, second_text)).jaccard;
}

struct group_decider::state {
  struct kept_record {
    std::int64_t record;
    shingle_set set;
  };
  dedup_options options;
  std::int64_t component = 0;
  boost::unordered_flat_set<std::int64_t> joined = {};
  std::vector<kept_record> kept = {};                                                 // of hot buckets, ascending
  boost::unordered_flat_map<std::uint64_t, std::vector<std::uint32_t>> kept_of = {};  // bucket → of `kept`

  // The record that is being told about.
  std::optional<std::int64_t> record = {};
  std::optional<joined_record> best = {};  // of its pairs
  std::vector<std::uint64_t> buckets = {};
  shingle_set set = {};

  std::vector<joined_record> decided = {};

  explicit state(const dedup_options& from) : options(checked(from)) {}

  void go_to(std::int64_t next_component, std::int64_t next_record) {
    if (record && component == next_component && *record == next_record) return;
    decide();
    if (component != next_component) joined.clear(), kept.clear(), kept_of.clear();
    component = next_component;
    record = next_record;
  }

  void decide() {
    if (!record) return;
    look_in_buckets();
    if (best) {
      joined.insert(*record);
      decided.push_back(*best);
    } else if (!buckets.empty()) {
      for (const std::uint64_t bucket : buckets) kept_of[bucket].push_back(static_cast<std::uint32_t>(kept.size()));
      kept.push_back({*record, std::move(set)});
    }
    record.reset(), best.reset(), buckets.clear(), set.clear();
  }

  // The earliest kept one that is near enough, if it comes before the best of the pairs.
  void look_in_buckets() {
    std::vector<std::uint32_t> others;
    for (const std::uint64_t bucket : buckets)
      if (const auto found = kept_of.find(bucket); found != kept_of.end())
        others.insert(others.end(), found->second.begin(), found->second.end());
    std::sort(others.begin(), others.end());
    others.erase(std::unique(others.begin(), others.end()), others.end());
    for (const std::uint32_t o : others) {
      if (best && best->of <= kept[o].record) return;
      if (const double similarity = overlap(set, kept[o].set).jaccard; similarity >= options.threshold) {
        best = {*record, kept[o].record, similarity};
        return;
      }
    }
  }
};

group_decider::group_decider(const dedup_options& options) : state_(std::make_unique<state>(options)) {}
group_decider::~group_decider() = default;
group_decider::group_decider(group_decider&&) noexcept = default;

void group_decider::pair(std::int64_t component, std::int64_t record, std::int64_t earlier, double similarity) {
  state& s = *state_;
  s.go_to(component, record);
  if (similarity < s.options.threshold || s.joined.contains(earlier)) return;
  if (!s.best || earlier < s.best->of) s.best = {record, earlier, similarity};
}

void group_decider::member(std::int64_t component, std::int64_t record, std::uint64_t bucket, std::string_view text) {
  state& s = *state_;
  s.go_to(component, record);
  if (s.buckets.empty()) s.set = shingles(text, s.options.shingle);
  s.buckets.push_back(bucket);
}

void group_decider::finish() { state_->decide(); }

std::vector<joined_record> group_decider::take() { return std::exchange(state_->decided, {}); }

}  // namespace retold
