// SPDX-License-Identifier: Apache-2.0
// Documents of another index, as if they came now. Their band keys stand in the other's postings alone, so its documents are
// taken in stretches, each with one pass over the postings. Texts, and what tells stories, are read for a part of a stretch.
#include <algorithm>

#include "hash.hpp"
#include "index_memory.hpp"
#include "index_state.hpp"
#include "parallel.hpp"
#include "retold/error.hpp"

namespace retold {
namespace {

constexpr std::size_t at_once = 4096;  // documents in a part

struct other_document {
  std::uint64_t number = 0;
  index_record record;
  std::vector<std::uint64_t> keys;  // of its postings, in any order
  std::string text;
  std::optional<story_features> features = {};  // at level story
};

class stretch {
 public:
  stretch(index::state& from, std::size_t most) : from_(from), most_(most) {}

  // The next documents; none at the end. Whoever adds to the other meanwhile waits, so that none goes from memory to the files
  // behind our back.
  std::vector<other_document> next() {
    const std::scoped_lock one(from_.writing);
    at_ = from_.store.take_snapshot();
    std::vector<other_document> out;
    from_.store.each(table::documents, number_key(next_), [&](std::string_view key, std::string_view value) {
      const auto number = read_number_key(key);
      auto record = read_record(value, from_.plan.slots());
      if (!number || !record) from_.store.damaged(table::documents);
      out.push_back({*number, std::move(*record), {}, {}});
      next_ = *number + 1;
      return out.size() < most_;
    });
    gather_keys(out);
    if (out.empty() && !recent_done_) {
      recent_done_ = true;
      for (const index_recent::kept& k : from_.recent.documents()) out.push_back({k.number, k.record, k.keys, {}});
      if (!out.empty()) next_ = out.back().number + 1;
    }
    return out;
  }

  // Reads what is large of one that next() returned last. Returns its bytes.
  std::size_t complete(other_document& each) const {
    if (from_.plan.options.store_text) each.text = from_.store.get(table::texts, number_key(each.number), at_).value_or("");
    if (from_.plan.options.level == level::story) each.features = features_again(each.number);
    return each.text.size() + (each.features ? each.features->terms.capacity() * sizeof(story_term) : 0);
  }

 private:
  void gather_keys(std::vector<other_document>& documents) const {
    if (documents.empty()) return;
    const std::uint64_t first = documents.front().number, last = documents.back().number;
    for (const posting_run& run : *from_.runs()) {
      if (run.last < first || run.first > last) continue;
      const std::uint64_t damaged = each_posting(from_.store, run, [&](const posting& p) {
        const auto of = std::lower_bound(documents.begin(), documents.end(), p.number,
                                         [](const other_document& d, std::uint64_t n) { return d.number < n; });
        if (of != documents.end() && of->number == p.number) of->keys.push_back(p.key);
      });
      if (damaged != 0) from_.store.damaged("a chunk of postings is not whole");
    }
  }

  // As they were before it was decided which are fresh, and which are posted.
  story_features features_again(std::uint64_t number) const {
    auto article = story_tables(from_.store, from_.told, {}, at_).article(number);
    if (!article) from_.store.damaged(table::articles);
    for (story_term& t : article->is.features.terms) t.fresh = t.posted = false;
    std::sort(article->is.features.terms.begin(), article->is.features.terms.end());
    return std::move(article->is.features);
  }

  index::state& from_;
  std::size_t most_;
  index_store::snapshot at_;  // what is removed meanwhile is still there
  std::uint64_t next_ = 0;
  bool recent_done_ = false;
};

// What is no key of the words or of the id is one of a band.
signed_text signed_again(const other_document& of) {
  signed_text out{of.record.words, of.record.set_size, of.record.slots, {}};
  const std::uint32_t scope = of.record.scope;
  const std::uint64_t words = posting_key(posting_kind::words, scope, of.record.words.high);
  const std::uint64_t id = posting_key(posting_kind::id, scope, hash_bytes(of.record.id));
  bool words_seen = false, id_seen = of.record.id.empty();
  for (const std::uint64_t key : of.keys) {
    bool& seen = key == words && !words_seen ? words_seen : id_seen;
    if ((key == words || key == id) && !seen)
      seen = true;
    else
      out.bands.push_back(band_of(key, scope));
  }
  return out;
}

// Those of one scope, one after the other. Their texts and features go; `last`: when the other's last record came.
std::uint64_t take_in(index::state& in, std::span<other_document> documents, const std::string& scope, std::int64_t last) {
  const scope_numbers where = in.scopes_of({.into = scope});
  std::vector<prepared_entry> prepared(documents.size());
  parallel_for(documents.size(), in.setup.threads, [&](std::size_t i) {
    const index_record& record = documents[i].record;
    index_signer sign(in.plan);
    prepared[i].entry = {record.id, documents[i].text, record.date};
    prepared[i].is = signed_again(documents[i]);
    prepared[i].arrived = record.arrived;
    prepared[i].features = std::move(documents[i].features);
    in.prepare_signed(prepared[i], where, sign);
  });
  const std::scoped_lock one(in.writing);
  std::uint64_t added = 0;
  for (const index_verdict& verdict : in.commit(prepared, where, last))
    added += (verdict.status == index_status::fresh || verdict.status == index_status::story) && !verdict.repeated;
  for (other_document& each : documents) each = {};
  return added;
}

}  // namespace

std::uint64_t index::merge(const index& other) {
  state& in = *state_;
  state& from = *other.state_;
  in.check_writable();
  if (const std::string differences = differences_of(options(), other.options()); !differences.empty())
    throw error(error_kind::option, in.store.folder() + ": made with " + differences + ", unlike " + from.store.folder() +
                                        ": only what was made with the same options can be merged; build one of the two anew");
  if (&in == &from) throw error(error_kind::option, in.store.folder() + ": cannot be merged into itself");
  for (const std::string& name : from.scope_names()) in.number_of_scope(name);  // those that hold nothing, too
  const std::uint64_t most_bytes = index_memory(in.setup.memory).in_hand;
  std::uint64_t added = 0;
  stretch documents(from, std::max<std::uint64_t>(1000, in.setup.memory / 4096));
  for (std::vector<other_document> some; !(some = documents.next()).empty();) {
    const std::vector<std::string> names = from.scope_names();
    for (std::size_t begin = 0, end = 0; begin < some.size(); begin = end) {
      const std::uint32_t scope = some[begin].record.scope;
      if (scope >= names.size()) from.store.damaged(table::documents);
      for (std::uint64_t bytes = 0;
           end < some.size() && end - begin < at_once && bytes < most_bytes && some[end].record.scope == scope; ++end)
        bytes += documents.complete(some[end]);
      added += take_in(in, std::span(some).subspan(begin, end - begin), names[scope], from.arrived_last());
    }
  }
  return added;
}

}  // namespace retold
